"""The chart cache: the charts of this package, and those in folders beside ``platform.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any, TypeVar

from dokaseca_compile.assets import assets
from dokaseca_compile.charts.archive import unpack
from dokaseca_compile.charts.chart import Chart, ChartError, is_read, read_chart
from dokaseca_compile.charts.form import UnusableSchemaError
from dokaseca_compile.charts.schema import Problem, Schema
from dokaseca_compile.core.limits import CHART, size
from dokaseca_compile.formats.body import TextBody
from dokaseca_compile.model.workloads import WEB_SERVICE

CHARTS = ("common", WEB_SERVICE)
"""The charts that the compiler writes. The first is a library that the others include."""
_Found = TypeVar("_Found")

FOLDERS = ("charts", ".charts")
"""Folders beside ``platform.yaml``: vendored charts in Git, and charts pulled to check values."""


def chart_files(name: str) -> Iterator[tuple[str, TextBody]]:
    """Yield every file of a chart that the compiler writes, by its path below the chart's folder.

    An application chart contains the library in its ``charts/``. So Argo CD renders it without
    ``helm dependency build``, which would lock the folder for each of its Applications.
    """
    yield from assets(f"charts/{name}")
    if name != CHARTS[0]:
        for path, body in assets(f"charts/{CHARTS[0]}"):
            yield f"charts/{CHARTS[0]}/{path}", body


@cache
def built_in() -> Chart:
    """Return the chart that runs the workloads with an ``image``."""
    return read_chart({path: body.text.encode() for path, body in chart_files(WEB_SERVICE)})


@dataclass(slots=True, eq=False)
class Charts:
    """A cache of the local charts. ``files``: path from the platform's folder → content.

    Each chart is read once, on first use.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    _missed: bool = field(default=False, repr=False)
    _read: dict[str, Chart | ChartError] = field(default_factory=dict, repr=False)
    _schemas: dict[Chart, Schema | ChartError | None] = field(default_factory=dict, repr=False)
    _problems: dict[tuple[Chart, bytes], list[Problem] | ChartError] = field(
        default_factory=dict, repr=False
    )

    @property
    def complete(self) -> bool:
        """Whether every chart that was requested so far was found."""
        return bool(self.files) and not self._missed

    def named(self, name: str, version: str) -> Chart | None:
        """Return a chart in exactly this version, if it is local.

        Raises ``ChartError`` when it is broken.
        """
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
        """Return the chart in a folder, if any. Raises ``ChartError`` when it is broken."""
        return self._load(path) if f"{path}/Chart.yaml" in self.files else None

    def schema(self, chart: Chart) -> Schema | None:
        """Return the schema of a chart, if it has one. Raises ``ChartError`` when it is invalid."""
        if chart not in self._schemas:
            self._schemas[chart] = _read_schema(chart)
        return _usable(self._schemas[chart])

    def problems(self, chart: Chart, values: Mapping[str, Any]) -> list[Problem]:
        """Return the problems of values, merged over the chart's own, with the chart's schema.

        Each set of values is checked once. Raises ``ChartError`` when the schema is invalid or
        cannot be evaluated.
        """
        schema = self.schema(chart)
        if schema is None:
            return []
        if chart is built_in():
            return schema.problems(values)  # it caches each key
        key = (chart, sha256(repr(values).encode("utf-8", "surrogatepass")).digest())
        if key not in self._problems:
            try:
                self._problems[key] = schema.problems(values)
            except UnusableSchemaError as wrong:
                self._problems[key] = ChartError(f"{chart.location} {wrong}")
        return _usable(self._problems[key])

    def _load(self, place: str, name: str = "", version: str = "") -> Chart:
        if place not in self._read:
            try:
                self._read[place] = replace(read_chart(self._contents(place)), place=place)
            except ChartError as wrong:
                self._read[place] = ChartError(f"`{place}` {wrong}")
        found = _usable(self._read[place])
        if name and (found.name != name or not _same(found.version, version)):
            message = f"`{place}` contains the chart {found.title}, which its name does not match"
            raise ChartError(message)
        return found

    def _contents(self, place: str) -> Mapping[str, bytes]:
        if place.endswith(".tgz"):
            return unpack(self.files[place], is_read)
        found: dict[str, bytes] = {}
        total = 0
        for path in self.files:
            name = path.removeprefix(f"{place}/")
            if name == path or not is_read(name):
                continue
            content = self.files[path]  # read from the disk now: most files are not needed
            found[name] = content
            total += len(content)
            if total > CHART:
                message = f"has more than {size(CHART)} of templates and values"
                raise ChartError(message)
        return found


def _usable(found: _Found | ChartError) -> _Found:
    """Return a result of the cache, or raise the error that is kept in its place."""
    if isinstance(found, ChartError):
        raise found
    return found


@cache
def _built_in_schema() -> Schema:
    """Return the schema of the built-in chart; a test checks that it is sound."""
    return Schema(built_in().schema, sound=True)


def _read_schema(chart: Chart) -> Schema | ChartError | None:
    if chart.schema is None:
        return None
    if chart is built_in():
        return _built_in_schema()
    try:
        return Schema(chart.schema)
    except UnusableSchemaError as wrong:
        return ChartError(f"{chart.location} {wrong}")


def _spellings(version: str) -> tuple[str, str]:
    """Return both spellings: to Helm ``v1.5.0`` and ``1.5.0`` are the same version."""
    return version, version[1:] if version.startswith("v") else f"v{version}"


def _same(one: str, other: str) -> bool:
    return one in _spellings(other)
