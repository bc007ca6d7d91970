"""Keys that a chart does not know, where it ships no schema that would say so.

A false alarm is worse than none, and charts take free-form data in many places. So a key counts as unknown only where
the chart's own values have a mapping with entries, neither these nor the schema have the key, and no text of the chart
has it as a word; and only if it looks misspelt beside a key that is known there, or stands on top, where nothing can
read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.charts.chart import Chart
from dokaseca_compile.core.routes import Route

_COMBINERS = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key by its route, and the ones that are known beside it."""

    route: Route
    known: tuple[str, ...]


def unknown_keys(chart: Chart, values: Mapping[str, Any]) -> list[UnknownKey]:
    """The keys of ``values`` that mean nothing to a chart, by route."""
    if not chart.whole:
        return []
    candidates = list(_candidates(chart, values, chart.values, (chart.schema,), ()))
    if not candidates:
        return []
    words, open_on_top = chart.words(key for _, key in candidates), chart.uses_values_whole()
    return sorted(
        (
            each
            for each, key in candidates
            if key not in words
            and (
                _is_misspelt(key, each.known)
                or (len(each.route) == 1 and not open_on_top and key.isidentifier())
            )
        ),
        key=lambda each: [str(part) for part in each.route],
    )


def _candidates(
    chart: Chart,
    values: Mapping[str, Any],
    own: Mapping[str, Any],
    schemas: tuple[Any, ...],
    route: Route,
) -> Iterator[tuple[UnknownKey, str]]:
    """Every key that stands beside known ones and is none of them."""
    parts = _parts(schemas, chart.schema)
    if not own or any(_takes_any(part) for part in parts):
        return
    closed = any(
        part.get("additionalProperties") is False for part in parts
    )  # then the schema says it itself
    known = set(own).union(*map(_properties, parts))
    aside = chart.subcharts | chart.free if not route else frozenset()
    for key, value in values.items():
        inner = own.get(key)
        if key in aside:
            continue
        if key not in known:
            if not closed:
                yield UnknownKey((*route, key), tuple(sorted(known | aside))), key
        elif isinstance(value, Mapping) and isinstance(inner, Mapping):
            below = tuple(_properties(part)[key] for part in parts if key in _properties(part))
            yield from _candidates(chart, value, inner, below, (*route, key))


def _parts(schemas: Iterable[Any], root: Any) -> list[Mapping[str, Any]]:
    """Return schemas and all that they are put together from, each part once."""
    found: dict[int, Mapping[str, Any]] = {}
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, Mapping) or id(schema) in found:
            continue
        found[id(schema)] = schema
        waiting += [each for word in _COMBINERS for each in _list(schema.get(word))]
        waiting += [schema[word] for word in ("then", "else") if word in schema]
        reference = schema.get("$ref")
        if isinstance(reference, str):
            waiting.append(_pointed(root, reference))
    return list(found.values())


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    named = schema.get("properties")
    return named if isinstance(named, Mapping) else {}


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def _pointed(root: Any, reference: str) -> Any:
    """What ``#/definitions/x`` means; of what lies elsewhere nothing is known, so that any key may stand there."""
    if not reference.startswith("#"):
        return {"additionalProperties": True}
    node = root
    for part in filter(None, reference[1:].split("/")):
        node = (
            node.get(part.replace("~1", "/").replace("~0", "~"))
            if isinstance(node, Mapping)
            else None
        )
    return node


def _takes_any(part: Mapping[str, Any]) -> bool:
    """Whether a schema says that keys are free: by a pattern, or by what each of their values has to be."""
    more = part.get("additionalProperties")
    return "patternProperties" in part or more is True or isinstance(more, Mapping)


def _is_misspelt(key: str, known: tuple[str, ...]) -> bool:
    """Whether a key is a known one but for a slip: its case, ``-`` and ``_``, or one or two letters."""
    if "." in key or "/" in key:  # labels, annotations, names of files
        return False
    folded = _fold(key)
    slips = 0 if len(folded) < 4 else 1 if len(folded) < 7 else 2
    return any(_distance(folded, _fold(each), slips) <= slips for each in known)


def _fold(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap with the next to get from one word to another; more than ``most``: any."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            )
            now.append(min(best, before[column - 2] + 1) if swapped else best)
        before, last = last, now
    return last[-1]
