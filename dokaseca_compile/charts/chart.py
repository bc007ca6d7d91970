"""One chart at hand: its own values, its schema, and the words it uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_MOST_NODES = 200_000
_WORD = re.compile(r"[A-Za-z0-9_-]+")
# `.Values` as a whole, as in `toYaml .Values`: then any key may mean something.
_WHOLE = re.compile(r"\.Values\b(?!\.[A-Za-z_])")
_SPEAKING = frozenset({"Chart.yaml", "README.md", "requirements.yaml", "values.yaml", "values.schema.json"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ChartError(Exception):
    """A chart that cannot be read; the message says why, as the end of a sentence."""


class _Loader(_LOADER):  # type: ignore[misc]
    """YAML as Helm reads it, in which a date is a string."""


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
    texts: tuple[str, ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """What a message calls it."""
        return f"{self.name} {self.version}"

    def words(self) -> frozenset[str]:
        """Every word of its templates, values and schema: what is none of them means nothing to it."""
        return frozenset(word for text in self.texts for word in _WORD.findall(text))

    def uses_values_whole(self) -> bool:
        """Whether a template reads all values at once, so that no key can be called unknown."""
        return any(_WHOLE.search(text) for text in self.texts)


def read_chart(files: Mapping[str, bytes]) -> Chart:
    """Make a chart of its files, by their paths below its folder. Raises ``ChartError``."""
    head = _yaml(files.get("Chart.yaml"), "Chart.yaml")
    name, version = head.get("name"), head.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise ChartError("has no name or version in its Chart.yaml")
    declared = head.get("dependencies") or _yaml(files.get("requirements.yaml", b""), "requirements.yaml").get(
        "dependencies"
    )
    dependencies = [each for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []
    below = {path.split("/")[1] for path in files if path.startswith("charts/") and path.count("/") > 1}
    named = {str(each.get("name")) for each in dependencies}
    return Chart(
        name,
        version,
        _yaml(files.get("values.yaml", b""), "values.yaml"),
        _json(files.get("values.schema.json")),
        frozenset(below | named | {str(each["alias"]) for each in dependencies if each.get("alias")}),
        frozenset({"global", "tags"} | _conditions(dependencies)),
        named <= below,
        tuple(_texts(files)),
    )


def _conditions(dependencies: Iterable[Mapping[str, Any]]) -> set[str]:
    """The top-level keys of ``condition: a.enabled,b.enabled``."""
    paths = [path for each in dependencies for path in str(each.get("condition") or "").split(",")]
    return {path.strip().partition(".")[0] for path in paths}


def _texts(files: Mapping[str, bytes]) -> Iterable[str]:
    """What may speak of a value: templates and files, also of charts below, comments, what is written for people."""
    for path, content in files.items():
        if path in _SPEAKING or path.startswith(("templates/", "files/", "charts/")):
            yield content.decode("utf-8", "replace")


def _yaml(content: bytes | None, name: str) -> dict[str, Any]:
    """A mapping of YAML; nothing where the file is empty."""
    if content is None:
        message = f"has no {name}"
        raise ChartError(message)
    try:
        plain = _plain(_Loader(content).get_single_data(), [_MOST_NODES])
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as wrong:
        message = f"has a {name} that cannot be read"
        raise ChartError(message) from wrong
    if plain is None:
        return {}
    if not isinstance(plain, dict):
        message = f"has a {name} that is no mapping"
        raise ChartError(message)
    return plain


def _plain(node: Any, left: list[int]) -> Any:
    """The data as JSON would have it: keys are strings. Aliases count each time, so that none can explode."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too much")
    if isinstance(node, dict):
        return {_key(key): _plain(value, left) for key, value in node.items()}
    return [_plain(each, left) for each in node] if isinstance(node, list) else node


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _json(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise ChartError("has a values.schema.json that is no JSON") from wrong
