"""Cut a schema down to what can be evaluated without any other document."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.charts.bounded import REFERENCES
from dokaseca_compile.charts.form import OF_NAMES, mappings, references

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
    keywords: set[str] = set()
    for part in mappings(schema):
        keywords.update(part)
    has_patterns = "patternProperties" in keywords
    is_incomplete = any(not reference.startswith("#") for reference in references(schema))
    cut = _Cut(
        dropped=frozenset({"unevaluatedProperties"} if has_patterns else ()),
        dropped_with_references=_NOT_MONOTONE if is_incomplete else frozenset(),
    )
    return cut.part(schema)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The keywords to drop: everywhere, and where they contain a reference."""

    dropped: AbstractSet[str]
    dropped_with_references: AbstractSet[str]

    def part(self, node: Any) -> Any:
        """Return a part of a schema without the dropped keywords."""
        if isinstance(node, list):
            return [self.part(each) for each in node]
        if not isinstance(node, dict):
            return node
        kept = {}
        for keyword, value in node.items():
            if not self._drops(keyword, value):
                kept[keyword] = self._value(keyword, value)
        return kept

    def _value(self, keyword: str, value: Any) -> Any:
        if keyword not in OF_NAMES or not isinstance(value, dict):
            return self.part(value)
        return {name: self._named(each) for name, each in value.items()}

    def _named(self, node: Any) -> Any:
        # jsonschema reports that `false` forbids something, but not where.
        return {"not": {}} if node is False else self.part(node)

    def _drops(self, keyword: str, value: Any) -> bool:
        if keyword in self.dropped:
            return True
        if isinstance(value, str):
            is_foreign = keyword in REFERENCES and not value.startswith("#")
            return is_foreign or keyword in _OF_DOCUMENTS
        return keyword in self.dropped_with_references and any(True for _ in references(value))
