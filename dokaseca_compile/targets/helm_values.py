"""The values files of the addons repository: one for each layer of an installed chart."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Layer, Setting
from dokaseca_compile.targets.base import traced_values

NAME = "helm-values"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the values files, and the empty one for layers without values."""
    yield Artifact(layout.no_values().file, YamlBody(({},)), Origin(NAME))
    found: dict[tuple[Layer, str], Setting[Values]] = {}
    for profile in resolved.profiles:
        for install in profile.enabled():
            for part in install.parts:
                found.update({(each.layer, part.part.name): each for each in part.values})
    for (layer, name), setting in found.items():
        body = YamlBody((traced_values(setting),))
        yield Artifact(layout.values(layer, name).file, body, Origin(NAME, (setting.route,)))
