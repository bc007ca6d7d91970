"""An Application carries everything that its document says: the proof, ``plan`` and ``apps`` are blind to nothing.

No list of fields stands here: the fields are those of the class, and those that ``argo.spec`` accepts.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import pytest
from compiled import plain
from test_impact import BASE, inventory

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.applications import Application, read_application, shown
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.argo.spec import SPEC, TEXTS, check_spec
from dokaseca_compile.core.compare import compare
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.impact import Action, Effect, Impact, impact
from dokaseca_compile.proof.mismatch import MismatchError, check_application
from dokaseca_compile.render.apps import as_data
from dokaseca_compile.render.impact import as_text
from dokaseca_compile.render.impact_json import as_json
from dokaseca_compile.render.impact_markdown import as_markdown
from dokaseca_compile.render.style import Style

Path = tuple[str, ...]

DOCUMENT: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "dev-api", "namespace": "argocd", "labels": {"cluster": "dev"}},
    "spec": {
        "project": "addons",
        "sources": [
            {"repoURL": "https://git.example/values", "targetRevision": "main", "ref": "values"},
            {"repoURL": "https://charts.example", "chart": "api", "targetRevision": "1.0.0"},
        ],
        "destination": {"name": "dev", "namespace": "api"},
    },
}


def read(document: dict[str, Any]) -> Application:
    check_spec(document["spec"], "the Application")
    return read_application(document, "api-dev")


VALUES: dict[Any, tuple[Any, Any]] = {
    str: ("a", "b"),
    bool: (True, False),
    int: (1, 2),
    (str,): (["$values/a"], ["$values/b"]),
    TEXTS: ({"a": "b"}, {"a": "c"}),
}


def accepted(
    shape: Any, path: Path = (), values: Mapping[Any, tuple[Any, Any]] = VALUES
) -> Iterator[tuple[str, Path, tuple[Any, Any], Any]]:
    """Every field of a shape: what it is called, the path to set, two values to set there, and its type."""
    if isinstance(shape, dict):
        for key, inner in shape.items():
            yield from accepted(inner, (*path, key), values)
    elif isinstance(shape, tuple) and isinstance(shape[0], dict):
        for name, inside, (one, other), kind in accepted(shape[0], (), values):
            items = [nested(inside, one)], [nested(inside, other)]
            yield f"{'.'.join(path)}[].{name}", path, items, kind
    else:
        yield ".".join(path), path, values[shape], shape


def nested(path: Path, value: Any) -> Any:
    return value if not path else {path[0]: nested(path[1:], value)}


def with_field(path: Path, value: Any) -> dict[str, Any]:
    """The document with a field of its spec."""
    document = copy.deepcopy(DOCUMENT)
    node = document["spec"]
    if path[0] == "source":
        node, path = node["sources"][1], path[1:]
    if path == ("path",):  # in place of a chart
        del node["chart"]
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = value
    return document


FIELDS = [
    pytest.param(path, values, id=name)
    for name, path, values, _ in accepted(SPEC)
    if path[0] != "sources"  # as `source`, one by one
]


@pytest.mark.parametrize(("path", "values"), FIELDS)
def test_a_field_of_the_document_is_carried(path: Path, values: tuple[Any, Any]) -> None:
    """With one value, another and none, Applications differ in all that compares and shows them, or it is refused."""
    if path[-1] == "ref":
        with pytest.raises(UnsupportedError):
            read(with_field(path, values[0]))
        return
    one, other = (read(with_field(path, value)) for value in values)
    found = [one, other, *([] if path == ("source", "path") else [read(DOCUMENT)])]
    for first, second in pairwise(found):
        assert_seen(first, second)


def assert_seen(one: Application, other: Application) -> None:
    """Whether the proof refuses one for the other, and a plan and the list show what differs."""
    with pytest.raises(MismatchError):
        check_application(one, other, "dev")
    changes = compare(shown(one), shown(other))
    assert changes
    assert as_data(one, "hub") != as_data(other, "hub")
    effect = Effect(Action.UPDATE, ("hub", one), ("hub", other), other=changes)
    found = Impact((effect,), 0, ())
    for path in (each.path for each in changes):
        for text in (as_text(found, {}, Style()), as_markdown(found, {})):
            assert path in text
        assert path in [each["path"] for each in json.loads(as_json(found, {}, "main"))["effects"][0]["other"]]


@pytest.mark.parametrize("field", [each.name for each in fields(Application)])
def test_a_field_of_the_class_is_compared_and_shown(field: str) -> None:
    """A new field of the class is in the proof, in a plan and in the list."""
    application = read(DOCUMENT)
    value = getattr(application, field)
    others = {str: "another", bool: not value, tuple: ("another",), dict: {"another": "one"}}
    assert_seen(application, replace(application, **{field: others[type(value)]}))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("metadata", {"ownerReferences": []}),
        ("metadata", {"finalizers": ["another.example/finalizer"]}),
        ("metadata", {"namespace": "elsewhere"}),
        ("", {"operation": {}}),
        ("", {"apiVersion": "argoproj.io/v2"}),
    ],
)
def test_what_no_field_is_named_for_is_carried(where: str, value: dict[str, Any]) -> None:
    document = copy.deepcopy(DOCUMENT)
    (document[where] if where else document).update(value)
    assert read(document).other == ({where: value} if where else value)
    assert read(DOCUMENT).other == {}


# ---- from files to a plan


def tampered(platform: Inventory, **spec: Any) -> Inventory:
    """The platform with something more in every Application of its addons."""
    tree = FileTree()
    for artifact in platform.tree.values():
        body = artifact.body
        if artifact.origin.target == "application-sets" and isinstance(body, YamlBody):
            documents = [plain(each) for each in body.documents]
            for each in documents:
                each["spec"]["template"]["spec"].update(spec)
            tree.add(replace(artifact, body=YamlBody(tuple(documents))))
        else:
            tree.add(artifact)
    return Inventory(platform.resolved, tree)


IGNORED = [{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}]


def test_a_plan_shows_whatever_changes() -> None:
    """By its place in the document, in every format: what is compared and what is ignored, for example."""
    before = inventory(BASE)
    found = impact(before, tampered(before, ignoreDifferences=IGNORED, revisionHistoryLimit=3))
    assert len(found.effects) == sum(bool(each.addon) for one in before.deployments() for each in one.applications)
    line = 'spec.ignoreDifferences: + [{"group": "apps", "kind": "Deployment", '
    for text in (as_text(found, {}, Style()), as_markdown(found, {})):
        assert line in text
        assert "spec.revisionHistoryLimit: + 3" in text
    assert "spec.ignoreDifferences" in as_json(found, {}, "main")
    other = [{**IGNORED[0], "jsonPointers": ["/spec/paused"]}]
    again = impact(tampered(before, ignoreDifferences=IGNORED), tampered(before, ignoreDifferences=other))
    assert "/spec/replicas" in (shown_again := as_text(again, {}, Style()))
    assert "].jsonPointers[" in shown_again
