"""Cases of meaning: the graph of addons, operations on the schema, secrets."""

from __future__ import annotations

from hostile.hostile_cases import BASE, Case, add, drop, key, put, quoted, raw

_ADDON = (
    "{{category: x, version: 1.0.0, namespace: x, chart: {{name: x, repository: 'https://a.example'}}, requires: [{}]}}"
)


def _graph(*edges: tuple[str, str]) -> str:
    """The base with addons that require each other."""
    addons = "".join(f"  {name}: {_ADDON.format(needs)}\n" for name, needs in edges)
    return BASE.replace("addons:\n  cert-manager:", f"addons:\n{addons}  cert-manager:", 1)


def _chain(length: int, last: str) -> str:
    names = [f"n{i:04}" for i in range(length)]
    return _graph(*zip(names, [*names[1:], last], strict=True))


GRAPHS: list[Case] = [
    raw("a chain of 5,000", _chain(5000, "")),
    raw("a chain of 5,000 to nowhere", _chain(5000, "@HERE@nowhere"), "unknown-addon"),
    raw("a circle of 2,000", _chain(2000, "n0000"), "cyclic-requirement"),
    raw("a circle of two", _graph(("a", "b"), ("b", "a")), "cyclic-requirement"),
    raw("a circle of three", _graph(("a", "b"), ("b", "c"), ("c", "a")), "cyclic-requirement"),
    raw("an addon that requires itself", _graph(("a", "@HERE@a")), "cyclic-requirement"),
    raw("two circles", _graph(("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")), "cyclic-requirement"),
    raw("a diamond", _graph(("a", "b, c"), ("b", "d"), ("c", "d"), ("d", ""))),
    raw("a star of 2,000", _graph(*((f"n{i}", "hub0") for i in range(2000)), ("hub0", ""))),
    raw("a dense graph", _graph(*((f"n{i:03}", ", ".join(f"n{j:03}" for j in range(i))) for i in range(150)))),
    raw(
        "a dense circle",
        _graph(*((f"n{i:03}", ", ".join(f"n{j:03}" for j in range(80) if j != i)) for i in range(80))),
        "cyclic-requirement",
    ),
    put("addons.kyverno.requires", "[@HERE@nothing]", "unknown-addon"),
    put("addons.kyverno.requires", "[@HERE@Cert-Manager]", "invalid-name"),
    add("addons.gateways", "conflicts: [@HERE@gateway]", "conflicting-addons"),
    put("addons.kyverno.conflicts", "[@HERE@kyverno]", "conflicting-addons"),
    put("addons.kyverno.requires", "[traefik]", "missing-requirement", at="environments.production.addons.traefik"),
    put("clusters.spoke.hub", "edge", "unknown-hub"),
    put("clusters.spoke.hub", "spoke", "unknown-hub"),
    put("clusters.spoke.hub", "huub", "unknown-hub"),
    put("clusters.spoke.region", "ue", "unknown-region"),
    put("clusters.spoke.environment", "prod", "unknown-environment"),
    put("clusters.spoke.teams", "[@HERE@payment]", "unknown-team"),
    put("removed.edge-old.cluster", "edge", "contradicted-removal"),
    put("removed.kepler-gone.addon", "kyverno", "contradicted-removal"),
    put("removed.kepler-gone.addon", "istio-base", "contradicted-removal"),
    put("moved.mesh.addon", "gateways", "contradicted-removal"),
    put("moved.mesh.to", "istio-bse", "unknown-move"),
    put("moved.hub-in-place.cluster", "hbu", "unknown-move"),
    put("clusters.spoke.addons", "{@HERE@kivverno: true}", "unknown-addon"),
    key("teams.payments.roles.dev", "devel", "unknown-environment"),
]

_SECTIONS = ("metadata", "repositories", "environments", "regions", "clusters")
_ALL = (*_SECTIONS, "integrations", "clusterTypes", "addons", "teams", "removed", "moved", "layout")
SCHEMA: list[Case] = [
    *(drop(each, "missing-key", at="apiVersion") for each in _SECTIONS),
    drop("kind", "missing-key", at="apiVersion"),
    *(put(each, value, "wrong-type") for each in _ALL for value in ("null", "[]", "text", "42", "true")),
    *(put(each, "{}", "missing-key", "invalid-value", at="") for each in ("environments", "regions", "clusters")),
    put("metadata", "{}", "missing-key", at="metadata"),
    *(key(each, f"{each}x", "unknown-key") for each in _ALL),
    *(
        add("", f"@HERE@{each}: x", "unknown-key")
        for each in ("__class__", "model_config", "__proto__", "constructor", "api_version", "x-y", '""', '"a\\nb"')
    ),
    add("clusters.spoke", "@HERE@enviroment: dev", "unknown-key"),
    add("clusters.spoke", "@HERE@kubernetes_version: '1.33'", "unknown-key"),
    add("clusters.spoke", "@HERE@Server: https://x", "unknown-key"),
    add("addons.kyverno", "@HERE@require: []", "unknown-key"),
    add("addons.kyverno", "@HERE@'helm\\values': {}", "unknown-key"),
    add("environments.dev.addons.kyverno", "@HERE@value: {}", "unknown-key"),
    add("clusters.spoke.auth", "@HERE@awsIAM: {}", "unknown-key", "invalid-auth"),
    add("repositories", "@HERE@addon: {}", "unknown-key"),
    put("apiVersion", "dokaseca.dev/v1", "unknown-value"),
    put("apiVersion", "v1", "unknown-value"),
    put("kind", "platform", "unknown-value"),
    put("kind", "List", "unknown-value"),
    put("environments.dev.purpose", "prod", "unknown-value"),
    put("environments.dev.purpose", quoted("full\n"), "unknown-value"),
    put("environments.dev.deletion", "keep", "unknown-value"),
    put("clusters.spoke.cloud", "AWS", "unknown-value"),
    put("clusters.hub.type", "Hub", "unknown-value"),
    put("clusters.hub.registration", "both", "unknown-value"),
    put("teams.payments.roles.dev", "root", "unknown-value"),
    key("teams.payments.quotas.cpu", "gpu", "unknown-value", "unknown-key"),
    key("clusterTypes.spoke", "spokes", "unknown-value", "unknown-key"),
    put("layout.profile", "mine", "unknown-value"),
    put("addons.kyverno.syncOptions", "[@HERE@Prune=false]", "unknown-value"),
    put("clusters.spoke", "null", "wrong-type"),
    put("clusters.spoke", "[]", "wrong-type"),
    put("clusters.spoke", "true", "wrong-type"),
    put("clusters.spoke.auth", "null", "wrong-type"),
    put("clusters.spoke.auth", "{}", "invalid-auth"),
    put("clusters.spoke.auth", "in_cluster", "wrong-type", "unknown-value", "invalid-auth"),
    put("clusters.spoke.auth", "{inCluster: {}, gcpWorkloadIdentity: {}}", "invalid-auth"),
    put("clusters.spoke.auth", "{inCluster: @HERE@null}", "wrong-type", "invalid-auth"),
    put("removed.edge-old", "{reason: x}", "invalid-removal", at="removed.edge-old"),
    put("removed.edge-old", "{cluster: a, addon: b, reason: x}", "invalid-removal", at="removed.edge-old"),
    put("removed.edge-old", "{cluster: a, @HERE@clusters: [a], reason: x}", "invalid-removal"),
    put("removed.edge-old", "{cluster: a, @HERE@environments: [dev], reason: x}", "invalid-removal"),
    put("removed.edge-old", "{cluster: edge-old}", "missing-key", at="removed.edge-old"),
    put("removed.edge-old.cluster", "null", "wrong-type", at="=removed.edge-old.cluster"),
    put("removed.edge-old.reason", '""', "invalid-value"),
    put("removed.edge-old.reason", quoted(" \t\n\u00a0"), "invalid-value"),
    put("removed.edge-old.reason", quoted("a" * 1001), "too-long"),
    put("removed.edge-old.reason", quoted("{{ .x }} ${y} | <b>\n::error::x")),
    put("removed.kepler-gone.environments", "[]", "invalid-value"),
    put("removed.kepler-gone.clusters", "[]", "invalid-value"),
    put("removed.kepler-gone.clusters", "edge", "wrong-type"),
    put("moved.mesh", "{to: istio-base, reason: x}", "invalid-removal", at="moved.mesh"),
    put("moved.mesh", "{addon: a, cluster: b, to: istio-base, reason: x}", "invalid-removal", at="moved.mesh"),
    add("moved.mesh", "@HERE@from: x", "unknown-key"),
    put("clusters.spoke.teams", "payments", "wrong-type"),
    put("clusters.spoke.teams", "{payments: true}", "wrong-type"),
    put("clusters.spoke.teams", "[@HERE@null]", "wrong-type"),
    put("clusters.spoke.teams", "[@HERE@[payments]]", "wrong-type"),
    put("clusters.spoke.labels", "[a]", "wrong-type"),
    put("clusters.spoke.labels.owner", "[a]", "wrong-type"),
    put("clusters.spoke.labels.owner", "{}", "wrong-type"),
    put("addons.kyverno.values", "[]", "wrong-type"),
    put("addons.kyverno.values", "text", "wrong-type"),
    put("addons.kyverno.chart", "kyverno", "wrong-type"),
    put("addons.kyverno.chart", "{}", "invalid-source", at="addons.kyverno.chart"),
    put("addons.kyverno.chart", "{name: x}", "invalid-source", at="addons.kyverno.chart"),
    put(
        "addons.kyverno.chart",
        "{path: a, repository: 'https://a.example'}",
        "invalid-source",
        at="addons.kyverno.chart",
    ),
    put("addons.kyverno.requires", "cert-manager", "wrong-type"),
    put("addons.kyverno.version", "[1.0.0]", "wrong-type"),
    put("addons.kyverno.version", "{}", "wrong-type"),
    put("addons.istio.components.base.wave", "101", "invalid-value"),
    put("addons.istio.components.base.wave", '"1"', "wrong-type"),
    put("metadata.description", quoted("a" * 1001), "too-long"),
]


def _joined(*parts: str) -> str:
    # In parts, so that this file holds nothing that a scanner would take for a secret.
    return "".join(parts)


_BODY = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7d"
SHAPED: dict[str, str] = {
    "GitHub": _joined("gh", "p_", _BODY[:36]),
    "GitHub fine-grained": _joined("github", "_pat_", _BODY),
    "GitLab": _joined("gl", "pat-", _BODY[:20]),
    "AWS access key": _joined("AK", "IA", "IOSFODNN7EXAMPL3"),
    "Google": _joined("AI", "za", _BODY[:35]),
    "Slack": _joined("xo", "xb-", "123456789012-", _BODY[:24]),
    "Slack webhook": _joined("https://hooks.", "slack.com/services/", "T00000000/B00000000/", _BODY[:24]),
    "Stripe": _joined("sk", "_live_", _BODY[:24]),
    "npm": _joined("np", "m_", _BODY[:36]),
    "PyPI": _joined("py", "pi-AgEIcHlwaS5vcmc", _BODY),
    "Docker": _joined("dck", "r_pat_", _BODY[:27]),
    "Vault": _joined("hv", "s.", _BODY[:24]),
    "Azure storage": _joined("Account", "Key=", _BODY, _BODY, "12345A=="),
    "age": _joined("AGE-SECRET", "-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"),
    "Anthropic": _joined("sk", "-ant-api03-", _BODY),
    "SendGrid": _joined("S", "G.", _BODY[:22], ".", _BODY[:40]),
    "JWT": _joined("ey", "JhbGciOiJIUzI1NiJ9.", "ey", "JzdWIiOiIxMjM0NTY3ODkwIn0.", _BODY),
    "URL with a password": _joined("https://ops:", "hunter2hunter2", "@db.example/x"),
    "bearer": _joined("Bearer ", _BODY),
    "private key": _joined(
        "-----BEGIN ", "RSA PRIVATE KEY", "-----\nMIIEow", _BODY, "\n-----END RSA PRIVATE KEY-----\n"
    ),
    "OpenSSH key": _joined("-----BEGIN ", "OPENSSH PRIVATE KEY", "-----\nb3Blbn", _BODY),
    "bcrypt": _joined("$2b", "$12$", _BODY, _BODY[:13]),
}
_LOOK_ALIKES = (
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "123e4567-e89b-12d3-a456-426614174000",
    "arn:aws:iam::111122223333:role/argocd", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "vault:secret/data/x#y", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0x someone@host", "https://a.example/x",
    "secretName", "my-token-name", "password123-is-banned",
)  # fmt: skip
_KEYS = ("password", "adminPassword", "token", "apiKey", "clientSecret", "db-password", "passphrase")
_FIELDS = (
    "clusters.spoke.annotations.note", "addons.kyverno.values.words.one", "metadata.description",
    "clusters.spoke.description", "environments.dev.annotations.support", "teams.payments.contact.chat",
    "repositories.branching.branches.main", "environments.dev.addons.kyverno.values.replicas",
    "clusters.spoke.addons.kyverno.values.own", "regions.eu.description", "clusters.spoke.distribution",
    "clusters.spoke.labels.owner", "addons.cert-manager.version", "repositories.addons.revision",
    "clusters.spoke.server", "clusters.spoke.environment", "teams.payments.description", "metadata.name",
    "environments.dev.purpose", "environments.dev.sync.retries", "repositories.addons.path",
    "integrations.secretStore.name", "clusters.edge.auth.bearerToken.key",
)  # fmt: skip
# Any slug will do: what matters is that it is refused, and never shown.
_ANY = (
    "secret-in-source", "invalid-name", "invalid-version", "invalid-url", "invalid-revision", "invalid-label",
    "credentials-in-url", "too-long", "unknown-value", "wrong-type", "invalid-path", "invalid-value",
    "floating-version", "unknown-environment", "invalid-domain", "unpinned-revision", "unknown-branch",
    "missing-server",
)  # fmt: skip
SECRETS: list[Case] = [
    *(
        put(field, quoted(secret), *_ANY, carried=secret)
        for row, field in enumerate(_FIELDS)
        for column, secret in enumerate(SHAPED.values())
        if (row + column) % 3 == 0 or row < 2
    ),
    *(
        put("addons.kyverno.values.words", f"{{@HERE@{quoted(secret)}: x}}", *_ANY, carried=secret)
        for secret in SHAPED.values()
    ),
    *(key("clusters.edge", quoted(secret), *_ANY, carried=secret) for secret in SHAPED.values()),
    *(
        put(
            "addons.kyverno.values.words",
            f"{{{each}: @HERE@hunter2hunter2}}",
            "secret-in-source",
            carried="hunter2hunter2",
        )
        for each in _KEYS
    ),
    put(
        "addons.kyverno.values.words",
        "{env: [{name: DB_PASSWORD, value: @HERE@hunter2hunter2}]}",
        "secret-in-source",
        carried="hunter2hunter2",
    ),
    *(put("addons.kyverno.values.words.one", quoted(each), sink="value", carried=each) for each in _LOOK_ALIKES),
    *(
        put("addons.kyverno.values.words", f"{{{each}: x}}")
        for each in ("secretName", "existingSecret", "tokenRef", "passwordKey", "secretKeyRef")
    ),
]
