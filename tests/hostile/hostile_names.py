"""Cases of names, paths, keys and labels, and what Terraform makes of them."""

from __future__ import annotations

from hostile.hostile_cases import Case, add, key, put, quoted

_BAD = (
    "../x", "..", ".", "a/b", "a\\b", "/etc", "~", "~root", "-a", "a-", "-", "--help", "_a", "a_b", "a.b", ".git",
    "a ", " a", "a b", "", " ", "A", "Hub", "HUB", "a\n", "\na", "a\nb", "a\r", "a\tb", "a\u00a0b", "a:b", "a;b",
    "a|b", "a&b", "a$b", "$(id)", "`id`", "${x}", "%{x}", "{{x}}", "{{ .name }}", "a'b", 'a"b', "a*", "a?", "[a]",
    "{a}", "<a>", "a#b", "a@b", "a=b", "a,b", "a+b", "%2e%2e", "a%00", "h\u0443b", "\u0430cme", "\uff48ub",
    "h\u00fcb", "\u00df", "\u4e2d\u6587", "\U0001f600", "a\u200bb", "a\u200db", "a\u00adb", "a\ufeffb", "\u0131",
    "\u017f", "\u2170", "\u0661", "a\u2011b", "a" * 64, "a" * 300, "CON", "Aux", "NUL.txt", "C:", "a.", "...",
    "a/../b", "a//b", "a\u2044b", "\u2024\u2024/x", "__proto__", "true ", "null\n",
)  # fmt: skip
_DEVICES = ("con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9")
_GOOD = (
    "a", "a-b", "a--b", "0", "1a", "a1", "null", "true", "no", "y", "010", "1e3", "a" * 63, "version", "for", "in-x",
    "x" * 53,
)  # fmt: skip
_SECTIONS = ("environments.production", "regions.eu", "clusters.edge", "addons.traefik", "teams.payments")

NAMES: list[Case] = [
    *(key("clusters.edge", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD),
    *(key("addons.traefik", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[::6]),
    *(key("teams.payments", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[1::6]),
    *(key("environments.production", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[2::6]),
    *(key("regions.eu", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[3::6]),
    *(key("removed.edge-old", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[4::6]),
    *(put("removed.edge-old.cluster", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[5::6]),
    *(put("removed.kepler-gone.addon", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[::6]),
    *(put("moved.mesh.to", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[1::6]),
    put("removed.kepler-gone.addon", "a" * 107),
    put("removed.kepler-gone.addon", "a" * 108, "too-long"),
    *(put("metadata.name", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[4::6]),
    *(put("addons.traefik.namespace", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[5::6]),
    *(put("addons.kyverno.releaseName", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[::7]),
    *(put("clusters.spoke.environment", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[1::7]),
    *(put("clusters.spoke.hub", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[2::7]),
    *(put("clusters.spoke.distribution", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[3::7]),
    *(
        put("clusters.spoke.teams", f"[@HERE@{quoted(each)}]", "invalid-name", "not-nfc", "too-long")
        for each in _BAD[4::7]
    ),
    *(put("integrations.secretStore.name", quoted(each), "invalid-name", "not-nfc", "too-long") for each in _BAD[5::7]),
    *(key("clusters.edge", each, "reserved-name") for each in _DEVICES),
    *(
        key(section, "nul", "reserved-name", "unknown-region", "unknown-team", "unknown-environment")
        for section in _SECTIONS
        if section != "clusters.edge"
    ),
    key("clusters.edge", "in-cluster", "reserved-name"),
    key("environments.production", "default", "reserved-name"),
    key("environments.production", "clusters", "reserved-name"),
    key("addons.traefik", "argocd", "reserved-name"),
    key("addons.traefik", "bootstrap", "reserved-name"),
    key("clusters.edge", "bootstrap", "reserved-name"),
    put("addons.traefik.category", "projects", "reserved-name"),
    put("addons.traefik.category", "con", "reserved-name"),
    key("addons.traefik", "a" * 54, "invalid-name", "too-long"),
    key("addons.istio.components.base", "a" * 50, "release-too-long"),
    key("addons.istio.components.istiod", "a" * 50),  # it has a releaseName
    *(key("clusters.edge", quoted(each)) for each in _GOOD),
]

_BAD_PATHS = (
    "..", ".", "../x", "a/..", "a/../b", "./a", "a/./b", "/a", "//a", "a//b", "a/", "a\\b", "..\\x", "C:/x", "C:x",
    "~/x", "~", ".git", ".git/hooks", "a/.git", "%2e%2e/x", "a%2fb", "", " ", "a b", " a", "a ", "a\n", "a\nb",
    "a\tb", "-a", "a/-b", "a;b", "$x", "${x}", "{{ .name }}", "{{x}}", "a'b", 'a"b', "a*b", "a?b", "a#b", "a:b",
    "a|b", "\u0430", "\uff0e\uff0e/x", "\U0001f600", "a\u200bb", "a" * 201, "a/" * 101 + "a", "...", "a/...", "@a",
    "a@b", "file:///a", "https://x.y/a", "git~1", "a\u2215b", "`id`",
)  # fmt: skip
_WINDOWS = ("con", "a/NUL", "aux.txt", "a/com1.x/b", "a./b", "a.")
_GOOD_PATHS = ("a", "a/b", "a.b", "a_b", "_a", "A/B-c_d.e", "1", "a..b", "v1.2", "a" * 200)
PATHS: list[Case] = [
    *(put("repositories.addons.path", quoted(each), "invalid-path", "not-nfc", "too-long") for each in _BAD_PATHS),
    *(
        put("repositories.addons.basepath", quoted(each), "invalid-path", "not-nfc", "too-long")
        for each in _BAD_PATHS[0::2]
    ),
    *(
        put("repositories.addons.name", quoted(each), "invalid-path", "not-nfc", "too-long")
        for each in _BAD_PATHS[1::2]
    ),
    *(
        put("addons.gateways.chart.path", quoted(each), "invalid-path", "not-nfc", "too-long")
        for each in _BAD_PATHS[0::2]
    ),
    *(
        put("addons.gateway.kustomize.path", quoted(each), "invalid-path", "not-nfc", "too-long")
        for each in _BAD_PATHS[1::2]
    ),
    *(
        put("addons.gateway.kustomize.path", quoted(each), "invalid-path")
        for each in ("{version}/x", "a/x{version}", "a/{Version}", "a/{}")
    ),
    *(
        put("addons.traefik.category", quoted(each), "invalid-category")
        for each in ("../x", "a/b/c", "a/", "/a", "A", "a//b", "a\n", "")
    ),
    *(
        put("clusters.edge.auth.bearerToken.key", quoted(each), "invalid-value")
        for each in ("", " ", "a b", "/", "//a", "a/", "a\n", "{{ .x }}", "${x}", "-a", "..", "../a", "a/../b", "a/..")
    ),
    *(
        put("clusters.edge.auth.bearerToken.key", quoted(each))
        for each in ("/a", "/clusters/edge", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:edge-AbCdEf", "a/.b")
    ),
    *(
        put(route, quoted(each), "reserved-name", "invalid-path", "reserved-path")
        for each in _WINDOWS
        for route in ("repositories.addons.path", "repositories.addons.basepath", "repositories.addons.name")
    ),
    *(put("repositories.addons.path", quoted(each)) for each in _GOOD_PATHS),
    put("repositories.addons.path", "values", "overlapping-path"),
    put("repositories.addons.path", "values/clusters/edge", "overlapping-path"),
    put("repositories.addons.name", "acme-clusters", "duplicate-repository", at="=repositories.clusters.name"),
    put("repositories.addons.name", "Acme-Clusters", "duplicate-repository", at="=repositories.clusters.name"),
    put("repositories.clusters.name", "acme-addons/gitops", "duplicate-repository"),
]

_BAD_KEYS = (
    "", " ", "a b", "-a", "a-", ".a", "a.", "_a", "a_", "/a", "a/", "a//b", "a/b/c", "A.com/x", "a_b.com/x", "a" * 64,
    "a.com/" + "b" * 64, "a" * 254 + "/x", "a:b", "a=b", "a,b", "a\n", "\u00e9", "a\u200b", "{{a}}", "${a}", "a\\b",
    "a*", "$(id)", '"', "'", "a..b/x", ".a/x", "a./x", "-a.b/x", "a-.b/x", "a.b-/x",
)  # fmt: skip
_BAD_VALUES = (
    " ", "a b", "-a", "a-", ".a", "a.", "_a", "a_", "a/b", "a:b", "a" * 64, "a\n", "\u00e9", "{{a}}", "${a}", "a,b",
    "a=b", "a@b", "true ",
)  # fmt: skip
_RESERVED = (
    "enable_x", "enable_kyverno", "environment", "cluster_name", "region", "argocd.argoproj.io/secret-type",
    "argocd.argoproj.io/x",
)  # fmt: skip
_LINKS = (
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "Runbook | javascript:alert(1)", "a | b | javascript:x", "vbscript:x", "data:text/html,<script>",
    "data:text/html;base64,PHN2Zz4=", "javascript\n:alert(1)",
)  # fmt: skip
LABELS: list[Case] = [
    *(add("clusters.spoke.labels", f"@HERE@{quoted(each)}: x", "invalid-label", "not-nfc") for each in _BAD_KEYS),
    *(
        add("clusters.spoke.annotations", f"@HERE@{quoted(each)}: x", "invalid-label", "not-nfc")
        for each in _BAD_KEYS[::3]
    ),
    *(
        add("environments.dev.labels", f"@HERE@{quoted(each)}: x", "invalid-label", "not-nfc")
        for each in _BAD_KEYS[::5]
    ),
    *(put("clusters.spoke.labels.owner", quoted(each), "invalid-label", "not-nfc") for each in _BAD_VALUES),
    *(put("environments.dev.labels.tier", quoted(each), "invalid-label", "not-nfc") for each in _BAD_VALUES[::4]),
    *(add("clusters.spoke.labels", f"@HERE@{quoted(each)}: x", "reserved-label") for each in _RESERVED),
    *(add("environments.dev.labels", f"@HERE@{quoted(each)}: x", "reserved-label") for each in _RESERVED),
    *(
        add("clusters.spoke.annotations", f"@HERE@{quoted(each)}: x", "reserved-label")
        for each in (
            "addons_repo_url",
            "addons_repo_revision",
            "cluster_name",
            "argocd.argoproj.io/sync-wave",
            "enable_kyverno",
        )
    ),
    *(
        add(
            "clusters.spoke.annotations",
            f"link.argocd.argoproj.io/x: @HERE@{quoted(each)}",
            "dangerous-link",
            "forbidden-character",
        )
        for each in _LINKS
    ),
    *(put("clusters.spoke.annotations.note", quoted(each), "dangerous-link", "forbidden-character") for each in _LINKS),
    *(
        put("clusters.spoke.labels.owner", quoted(each), sink="label", carried=each)
        for each in ("", "a", "A.b-c_d", "1", "true", "no", "1.30", "1e3", "010", "a" * 63, "2024-01-01", "y")
    ),
    add("clusters.spoke.annotations", "link.argocd.argoproj.io/x: https://a.example/x"),
    add("clusters.spoke.annotations", "link.argocd.argoproj.io/x: Runbook | https://a.example/x"),
    add("clusters.spoke.annotations", "example.com/a: x"),
    put("clusters.spoke.annotations.note", quoted("a" * 16384), sink="annotation", carried="a" * 16384),
    put("clusters.spoke.annotations.note", quoted("a" * 16385), "too-long"),
    put(
        "clusters.edge",
        '{environment: dev, region: eu, hub: hub, server: "https://e.x", annotations: {a: @HERE@"{{ .token }}"}, '
        "auth: {bearerToken: {key: a/b}}}",
        "template-in-text",
    ),
]

_RESERVED_WORDS = (
    "version", "source", "providers", "count", "for-each", "lifecycle", "depends-on", "locals", "if", "in", "null",
    "true", "var", "each", "self", "path", "terraform", "data", "module",
)  # fmt: skip
TERRAFORM: list[Case] = [
    *(key("clusters.edge", quoted(each)) for each in _RESERVED_WORDS),
    *(add("clusters.spoke.labels", f"{quoted(each.replace('-', '_'))}: x") for each in _RESERVED_WORDS),
    put("clusters.spoke.annotations.note", quoted("e\u0301"), "not-nfc"),
    put("clusters.spoke.annotations.note", quoted("\u212a"), "not-nfc"),
    put("clusters.spoke.annotations.note", quoted("\u1100\u1161"), "not-nfc"),
    put("addons.kyverno.values.words", f"{{@HERE@{quoted('e' + chr(0x301))}: 1}}", "not-nfc"),
    put("teams.payments.groups", f"[@HERE@{quoted('e' + chr(0x301))}]", "not-nfc"),
]
