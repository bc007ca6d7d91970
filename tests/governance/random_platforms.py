"""Random platforms of teams: sound ones, with names that readers of YAML take for something else."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from dokaseca_compile.model.policies import KyvernoPolicy

_NAMES = ("a", "n", "y", "no", "on", "true", "null", "nan", "1", "007", "0x1", "1e3", "1234e56", "0o14", "12-30", "a-b")
_LEVELS = ("privileged", "baseline", "restricted")
_ROLES = st.sampled_from(("admin", "editor", "viewer"))
_GROUPS = ("devs", "1e3", "CN=a,OU=b c", "acme:Admins", "user@acme.example")
_TEXTS = ("", "no", "1e3", "a: b # c", "{{ .x }}", 'it\'s "x"', "ünï", "arn:aws:iam::1:role/x")


def _some(names: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=least, max_size=most, unique=True)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _given(**entries: Any) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None}


@st.composite
def _quotas(draw: st.DrawFn) -> dict[str, str]:
    amounts = {"cpu": "8", "memory": "16Gi", "storage": "1Ti", "pods": "100"}
    return {key: amounts[key] for key in draw(_some(tuple(amounts), 0, 4))}


@st.composite
def _limits(draw: st.DrawFn) -> dict[str, Any]:
    bounds = {"min": "10m", "defaultRequest": "0.5", "default": "1", "max": "2000m"}
    return {bound: {"cpu": bounds[bound], "memory": "1Gi"} for bound in draw(_some(tuple(bounds), 0, 4))}


@st.composite
def _kyverno(draw: st.DrawFn) -> dict[str, Any]:
    policies = draw(_some(get_args(KyvernoPolicy), 0, 4))
    return _given(
        policies=policies,
        action=draw(_maybe(st.sampled_from(("audit", "enforce")))) if policies else None,
        registries=["ghcr.io/acme", "1e3.example:5000"] if "restrict-image-registries" in policies else None,
        labels=["app", "acme.example/no"] if "require-labels" in policies else None,
    )


@st.composite
def _policies(draw: st.DrawFn) -> dict[str, Any]:
    enforced = draw(st.integers(0, 2))
    level = st.sampled_from(_LEVELS[enforced:])
    security = _given(enforce=_LEVELS[enforced], warn=draw(_maybe(level)), audit=draw(_maybe(level)))
    return _given(
        podSecurity=draw(_maybe(st.just(security))),
        network=draw(_maybe(st.sampled_from(("open", "default-deny")))),
        quotas=draw(_quotas()),
        limits=draw(_limits()),
        kyverno=draw(_kyverno()),
    )


@st.composite
def _secrets(draw: st.DrawFn, teams: list[str]) -> dict[str, Any]:
    return {
        name: {
            "key": draw(st.sampled_from(("a/b", "/1e3", "arn:x"))),
            "data": dict.fromkeys(draw(_some((".a", "no", "1e3"), 1, 3)), "no"),
            **draw(
                st.sampled_from(
                    ({}, {"teams": draw(st.lists(st.sampled_from(teams), min_size=1, max_size=2, unique=True))})
                )
            ),
        }
        for name in draw(_some(_NAMES, 0, 2))
    }


@st.composite
def _team(draw: st.DrawFn, name: str, environments: list[str]) -> dict[str, Any]:
    roles = st.dictionaries(st.sampled_from(environments), _ROLES, max_size=3)
    accounts = {
        account: {
            "roles": draw(st.dictionaries(st.sampled_from(environments), _ROLES, min_size=1, max_size=3)),
            "annotations": {"acme.example/no": draw(st.sampled_from(_TEXTS))},
        }
        for account in draw(_some(_NAMES, 0, 2))
    }
    return _given(
        groups=draw(_some(_GROUPS, 0, 3)),
        roles=draw(roles),
        namespace=draw(_maybe(st.just(f"0{name}"))),
        quotas=draw(_quotas()),
        serviceAccounts=accounts,
        costCenter=draw(_maybe(st.sampled_from(("1e3", "no", "cc-1")))),
        contact=_given(chat=draw(_maybe(st.sampled_from(_TEXTS)))),
    )


@st.composite
def governed_platforms(draw: st.DrawFn) -> dict[str, Any]:
    """A hub and up to three spokes, up to three teams and environments, each with what it may have."""
    environments = draw(_some(_NAMES, 1, 3))
    teams = draw(_some(_NAMES, 1, 3))
    clusters: dict[str, Any] = {
        name: {
            "environment": draw(st.sampled_from(environments)),
            "region": "1e3",
            "server": f"https://cluster-{number}.example",
            "auth": "gcp-workload-identity",
            "cloud": "gcp",
            "teams": draw(st.lists(st.sampled_from(teams), max_size=4, unique=True)),
        }
        for number, name in enumerate(draw(_some(_NAMES, 0, 3)))
    }
    hub = {"type": "hub", "environment": environments[0], "region": "1e3", "auth": "in-cluster"}
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Platform",
        "metadata": _given(
            name=draw(st.sampled_from(_NAMES)), domain=draw(_maybe(st.sampled_from(("1e3", "a.example"))))
        ),
        "repositories": {
            "organization": "https://git.example/acme",
            "clusters": {"name": "clusters", "path": draw(st.sampled_from(("hubs", "by/hub")))},
        },
        "integrations": {"secretStore": {"name": draw(st.sampled_from(_NAMES))}},
        "environments": {
            name: {
                "purpose": draw(st.sampled_from(("full", "production-like", "hardened"))),
                "secrets": draw(_secrets(teams)),
            }
            for name in environments
        },
        "regions": {"1e3": {}},
        "clusters": {**clusters, "the-hub": hub},
        "teams": {name: draw(_team(name, environments)) for name in teams},
        "policies": {name: draw(_policies()) for name in draw(_some(tuple(environments), 0, 3))},
    }
