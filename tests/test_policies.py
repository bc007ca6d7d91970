"""Quantities, bounds as Kubernetes completes them, and the paths between Kustomize's folders."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dokaseca_compile.model.policies import ContainerLimits, amount
from dokaseca_compile.resolve.layout import Location, between


@pytest.mark.parametrize(
    ("quantity", "worth"),
    [
        ("0", "0"), ("8", "8"), ("0.5", "0.5"), ("500m", "0.5"), ("1k", "1000"), ("1Ki", "1024"), ("1M", "1000000"),
        ("1.5Gi", "1610612736"), ("2G", "2000000000"), ("1Ti", "1099511627776"), ("1P", "1000000000000000"),
        ("1Ei", "1152921504606846976"), ("1E", "1000000000000000000"),
    ],
)  # fmt: skip
def test_what_a_quantity_is_worth(quantity: str, worth: str) -> None:
    """Every suffix of the grammar, exactly."""
    assert amount(quantity) == Decimal(worth)


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ({}, {}),
        ({"max": {"cpu": "2"}}, {"max": "max 2", "default": "max 2", "defaultRequest": "max 2"}),
        ({"default": {"cpu": "1"}}, {"default": "default 1", "defaultRequest": "default 1"}),
        ({"min": {"cpu": "1"}}, {"min": "min 1", "defaultRequest": "min 1"}),
        (
            {"min": {"cpu": "1"}, "default": {"cpu": "3"}},
            {"min": "min 1", "default": "default 3", "defaultRequest": "default 3"},
        ),
        ({"defaultRequest": {"cpu": "1"}}, {"defaultRequest": "defaultRequest 1"}),
        ({"max": {"memory": "1Gi"}}, {}),
    ],
)  # fmt: skip
def test_bounds_are_completed(given: dict[str, dict[str, str]], filled: dict[str, str]) -> None:
    """As Kubernetes' defaulting of a LimitRange does (pkg/apis/core/v1/defaults.go)."""
    limits = ContainerLimits.model_validate(given)
    assert {bound: " ".join(said) for bound, said in limits.filled("cpu").items()} == filled


@pytest.mark.parametrize(
    ("folder", "other", "path"),
    [
        ("clusters/a", "environments/base", "../../environments/base"),
        ("x/clusters/a", "x/environments/base", "../../environments/base"),
        ("environments/overlays/dev", "environments/base", "../../base"),
        ("environments/overlays/dev/teams/a", "environments/secrets/dev/b", "../../../../secrets/dev/b"),
        ("a/b", "a/c", "../c"),
    ],
)
def test_paths_between_folders(folder: str, other: str, path: str) -> None:
    """As Kustomize reads them: from one folder to another."""
    assert between(Location("r", folder), Location("r", other)) == path
