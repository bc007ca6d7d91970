"""Go templates of plain fields: ``{{ .metadata.labels.region }}``, with ``missingkey=error``.

Nothing else of Go's language is supported: a function may hide a missing value (``index`` of a
missing key is empty without an error), a plain field cannot. Every string of a document is a
template, including the keys of mappings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, UnsupportedError
from dokaseca_compile.argo.reader import is_mapping

Parameters = Mapping[str, Any]
"""The input of a template: strings, and mappings of them."""

Path = tuple[str, ...]
Renderer = Callable[[Parameters], Any]

_FIELD = re.compile(r"(?<!\{)\{\{ *((?:\.[A-Za-z_]\w*)+) *\}\}", re.ASCII)
_BRACES = re.compile(r"\{\{|\}\}")


class Template:
    """A document with templates in it.

    ``node`` is the document as it is written, and ``fields`` are the paths that it reads, as
    ``("metadata", "labels", "x")``.
    """

    __slots__ = ("_render", "fields", "node")

    def __init__(self, node: Any, where: str) -> None:
        """Parse every string. Raises ``UnsupportedError`` for anything but plain fields."""
        fields: dict[Path, None] = {}
        self.node = node
        self._render = _renderer(node, where, fields)
        self.fields = tuple(fields)

    def render(self, parameters: Parameters) -> Any:
        """Return the document with every field filled in. Do not change it: it shares objects.

        Raises ``EvaluationError`` for a missing field.
        """
        return self.node if self._render is None else self._render(parameters)


def _renderer(node: Any, where: str, fields: dict[Path, None]) -> Renderer | None:
    """Return the function that fills in a node; ``None`` if it has no fields, as most nodes."""
    if isinstance(node, str):
        return _text(node, where, fields) if _has_braces(node) else None
    if is_mapping(node):
        return _mapping(node, where, fields)
    if isinstance(node, (list, tuple)):
        return _sequence(node, where, fields)
    return None


def _has_braces(text: str) -> bool:
    return "{{" in text or "}}" in text


def _mapping(node: Mapping[str, Any], where: str, fields: dict[Path, None]) -> Renderer | None:
    pairs = []
    for key, value in node.items():
        in_key = _text(key, where, fields) if _has_braces(key) else None
        pairs.append((key, in_key, value, _renderer(value, where, fields)))
    if not any(in_key or in_value for _, in_key, _, in_value in pairs):
        return None

    def render(parameters: Parameters) -> dict[str, Any]:
        filled = {}
        for key, in_key, value, in_value in pairs:
            name = in_key(parameters) if in_key else key
            filled[name] = in_value(parameters) if in_value else value
        return filled

    return render


def _sequence(node: Sequence[Any], where: str, fields: dict[Path, None]) -> Renderer | None:
    parts = [(each, _renderer(each, where, fields)) for each in node]
    if not any(render for _, render in parts):
        return None

    def render_all(parameters: Parameters) -> list[Any]:
        return [render(parameters) if render else each for each, render in parts]

    return render_all


def _text(text: str, where: str, fields: dict[Path, None]) -> Renderer:
    parts = list(_parts(text, where))
    paths = [part for part in parts if isinstance(part, tuple)]
    fields.update(dict.fromkeys(paths))
    if len(parts) == 1 and paths:
        return lambda parameters: _field(paths[0], parameters, where)

    def render(parameters: Parameters) -> str:
        filled = ""
        for part in parts:
            filled += part if isinstance(part, str) else _field(part, parameters, where)
        return filled

    return render


def _parts(text: str, where: str) -> Iterator[str | Path]:
    """Yield the literals and fields of a text, in order."""
    # Splitting by a pattern with one group gives literal, field, literal, …
    for index, part in enumerate(_FIELD.split(text)):
        if index % 2:
            yield tuple(part[1:].split("."))
        elif _BRACES.search(part):
            message = f"{where}: not a plain field: {text}"
            raise UnsupportedError(message)
        elif part:
            yield part


def _field(path: Path, parameters: Parameters, where: str) -> str:
    found: Any = parameters
    for key in path:
        if not is_mapping(found) or key not in found:
            message = f"{where}: there is no .{'.'.join(path)} for {parameters.get('name')}"
            raise EvaluationError(message)
        found = found[key]
    if not isinstance(found, str):
        message = f"{where}: .{'.'.join(path)} is not a string"
        raise UnsupportedError(message)
    return found
