"""One chart at hand: its own values, its schema, and the words it uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_MOST_NODES = 200_000
_WORD = re.compile(rb"[A-Za-z0-9_-]+")
# `.Values` as a whole, as in `toYaml .Values`: then any key may mean something.
_WHOLE = re.compile(rb"\.Values\b(?!\.[A-Za-z_])")
_DEEPEST = 100  # levels of YAML
# `1:30:00` is a number to base 60, and reading it takes quadratic time.
_LONG_NUMBER = re.compile(r"[-+0-9_:.]{1001}")
_SPEAKING = frozenset(
    {"Chart.yaml", "README.md", "requirements.yaml", "values.yaml", "values.schema.json"}
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ChartError(Exception):
    """A chart that cannot be read; the message says why, as the end of a sentence."""


class _Loader(_LOADER):  # type: ignore[misc]
    """YAML as Helm reads it, in which a date is a string; merges (``<<``) are counted before they are made."""

    def flatten_mapping(self, node: Any) -> None:
        size = len(node.value)
        for key, value in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                continue
            for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(each, yaml.MappingNode):
                    self.flatten_mapping(each)
                    size += len(each.value)
                    if size > _MOST_NODES:
                        raise ValueError("too much")
        super().flatten_mapping(node)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _LOADER.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart by name and version. ``schema`` is ``None`` where it ships none.

    ``subcharts`` are the keys of its values that belong to charts below it; ``free`` those that are no value of the
    chart and may stand there all the same (``global``, ``tags``, conditions of dependencies).
    """

    name: str
    version: str
    values: Mapping[str, Any]
    schema: Any = None
    subcharts: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    whole: bool = True
    """Whether all of its text is there: also that of every chart below it."""
    texts: tuple[bytes, ...] = field(default=(), repr=False)
    place: str = ""
    """Its archive or folder, from the platform's folder; empty for ours."""

    @property
    def title(self) -> str:
        """What a message calls it."""
        return f"{self.name} {self.version}"

    @property
    def called(self) -> str:
        """Return what a message about its files calls it: the archive or folder."""
        return f"`{self.place}`" if self.place else f"the chart {self.title}"

    def words(self, among: Iterable[str]) -> frozenset[str]:
        """Return those words that its templates, values or schema have: what is in none of them means nothing to it."""
        left = {each.encode("utf-8", "replace") for each in among}
        found = (match.group() for text in self.texts for match in _WORD.finditer(text))
        return frozenset(each.decode() for each in found if each in left)

    def uses_values_whole(self) -> bool:
        """Whether a template reads all values at once, so that no key can be called unknown."""
        return any(_WHOLE.search(text) for text in self.texts)


def read_chart(files: Mapping[str, bytes]) -> Chart:
    """Make a chart of its files, by their paths below its folder. Raises ``ChartError``."""
    head = _yaml(files.get("Chart.yaml"), "Chart.yaml")
    name, version = head.get("name"), head.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise ChartError("has no name or version in its Chart.yaml")
    declared = head.get("dependencies") or _yaml(
        files.get("requirements.yaml", b""), "requirements.yaml"
    ).get("dependencies")
    dependencies = (
        [each for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []
    )
    below = {
        path.split("/")[1] for path in files if path.startswith("charts/") and path.count("/") > 1
    }
    named = {str(each.get("name")) for each in dependencies}
    return Chart(
        name,
        version,
        _yaml(files.get("values.yaml", b""), "values.yaml"),
        _json(files.get("values.schema.json")),
        frozenset(
            below | named | {str(each["alias"]) for each in dependencies if each.get("alias")}
        ),
        frozenset({"global", "tags"} | _conditions(dependencies)),
        named <= below,
        tuple(_texts(files)),
    )


def is_read(path: str) -> bool:
    """Return whether a file of a chart is read at all: what may speak of values, also of charts below."""
    return path in _SPEAKING or path.startswith(("templates/", "files/", "charts/"))


def _conditions(dependencies: Iterable[Mapping[str, Any]]) -> set[str]:
    """The top-level keys of ``condition: a.enabled,b.enabled``."""
    paths = [path for each in dependencies for path in str(each.get("condition") or "").split(",")]
    return {path.strip().partition(".")[0] for path in paths}


def _texts(files: Mapping[str, bytes]) -> Iterable[bytes]:
    """What may speak of a value: templates and files, also of charts below, comments, what is written for people."""
    for path, content in files.items():
        if is_read(path):
            yield content


def _yaml(content: bytes | None, name: str) -> dict[str, Any]:
    """A mapping of YAML; nothing where the file is empty."""
    if content is None:
        message = f"has no {name}"
        raise ChartError(message)
    try:
        _check_shape(content)
        plain = _plain(_Loader(content).get_single_data(), [_MOST_NODES])
    except MemoryError:
        raise
    except (
        Exception
    ) as wrong:  # a library of others, with a text of strangers: a wrong `!!bool` is a KeyError
        message = f"has a {name} that cannot be read"
        raise ChartError(message) from wrong
    if plain is None:
        return {}
    if not isinstance(plain, dict):
        message = f"has a {name} that is no mapping"
        raise ChartError(message)
    return plain


def _check_shape(content: bytes) -> None:
    """Count levels and nodes before they are put together: PyYAML's C code does not survive ten thousand levels."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(content, Loader=_LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif (
            isinstance(event, yaml.ScalarEvent)
            and event.implicit[0]
            and _LONG_NUMBER.match(event.value)
        ):
            raise ValueError("number")
        if depth > _DEEPEST or nodes > _MOST_NODES:
            raise ValueError("too much")


def _plain(node: Any, left: list[int]) -> Any:
    """The data as JSON would have it: keys are strings. Aliases count each time, so that none can explode."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too much")
    if isinstance(node, dict):
        return {_key(key): _plain(value, left) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(each, left) for each in node]
    if node is None or isinstance(node, str | bool | int | float):
        return node
    raise ValueError("no data of JSON")  # a set, bytes


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _json(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        # As Go reads it: UTF-8 without a byte order mark, and no numbers that JSON does not have.
        text = content.decode("utf-8")
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise ChartError("has a values.schema.json that is no JSON") from wrong


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
