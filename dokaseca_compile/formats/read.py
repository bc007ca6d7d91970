"""What a generated file says, read back from its bytes, with the line of each part."""

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
    """The documents of a file: several in YAML, one in JSON and HCL, none where there is only text to compare."""

    documents: tuple[Any, ...] = ()
    _parsed: tuple[tuple[int, Document], ...] = field(default=(), repr=False)

    def line(self, route: Route) -> int:
        """The line, from 1, of what a route (document first) leads to; 0 where that is not known."""
        if not route or not isinstance(route[0], int) or not 0 <= route[0] < len(self._parsed):
            return 0
        start, document = self._parsed[route[0]]
        return start + document.place(route[1:]).line


def read_contents(path: str, content: bytes) -> Contents | None:
    """Read a file by the ending of its name; ``None`` when it is none of our formats, or damaged."""
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
    return Contents((data,)) if data is not None and _is_sound(data) else None


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
    """Read the documents of a YAML file that is written as ours are: a separator is a line of its own."""
    documents, parsed = [], []
    start = 0
    # No scalar spans lines in what we write, so such a line can only be a separator.
    for part in text.split(_SEPARATOR):
        document, faults = parse(part, path)
        if has_errors(faults):
            return None
        documents.append(document.data)
        parsed.append((start, document))
        start += part.count("\n") + _SEPARATOR.count("\n")
    return Contents(tuple(documents), tuple(parsed))


def _is_sound(data: Any, depth: int = 0) -> bool:
    """Whether every part of data can be shown and written again: finite, no half characters, not without bottom."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(data, dict):
        return all(
            _is_sound(key, depth + 1) and _is_sound(value, depth + 1) for key, value in data.items()
        )
    if isinstance(data, list):
        return all(_is_sound(each, depth + 1) for each in data)
    if isinstance(data, str):
        return not _HALF.search(data)
    if isinstance(data, int):
        return -(2**63) <= data < 2**63
    return not isinstance(data, float) or isfinite(data)


def documents_of(body: Body | None, path: str, content: bytes) -> tuple[Any, ...] | None:
    """The documents that a file of ours says: as it was made where that is plain data, else read back."""
    if isinstance(body, YamlBody):
        return body.documents
    if isinstance(body, TfvarsBody):
        return (body.attributes,)
    found = read_contents(path, content)
    return None if found is None else found.documents


def plain(value: Any) -> Any:
    """Plain dicts and lists of the same data, keys as strings; an empty document and an empty mapping are one."""
    # Most are scalars, and asking those for an abstract class takes many times as long.
    kind = type(value)
    if kind in _SCALARS or isinstance(value, (str, int, float)):
        return value
    if kind is dict or isinstance(value, Mapping):
        return {
            str(key): each if type(each) in _SCALARS else plain(each) for key, each in value.items()
        }
    if kind is list or isinstance(value, Sequence):
        return [each if type(each) in _SCALARS else plain(each) for each in value]
    return value
