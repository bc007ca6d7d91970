"""A local chart: its default values, its schema, and the words in its files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from dokaseca_compile.core.data import sequence

_MOST_NODES = 200_000
_WORD = re.compile(rb"[A-Za-z0-9_-]+")
# `.Values` as a whole, as in `toYaml .Values`: then any key may have a meaning.
_WHOLE = re.compile(rb"\.Values\b(?!\.[A-Za-z_])")
_DEEPEST = 100  # levels of YAML
_LEVELS = {
    yaml.MappingStartEvent: 1,
    yaml.SequenceStartEvent: 1,
    yaml.MappingEndEvent: -1,
    yaml.SequenceEndEvent: -1,
}
"""How the depth of nesting changes at an event."""
# YAML 1.1 reads `1:30:00` as a number to base 60, in quadratic time.
_LONG_NUMBER = re.compile(r"[-+0-9_:.]{1001}")
_READ_FILES = frozenset(
    {"Chart.yaml", "README.md", "requirements.yaml", "values.yaml", "values.schema.json"}
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ChartError(Exception):
    """A chart that cannot be read. The message is the end of a sentence about the chart."""


class _Loader(_LOADER):  # type: ignore[misc]
    """YAML as Helm reads it: a date is a string. Merges (``<<``) are limited first."""

    def flatten_mapping(self, node: Any) -> None:
        size = len(node.value)
        for each in _merged_nodes(node):
            self.flatten_mapping(each)
            size += len(each.value)
            if size > _MOST_NODES:
                raise ValueError("too much")
        super().flatten_mapping(node)


def _merged_nodes(node: Any) -> Iterable[Any]:
    """Yield the mappings that a mapping merges with ``<<``."""
    for key, value in node.value:
        if key.tag != "tag:yaml.org,2002:merge":
            continue
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for each in nodes:
            if isinstance(each, yaml.MappingNode):
                yield each


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _LOADER.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart by name and version. ``schema`` is ``None`` when it ships no schema.

    ``subcharts`` are the keys of its values that belong to its subcharts. ``free`` are other keys
    that are always allowed (``global``, ``tags``, conditions of dependencies).
    """

    name: str
    version: str
    values: Mapping[str, Any]
    schema: Any = None
    subcharts: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    self_contained: bool = True
    """Whether the files of all its subcharts are present too."""
    texts: tuple[bytes, ...] = field(default=(), repr=False)
    place: str = ""
    """Its archive or folder, from the platform's folder; empty for a chart of this package."""

    @property
    def title(self) -> str:
        """The name and version, for messages."""
        return f"{self.name} {self.version}"

    @property
    def location(self) -> str:
        """The archive or folder, for messages about its files."""
        return f"`{self.place}`" if self.place else f"the chart {self.title}"

    def words(self, among: Iterable[str]) -> frozenset[str]:
        """Return those words that occur in its files. The chart cannot read any other key."""
        wanted = {each.encode("utf-8", "replace") for each in among}
        found: set[bytes] = set()
        for text in self.texts:
            words = (match.group() for match in _WORD.finditer(text))
            found |= wanted.intersection(words)
        return frozenset(each.decode() for each in found)

    def uses_values_whole(self) -> bool:
        """Return whether a template reads all values at once, so that no key is surely unknown."""
        return any(_WHOLE.search(text) for text in self.texts)


def read_chart(files: Mapping[str, bytes]) -> Chart:
    """Read a chart from its files, by their paths below its folder. Raises ``ChartError``."""
    head = _yaml(files.get("Chart.yaml"), "Chart.yaml")
    name, version = head.get("name"), head.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise ChartError("has no name or version in its Chart.yaml")
    dependencies = _dependencies(head, files)
    names = {str(each.get("name")) for each in dependencies}
    aliases = {str(each["alias"]) for each in dependencies if each.get("alias")}
    present = _present_subcharts(files)
    return Chart(
        name,
        version,
        values=_yaml(files.get("values.yaml", b""), "values.yaml"),
        schema=_json(files.get("values.schema.json")),
        subcharts=frozenset(present | names | aliases),
        free=frozenset({"global", "tags"} | _conditions(dependencies)),
        self_contained=names <= present,
        texts=tuple(content for path, content in files.items() if is_read(path)),
    )


def is_read(path: str) -> bool:
    """Return whether a file may mention values, and so is read. Subcharts are included."""
    return path in _READ_FILES or path.startswith(("templates/", "files/", "charts/"))


def _dependencies(head: Mapping[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return the dependencies of ``Chart.yaml``, or of the ``requirements.yaml`` of Helm 2."""
    if not head.get("dependencies"):
        head = _yaml(files.get("requirements.yaml", b""), "requirements.yaml")
    return [each for each in sequence(head, "dependencies") if isinstance(each, dict)]


def _present_subcharts(files: Iterable[str]) -> set[str]:
    found = set()
    for path in files:
        folder, *below = path.split("/")
        if folder == "charts" and len(below) > 1:
            found.add(below[0])
    return found


def _conditions(dependencies: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the top-level keys of ``condition: a.enabled,b.enabled``."""
    found = set()
    for each in dependencies:
        for path in str(each.get("condition") or "").split(","):
            found.add(path.strip().partition(".")[0])
    return found


def _yaml(content: bytes | None, name: str) -> dict[str, Any]:
    """Read a mapping of YAML. An empty file is an empty mapping."""
    if content is None:
        message = f"has no {name}"
        raise ChartError(message)
    try:
        _check_shape(content)
        plain = _plain(_Loader(content).get_single_data(), [_MOST_NODES])
    except MemoryError:
        raise
    except Exception as wrong:  # PyYAML raises anything for untrusted text, such as a KeyError
        message = f"has a {name} that cannot be read"
        raise ChartError(message) from wrong
    if plain is None:
        return {}
    if not isinstance(plain, dict):
        message = f"has a {name} that is not a mapping"
        raise ChartError(message)
    return plain


def _check_shape(content: bytes) -> None:
    """Limit levels and nodes before they are built: PyYAML's C code crashes at 10,000 levels."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(content, Loader=_LOADER)):
        depth += _LEVELS.get(type(event), 0)
        if isinstance(event, yaml.ScalarEvent) and _is_long_number(event):
            raise ValueError("number")
        if depth > _DEEPEST or nodes > _MOST_NODES:
            raise ValueError("too much")


def _is_long_number(event: yaml.ScalarEvent) -> bool:
    return bool(event.implicit[0] and _LONG_NUMBER.match(event.value))


def _plain(node: Any, left: list[int]) -> Any:
    """Return data as in JSON, with string keys. Each alias counts, so that none can explode."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too much")
    if isinstance(node, dict):
        return {_key(key): _plain(value, left) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(each, left) for each in node]
    if isinstance(node, str | int | float | None):
        return node
    raise ValueError("not JSON data")  # a set, bytes


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _json(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        # As Go reads it: UTF-8 without a byte order mark, and only the numbers of JSON.
        text = content.decode("utf-8")
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise ChartError("has a values.schema.json that is not JSON") from wrong


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
