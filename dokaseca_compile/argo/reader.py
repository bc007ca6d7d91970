"""Reading documents of a known shape: what is not known is refused, never passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from dokaseca_compile.argo.errors import UnsupportedError


def is_mapping(node: Any) -> bool:
    """Whether it is a mapping. Asking for an abstract class takes many times as long as for a dict, and most are."""
    return isinstance(node, dict) or isinstance(node, Mapping)  # noqa: SIM101 - in this order


def mapping(node: Any, where: str, known: Collection[str] | None = None) -> Mapping[str, Any]:
    """A mapping, with no keys but the ``known`` ones. Raises ``UnsupportedError``."""
    if not is_mapping(node):
        message = f"{where} is no mapping"
        raise UnsupportedError(message)
    if known is not None and (unknown := [key for key in node if key not in known]):
        message = f"{where} has {', '.join(map(repr, unknown))}, which is not evaluated"
        raise UnsupportedError(message)
    return cast("Mapping[str, Any]", node)


def items(node: Any, where: str) -> Sequence[Any]:
    """A list. Raises ``UnsupportedError``."""
    if not isinstance(node, (list, tuple)) and (
        isinstance(node, str) or not isinstance(node, Sequence)
    ):
        message = f"{where} is no list"
        raise UnsupportedError(message)
    return node


def text(node: Any, where: str) -> str:
    """A string. Raises ``UnsupportedError``."""
    if not isinstance(node, str):
        message = f"{where} is no text"
        raise UnsupportedError(message)
    return node


def texts(node: Any, where: str) -> dict[str, str]:
    """A mapping of strings, as labels and annotations are. Raises ``UnsupportedError``."""
    found = dict(mapping(node, where).items())
    if not {*map(type, found), *map(type, found.values())} <= {str}:
        wrong = next(
            key
            for key, value in found.items()
            if not (isinstance(key, str) and isinstance(value, str))
        )
        message = f"{where}: {wrong} is no text"
        raise UnsupportedError(message)
    return found
