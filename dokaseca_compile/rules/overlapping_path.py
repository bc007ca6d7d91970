"""The folder that Argo CD reads in the addons repository holds values files.

Problem
    ``repositories.addons.path`` is a folder of the layout's values files, or above or below one.

Why
    Argo CD applies every file below that path as a manifest. A values file is none: the hub's
    bootstrap fails, and with it every addon of every cluster.

Fix
    Choose another path. Without one, each layout has its own, which is free.

Example
    .. code-block:: yaml

        repositories: {addons: {path: values}}    # overlapping-path
        layout: {profile: published}
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import Diagnostic, Label, error
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.resolved import SCOPES, Layer
from dokaseca_compile.rules.base import Context

SLUG = "overlapping-path"
_ANY = "*"
"""Stands for every name; no path has such a character."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault where Argo CD would read values files as manifests."""
    bound = next((each.repositories["addons"] for each in context.resolved.environments.values()), None)
    if bound is None:
        return
    basepath = f"{bound.basepath}/" if bound.basepath else ""
    layout = Layout(context.resolved)
    path = f"{basepath}{bound.path}/"
    empty = layout.no_values().path
    overlaps = [folder for folder in _folders(layout) if path.startswith(folder) or folder.startswith(path)]
    if overlaps or empty.startswith(path):
        values = min(overlaps).rstrip("/") if overlaps else empty
        yield error(
            SLUG,
            f"Argo CD would apply values files, of `{values}`, as manifests",
            Label(("repositories", "addons", "path")),
            help="choose another `path`, or leave it out",
        )


def _folders(layout: Layout) -> Iterator[str]:
    """The folders of values files, each up to the first name that varies, with a slash at the end."""
    for scope in SCOPES:
        fixed = layout.values(Layer(scope, _ANY), _ANY).path.split(_ANY, 1)[0]
        yield fixed[: fixed.rindex("/") + 1]
