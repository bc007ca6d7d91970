"""All charts that are at hand: ours, and those that lie in folders beside the platform's source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any

from dokaseca_compile.assets import assets
from dokaseca_compile.charts.archive import unpack
from dokaseca_compile.charts.chart import Chart, ChartError, is_read, read_chart
from dokaseca_compile.charts.form import UnusableSchemaError
from dokaseca_compile.charts.schema import Problem, Schema
from dokaseca_compile.core.limits import CHART, size
from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import TextBody

CHARTS = ("common", "web-service")
"""The charts that we write; the others are made with the first."""
WEB_SERVICE = "web-service"
IMAGE_DIGEST: Route = ("image", "digest")
"""Its value that decides which image runs, whatever its tag says."""
FOLDERS = ("charts", ".charts")
"""Where charts lie beside ``platform.yaml``: kept in Git, or pulled to check values."""


def chart_files(name: str) -> Iterator[tuple[str, TextBody]]:
    """Every file of a chart that we write, by its path below the chart's folder.

    An application chart holds the library in its ``charts/``: with nothing to fetch or to build, Argo CD renders it
    without ``helm dependency build``, which would lock the folder for each of its Applications.
    """
    yield from assets(f"charts/{name}")
    if name != CHARTS[0]:
        for path, body in assets(f"charts/{CHARTS[0]}"):
            yield f"charts/{CHARTS[0]}/{path}", body


@cache
def built_in() -> Chart:
    """The chart that runs the workloads with an ``image``."""
    return read_chart({path: body.text.encode() for path, body in chart_files(WEB_SERVICE)})


@dataclass(slots=True, eq=False)
class Charts:
    """The charts in the files that are at hand: path from the platform's folder → content.

    A chart is read when it is asked for, and once.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    _missed: bool = field(default=False, repr=False)
    _read: dict[str, Chart | ChartError] = field(default_factory=dict, repr=False)
    _schemas: dict[Chart, Schema | ChartError | None] = field(default_factory=dict, repr=False)
    _judged: dict[tuple[Chart, bytes], list[Problem] | ChartError] = field(
        default_factory=dict, repr=False
    )

    @property
    def complete(self) -> bool:
        """Whether every chart that was asked for so far was at hand."""
        return bool(self.files) and not self._missed

    def named(self, name: str, version: str) -> Chart | None:
        """A chart of a repository in exactly this version. Raises ``ChartError`` when it is there and broken."""
        for folder, spelt in product(FOLDERS, _spellings(version)):
            archive = f"{folder}/{name}-{spelt}.tgz"
            if archive in self.files:
                return self._load(archive, name, version)
        for folder, place in product(FOLDERS, (f"{name}-{version}", name)):
            chart = self.at(f"{folder}/{place}")
            if chart is not None and chart.name == name and _same(chart.version, version):
                return chart
        self._missed = True
        return None

    def at(self, path: str) -> Chart | None:
        """The chart in a folder, whatever its version. Raises ``ChartError`` when it is there and broken."""
        return self._load(path) if f"{path}/Chart.yaml" in self.files else None

    def schema(self, chart: Chart) -> Schema | None:
        """The schema of a chart, if it ships one. Raises ``ChartError`` when it is none."""
        if chart not in self._schemas:
            try:
                sound = chart is built_in()  # a test says so
                self._schemas[chart] = (
                    Schema(chart.schema, sound=sound) if chart.schema is not None else None
                )
            except UnusableSchemaError as wrong:
                self._schemas[chart] = ChartError(f"{chart.called} {wrong}")
        found = self._schemas[chart]
        if isinstance(found, ChartError):
            raise found
        return found

    def problems(self, chart: Chart, values: Mapping[str, Any]) -> list[Problem]:
        """Return what values, merged over the chart's own, break in its schema; nothing where it ships none.

        Each set of values is judged once. Raises ``ChartError`` when the schema is none, or cannot be evaluated.
        """
        schema = self.schema(chart)
        if schema is None:
            return []
        if chart is built_in():
            return schema.problems(values)  # it remembers each key by itself
        key = (chart, sha256(repr(values).encode("utf-8", "surrogatepass")).digest())
        if key not in self._judged:
            try:
                self._judged[key] = schema.problems(values)
            except UnusableSchemaError as wrong:
                self._judged[key] = ChartError(f"{chart.called} {wrong}")
        found = self._judged[key]
        if isinstance(found, ChartError):
            raise found
        return found

    def _load(self, place: str, name: str = "", version: str = "") -> Chart:
        if place not in self._read:
            try:
                self._read[place] = replace(read_chart(self._contents(place)), place=place)
            except ChartError as wrong:
                self._read[place] = ChartError(f"`{place}` {wrong}")
        found = self._read[place]
        if isinstance(found, ChartError):
            raise found
        if name and (found.name != name or not _same(found.version, version)):
            message = f"`{place}` holds the chart {found.title}, which is not what it is called"
            raise ChartError(message)
        return found

    def _contents(self, place: str) -> Mapping[str, bytes]:
        if place.endswith(".tgz"):
            return unpack(self.files[place], is_read)
        inner = (
            (path, path.removeprefix(f"{place}/"))
            for path in self.files
            if path.startswith(f"{place}/")
        )
        found, total = dict[str, bytes](), 0
        for path, name in inner:
            if is_read(name):
                found[name] = self.files[path]
                total += len(found[name])
            if total > CHART:
                message = f"has more than {size(CHART)} of templates and values"
                raise ChartError(message)
        return found


def _spellings(version: str) -> tuple[str, str]:
    """Helm takes ``v1.5.0`` and ``1.5.0`` for the same version, and names a file as the chart itself says."""
    return version, version[1:] if version.startswith("v") else f"v{version}"


def _same(one: str, other: str) -> bool:
    return one in _spellings(other)
