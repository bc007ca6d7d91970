"""What a person is told about a fault of the schema: message, help and place, and never a regular expression."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.compiler import Compilation, SourceFile, validate
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.model import messages
from dokaseca_compile.model.grammar import GRAMMARS
from dokaseca_compile.model.schema import platform_schema
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import json as report
from dokaseca_compile.render import text
from dokaseca_compile.render.style import Style
from dokaseca_compile.resolve.merge_values import merge_values

BASE = fast_yaml.load((Path(__file__).parent / "rules/base.yaml").read_text())
SPOKE = "clusters.spoke"
NULL = "write a value, or delete the line"


def run(content: str) -> Compilation:
    return validate([SourceFile("platform.yaml", content.encode())])


def found(patch: str) -> list[tuple[Diagnostic, str]]:
    """The faults of the base with a patch laid over it, and the text that each points at."""
    whole = merge_values(BASE, fast_yaml.load(patch))
    content = fast_yaml.dump(whole, width=10_000)
    compilation = run(content)
    result = []
    for each in compilation.diagnostics:
        place = compilation.place(each.primary)
        line = compilation.sources.line_text(place.file, place.line)
        result.append((each, line[place.column - 1 : place.column - 1 + place.length]))
    return result


def addon(rest: str) -> str:
    return f"addons: {{cert-manager: {{{rest}}}}}"


def spoke(rest: str) -> str:
    return f"clusters: {{spoke: {{{rest}}}}}"


CHART = "addons: {new: {category: a, namespace: a, version: 1.0.0, chart: %s}}"
KUSTOMIZE_OR_FOLDER = "use `kustomize: {path: …, repository: …}`, or `chart: {path: …}` in the charts repository"
REGISTRY = "use a DNS name, such as `registry.example:5000/charts`"

IMAGE = "workloads: {a: {b: {image: %s, version: 1.0.0, environments: {dev: {}}}}}"
GROUP = "teams: {a: {groups: ['%s']}}"

TABLE: list[tuple[str, str, str, str]] = [
    # input, message, help, what is pointed at
    (addon("syncOptions: [CreateNamespace=true]"), "must be one of", "use the addon's key `createNamespace`", "C"),
    (addon("syncOptions: [ServerSideApply=false]"), "must be one of", "use the addon's key `serverSideApply`", "S"),
    (addon("syncOptions: [SkipDryRun=true]"), "must be one of", "", "SkipDryRun=true"),
    (addon("syncOptions: [PruneLst=true]"), "must be one of", "did you mean `PruneLast=true`?", "PruneLst=true"),
    (addon("syncOptions: [Delete=false]"), "must be one of", "", "Delete=false"),
    (
        addon("serverSideApply: true, syncOptions: [PruneLast=true, Force=true]"),
        "`addons.cert-manager.syncOptions[1]`: `Force=true` cannot be combined with server-side apply",
        "keep one of them",
        "Force=true",
    ),
    (
        addon("requires: [kyverno, a, kyverno]"),
        "`addons.cert-manager.requires[2]`: `kyverno` is already in the list, at [0]",
        "delete one of them",
        "kyverno",
    ),
    (
        addon("clusterResources: [{kind: A}, {kind: B}, {kind: A, group: ''}]"),
        "`addons.cert-manager.clusterResources[2]`: this item is already in the list, at [0]",
        "delete one of them",
        "k",
    ),
    (
        addon("syncOptions: [Replace=true, Replace=true]"),
        "`Replace=true` is already in the list",
        "delete one",
        "Replace=true",
    ),
    (spoke("teams: [a, a]"), "`clusters.spoke.teams[1]`: `a` is already in the list, at [0]", "delete one", "a"),
    ("teams: {a: {groups: [b, B, b]}}", "`teams.a.groups[2]`: `b` is already in the list, at [0]", "delete one", "b"),
    ("policies: {dev: {kyverno: {registries: [a.b, a.b]}}}", "`a.b` is already in the list", "delete one", "a.b"),
    (
        "environments: {dev: {rollout: [{regions: [eu, eu]}]}}",
        "rollout[0].regions[1]`: `eu` is already in the list",
        "delete",
        "eu",
    ),
    (
        "removed: {a: {addon: b, clusters: [c, c], reason: x}}",
        "`removed.a.clusters[1]`: `c` is already in",
        "delete one",
        "c",
    ),
    ("metadata: {domain: 256.1.1.1}", "the last label of a domain is not a number", "write a DNS name", "256.1.1.1"),
    ("metadata: {domain: acme.0x7f}", "the last label of a domain is not a number", "write a DNS name", "acme.0x7f"),
    (
        "policies: {dev: {kyverno: {registries: ['256.1.1.1/a']}}}",
        "`256.1.1.1` is neither a DNS name nor an IPv4 address",
        "write a host whose last label is not a number",
        "256.1.1.1/a",
    ),
    (
        "workloads: {a: {b: {image: '1.2.3:5000/a', environments: {dev: {}}}}}",
        "`1.2.3` is neither a DNS name nor an IPv4 address",
        "write a host whose last label is not a number",
        "1.2.3:5000/a",
    ),
    ("teams: {a: {contact: {email: a@b.1}}}", "the last label of a domain is not a number", "name@domain", "a@b.1"),
    (spoke("auth: aws"), "unknown authentication method `aws`", "`auth: {awsIam: {clusterName: …}}`?", "aws"),
    (
        spoke("auth: awsIam"),
        "unknown authentication method `awsIam`",
        "did you mean `auth: {awsIam: {clusterName: …}}`?",
        "awsIam",
    ),
    (
        spoke("auth: aws-iam"),
        "unknown authentication method `aws-iam`",
        "did you mean `auth: {awsIam: {clusterName: …}}`?",
        "aws-iam",
    ),
    (
        spoke("auth: inCluster"),
        "unknown authentication method `inCluster`",
        "did you mean `auth: in-cluster`?",
        "inCluster",
    ),
    (
        spoke("auth: azure"),
        "unknown authentication method `azure`",
        "did you mean `auth: azure-workload-identity`?",
        "azure",
    ),
    (spoke("auth: kerberos"), "unknown authentication method `kerberos`", "write one of `in-cluster`, ", "kerberos"),
    (
        spoke("auth: {inCluster: {}}"),
        "`clusters.spoke.auth` has 2 authentication methods: `inCluster` and `awsIam`",
        "keep one",
        "",
    ),
    (CHART % "{repository: 'oci://a.example/b'}", "has a `repository` but no `name`", "add `name: …`", "chart"),
    (CHART % "{name: b}", "has a `name` but no `repository`", "add `repository: https://…`", "chart"),
    (CHART % "{}", "`addons.new.chart` has no source", "a chart is `{name: …, repository: …}`", "chart"),
    (CHART % "{path: a, name: b}", "has both a `path` and a `name`", "a chart is", "chart"),
    (CHART % "cert-manager", "must be a mapping", "`chart: {name: cert-manager, repository: https://…}`", "cert-m"),
    (
        CHART % "{name: bitnami/nginx, repository: 'https://charts.example'}",
        "`addons.new.chart.name`: a chart name has letters, digits, `.`, `_` and `-`; `/` is not allowed",
        "write only the last part of a name with `/`; in a registry, the parts before it belong to `repository`",
        "bitnami/nginx",
    ),
    (
        "environments: {dev: {revisions: {addons: 2.x}}}",
        "`environments.dev.revisions.addons`: Argo CD reads `2.x` as a range and would follow the newest tag in it",
        "pin a tag or a commit, or write `refs/heads/2.x` to follow a branch",
        "2.x",
    ),
    (spoke("revisions: {clusters: v1.X}"), "reads `v1.X` as a range", "write `refs/heads/v1.X` to follow", "v1.X"),
    ("repositories: {addons: {revision: x}}", "reads `x` as a range", "write `refs/heads/x` to follow", "x"),
    (IMAGE % "acme/web", "`acme` is not a registry, so container runtimes", "write `docker.io/acme/web`", "acme/web"),
    (IMAGE % "library/nginx", "`library` is not a registry", "write `docker.io/library/nginx`", "library/nginx"),
    (
        "policies: {dev: {kyverno: {registries: [ghcr.io/acme, acme]}}}",
        "`policies.dev.kyverno.registries[1]`: `acme` is not a registry",
        "write `docker.io/acme`",
        "acme",
    ),
    (GROUP % "devs#all", "`teams.a.groups[0]`: a group has letters", "", "devs#all"),
    (addon("annotations: {a: b}"), "unknown key `annotations`", "known: `category`", "annotations"),
    (addon("syncOption: [PruneLast=true]"), "unknown key `syncOption`", "did you mean `syncOptions`?", "syncOption"),
    (addon("versions: [a]"), "unknown key `versions`", "known: `category`", "versions"),
    (addon("kustomize: {path: a}"), "has both `kustomize` and `chart`", "keep one of them", "cert-manager"),
    (addon("requires: kyverno"), "must be a list, not a string", "write `[kyverno]`", "kyverno"),
    (spoke("teams: payments"), "must be a list, not a string", "write `[payments]`", "payments"),
    ("teams: {a: {groups: devs}}", "must be a list, not a string", "write `[devs]`", "devs"),
    (
        "teams: {a: {quotas: {pods: 500m}}}",
        "`teams.a.quotas.pods`: the number of Pods must be whole",
        "write a whole number",
        "500m",
    ),
    (
        "policies: {dev: {limits: {default: {memory: 512m}}}}",
        "`policies.dev.limits.default.memory`: the amount is not a whole number of bytes",
        "write `512Mi`",
        "512m",
    ),
    ("teams: {a: {quotas: {storage: '0.5'}}}", "the amount is not a whole number of bytes", "write `0.5Gi`", "'0.5'"),
    (
        "environments: {dev: {secrets: {a: {key: a, type: kubernetes.io/tls, data: {tls.crt: a}}}}}",
        "`environments.dev.secrets.a.data` needs `tls.key` for the type `kubernetes.io/tls`",
        "add `tls.key`",
        "",
    ),
    (
        "environments: {dev: {secrets: {a: {key: a, type: kubernetes.io/basic-auth, data: {user: a}}}}}",
        "needs `password` or `username` for the type `kubernetes.io/basic-auth`",
        "add `password` or `username`",
        "",
    ),
    ("removed: {a: {reason: x}}", "`removed.a` needs `addon`, `cluster` or `workload`", "write `addon: …`", "a"),
    ("removed: {a: {addon: b, cluster: c, reason: x}}", "has `addon` and `cluster`", "keep one of them", "a"),
    ("moved: {a: {to: b, reason: x}}", "`moved.a` needs `addon`, `cluster` or `workload`", "write `addon: …`", "a"),
    (
        "removed: {a: {cluster: b, environments: [dev], reason: x}}",
        "`removed.a.environments` is only for `addon` and `workload`: a cluster is deleted as a whole",
        "delete it",
        "environments",
    ),
    ("removed: {a: {addon: b, clusters: [], reason: x}}", "`removed.a.clusters` must have at least one entry", "", "["),
    (
        "removed: {a: {addon: b, reason: ' '}}",
        "`removed.a.reason`: a reason is a text for the people who review",
        "",
        "' '",
    ),
    ("removed: {a: {addon: b}}", "`removed.a` needs `reason`", "", "a"),
    ("moved: {a: {cluster: b, to: Edge_US, reason: x}}", "`moved.a.to`: a new name", "write `edge-us`", "Edge_US"),
    (
        "workloads: {a: {b: {image: 'ghcr.io/Acme/api:1.0', environments: {dev: {}}}}}",
        "an image is `registry/path`",
        "write `ghcr.io/acme/api`",
        "ghcr.io/Acme/api:1.0",
    ),
    ("moved: {a: {workload: b/c, to: d, reason: x}}", "must be the name of a workload", "write `b/d`", "d"),
    (
        "moved: {a: {cluster: b, to: c/d, reason: x}}",
        "must be the name of a cluster",
        "remove the part before",
        "c/d",
    ),
    ("removed: {a: {workload: b, reason: x}}", "a workload is `<team>/<workload>`", "", "b"),
    ("removed: {a: {workload: b/c, addon: d, reason: x}}", "has `addon` and `workload`", "keep one of them", "a"),
    ("clusters: [{name: a}]", "must be a mapping", "use the name as the key: `a: {…}`", ""),
    ("environments: [dev]", "must be a mapping, not a list", "use the name as the key: `dev: {…}`", ""),
    (
        "environments: {dev: {addons: {kyverno: 1.2.0}}}",
        "true, false or a mapping",
        "write `{version: 1.2.0}`",
        "1.2.0",
    ),
    ("environments: {dev: {addons: {kyverno: 1.2}}}", "true, false or a mapping", 'write `{version: "1.2"}`', "1.2"),
    ("environments: {dev: {addons: {kyverno: 'false'}}}", "", "write `false` without quotes", "'false'"),
    (addon("createNamespace: 'yes'"), "must be true or false", "write `true` without quotes", "'yes'"),
    ("environments: {dev: {sync: {retries: '5'}}}", "must be a whole number", "write `5` without quotes", "'5'"),
    ("environments: {dev: {sync: {retries: 101}}}", "`environments.dev.sync.retries` must be from 0 to 100", "", "101"),
    (
        addon("components: {a: {wave: 200}}"),
        "`addons.cert-manager.components.a.wave` must be from -100 to 100",
        "",
        "2",
    ),
    ("kind: List", "`kind` must be `Platform`", "", "List"),
    (addon("version: ^1.2.3"), "a version is exact, not a range", "write `1.2.3`", "^1.2.3"),
    (addon("version: 1.x || 2.x"), "a version is exact, not a range", "", "1.x"),
    (addon("category: Security"), "a category is one lower-case name", "write `security`", "Security"),
    ("regions: {Prod_EU: {}}", "a name has lower-case letters", "write `prod-eu`", "Prod_EU"),
    (spoke("kubernetesVersion: v1.33.1"), "a Kubernetes version is", "write `1.33.1`", "v1.33.1"),
    (spoke("kubernetesVersion: 1.33.1-gke.100"), "a Kubernetes version is", "write `1.33.1`", "1.33.1-gke.100"),
    (spoke("certificateAuthority: '-----BEGIN CERTIFICATE-----'"), "base64", "`base64 -w0 ca.crt`", "'-----BEGIN"),
    (spoke("certificateAuthority: bm90IG9uZQ=="), "must be base64 of PEM", "`base64 -w0 ca.crt`", "bm90IG9uZQ=="),
    (spoke("auth: {awsIam: {roleArn: me}}"), "`arn:aws:iam::<12-digit account>:role/<name>`", "", "me"),
    (
        addon("chart: {version: 1.0.0}"),
        "unknown key `version`",
        "move `version` one level up, beside `chart`",
        "version",
    ),
    (addon("chart: {repo: x}"), "unknown key `repo`", "did you mean `repository`?", "repo"),
    (addon("environments: {}"), "unknown key", "set it at `environments.<environment>.addons.cert-manager`", "env"),
    (addon("zzz: 1"), "unknown key `zzz` in `addons.cert-manager`", "`values`", "zzz"),
    (
        CHART % "{name: a, repository: 'ghcr.io/x/y:1.2.3'}",
        "the URL of a repository has no tag",
        "`repository: ghcr.io/x`, `",
        "g",
    ),
    (CHART % "{name: a, repository: 'oci://ghcr.io/x/y:latest'}", "no tag", "`name: y`, `version: latest`", "oci"),
    (
        CHART % "{name: a, repository: 'ghcr.io/y:1.2'}",
        "no tag",
        '`repository: oci://ghcr.io`, `name: y`, `version: "1.2"`',
        "g",
    ),
    (CHART % "{name: a, repository: 'oci://10.0.0.1:5000/charts'}", "host is an address", REGISTRY, "oci"),
    (CHART % "{name: a, repository: '10.0.0.1:5000/charts'}", "host is an address", REGISTRY, "10."),
    (
        CHART % "{name: a, repository: '3registry.example:5000/charts'}",
        "host begins with a digit",
        "a DNS name that begins with a letter",
        "3reg",
    ),
    (CHART % "{name: a, repository: 'oci://ghcr.io/a/'}", "no trailing slash", "write `oci://ghcr.io/a`", "oci"),
    (CHART % "{name: a, repository: 'ghcr.io/Acme'}", "is lower-case", "write `ghcr.io/acme`", "ghcr"),
    (CHART % "{name: a, repository: 'git@github.com:a/b.git'}", "is not a Git URL", KUSTOMIZE_OR_FOLDER, "git@"),
    (CHART % "{name: a, repository: 'https://github.com/a/b.git'}", "is not a Git URL", KUSTOMIZE_OR_FOLDER, "https"),
    (spoke("server: 'ftp://a.example'"), "must be an https:// URL of a host and a plain path", "", "ftp"),
    (spoke("server: 'https://a.example/'"), "no trailing slash", "write `https://a.example`", "https"),
]


@pytest.mark.parametrize(("patch", "message", "advice", "marked"), TABLE, ids=[row[0][:70] for row in TABLE])
def test_a_fault_is_told_with_its_remedy(patch: str, message: str, advice: str, marked: str) -> None:
    """One error has the message and the help, and points at the text."""
    faults = [each for each in found(patch) if message in each[0].message and advice in each[0].help]
    assert faults, [(each.message, each.help) for each, _ in found(patch)]
    fault, shown = faults[0]
    assert shown.startswith(marked), shown
    assert bool(advice) == bool(fault.help), fault.help


NULLS = {
    "  spoke: {environment: dev, region: eu, auth: in-cluster, hub: }": ("clusters.spoke.hub", NULL, "hub"),
    "  spoke: {environment: dev, region: eu, auth: in-cluster, server: ~}": ("clusters.spoke.server", NULL, "~"),
    "  spoke: {environment: , region: eu, auth: in-cluster}": (
        "clusters.spoke.environment", "write a value", "environment",
    ),
    "  spoke: {environment: dev, region: eu, auth: {inCluster: }}": (
        "clusters.spoke.auth.inCluster", "write `inCluster: {}`", "inCluster",
    ),
    "  spoke:": ("clusters.spoke", "write a value, or delete the line", "spoke"),
    "  spoke: {environment: dev, region: eu, auth: in-cluster, cloud: }": ("clusters.spoke.cloud", NULL, "cloud"),
    "regions:\n  us:": ("regions.us", "write `us: {}`", "us"),
    "regions:\n  us: {addons: {kyverno: }}": (
        "regions.us.addons.kyverno", "write `true`, `false` or a mapping", "kyverno",
    ),
    "regions:\n  us: {addons: {kyverno: {version: }}}": ("regions.us.addons.kyverno.version", NULL, "version"),
    "regions:\n  us: {addons: {kyverno: {enabled: }}}": ("regions.us.addons.kyverno.enabled", NULL, "enabled"),
    "layout:": ("layout", NULL, "layout"),
}  # fmt: skip
HEAD = """apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {name: acme}
repositories: {organization: https://github.com/acme}
environments: {dev: {}}
"""


@pytest.mark.parametrize("lines", NULLS)
def test_a_key_without_a_value_is_refused(lines: str) -> None:
    """Nothing written is not "unset": the value may have been forgotten."""
    where, advice, marked = NULLS[lines]
    clusters = "" if lines.startswith(" ") else "  hub: {type: hub, environment: dev, region: eu, auth: in-cluster}\n"
    regions = "" if "regions:" in lines else "regions: {eu: {}}\n"
    compilation = run(f"{HEAD}{regions}clusters:\n{clusters}{lines}\n")
    fault = next(each for each in compilation.diagnostics if "has no value" in each.message)
    place = compilation.place(fault.primary)
    assert (fault.slug, fault.message, fault.help) == ("wrong-type", f"`{where}` has no value", advice)
    assert compilation.sources.line_text(place.file, place.line)[place.column - 1 :].startswith(marked)


def test_the_schema_has_no_null() -> None:
    """An editor refuses a null where the model does, and shows none as a default."""
    schema = json.dumps({key: value for key, value in platform_schema().items() if key != "examples"})
    assert '"null"' not in schema
    assert '"default": null' not in schema


def test_empty_sections_are_told_in_words() -> None:
    """A section without an entry."""
    compilation = run(HEAD.replace("environments: {dev: {}}", "environments: {}") + "regions: {}\nclusters: {}\n")
    messages_ = [each.message for each in compilation.diagnostics]
    assert messages_ == [f"`{each}` must have at least one entry" for each in ("environments", "regions", "clusters")]
    assert compilation.diagnostics[1].help == "write `regions: {eu: {}}`"


def test_no_way_to_authenticate() -> None:
    """An empty ``auth`` lists the ways."""
    content = (
        f"{HEAD}regions: {{eu: {{}}}}\nclusters: {{hub: {{type: hub, environment: dev, region: eu, auth: {{}}}}}}\n"
    )
    (fault,) = run(content).diagnostics
    assert fault.message == "`clusters.hub.auth` has no authentication method"
    assert fault.help.startswith("write one of `in-cluster`, ")
    assert "`{awsIam: {clusterName: …}}`" in fault.help


def test_a_file_of_kubernetes_is_told_from_a_platform() -> None:
    """One fault, and not one for each section that it does not have."""
    (fault,) = run("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n").diagnostics
    assert fault.message == "this is a Kubernetes `ConfigMap`, not a platform file"
    assert fault.primary.route == ("kind",)


def test_known_keys_are_all_named() -> None:
    """The keys of an addon are more than a dozen; none is left out."""
    help_line = next(each.help for each, _ in found(addon("zzz: 1")) if each.slug == "unknown-key")
    assert help_line.count("`") // 2 == len(platform_schema()["definitions"]["Addon"]["properties"])


def patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


def test_every_pattern_is_explained() -> None:
    """No pattern of the model is without a rule in words; the table of kinds of fault is all that can be raised."""
    used = set(patterns(platform_schema()))
    assert used
    assert used <= set(GRAMMARS)
    for grammar in GRAMMARS.values():
        assert re.match(r"an? [A-Za-z]", grammar.rule), grammar.rule


KEYS = ("/clusters/edge", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:edge-AbCdEf", "a_b/c.d-e", "kv/.hidden")


@pytest.mark.parametrize("key", KEYS)
def test_keys_of_secret_stores_are_legal(key: str) -> None:
    """As the providers of External Secrets name their entries."""
    patch = f"clusters: {{new: {{environment: dev, region: eu, hub: hub, auth: {{bearerToken: {{key: '{key}'}}}}}}}}"
    assert not [each for each, _ in found(patch) if each.slug in messages_of_grammar()]


@pytest.mark.parametrize("key", ["../a", "a/../b", "a/..", "a b", "//a", "a/"])
def test_odd_keys_of_secret_stores_are_not(key: str) -> None:
    patch = f"clusters: {{new: {{environment: dev, region: eu, hub: hub, auth: {{bearerToken: {{key: '{key}'}}}}}}}}"
    assert "invalid-value" in {each.slug for each, _ in found(patch)}


@pytest.mark.parametrize(("group", "legal"), [("CN=devs,OU=teams,DC=acme", True), ("a b", True), ("a ", False)])
def test_groups_of_ldap_are_legal(group: str, legal: bool) -> None:
    slugs = {each.slug for each, _ in found(f"teams: {{a: {{groups: ['{group}']}}}}")}
    assert ("invalid-value" in slugs) is not legal


def messages_of_grammar() -> set[str]:
    return {each.slug for each in GRAMMARS.values()}


@pytest.mark.parametrize("secret", ["abc", "abcdefghijklmnopqrstuvwxyz"])
@pytest.mark.parametrize("values", ["{password: %s}", "\n      password: %s", "{a: b, password: %s, c: d}"])
def test_marks_do_not_tell_how_long_a_secret_is(values: str, secret: str) -> None:
    """The carets and the ``length`` of a masked value are those of the mask."""
    content = HEAD + "regions: {eu: {}}\nclusters: {hub: {type: hub, environment: dev, region: eu, auth: in-cluster}}\n"
    content += (
        f"addons:\n  a:\n    category: a\n    namespace: a\n    chart: {{path: a}}\n    values: {values % secret}\n"
    )
    compilation = run(content)
    shown = text.findings(compilation, Style())
    assert re.findall(r"\^+", next(part for part in shown.split("\n\n") if "secret-in-source" in part)) == ["^" * 8]
    reported = json.loads(report.report(Report("validate", compilation)))
    assert [each["length"] for each in reported["diagnostics"] if each["slug"] == "secret-in-source"] == [8]


def test_missing_sections_have_examples_in_the_order_of_the_schema() -> None:
    """The examples come in the order in which a file is written."""
    required = [key for key in platform_schema()["properties"] if key in platform_schema()["required"]]
    assert list(messages.SECTIONS) == required


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("devs#all", "; `#` is not allowed"),
        ("a#b!", "; `#` and `!` are not allowed"),
        ("-devs", "; it begins with `-`"),
        ("devs ", "; it ends with ` `"),
    ],
)
def test_a_message_names_the_character(given: str, end: str) -> None:
    """What a rule lists is allowed: the message says which character it objects to (argo-cd#8074)."""
    (fault, _) = found(GROUP % given)[0]
    assert fault.message.endswith(end)


@pytest.mark.parametrize(
    "group", ["/devs", "/realm/devs", "CN=devs,OU=teams,DC=acme", "acme:devs", "devs@acme.example"]
)
def test_groups_are_named_as_identity_providers_do(group: str) -> None:
    """Keycloak names a group by a path that begins with a slash (argo-cd#8074)."""
    assert not [each for each, _ in found(GROUP % group) if "groups" in each.message]


@pytest.mark.parametrize(
    "patch",
    [
        "kind: Platfrom",
        "apiVersion: dokaseca.dev/v2",
        "metadata: {name: Acme}",
        "metadata: [acme]",
        "metadata: {nmae: acme}",
        "repositories: {organization: nowhere}",
        "repositories: [a]",
        "repositories: {addons: {revision: a..b}}",
        "repositories: {branching: {require: {dev: tga}}}",
    ],
)
def test_a_fault_of_a_section_hides_no_finding_of_a_rule(patch: str) -> None:
    """One fault of the schema, and the finding that is there without it; nothing that follows from the fault."""
    wrong = "clusters: {spoke: {region: ue}}"
    alone = {each.slug for each, _ in found(wrong)}
    assert alone == {"unknown-region"}
    both = merge_values(fast_yaml.load(patch), fast_yaml.load(wrong))
    slugs = [each.slug for each, _ in found(fast_yaml.dump(both))]
    assert slugs.count("unknown-region") == 1
    assert len(slugs) == 2, slugs


@pytest.mark.parametrize(
    "patch",
    [
        "integrations: {secretStore: {nmae: vault}}",
        "integrations: []",
        "clusters: {hub: {type: zz}}",
        "clusters: {hub: {environment: [dev]}}",
        "teams: []",
        "addons: []",
    ],
)
def test_what_follows_from_a_fault_is_not_reported(patch: str) -> None:
    """What needs the faulty part is not missing: the cause is reported once."""
    base = fast_yaml.load((Path(__file__).parent / "hostile/base.yaml").read_text())
    content = fast_yaml.dump(merge_values(base, fast_yaml.load(patch)))
    first = fast_yaml.load(patch)
    (section,) = first
    errors = [each for each in run(content).diagnostics if each.severity == "error"]
    assert {each.primary.route[0] for each in errors} == {section}, [each.message for each in errors]
    assert {each.slug for each in errors} <= {"unknown-value", "unknown-key", "missing-key", "wrong-type"}
