"""Comparisons of compiled files with what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from dokaseca_compile.argo import EvaluationError
from dokaseca_compile.argo.applications import Application
from dokaseca_compile.formats.body import Joined, Shared

ANY_NAME = "0-any-cluster-0"
"""A placeholder for the name of any cluster. It is valid: ``nameNormalized`` keeps it as it is."""

Parts = tuple[Mapping[str, Any], ...]
"""A mapping in parts with distinct keys. Clusters share the later parts."""


class MismatchError(Exception):
    """A compiled file differs from the platform: a bug of the compiler."""


@contextmanager
def faults_as_mismatches() -> Iterator[None]:
    """Raise ``MismatchError`` for a file that cannot be evaluated or has another structure."""
    try:
        yield
    except EvaluationError as fault:
        raise MismatchError(str(fault)) from fault
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        message = f"a file has an unexpected structure: {fault!r}"
        raise MismatchError(message) from fault


def check_equal(what: str, actual: object, expected: object) -> None:
    """Raise ``MismatchError`` unless two values are equal."""
    if actual != expected:
        raise _difference(what, actual, expected)


def check_mapping(what: str, actual: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raise ``MismatchError`` with the first key whose values differ."""
    if actual != expected:
        for key in sorted({*actual, *expected}):
            check_equal(f"{what} {key}", actual.get(key), expected.get(key))


def check_data(what: str, actual: Any, expected: Any) -> None:
    """Raise ``MismatchError`` with the first part that differs. ``True`` and ``1`` differ."""
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if actual.keys() != expected.keys():
            check_equal(f"{what}: keys", sorted(map(str, actual)), sorted(map(str, expected)))
        _check_entries(what, actual, expected)
    elif _is_list(actual) and _is_list(expected) and len(actual) == len(expected):
        _check_entries(what, dict(enumerate(actual)), dict(enumerate(expected)))
    elif type(actual) is not type(expected) or actual != expected:
        raise _difference(what, actual, expected)


def _check_entries(what: str, actual: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
    for key, value in expected.items():
        check_data(f"{what} {key}", actual[key], value)


def check_application(actual: Application, expected: Application, cluster: str) -> None:
    """Raise ``MismatchError`` with the first field that differs."""
    if actual != expected:
        name = expected.name.replace(ANY_NAME, cluster)
        for field in fields(Application):
            what = f"{name}: {field.name}"
            check_equal(what, getattr(actual, field.name), getattr(expected, field.name))


def joined(parts: Parts) -> dict[str, Any]:
    """Return the parts as one mapping."""
    return {key: value for part in parts for key, value in part.items()}


class SharedParts:
    """Compares mappings in parts. A pair of parts that clusters share is compared once."""

    def __init__(self) -> None:
        self._equal: set[tuple[int, int]] = set()

    def check(self, what: str, actual: Mapping[str, Any], expected: Parts) -> None:
        """Raise ``MismatchError`` with the first entry that differs."""
        if not isinstance(actual, Joined) or len(actual.parts) != len(expected):
            check_mapping(what, dict(actual.items()), joined(expected))
            return
        for part, other in zip(actual.parts, expected, strict=True):
            if (id(part), id(other)) in self._equal:
                continue
            if part != other:
                check_mapping(what, dict(actual.items()), joined(expected))
            # Both live as long as this object: the tree and `Expected` hold them.
            if isinstance(part, Shared):
                self._equal.add((id(part), id(other)))


def _difference(what: str, actual: object, expected: object) -> MismatchError:
    return MismatchError(f"{what}: expected {_short(expected)}, actual {_short(actual)}")


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
