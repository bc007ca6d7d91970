"""Go templates of plain fields: ``{{ .metadata.labels.region }}``, with ``missingkey=error``.

Of Go's language nothing else is emitted: a function may hide a gap (``index`` of a missing key is
empty without an error), a plain field cannot. Every string of a document is a template, keys of
mappings too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, UnsupportedError
from dokaseca_compile.argo.reader import is_mapping

Parameters = Mapping[str, Any]
"""What a template reads: texts, and mappings of such."""

Path = tuple[str, ...]
Renderer = Callable[[Parameters], Any]

_FIELD = re.compile(r"(?<!\{)\{\{ *((?:\.[A-Za-z_]\w*)+) *\}\}", re.ASCII)
_BRACES = re.compile(r"\{\{|\}\}")


class Template:
    """A document with templates in it.

    ``node`` is the document as it is written, ``fields`` the paths that it reads, as ``("metadata", "labels", "x")``.
    """

    __slots__ = ("_render", "fields", "node")

    def __init__(self, node: Any, where: str) -> None:
        """Parse every string. Raises ``UnsupportedError`` for a template that is no plain field."""
        fields: dict[Path, None] = {}
        self.node = node
        self._render = _renderer(node, where, fields)
        self.fields = tuple(fields)

    def render(self, parameters: Parameters) -> Any:
        """The document with every field filled in. Parts without a field are the same objects, so leave them alone.

        Raises ``EvaluationError`` where a field is missing.
        """
        return self.node if self._render is None else self._render(parameters)


def _renderer(node: Any, where: str, fields: dict[Path, None]) -> Renderer | None:
    """What fills a node in; ``None`` when it reads nothing, as most nodes do."""
    if isinstance(node, str):
        return _text(node, where, fields) if "{{" in node or "}}" in node else None
    if is_mapping(node):
        pairs = []
        for key, each in node.items():
            in_key = _text(key, where, fields) if "{{" in key or "}}" in key else None
            pairs.append((key, in_key, each, _renderer(each, where, fields)))
        if any(in_key or in_value for _, in_key, _, in_value in pairs):
            return lambda parameters: {
                (in_key(parameters) if in_key else key): (
                    in_value(parameters) if in_value else value
                )
                for key, in_key, value, in_value in pairs
            }
    elif isinstance(node, (list, tuple)):
        parts = [(each, _renderer(each, where, fields)) for each in node]
        if any(render for _, render in parts):
            return lambda parameters: [
                render(parameters) if render else each for each, render in parts
            ]
    return None


def _text(text: str, where: str, fields: dict[Path, None]) -> Renderer:
    parts = list(_parts(text, where))
    fields.update({part: None for part in parts if isinstance(part, tuple)})
    if len(parts) == 1 and isinstance(path := parts[0], tuple):
        return lambda parameters: _field(path, parameters, where)
    return lambda parameters: "".join(
        [part if isinstance(part, str) else _field(part, parameters, where) for part in parts]
    )


def _parts(text: str, where: str) -> Iterator[str | Path]:
    """The literals and fields of a text, in their order."""
    # Splitting by a pattern with one group gives literal, field, literal, …
    for index, part in enumerate(_FIELD.split(text)):
        if index % 2:
            yield tuple(part[1:].split("."))
        elif _BRACES.search(part):
            message = f"{where}: no plain field: {text}"
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
        message = f"{where}: .{'.'.join(path)} is no text"
        raise UnsupportedError(message)
    return found
