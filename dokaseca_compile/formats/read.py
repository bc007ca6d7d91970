"""Read generated files back from their bytes, with the line of each part."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from types import NoneType
from typing import Any

from dokaseca_compile.core.diagnostics import has_errors
from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Body, TfvarsBody, YamlBody
from dokaseca_compile.formats.hcl_reader import read_hcl
from dokaseca_compile.source import Document, decode, parse
from dokaseca_compile.source.anchors import MAX_DEPTH

_SEPARATOR = "\n---\n"
_SCALARS = frozenset({str, int, float, bool, NoneType})
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Contents:
    """The documents of a file: several in YAML, one in JSON and HCL, none in a file of text."""

    documents: tuple[Any, ...] = ()
    _parsed: tuple[tuple[int, Document], ...] = field(default=(), repr=False)

    def line(self, route: Route) -> int:
        """Return the line, from 1, of the value at a route (document first); 0 if unknown."""
        index = route[0] if route else None
        if not isinstance(index, int) or not 0 <= index < len(self._parsed):
            return 0
        start, document = self._parsed[index]
        return start + document.place(route[1:]).line


def read_contents(path: str, content: bytes) -> Contents | None:
    """Read a file by its extension; ``None`` if the format is unknown or the file is damaged."""
    text, faults = decode(content, path)
    if faults:
        return None
    if path.endswith((".yaml", ".yml")):
        return read_yaml(text, path)
    data: Any = None
    if path.endswith((".tf", ".tfvars")):
        data = read_hcl(text)
    elif path.endswith(".json"):
        with suppress(ValueError, RecursionError):
            data = json.loads(text)
    if data is None or not _is_sound(data):
        return None
    return Contents((data,))


def readable_documents(path: str, content: bytes) -> tuple[Any, ...]:
    """Return the documents of a file; of damaged YAML, the parts that can be read."""
    contents = read_contents(path, content)
    if contents is not None:
        return contents.documents
    if not path.endswith((".yaml", ".yml")):
        return ()
    text = content.decode("utf-8", "replace")
    return tuple(parse(part, path)[0].data for part in text.split(_SEPARATOR))


def read_yaml(text: str, path: str) -> Contents | None:
    """Read the documents of a generated YAML file: a separator is a line of its own."""
    documents, parsed = [], []
    start = 0
    # Scalars in generated files never span lines, so such a line can only be a separator.
    for part in text.split(_SEPARATOR):
        document, faults = parse(part, path)
        if has_errors(faults):
            return None
        documents.append(document.data)
        parsed.append((start, document))
        start += part.count("\n") + _SEPARATOR.count("\n")
    return Contents(tuple(documents), tuple(parsed))


def _is_sound(data: Any, depth: int = 0) -> bool:
    """Return whether data can be written again: finite, no lone surrogates, not too deep."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(data, str):
        return not _HALF.search(data)
    if isinstance(data, int):
        return -(2**63) <= data < 2**63
    if isinstance(data, float):
        return isfinite(data)
    if isinstance(data, dict):
        data = [*data, *data.values()]
    return data is None or all(_is_sound(each, depth + 1) for each in data)


def documents_of(body: Body | None, path: str, content: bytes) -> tuple[Any, ...] | None:
    """Return the documents of a generated file: those of its body, or else read from its bytes."""
    if isinstance(body, YamlBody):
        return body.documents
    if isinstance(body, TfvarsBody):
        return (body.attributes,)
    found = read_contents(path, content)
    return None if found is None else found.documents


def plain(value: Any) -> Any:
    """Copy data into plain dicts and lists, with keys as strings."""
    # Most values are scalars: `isinstance` with an abstract class takes many times as long.
    if type(value) in _SCALARS or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (dict, Mapping)):
        return {
            str(key): each if type(each) in _SCALARS else plain(each) for key, each in value.items()
        }
    if isinstance(value, (list, Sequence)):
        return [each if type(each) in _SCALARS else plain(each) for each in value]
    return value
