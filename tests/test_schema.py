"""The JSON Schema: generated from the model, true to it, and useful in an editor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from jsonschema import Draft7Validator
from pydantic import ValidationError

from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.schema import keys_at, platform_schema

ROOT = Path(__file__).parent.parent
PLATFORMS = [ROOT / "platform.yaml", *sorted(ROOT.glob("tests/cases/*/platform.yaml")), ROOT / "tests/rules/base.yaml"]
BASE = fast_yaml.load((ROOT / "tests/rules/base.yaml").read_text())


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from nodes(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{path}/{index}")


def test_it_is_a_draft_07_schema() -> None:
    """Editors' YAML servers read draft-07: the schema says so, is valid, and has no later keyword."""
    schema = platform_schema()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    for later in ("$defs", "prefixItems", "unevaluatedProperties", "dependentRequired"):
        assert later not in text


def test_the_committed_schema_is_current() -> None:
    """`dokaseca schema --write` was run after the last change of the model."""
    committed = json.loads((ROOT / "schemas/platform.schema.json").read_text())
    assert committed == platform_schema()


def test_every_key_is_explained() -> None:
    """Each key has a description to show, and a reference is never beside a keyword that editors would drop."""
    for path, node in nodes(platform_schema()):
        if "$ref" in node:
            assert set(node) == {"$ref"}, path
        if path.endswith("/properties"):
            for key, value in node.items():
                assert value.get("description"), f"{path}/{key}"


def test_lists_are_sets() -> None:
    """No list takes an item twice, those whose order has a meaning aside: a new one says which kind it is."""
    ordered = ("/properties/rollout",)
    for path, node in nodes(platform_schema()):
        if node.get("type") == "array":
            assert ("uniqueItems" in node) is not path.endswith(ordered), path


def test_there_are_examples() -> None:
    """Names, versions, URLs and the like come with an example."""
    assert sum("examples" in node for _, node in nodes(platform_schema())) >= 20


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_real_platforms_are_valid(path: Path) -> None:
    """What compiles is valid in an editor too."""
    data = fast_yaml.load(path.read_text())
    if "addons" not in data and (path.parent / "platform.d").is_dir():
        pytest.skip("the rest of it is in fragments")
    assert [error.message for error in Draft7Validator(platform_schema()).iter_errors(data)] == []


BAD: dict[str, dict[str, Any]] = {
    "unknown key": {"addon": {}},
    "unknown key in a cluster": {"clusters": {"hub": {**BASE["clusters"]["hub"], "regon": "eu"}}},
    "missing environment": {"clusters": {"hub": {"region": "eu", "auth": "in-cluster"}}},
    "bad name": {"regions": {"EU": {}}},
    "number for a version": {"addons": {"a": {**BASE["addons"]["kyverno"], "version": 1.3}}},
    "unknown cloud": {"clusters": {"hub": {**BASE["clusters"]["hub"], "cloud": "ibm"}}},
    "two ways to authenticate": {
        "clusters": {"hub": {**BASE["clusters"]["hub"], "auth": {"inCluster": {}, "gcpWorkloadIdentity": {}}}}
    },
    "no way to authenticate": {"clusters": {"hub": {**BASE["clusters"]["hub"], "auth": {}}}},
    "a removal of nothing": {"removed": {"a": {"reason": "x"}}},
    "a removal of two things": {"removed": {"a": {"addon": "a", "cluster": "b", "reason": "x"}}},
    "a removal without a reason": {"removed": {"a": {"addon": "a"}}},
    "a removal with an empty reason": {"removed": {"a": {"addon": "a", "reason": " "}}},
    "a removal from no cluster": {"removed": {"a": {"addon": "a", "clusters": [], "reason": "x"}}},
    "a removal of a part of a cluster": {"removed": {"a": {"cluster": "a", "environments": ["dev"], "reason": "x"}}},
    "a move of two things": {"moved": {"a": {"addon": "a", "cluster": "b", "reason": "x"}}},
    "list at the top": {"clusters": []},
    "a switch that is text": {"environments": {"dev": {"addons": {"kyverno": "yes"}}}},
}


@pytest.mark.parametrize("name", BAD)
def test_schema_and_model_refuse_the_same(name: str) -> None:
    """An editor marks what the compiler refuses."""
    data = {**BASE, **BAD[name]}
    assert list(Draft7Validator(platform_schema()).iter_errors(data))
    with pytest.raises(ValidationError):
        Platform.model_validate(data)


@pytest.mark.parametrize("switch", [True, False, {"enabled": True}, {"version": "1.2.3", "values": {"a": [1]}}])
def test_addon_settings_may_be_a_switch(switch: Any) -> None:
    """``kyverno: false`` is a whole setting, for the schema and for the model."""
    data = {**BASE, "environments": {"dev": {"addons": {"kyverno": switch}}, "production": {}}}
    assert list(Draft7Validator(platform_schema()).iter_errors(data)) == []
    Platform.model_validate(data)


@pytest.mark.parametrize(
    ("route", "some"),
    [
        ((), {"clusters", "addons"}),
        (("clusters", "any"), {"environment", "kubernetesVersion"}),
        (("clusters", "any", "auth"), {"awsIam", "bearerToken"}),
        (("clusters", "any", "auth", "awsIam"), {"clusterName"}),
        (("environments", "dev", "addons", "x"), {"enabled", "components"}),
        (("addons", "x", "clusterResources", 0), {"group", "kind"}),
        (("nowhere",), set()),
    ],
)
def test_known_keys_of_a_place(route: tuple[str | int, ...], some: set[str]) -> None:
    """The keys offered for a misspelt one are those of the mapping it stands in."""
    found = set(keys_at(route))
    assert some <= found
    assert bool(some) == bool(found)
