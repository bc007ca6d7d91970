"""A change touches only what it changes: ``touched.yaml`` lists the repositories that each kind of edit touches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import BASE
from test_impact import patched

from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.ledger import RELEASES
from dokaseca_compile.output.snapshot import Destinations, Release, make_release

EDITS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "touched.yaml").read_text())
CONTROL_PLANE = "acme-control-plane"
ROLES = {
    "acme-addons": "addons",
    "acme-clusters": "clusters",
    CONTROL_PLANE: "control-plane",
    "acme-helm-charts": "charts",
    "acme-workloads": "workloads",
}


def release(change: dict[str, Any]) -> Release:
    """The base platform with a change, compiled into a checkout of each repository."""
    text = yaml.safe_dump(patched(yaml.safe_load(BASE), change), sort_keys=False)
    compilation = compile([SourceFile("platform.yaml", text.encode())])
    errors = [each for each in compilation.diagnostics if each.severity is Severity.ERROR]
    assert not errors, [(each.slug, each.message) for each in errors]
    files = dict(render(compilation.tree, "platform.yaml"))
    return make_release("acme", files, Destinations(ROLES, {}, CONTROL_PLANE))


@cache
def base() -> Release:
    return release({})


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def rows(ledger: bytes) -> dict[str, str]:
    files: dict[str, str] = json.loads(ledger)["files"]
    return files


@pytest.mark.parametrize("edit", [pytest.param(each, id=each["edit"]) for each in EDITS])
def test_an_edit_touches_these_repositories(edit: dict[str, Any]) -> None:
    """The same files that are counted are the rows that change in the ledger; the list follows the others."""
    before, after = base(), release(edit["change"])
    touched = {root: changed(before.files[root], after.files[root]) for root in ROLES}
    files = {ROLES[root]: len(paths - {RELEASES}) for root, paths in touched.items() if paths - {RELEASES}}
    assert files == edit["touches"]
    has_list = [root for root, paths in touched.items() if RELEASES in paths]
    assert has_list == ([CONTROL_PLANE] if files.keys() - {"control-plane"} else [])
    for root, paths in touched.items():
        assert changed(rows(before.ledgers[root]), rows(after.ledgers[root])) == paths
