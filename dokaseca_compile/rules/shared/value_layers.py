"""Each available chart with the layers of Helm values that clusters pass to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Generic

from dokaseca_compile.charts import Chart, ChartError, Charts, built_in
from dokaseca_compile.charts.schema import Problem
from dokaseca_compile.core.diagnostics import At, Label
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values, over_defaults
from dokaseca_compile.resolve.resolved import Part, PartInstall, Placement, ResolvedWorkload, Tenant
from dokaseca_compile.resolve.setting import Setting, T
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import MISSING, value_at
from dokaseca_compile.rules.shared.profiles import addon_parts, complete_profiles, placements

WebService = tuple[ResolvedWorkload, Placement, "ValueLayers"]
"""A workload in one environment, with the values that the web-service chart gets for it."""


@dataclass
class ValueLayers:
    """The value layers of one addon part or workload, weakest first, and the chart they go to.

    ``subject`` names the part or workload in messages, ``route`` is where it is declared. ``chart``
    is the error when an available chart cannot be read. ``set_elsewhere`` maps a value to the
    setting outside ``values`` that it comes from, such as the image of a workload. Merged values
    are kept for the next caller, who must not change them.
    """

    subject: str
    route: Route
    chart: Chart | ChartError
    layers: tuple[Setting[Values], ...]
    environments: list[str] = field(default_factory=list)
    set_elsewhere: Mapping[Route, Route] = field(default_factory=dict)
    _problems: list[Problem] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def merged(self) -> Values:
        """All layers merged, without the chart's own values."""
        nothing: Values = {}
        return reduce(merge_values, (each.value for each in self.layers), nothing)

    @cached_property
    def effective(self) -> Values:
        """All layers merged over the chart's own values, as its templates get them."""
        own = self.chart.values if isinstance(self.chart, Chart) else {}
        return over_defaults(self.merged, own)

    def problems(self, charts: Charts) -> list[Problem]:
        """Return where the effective values break the chart's schema. Raises ``ChartError``."""
        if isinstance(self.chart, ChartError):
            raise self.chart
        if self.chart.schema is None:
            return []
        if self._problems is None:
            self._problems = charts.problems(self.chart, self.effective)
        return self._problems

    def fault(self, charts: Charts) -> str:
        """Return why the chart or its schema cannot be used, or ``""``."""
        try:
            self.problems(charts)
        except ChartError as wrong:
            return str(wrong)
        return ""

    def place(self, route: Route, at: At = At.VALUE) -> Label:
        """Return where a value is set: in the strongest layer that has it or its nearest parent."""
        if route in self.set_elsewhere:
            return Label(self.set_elsewhere[route])
        path = route
        while path:
            rank = self.rank(path)
            if rank >= 0:
                place = (*self.layers[rank].route, *path)
                return Label(place, at if path == route else At.KEY)
            path = path[:-1]
        return Label(self.route, At.KEY)

    def rank(self, route: Route) -> int:
        """Return the index of the strongest layer that sets a value; -1 if only the chart does."""
        rank = len(self.layers) - 1
        while rank >= 0 and value_at(self.layers[rank].value, route) is MISSING:
            rank -= 1
        return rank


def value_layers(context: Context) -> list[ValueLayers]:
    """Return the value layers of every available chart, once however many clusters share them."""
    return [*_of_addons(context), *_of_workloads(context)]


def web_services(context: Context) -> tuple[WebService, ...]:
    """Return every workload that the web-service chart runs, by environment with a version."""
    return context.once(_web_services)


def running_services(
    context: Context,
) -> Iterator[tuple[Tenant, ResolvedWorkload, Placement, ValueLayers]]:
    """Yield those that run on a cluster, with the tenant that each belongs to."""
    for workload, placement, layers in web_services(context):
        if placement.clusters:
            tenant = context.resolved.tenants[placement.environment, workload.team]
            yield tenant, workload, placement, layers


def _web_services(context: Context) -> tuple[WebService, ...]:
    found: list[WebService] = []
    for each, placement in placements(context.resolved):
        if each.workload.image is not None and placement.version is not None:
            found.append((each, placement, _of_workload(each, placement, built_in())))
    return tuple(found)


def _of_addons(context: Context) -> Iterable[ValueLayers]:
    if not context.charts.files:
        return ()
    found: dict[tuple[object, ...], ValueLayers] = {}
    ambiguous = _ambiguous_charts(context)
    for profile in complete_profiles(context):
        for _, each in profile.enabled_parts():
            if each.values:
                _add(found, context, ambiguous, each, profile.environment)
    return found.values()


def _add(
    found: dict[tuple[object, ...], ValueLayers],
    context: Context,
    ambiguous: frozenset[str],
    each: PartInstall,
    environment: str,
) -> None:
    """Add a part with its values; one that is known only gets another environment."""
    version = _text(each.version)
    key = (each.part.name, version, *(id(layer.value) for layer in each.values))
    known = found.get(key)
    if known is None:
        chart = _chart(context, each.part.chart, version, each.part.path, ambiguous)
        if chart is None:
            return
        known = ValueLayers(_subject(each.part), _declared(each.part), chart, each.values)
        found[key] = known
    if environment not in known.environments:
        known.environments.append(environment)


def _text(version: Setting[str] | None) -> str:
    return version.value if version is not None else ""


def _subject(part: Part) -> str:
    component = f", component `{part.component}`" if part.component else ""
    return f"addon `{part.addon}`{component}"


def _declared(part: Part) -> Route:
    return part.route if part.component else ("addons", part.addon)


def _of_workloads(context: Context) -> Iterator[ValueLayers]:
    ambiguous = _ambiguous_charts(context)
    known = {id(placement): layers for _, placement, layers in web_services(context)}
    for each, placement in placements(context.resolved):
        if not placement.values:
            continue
        chart = _workload_chart(context, each, placement, ambiguous)
        if chart is not None:
            yield known.get(id(placement)) or _of_workload(each, placement, chart)


def _of_workload(
    each: ResolvedWorkload, placement: Placement, chart: Chart | ChartError
) -> ValueLayers:
    return ValueLayers(
        f"workload `{each.team}/{each.name}`",
        ("workloads", each.team, each.name),
        chart,
        placement.values,
        [placement.environment],
        _image_settings(each, placement),
    )


def _workload_chart(
    context: Context, each: ResolvedWorkload, placement: Placement, ambiguous: frozenset[str]
) -> Chart | ChartError | None:
    chart, version = each.workload.chart, _text(placement.version)
    if chart is not None:
        return _chart(context, chart.name, version, chart.path, ambiguous)
    return built_in() if each.workload.image and version else None


def _image_settings(each: ResolvedWorkload, placement: Placement) -> Mapping[Route, Route]:
    """Return the values that come from ``image`` and ``version`` of a workload."""
    if each.workload.image is None or placement.version is None:
        return {}
    image: Route = ("workloads", each.team, each.name, "image")
    return {("image", "repository"): image, ("image", "tag"): placement.version.route}


def _chart(
    context: Context,
    name: str | None,
    version: str,
    path: str | None,
    ambiguous: frozenset[str],
) -> Chart | ChartError | None:
    """Return a local or vendored chart, or why it cannot be read; ``None`` if not available."""
    try:
        if path is not None:
            return context.charts.at(path)
        if not name or not version or name in ambiguous:
            return None
        return context.charts.named(name, version)
    except ChartError as fault:
        return fault


def _ambiguous_charts(context: Context) -> frozenset[str]:
    """Return the charts that the platform takes from several repositories.

    The file name of a vendored chart does not show which repository it comes from.
    """
    first: dict[str, str] = {}
    ambiguous: set[str] = set()
    for chart, repository in _chart_sources(context):
        source = repository_key(repository or "")
        if first.setdefault(chart, source) != source:
            ambiguous.add(chart)
    return frozenset(ambiguous)


def _chart_sources(context: Context) -> Iterator[tuple[str, str | None]]:
    """Yield every chart that comes from a chart repository, with that repository."""
    for part in addon_parts(context.resolved):
        if part.chart is not None and part.path is None:
            yield part.chart, part.repository
    for each in context.resolved.workloads.values():
        chart = each.workload.chart
        if chart is not None and chart.name is not None:
            yield chart.name, chart.repository


@dataclass(slots=True)
class Findings(Generic[T]):
    """Findings, one for each place and message, with the environments that have it."""

    found: dict[tuple[Label, str], tuple[T, list[str]]] = field(default_factory=dict)

    def add(self, label: Label, message: str, layers: ValueLayers, details: T) -> None:
        """Add a finding; one that is known only gets more environments."""
        environments = self.found.setdefault((label, message), (details, []))[1]
        environments += [each for each in layers.environments if each not in environments]

    def merged(self, context: Context) -> Iterator[tuple[Label, str, T]]:
        """Yield each finding; its message names the environments, unless it is in all of them."""
        declared = context.resolved.environments
        for (label, message), (details, environments) in self.found.items():
            names = [f"`{name}`" for name in declared if name in environments]
            if len(names) < len(declared):
                message = f"{message} in {' and '.join(names)}"  # noqa: PLW2901
            yield label, message, details
