"""Random platforms: sound ones, with hostile names, values and overrides at every layer."""

from __future__ import annotations

from typing import Any

from hostile_strings import strings
from hypothesis import strategies as st

# Names that a reader takes for something else, and that are legal all the same.
_NAMES = (
    "a", "n", "y", "no", "on", "off", "yes", "true", "false", "null", "nan", "inf", "1", "0", "007", "0x1", "1e3",
    "1234e56",
    "0o14", "12-30", "a-b", "a-b-c", "b-c", "x" * 20, "dev", "prod", "hub", "spoke", "values", "name", "eu", "e2e",
)  # fmt: skip
_VERSIONS = ("1.0.0", "0.1.0-rc.1", "10.20.30", "1.2.3+build.5", "2024.1.1", "0.0.1")
_REVISIONS = ("main", "v1.0.0", "release/1.5", "feature/a_b", "1e3", "0123456789abcdef0123456789abcdef01234567")
_LABELS = ("", "a", "true", "no", "1e3", "1.30", "a_b.c-d", "X")
_CA = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="


def _prefixed(prefix: str) -> st.SearchStrategy[str]:
    """Names that collide with no other kind of thing."""
    return st.sampled_from(_NAMES).map(lambda name: f"{prefix}-{name}")


def _some(strategy: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=least, max_size=most, unique=True)


def _values() -> st.SearchStrategy[dict[str, Any]]:
    """Helm values of plain keys; what they hold is any text, and nothing that looks like a secret."""
    key = st.sampled_from(("a", "b", "no", "1e3", "{{ .x }}", "a.b", "on"))
    leaf = st.one_of(strings().filter(_harmless), st.booleans(), st.integers(-(2**31), 2**31), st.none())
    nested = st.recursive(
        leaf,
        lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(key, inner, max_size=2)),
        max_leaves=4,
    )
    return st.dictionaries(key, nested, min_size=1, max_size=3)


def _harmless(text: str) -> bool:
    return text.isprintable() and len(text) < 60


@st.composite
def _setting(draw: st.DrawFn, *, versioned: bool, chart: bool) -> Any:
    """What a layer may say of an addon."""
    if draw(st.booleans()):
        return draw(st.booleans())
    setting: dict[str, Any] = {"enabled": True}
    if versioned and draw(st.booleans()):
        setting["version"] = draw(st.sampled_from(_VERSIONS))
    if draw(st.booleans()):
        setting["namespace"] = draw(_prefixed("ns"))
    if chart and draw(st.booleans()):
        setting["values"] = draw(_values())
    return setting


@st.composite
def _addon(draw: st.DrawFn, name: str) -> dict[str, Any]:
    addon: dict[str, Any] = {
        "category": draw(st.sampled_from(("security", "a/b", "no", "x/1e3"))),
        "namespace": draw(_prefixed("ns")),
        "enabled": draw(st.booleans()),
    }
    source = draw(st.sampled_from(("http", "oci", "bare", "local", "kustomize", "kustomize-git", "components")))
    if source == "local":
        addon["chart"] = {"path": f"charts/{name}"}
    elif source == "kustomize":
        addon["kustomize"] = {"path": f"kustomize/{name}/{{version}}"}
    elif source == "kustomize-git":
        addon["kustomize"] = {"path": f"config/{name}", "repository": "https://git.example/foreign/x.git"}
    elif source == "components":
        addon["components"] = {
            "base": {"repository": "https://charts.example/base", "wave": -1},
            "more": {"repository": "oci://ghcr.io/acme/charts", "values": draw(_values())},
        }
    else:
        repository = {
            "http": f"https://charts.example/{name}",
            "oci": "oci://ghcr.io/acme/charts",
            "bare": "ghcr.io/acme/x",
        }
        addon["chart"] = {"name": name, "repository": repository[source]}
    if source != "local":
        addon["version"] = draw(st.sampled_from(_VERSIONS))
    if "chart" in addon and draw(st.booleans()):
        addon["values"] = draw(_values())
    if draw(st.booleans()):
        addon["serverSideApply"] = True
    return addon


@st.composite
def _layer(draw: st.DrawFn, addons: dict[str, dict[str, Any]]) -> dict[str, Any]:
    chosen = draw(_some(st.sampled_from(sorted(addons)), 0, 3))
    return {name: draw(_setting(versioned="version" in addons[name], chart="chart" in addons[name])) for name in chosen}


@st.composite
def _cluster(draw: st.DrawFn, number: int, where: dict[str, Any]) -> dict[str, Any]:
    cluster: dict[str, Any] = {
        "environment": draw(st.sampled_from(where["environments"])),
        "region": draw(st.sampled_from(where["regions"])),
        "hub": draw(st.sampled_from(where["hubs"])),
        "server": f"https://cluster-{number}.example:6443",
        "addons": draw(_layer(where["addons"])),
    }
    cluster |= draw(
        st.sampled_from(
            (
                {
                    "cloud": "aws",
                    "auth": {"awsIam": {"clusterName": "one", "roleArn": "arn:aws:iam::111122223333:role/x"}},
                },
                {"cloud": "azure", "auth": "azure-workload-identity"},
                {"cloud": "gcp", "auth": "gcp-workload-identity", "certificateAuthority": _CA},
                {"auth": {"bearerToken": {"key": f"clusters/{number}"}}, "certificateAuthority": _CA},
            )
        )
    )
    external = "bearerToken" in cluster["auth"]
    if not external and draw(st.booleans()):
        cluster["registration"] = "terraform"
    if draw(st.booleans()):
        cluster["labels"] = {"example.com/team": draw(st.sampled_from(_LABELS)), "tier": draw(st.sampled_from(_LABELS))}
    if draw(st.booleans()):
        note = strings().filter(_harmless)
        # External Secrets would run braces as a template; a rule refuses them.
        cluster["annotations"] = {"note": draw(note.filter(lambda text: "{{" not in text and "}}" not in text))}
    if draw(st.booleans()):
        cluster["revisions"] = {"addons": draw(st.sampled_from(_REVISIONS))}
    return cluster


@st.composite
def _workload(draw: st.DrawFn, environments: list[str]) -> dict[str, Any]:
    """A workload from any source, in some environments."""
    tag = draw(st.sampled_from(_VERSIONS)).replace("+", "-")
    source = draw(st.sampled_from(("image", "http", "oci", "own", "git", "git-helm")))
    workload: dict[str, Any] = {"version": tag}
    if source == "image":
        workload["image"] = "registry.example:5000/acme/api"
    elif source == "own":
        workload = {"chart": {"path": "charts/own"}}
    elif source in {"git", "git-helm"}:
        helm = {"helm": True} if source == "git-helm" else {}
        workload["git"] = {"repository": "git@git.example:acme/api.git", "path": "deploy/x", **helm}
    else:
        repository = {"http": "https://charts.example/api", "oci": "oci://ghcr.io/acme/charts"}[source]
        workload["chart"] = {"name": "api", "repository": repository}
    places: dict[str, Any] = {}
    for name in draw(_some(st.sampled_from(environments), 1, len(environments))):
        place: dict[str, Any] = {}
        if source != "own" and draw(st.booleans()):
            place["version"] = draw(st.sampled_from(_VERSIONS)).replace("+", "-")
        if source not in {"git", "image"} and draw(st.booleans()):
            place["values"] = draw(_values())
        places[name] = place
    return {**workload, "environments": places}


@st.composite
def _teams(draw: st.DrawFn, environments: list[str]) -> dict[str, Any]:
    """Teams with groups as identity providers name them, and a role in every environment."""
    group = st.sampled_from(("devs", "CN=devs,OU=teams,DC=acme", "a:b/c", "org:team one", "1e3", "no"))
    return {
        name: {
            "groups": draw(_some(group, 0, 2)),
            "roles": {each: draw(st.sampled_from(("admin", "editor", "viewer"))) for each in environments},
            **({"namespace": f"{name}-ns"} if draw(st.booleans()) else {}),
        }
        for name in draw(_some(_prefixed("team"), 0, 2))
    }


def _steps(environment: str, clusters: dict[str, Any]) -> list[dict[str, Any]]:
    """A step for each region of an environment's clusters."""
    regions = {each["region"] for each in clusters.values() if each["environment"] == environment}
    return [{"regions": [each], "maxUpdate": "25%"} for each in sorted(regions)]


@st.composite
def platforms(draw: st.DrawFn) -> dict[str, Any]:
    """A platform of one or two hubs, up to five spokes, four addons, two teams. Some break a rule: they say nothing."""
    addons = {name: draw(_addon(name)) for name in draw(_some(_prefixed("addon"), 1, 4))}
    environments = draw(_some(_prefixed("env"), 1, 3))
    regions = draw(_some(_prefixed("r"), 1, 2))
    hubs = draw(_some(_prefixed("hub"), 1, 2))
    where = {"environments": environments, "regions": regions, "hubs": hubs, "addons": addons}
    clusters: dict[str, Any] = {
        hub: {
            "type": "hub",
            "environment": draw(st.sampled_from(environments)),
            "region": draw(st.sampled_from(regions)),
            "auth": "in-cluster",
            "addons": draw(_layer(addons)),
        }
        for hub in hubs
    }
    for number, name in enumerate(draw(_some(_prefixed("c"), 0, 5))):
        clusters[name] = draw(_cluster(number, where))
    teams = draw(_teams(environments))
    for cluster in clusters.values():
        cluster["teams"] = draw(_some(st.sampled_from(sorted(teams)), 0, 2)) if teams else []
    names = st.sampled_from(("api", "no", "1e3", "a-b", "config"))
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Platform",
        "metadata": {"name": draw(_prefixed("p"))},
        "repositories": {
            "organization": "https://git.example/acme",
            "addons": {"basepath": draw(st.sampled_from(("", "gitops", "a/b"))) or "x", "path": "appsets"},
        },
        "integrations": {"secretStore": {"name": "vault"}},
        "environments": {
            name: {
                "deletion": draw(st.sampled_from(("delete", "preserve"))),
                "sync": {
                    "automated": draw(st.booleans()),
                    "prune": draw(st.booleans()),
                    "retries": draw(st.integers(0, 9)),
                },
                "revisions": {"addons": draw(st.sampled_from(_REVISIONS)), "charts": draw(st.sampled_from(_REVISIONS))},
                "rollout": draw(st.sampled_from(([], _steps(name, clusters)))),
                "addons": draw(_layer(addons)),
            }
            for name in environments
        },
        "regions": {name: {"addons": draw(_layer(addons))} for name in regions},
        "clusterTypes": {"spoke": {"addons": draw(_layer(addons))}, "hub": {"addons": draw(_layer(addons))}},
        "clusters": clusters,
        "addons": addons,
        "teams": teams,
        "workloads": {
            team: {name: draw(_workload(environments)) for name in draw(_some(names, 0, 2))} for team in teams
        },
    }
