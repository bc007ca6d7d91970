"""Read documents of a known shape: unknown fields are refused, never ignored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from dokaseca_compile.argo.errors import UnsupportedError


def is_mapping(node: Any) -> bool:
    """Return whether a node is a mapping: mostly a dict, which is much faster to check."""
    return isinstance(node, dict) or isinstance(node, Mapping)  # noqa: SIM101 - in this order


def mapping(node: Any, where: str, known: Collection[str] | None = None) -> Mapping[str, Any]:
    """Return a mapping with ``known`` keys only. Raises ``UnsupportedError``."""
    if not is_mapping(node):
        message = f"{where} is not a mapping"
        raise UnsupportedError(message)
    if known is not None:
        unknown = [key for key in node if key not in known]
        if unknown:
            message = f"{where} has {', '.join(map(repr, unknown))}, which is not evaluated"
            raise UnsupportedError(message)
    return cast("Mapping[str, Any]", node)


def items(node: Any, where: str) -> Sequence[Any]:
    """Return a list. Raises ``UnsupportedError``."""
    if isinstance(node, (list, tuple)):
        return node
    if isinstance(node, str) or not isinstance(node, Sequence):
        message = f"{where} is not a list"
        raise UnsupportedError(message)
    return node


def mapping_at(
    node: Mapping[str, Any], key: str, where: str, known: Collection[str] | None = None
) -> Mapping[str, Any]:
    """Return the mapping at a key, empty if it is missing. Raises ``UnsupportedError``."""
    return mapping(node.get(key) or {}, where, known)


def items_at(node: Mapping[str, Any], key: str, where: str) -> Sequence[Any]:
    """Return the list at a key, empty if it is missing. Raises ``UnsupportedError``."""
    return items(node.get(key) or (), where)


def strings_at(node: Mapping[str, Any], key: str, where: str) -> list[str]:
    """Return the list of strings at a key, empty if missing. Raises ``UnsupportedError``."""
    return [text(each, where) for each in items_at(node, key, where)]


def texts_at(node: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    """Return the mapping of strings at a key, empty if missing. Raises ``UnsupportedError``."""
    return texts(node.get(key) or {}, where)


def text(node: Any, where: str) -> str:
    """Return a string. Raises ``UnsupportedError``."""
    if not isinstance(node, str):
        message = f"{where} is not a string"
        raise UnsupportedError(message)
    return node


def texts(node: Any, where: str) -> dict[str, str]:
    """Return a mapping of strings, as labels are. Raises ``UnsupportedError``."""
    found = dict(mapping(node, where).items())
    if not {*map(type, found), *map(type, found.values())} <= {str}:
        pairs = found.items()
        wrong = next(key for key, value in pairs if {type(key), type(value)} != {str})
        message = f"{where}: {wrong} is not a string"
        raise UnsupportedError(message)
    return found
