"""Comparing what is written with what is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.formats.body import Joined, Shared
from dokaseca_compile.proof.expected import Parts, whole

ANY_NAME = "0-any-cluster-0"
"""The name that stands for that of any cluster: a legal one, so that it passes through ``nameNormalized`` as it is."""


class DisagreementError(Exception):
    """The files say something else than the model. A bug of ours."""


def same(what: str, found: object, meant: object) -> None:
    if found != meant:
        message = f"{what}: written is {_short(found)}, meant is {_short(meant)}"
        raise DisagreementError(message)


def same_mapping(what: str, found: Mapping[str, Any], meant: Mapping[str, Any]) -> None:
    if found != meant:
        for key in sorted({*found, *meant}):
            same(f"{what} {key}", found.get(key), meant.get(key))


def same_data(what: str, found: Any, meant: Any) -> None:
    """Raises ``DisagreementError`` for the first part that differs, ``true`` and ``1`` among them."""
    if isinstance(found, Mapping) and isinstance(meant, Mapping):
        if found.keys() != meant.keys():
            same(f"{what}: keys", sorted(map(str, found)), sorted(map(str, meant)))
        for key, value in meant.items():
            same_data(f"{what} {key}", found[key], value)
    elif (
        isinstance(found, list | tuple)
        and isinstance(meant, list | tuple)
        and len(found) == len(meant)
    ):
        for at, (value, wanted) in enumerate(zip(found, meant, strict=True)):
            same_data(f"{what} {at}", value, wanted)
    elif type(found) is not type(meant) or found != meant:
        message = f"{what}: written is {_short(found)}, meant is {_short(meant)}"
        raise DisagreementError(message)


def same_application(found: Application, meant: Application, cluster: str) -> None:
    if found != meant:
        for field in fields(Application):
            what = f"{meant.name.replace(ANY_NAME, cluster)}: {field.name}"
            same(what, getattr(found, field.name), getattr(meant, field.name))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


class Shares:
    """Compares mappings that are made of parts. A part that clusters share is compared once for all of them."""

    def __init__(self) -> None:
        self._equal: set[tuple[int, int]] = set()

    def same(self, what: str, found: Mapping[str, Any], meant: Parts) -> None:
        """Raises ``DisagreementError`` for the first entry that differs."""
        if not isinstance(found, Joined) or len(found.parts) != len(meant):
            same_mapping(what, dict(found.items()), whole(meant))
            return
        for part, wanted in zip(found.parts, meant, strict=True):
            if (id(part), id(wanted)) in self._equal:
                continue
            if part != wanted:
                same_mapping(what, dict(found.items()), whole(meant))
            if isinstance(
                part, Shared
            ):  # it lives as long as the tree, and its like in `intent` as long as that
                self._equal.add((id(part), id(wanted)))
