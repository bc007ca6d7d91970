"""Cases of strings that must arrive exactly, and of versions, revisions, URLs and hosts."""

from __future__ import annotations

from hostile.hostile_cases import Case, put, quoted

STRINGS_TO_CARRY = (
    'a"b', "a\\nb", "a\\", "a\nb", "a\n\n", "a\r\nb", "a\tb", "${var.x}", "$${var.x}", "$$${x}", "${",
    "%{ if true }x%{ endif }", "%%{x}", "$%{x}%${y}", "$ $$ 100%", "<<EOT\nx\nEOT\n", "{{ .Values.x }}", "{{`x`}}",
    "x{", "${{ github.token }}", "$(id)`id`;'", "no", "y", "1e3", "0o10", "010", "08", "1:20", "1.30", "2024-01-01",
    "~", "<<", "=", "---\nx: 1\n...\n", "!!python/name:os.system", "a: b #c", " a ", "", "a\u2028b", "\ufeffa",
    "a\U0001f600b", "18446744073709551616", '{"a": [1, null]}', "\n", "\r", "\t", " ", "'", '"', "\\\\", "\\u0041",
    "\\x41", "|", ">", "-", "- a", "? a", ": a", "a:", "#a", "a #b", "&a", "*a", "!a", "%a", "@a", "`a`", "[a]",
    "{a}", "a,b", "null", "true", "FALSE", ".inf", "-.INF", ".nan", "0x1F", "0b1", "1_000", "+1", "-0", "1.", "%{",
    "%%%{", "$$$$${", "${${", "}}{{", "{{{{", '{{ "x" }}', "{{/* x */}}", "{% x %}", "<% x %>", "#{x}", "\\${x}",
    "$\\{x}", "../../etc/passwd", "; rm -rf /", "$(touch x)", "&& id", "| id", "> x", "\na: b", "\n---\na: b",
    "a\nb: c\n  d: e\n", "x\n# y", "<script>alert(1)</script>", "%s%n", "\u00e9", "\u4e2d\u6587",
    "\u0645\u0631\u062d\u0628\u0627", "a\u00a0b", "a\u200bb", "a\u2029b", "\U0010fffd", "a" * 5000, "null\n", "EOT",
    "EOF\n", '"""', "'''", "''", '\\"', '${"a"}', "${jsonencode({})}", "~/x", "$HOME",
)  # fmt: skip
_REFUSED = ("a\x1bb", "a\x7fb", "a\x85b", "e\u0301", "\x00", "a\u202eb", "\u2066a", "a\ufffe", "\x0b", "\x9f")
_GROUPS = ("a b", "acme:Payments Admins", "a@b.c", "a/b", "00000000-0000-0000-0000-000000000000", "Domain.Users", "1")
STRINGS: list[Case] = [
    *(
        put("clusters.spoke.annotations.note", quoted(each), sink="annotation", carried=each)
        for each in STRINGS_TO_CARRY
    ),
    *(put("addons.kyverno.values.words.one", quoted(each), sink="value", carried=each) for each in STRINGS_TO_CARRY),
    *(
        put("addons.kyverno.values.words.one", f"[{quoted(each)}]", sink="item", carried=each)
        for each in STRINGS_TO_CARRY
    ),
    *(
        put("addons.kyverno.values.words", f"{{{quoted(each)}: x}}", sink="key", carried=each)
        for each in STRINGS_TO_CARRY
        if len(each) < 1000 and "passwd" not in each
    ),
    *(
        put("addons.kyverno.values.words", f"{{? {quoted(each)} : x}}", sink="key", carried=each)
        for each in STRINGS_TO_CARRY
        if len(each) > 1000
    ),
    *(
        put(route, quoted(each))
        for route in ("metadata.description", "clusters.spoke.description", "addons.cert-manager.description")
        for each in STRINGS_TO_CARRY[::3]
        if len(each) <= 1000
    ),
    *(put("teams.payments.groups", f"[{quoted(each)}]", sink="group", carried=each) for each in _GROUPS),
    *(
        put("teams.payments.groups", f"[@HERE@{quoted(each)}]", "invalid-value")
        for each in STRINGS_TO_CARRY
        if each[:1] in {*"${%\"'<-~ \n"} or not each.isascii()
    ),
    *(put("clusters.spoke.annotations.note", quoted(each), "forbidden-character", "not-nfc") for each in _REFUSED),
    *(put("addons.kyverno.values.words.one", quoted(each), "forbidden-character", "not-nfc") for each in _REFUSED),
    *(
        put("addons.kyverno.values.words", f"{{@HERE@{quoted(each)}: x}}", "forbidden-character", "not-nfc")
        for each in _REFUSED
    ),
    *(put("metadata.description", quoted(each), "forbidden-character", "not-nfc") for each in _REFUSED),
]

_BAD_VERSIONS = (
    "", " ", "latest", "main", "stable", "*", "x", "1", "1.2", "v1", "1.x", "1.2.x", "1.2.*", "^1.2.3", "~1.2.3",
    "~> 1.2", ">=1.0.0", ">1", "<2", "=1.2.3", "!=1.2.3", "1.2.3 - 2.0.0", "1.2.3 || 2.0.0", ">=1 <2", "1.2.3, 1.2.4",
    " 1.2.3", "1.2.3 ", "1.2.3\n", "../../x", "1/2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3+", "-1.2.3", "v",
    "vv1.2.3", "1..3", ".1.2", "1.2.3-01", "${x}", "{{ .v }}", "$(id)", "a" * 64, "1.2.3-\u00e9", "\u0661.2.3",
    "1.2.3@sha256:abc", "1.2.3;id", "HEAD",
)  # fmt: skip
_GOOD_VERSIONS = (
    "1.2.3", "v1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3+build.5", "1.2.3-alpha.1+b", "10.20.30", "v0.1.0-0", "1.0.0--",
)  # fmt: skip
_BAD_REVISIONS = (
    "", " ", "-x", "--upload-pack=x", "a b", "a..b", "a//b", "/a", "a/", "a.lock", "a/b.lock", "a.", "@", "a@{1}",
    "a^", "a~1", "a:b", "a?", "a*", "[a", "a\\b", "a\n", "${x}", "{{ .x }}", "$(id)", "a/.b", ".a", "\u00e9",
    "a" * 201, "refs/heads/../x", "a;id",
)  # fmt: skip
_BAD_KUBERNETES = (
    "", "1", "v1.33", "1.33.1.2", "1.33.x", "2.0", "1.33-eks", "1.33.1\n", " 1.33", "latest", "1.", "1.9999", "1.-3",
    "\u0661.33",
)  # fmt: skip
VERSIONS: list[Case] = [
    *(
        put(
            "addons.cert-manager.version",
            quoted(each),
            "invalid-version",
            "floating-version",
            "too-long",
            "not-nfc",
            "version-form",
        )
        for each in _BAD_VERSIONS
    ),
    *(
        put(
            "addons.istio.components.istiod.version",
            quoted(each),
            "invalid-version",
            "floating-version",
            "too-long",
            "not-nfc",
        )
        for each in _BAD_VERSIONS[::3]
    ),
    *(
        put(
            "environments.dev.addons.kyverno.version",
            quoted(each),
            "invalid-version",
            "floating-version",
            "too-long",
            "not-nfc",
        )
        for each in _BAD_VERSIONS[1::3]
    ),
    *(put("addons.cert-manager.version", quoted(each)) for each in _GOOD_VERSIONS),
    *(put("addons.cert-manager.version", each, "not-a-string") for each in ("1.2", "1", "1e3", "1.30")),
    *(
        put("repositories.addons.revision", quoted(each), "invalid-revision", "too-long", "not-nfc")
        for each in _BAD_REVISIONS
    ),
    *(
        put("environments.dev.revisions.workloads", quoted(each), "invalid-revision", "too-long", "not-nfc")
        for each in _BAD_REVISIONS[::3]
    ),
    *(
        put("clusters.spoke.kubernetesVersion", quoted(each), "invalid-kubernetes-version", "not-nfc")
        for each in _BAD_KUBERNETES
    ),
    *(
        put("addons.cert-manager.kubernetes", quoted(each), "invalid-kubernetes-range", "too-long")
        for each in ("", "latest", ">=", ">= a", "1.2.3.4", "1 ||", "1" * 201, ">=1.25 ; id", "${x}", "not a range")
    ),
]

_BAD_URLS = (
    "", " ", "x", "github.com", "//github.com/acme", "https:/github.com", "https:github.com", "https://",
    "https:///acme", "https://:443/x", "http:", "file:///etc/passwd", "javascript:alert(1)", "data:text/plain,x",
    "ftp://a.example/x", "ext::sh -c id", "git://a.example/x", "https://user@a.example/x",
    "https://user:pass@a.example/x", "https://:pass@a.example/x", "https://a.example:0/x",
    "https://a.example:99999/x", "https://a.example:65536/x", "https://a.example:-1/x", "https://a.example:x/x",
    "https://a.example:/x", "https://a.example: 80/x", "https://a.example:8 0/x", "https://a.example/?q=1",
    "https://a.example/x?q", "https://a.example/x#f", "https://a.example/#", "https://a.example/?",
    "https://a.example/a b", " https://a.example/x", "https://a.example/x ", "https://a.example/x\n",
    "https://a.exa\nmple/x", "https://a.exa\tmple/x", "\thttps://a.example/x", "https://a.example/x\r",
    "https://a.example/../x", "https://a.example/./x", "https://a.example//x", "https://a.example/x//y",
    "https://a.example/%2e%2e/x", "https://a.example/x;y", "https://a_b.example/x", "https://-a.example/x",
    "https://a-.example/x", "https://a..example/x", "https://.a.example/x", "https://a.example./x",
    "https://ex\u00e4mple.com/x", "https://\u0430.example/x", "https://a\u3002example/x", "https://[::1/x",
    "https://::1/x", "https://[:::1]/x", "https://[gggg::1]/x", "https://[::1]a/x", "https://[1.2.3.4]/x",
    "https://[fe80::1%25eth0]/x", "https://256.1.1.1/x", "https://1.2.3/x", "https://1.2.3.4.5/x",
    "https://0x7f.0.0.1/x", "https://010.0.0.1/x", "https://127.1/x", "https://a.example\\x", "https:\\\\a.example/x",
    "https://${x}/x", "https://{{ .x }}/x", "https://a.example/{{ .x }}", "https://$(id)/x", "https://a.example/`id`",
    "https://" + "a." * 130 + "b/x", "https://" + "a" * 64 + ".example/x", "HTTPS://a.example/x",
    "Https://a.example/x", "https://a.example:443:443/x", "https://a.example,b.example/x", "https://*.example/x",
    "https://a.example:+443/x", "https://a.example:4_4/x", "https://a.example:\u0661/x", "https://a.example:00443/x",
    "https://a.example@b.example/x",
)  # fmt: skip
_GOOD_URLS = (
    "https://a.example/x", "https://a.example", "https://a.example:8443/x", "https://1.2.3.4/x",
    "https://a-b.c-d.example/x-y/z_1.git",
    "http://localhost:3000/x", "https://xn--exmple-cua.com/x",
)  # fmt: skip
_IPV6_URLS = ("https://[2001:db8::1]/x", "https://[2001:db8::1]:8443/x")
_BAD_HOSTS = (
    "", " ", "A.example", "a_b.example", "-a.example", "a-.example", "a..b", ".a", "a.", "a b", "a.example\n", "a/b",
    "a:80", "https://a", "\u00e4.example", "a" * 64 + ".example", "a." * 127 + "a.b", "*.a", "a.example:443",
    "10.0.0.0/8", "${x}", "{{ .x }}", "a@b", "a,b", "256.1.1.1", "10.0.0.1", "acme.1", "0x7f.1", "a.0xff", "1",
)  # fmt: skip
URLS: list[Case] = [
    *(
        put(
            route,
            quoted(each),
            "invalid-url",
            "credentials-in-url",
            "secret-in-source",
            "too-long",
            "missing-server",
            "not-nfc",
        )
        for index, each in enumerate(_BAD_URLS)
        for route in ("repositories.clusters.url", "clusters.spoke.server")[index % 3 // 2 :]
    ),
    *(
        put("repositories.organization", quoted(each), "invalid-url", "credentials-in-url", "too-long", "not-nfc")
        for each in _BAD_URLS[::4]
    ),
    *(
        put("addons.kyverno.chart.repository", quoted(each), "invalid-url", "credentials-in-url", "too-long", "not-nfc")
        for each in _BAD_URLS[1::2]
        if each != "github.com"
    ),
    *(
        put("addons.traefik.chart.repository", quoted(each), "invalid-url", "credentials-in-url", "not-nfc")
        for each in (
            "ghcr.io",
            "ghcr.io/",
            "/x",
            "ghcr.io:/x",
            "ghcr.io:0/x",
            "ghcr.io:99999/x",
            "ghcr.io:\u0664/x",
            "ghcr.io/../x",
            "GHCR.io/x",
            "ghcr.io/x y",
            "user@ghcr.io/x",
            "user:pass@ghcr.io/x",
            "localhost/x",
            "oci:/x/y",
            "oci://",
            "oci:///x",
            "ghcr.io//x",
            "ghcr.io/x\n",
            "ghcr.io:0080/x",
            "ghcr.io:80808080/x",
            "1.2.3/x",
        )
    ),
    *(
        put("repositories.clusters.url", quoted(each), "invalid-url", "credentials-in-url", "secret-in-source")
        for each in (
            "git@github.com",
            "git@github.com:",
            "root@github.com:a/b",
            "git@github.com:../x",
            "git@github.com:a b",
            "git@-x:a/b",
            "git@github.com:a/b\n",
            "ssh://root@a.example/x",
            "ssh://git:p@a.example/x",
            "ssh://-oProxyCommand=id/x",
            "git@:a/b",
        )
    ),
    *(
        put("repositories.clusters.url", quoted(each))
        for each in (*_GOOD_URLS, "ssh://git@a.example/x", "git@github.com:a/b.git")
    ),
    *(
        put("clusters.spoke.server", quoted(each), sink="server", carried=each)
        for each in (*_GOOD_URLS, *_IPV6_URLS)
        if each.startswith("https")
    ),
    # An AppProject would read the brackets as a pattern.
    *(
        put(route, quoted(each), "invalid-url")
        for route in ("repositories.clusters.url", "repositories.organization", "addons.kyverno.chart.repository")
        for each in _IPV6_URLS
    ),
    *(
        put("clusters.spoke.server", quoted(each), "invalid-url")
        for each in ("http://a.example", "https://a.example/", "oci://a.example")
    ),
    put("clusters.edge.server", "https://spoke.acme.example:6443", "duplicate-server"),
    put("clusters.edge.server", "https://SPOKE.acme.example:6443", "duplicate-server", "invalid-url"),
]
HOSTS: list[Case] = [
    *(put("metadata.domain", quoted(each), "invalid-domain", "too-long", "not-nfc") for each in _BAD_HOSTS),
    *(
        put("metadata.domain", quoted(each))
        for each in ("a", "a.b", "xn--exmple-cua.com", "1a.example", "a-b.c", "a" * 63 + ".b")
    ),
    *(
        put("teams.payments.contact.email", quoted(each), "invalid-value")
        for each in (
            "",
            "a",
            "a@",
            "@b.c",
            "a@b",
            "a b@c.d",
            "a@b.c\n",
            "a@b..c",
            "a@b.c,d@e.f",
            "a\n@b.c",
            "<a@b.c>",
            "a@\u00e4.c",
            "${x}@b.c",
        )
    ),
    *(
        put("teams.payments.quotas.memory", quoted(each), "invalid-quantity")
        for each in (
            "",
            "x",
            "-1",
            "1 Gi",
            "1GiB",
            "1e3",
            "1,5",
            "Gi",
            "1Gi\n",
            "\u0661",
            "1mm",
            "0x1",
            "1.",
            ".5",
            "NaN",
            "inf",
        )
    ),
    *(
        put("clusters.spoke.auth.awsIam.roleArn", quoted(each), "invalid-value")
        for each in (
            "",
            "x",
            "arn:aws:iam::1:role/x",
            "arn:aws:iam::111122223333:user/x",
            "arn:aws:iam::111122223333:role/x\n",
            "arn:aws:iam::111122223333:role/x y",
            "arn:aws:iam::111122223333:role/{{ .x }}",
        )
    ),
    *(
        put(
            "clusters.spoke.certificateAuthority",
            quoted(each),
            "invalid-value",
            "invalid-certificate",
            "secret-in-source",
        )
        for each in (
            "",
            "x y",
            "abc\n",
            "====",
            "-----BEGIN CERTIFICATE-----",
            "abcde",
            "aGVsbG8=",
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUIKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo=",
        )
    ),
    *(
        put("clusters.spoke.auth.awsIam.clusterName", quoted(each), "invalid-value")
        for each in ("", "-a", "a b", "a\n", "a" * 101, "{{x}}")
    ),
    *(
        put("addons.cert-manager.clusterResources", f"[{{group: x.io, kind: @HERE@{quoted(each)}}}]", "invalid-value")
        for each in ("", "a", "A-b", "A\n", "**")
    ),
    *(
        put("teams.payments.costCenter", quoted(each), "invalid-value", "too-long")
        for each in ("", " ", "a b", "-a", "a\n", "{{x}}", "a" * 64)
    ),
]
