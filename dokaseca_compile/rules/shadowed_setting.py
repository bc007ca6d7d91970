"""A setting has no effect, because stronger layers override it on every cluster.

## Problem

`enabled`, `version`, `namespace` or a value of an environment, region, cluster type or cluster
has no effect: wherever the addon is installed, a stronger layer overrides it.

## Why

The setting looks active but is not. A version that is raised there reaches no cluster, and
nothing shows that a stronger layer overrides it.

## Fix

Delete the setting, or the stronger one if that is the mistake. If the stronger setting is only
needed on some clusters, move it to those clusters.

## Example

```yaml
environments:
  dev: {addons: {kyverno: {version: 3.4.0}}}    # shadowed-setting
regions:
  eu: {addons: {kyverno: {version: 3.3.7}}}     # all of dev's clusters are in eu
```
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.resolved import Install, Said, T
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import MISSING, installs, leaves, repetitions, value_at
from dokaseca_compile.rules.shared.profiles import layers
from dokaseca_compile.rules.shared.unused import changes, is_settled

SLUG = "shadowed-setting"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each saying that wins nowhere."""
    if not is_settled(context) or not _Sayings.of(context, ()).shadowed():
        return
    # What repeats a weaker layer is told already; once it is deleted, the weaker saying is the one at work.
    sayings = _Sayings.of(context, repetitions(context))
    told_elsewhere = set(_switches(context)) - sayings.on
    for route, stronger in sayings.shadowed().items():
        if route not in sayings.repeated and route not in told_elsewhere:
            yield warning(
                SLUG,
                f"`{format_route(route)}` decides nothing: a stronger setting wins on every cluster",
                Label(route, At.KEY),
                Label(stronger, At.KEY, text="wins here"),
                help="delete it, or the stronger setting where that was the mistake",
            )


def _switches(context: Context) -> Iterator[Route]:
    """The switches beside other settings; where the addon is then on nowhere, those are told as dead."""
    for route, settings in layers(context.platform):
        for name, setting in settings.items():
            if changes(setting):
                yield (*route, name, "enabled")


@dataclass(slots=True)
class _Sayings:
    """Every saying of a layer: whether it wins somewhere, and if not, what beats it."""

    repeated: Container[Route]
    alive: set[Route] = field(default_factory=set)
    beaten: dict[Route, Route] = field(default_factory=dict)
    on: set[Route] = field(default_factory=set)
    """The switches, obeyed or not, of addons that are on somewhere."""
    _stacks: set[tuple[int, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, context: Context, repeated: Container[Route]) -> _Sayings:
        """Every saying of a platform, those in ``repeated`` left out."""
        sayings = cls(repeated)
        for install in installs(context):
            sayings.look(install)
        return sayings

    def shadowed(self) -> dict[Route, Route]:
        """The sayings that win nowhere, each with one that beats it."""
        return {
            route: stronger for route, stronger in self.beaten.items() if route not in self.alive
        }

    def look(self, install: Install) -> None:
        """Note what wins; where the addon is off, its other settings are dead, which is another rule's."""
        self._chain(install.enabled)
        if not install.enabled.value:
            return
        self.on.update(link.route for link in install.enabled.chain())
        self._chain(install.namespace)
        for part in install.parts:
            if part.version is not None:
                self._chain(part.version)
            self._values(part.values)

    def _chain(self, said: Said[T]) -> None:
        sayings = [link for link in said.chain() if link.route not in self.repeated]
        self.alive.add(sayings[0].route)
        for link in reversed(sayings[1:]):
            if link.layer.scope != "default":
                self.beaten.setdefault(link.route, sayings[0].route)

    def _values(self, stack: tuple[Said[Values], ...]) -> None:
        """Seek each leaf in the stronger layers; profiles share most stacks, which are looked at once."""
        key = tuple(id(each.value) for each in stack)
        if key in self._stacks:
            return
        self._stacks.add(key)
        for depth, said in enumerate(stack):
            if said.layer.scope != "default":
                for path, leaf in leaves(said.value):
                    self._leaf((*said.route, *path), path, leaf, stack[depth + 1 :])

    def _leaf(
        self, route: Route, path: Route, leaf: object, stronger: tuple[Said[Values], ...]
    ) -> None:
        if route in self.alive:
            return
        # An empty map only makes sure that there is one.
        places = (
            () if isinstance(leaf, Mapping) else (_replaces(said, path, leaf) for said in stronger)
        )
        winner = next(
            (place for place in places if place is not None and place not in self.repeated), None
        )
        if winner is None:
            self.alive.add(route)
        else:
            self.beaten.setdefault(route, winner)


def _replaces(said: Said[Values], path: Route, leaf: object) -> Route | None:
    """Where a stronger layer puts something else over what stands at ``path``: maps merge, anything else replaces."""
    for length in range(1, len(path) + 1):
        found = value_at(said.value, path[:length])
        if found is MISSING:
            return None
        if not isinstance(found, Mapping):
            return (*said.route, *path[:length]) if length < len(path) or found != leaf else None
    return None
