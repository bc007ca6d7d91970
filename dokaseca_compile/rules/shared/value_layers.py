"""What the rules on Helm values share: each chart at hand with the layers of values that go to it somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Generic

from dokaseca_compile.charts import Chart, ChartError, Charts, built_in
from dokaseca_compile.charts.schema import Problem
from dokaseca_compile.core.diagnostics import At, Label
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values, over_defaults
from dokaseca_compile.resolve.resolved import Part, Placement, ResolvedWorkload, Said, T
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import MISSING, value_at
from dokaseca_compile.rules.shared.profiles import sound_profiles


@dataclass(slots=True)
class Stack:
    """The values of one addon part or workload as some clusters get them, weak to strong, and their chart.

    ``chart`` is the reason why not, where it is at hand and cannot be read. ``moved`` says where what is no value of
    the user is said: the image of a workload. What is merged is kept: nobody may change it.
    """

    what: str
    route: Route
    chart: Chart | ChartError
    layers: tuple[Said[Values], ...]
    environments: list[str] = field(default_factory=list)
    moved: Mapping[Route, Route] = field(default_factory=dict)
    _merged: Values | None = field(default=None, repr=False, compare=False)
    _given: Values | None = field(default=None, repr=False, compare=False)
    _problems: list[Problem] | None = field(default=None, repr=False, compare=False)

    def merged(self) -> Values:
        """All layers as one, before they meet the chart's own values."""
        if self._merged is None:
            nothing: Values = {}
            self._merged = reduce(merge_values, (each.value for each in self.layers), nothing)
        return self._merged

    def given(self) -> Values:
        """All layers over the chart's own values, as its templates get them."""
        if self._given is None:
            own = self.chart.values if isinstance(self.chart, Chart) else {}
            self._given = over_defaults(self.merged(), own)
        return self._given

    def problems(self, charts: Charts) -> list[Problem]:
        """Return what of ``given`` breaks the schema of the chart. Raises ``ChartError``."""
        if isinstance(self.chart, ChartError):
            raise self.chart
        if self._problems is None:
            self._problems = (
                charts.problems(self.chart, self.given()) if self.chart.schema is not None else []
            )
        return self._problems

    def place(self, route: Route, at: At = At.VALUE) -> Label:
        """Where a value is said: by the strongest layer that has it, or has what is nearest above it."""
        if route in self.moved:
            return Label(self.moved[route])
        for length in range(len(route), 0, -1):
            path = route[:length]
            for said in reversed(self.layers):
                if _found(said.value, path):
                    return Label((*said.route, *path), at if length == len(route) else At.KEY)
        return Label(self.route, At.KEY)

    def strength(self, route: Route) -> int:
        """Which layer says a value, the strongest has the highest number; -1 where only the chart does."""
        return max(
            (at for at, said in enumerate(self.layers) if _found(said.value, route)), default=-1
        )


def stacks(context: Context) -> list[Stack]:
    """Every stack whose chart is at hand, once however many clusters have it."""
    return [*_of_addons(context), *_of_workloads(context)]


def _of_addons(context: Context) -> Iterable[Stack]:
    if not context.charts.files:
        return ()
    found: dict[tuple[object, ...], Stack] = {}
    shared = _ambiguous(context)
    for profile in sound_profiles(context):
        for install in profile.enabled():
            for each in install.parts:
                version = each.version.value if each.version is not None else None
                key = (each.part.name, version, *(id(said.value) for said in each.values))
                if key not in found and each.values:
                    chart = _chart(context, each.part.chart, version, each.part.path, shared)
                    if chart is None:
                        continue
                    found[key] = Stack(_called(each.part), _declared(each.part), chart, each.values)
                if key in found and profile.environment not in found[key].environments:
                    found[key].environments.append(profile.environment)
    return found.values()


def _called(part: Part) -> str:
    return f"addon `{part.addon}`" + (f", component `{part.component}`" if part.component else "")


def _declared(part: Part) -> Route:
    return part.route if part.component else ("addons", part.addon)


def image_stacks(context: Context) -> tuple[tuple[ResolvedWorkload, Placement, Stack], ...]:
    """Every workload that the web-service chart runs, in every environment that says its version."""
    return context.once(_image_stacks)


def _image_stacks(context: Context) -> tuple[tuple[ResolvedWorkload, Placement, Stack], ...]:
    return tuple(_of_images(context))


def _of_images(context: Context) -> Iterator[tuple[ResolvedWorkload, Placement, Stack]]:
    for each in context.resolved.workloads.values():
        for place in each.places.values() if each.workload.image is not None else ():
            if place.version is not None:
                yield each, place, _of_workload(each, place, built_in())


def _of_workloads(context: Context) -> Iterator[Stack]:
    shared = _ambiguous(context)
    known = {id(place): stack for _, place, stack in image_stacks(context)}
    for each in context.resolved.workloads.values():
        for place in each.places.values():
            chart = _workload_chart(context, each, place, shared)
            if chart is not None and place.values:
                yield known.get(id(place)) or _of_workload(each, place, chart)


def _of_workload(each: ResolvedWorkload, place: Placement, chart: Chart | ChartError) -> Stack:
    what, route = f"workload `{each.team}/{each.name}`", ("workloads", each.team, each.name)
    return Stack(what, route, chart, place.values, [place.environment], _moved(each, place))


def _workload_chart(
    context: Context, each: ResolvedWorkload, place: Placement, shared: frozenset[str]
) -> Chart | ChartError | None:
    version = place.version.value if place.version is not None else None
    if each.workload.image is not None:
        return built_in() if version is not None else None
    chart = each.workload.chart
    return _chart(context, chart.name, version, chart.path, shared) if chart is not None else None


def _moved(each: ResolvedWorkload, place: Placement) -> Mapping[Route, Route]:
    if each.workload.image is None or place.version is None:
        return {}
    image: Route = ("workloads", each.team, each.name, "image")
    return {("image", "repository"): image, ("image", "tag"): place.version.route}


def _chart(
    context: Context,
    name: str | None,
    version: str | None,
    path: str | None,
    shared: frozenset[str],
) -> Chart | ChartError | None:
    try:
        if path is not None:
            return context.charts.at(path)
        if name is None or version is None or name in shared:
            return None
        return context.charts.named(name, version)
    except ChartError as wrong:
        return wrong


def _ambiguous(context: Context) -> frozenset[str]:
    """The charts that the platform takes from several repositories: a file's name does not say from which it is."""
    sources: dict[str, set[str]] = {}
    for addon in context.resolved.addons.values():
        for part in addon.parts:
            if part.chart is not None and part.path is None:
                sources.setdefault(part.chart, set()).add(repository_key(part.repository or ""))
    for each in context.resolved.workloads.values():
        chart = each.workload.chart
        if chart is not None and chart.name is not None:
            sources.setdefault(chart.name, set()).add(repository_key(chart.repository or ""))
    return frozenset(name for name, repositories in sources.items() if len(repositories) > 1)


def _found(values: Any, path: Route) -> bool:
    """Whether there is something at a path, also within lists."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(values, list) or part >= len(values):
                return False
            values = values[part]
        else:
            values = value_at(values, (part,))
            if values is MISSING:
                return False
    return True


@dataclass(slots=True)
class Findings(Generic[T]):
    """What is found, once for each place and message, with the environments that have it."""

    found: dict[tuple[Label, str], tuple[T, list[str]]] = field(default_factory=dict)

    def add(self, label: Label, message: str, stack: Stack, more: T) -> None:
        """Note a finding; what is known of it already only gets more environments."""
        environments = self.found.setdefault((label, message), (more, []))[1]
        environments += [each for each in stack.environments if each not in environments]

    def told(self, context: Context) -> Iterator[tuple[Label, str, T]]:
        """Every finding; its message says where, unless that is everywhere."""
        for (label, message), (more, environments) in self.found.items():
            names = [f"`{name}`" for name in context.resolved.environments if name in environments]
            everywhere = len(names) == len(context.resolved.environments)
            yield label, message if everywhere else f"{message} in {' and '.join(names)}", more
