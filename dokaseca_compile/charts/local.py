"""Cut a schema down to what can be evaluated without any other document."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.charts.bounded import REFERENCES
from dokaseca_compile.charts.form import OF_NAMES, parts, references

# Where less may forbid more: without a part below these keywords, valid values could be an error.
_NOT_MONOTONE = frozenset(
    {"not", "oneOf", "if", "contains", "unevaluatedProperties", "unevaluatedItems"}
)
# References within one document need no name for it, and all parts follow one draft.
_OF_DOCUMENTS = frozenset({"$id", "id", "$schema"})


def local(schema: Any) -> Any:
    """Return a schema without references to other documents: what they name accepts any data.

    In a schema with such references, the keywords of ``_NOT_MONOTONE`` are dropped where they
    contain any reference. ``unevaluatedProperties`` is dropped beside patterns, which
    ``jsonschema`` would match itself.
    """
    is_incomplete = any(not reference.startswith("#") for reference in references(schema))
    keywords = {key for _, part in parts(schema) if isinstance(part, dict) for key in part}
    dropped = {"unevaluatedProperties"} if "patternProperties" in keywords else set[str]()
    return _cut(schema, dropped, is_incomplete=is_incomplete)


def _cut(node: Any, dropped: set[str], *, is_incomplete: bool) -> Any:
    if isinstance(node, list):
        return [_cut(each, dropped, is_incomplete=is_incomplete) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for keyword, value in node.items():
        if keyword in dropped or _is_unusable(keyword, value, is_incomplete=is_incomplete):
            continue
        if keyword in OF_NAMES and isinstance(value, dict):
            kept[keyword] = {
                name: _cut_named(each, dropped, is_incomplete=is_incomplete)
                for name, each in value.items()
            }
        else:
            kept[keyword] = _cut(value, dropped, is_incomplete=is_incomplete)
    return kept


def _cut_named(node: Any, dropped: set[str], *, is_incomplete: bool) -> Any:
    # jsonschema reports that `false` forbids something, but not where.
    return {"not": {}} if node is False else _cut(node, dropped, is_incomplete=is_incomplete)


def _is_unusable(keyword: str, value: Any, *, is_incomplete: bool) -> bool:
    if keyword in REFERENCES and isinstance(value, str):
        return not value.startswith("#")
    if keyword in _OF_DOCUMENTS and isinstance(value, str):
        return True
    return is_incomplete and keyword in _NOT_MONOTONE and next(references(value), None) is not None
