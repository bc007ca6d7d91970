"""Grammars of texts with their rules in words, and the errors that validators raise.

A message gives the rule and, where the fix is mechanical, the corrected text. It never shows a
regular expression or pydantic's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from typing import Optional, TypeVar

    X = TypeVar("X")
    Maybe = Optional[X]  # noqa: UP045 - a generic alias
else:

    class Maybe:
        """``Maybe[X]``: a key that may be left out (``None`` in the model) but not written as null.

        Pydantic sees ``X`` and does not validate the default, so null needs no validator.
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return item


class Grammar(NamedTuple):
    """The rule of a pattern in words."""

    slug: str
    rule: str
    fix: Callable[[str], str] | None
    """Turn a text that breaks the rule into the one that was probably intended, or ``""``."""
    help: str


GRAMMARS: dict[str, Grammar] = {}
"""Pattern → grammar; ``messages.py`` explains a mismatch with it."""


def grammar(
    slug: str,
    pattern: str,
    rule: str,
    *examples: str,
    longest: int | None = None,
    fix: Callable[[str], str] | None = None,
    help: str = "",  # noqa: A002
) -> Any:
    """Declare a kind of text: ``longest`` counts characters, ``examples`` go to the JSON Schema.

    Raises ``ValueError`` when another rule has the same pattern: pydantic's error has only the
    pattern, so it must identify the rule.
    """
    declared = Grammar(slug, rule, fix, help)
    if GRAMMARS.setdefault(pattern, declared) != declared:
        message = f"two rules for one pattern: {pattern}"
        raise ValueError(message)
    return Field(pattern=pattern, max_length=longest, examples=list(examples) or None)


def refusal(
    slug: str,
    message: str,
    help: str = "",  # noqa: A002
    *,
    within: tuple[str | int, ...] = (),
    at_key: bool = False,
) -> PydanticCustomError:
    """Return the error that a validator raises.

    ``message`` follows the name of the place: `` has no tag``, ``: a registry is missing``.
    ``within`` leads from the validated value to the faulty part; ``at_key`` points at the key.
    """
    # In the context and not in the template: text of users may contain braces.
    context = {"message": message, "help": help, "within": within, "at_key": at_key}
    return PydanticCustomError(slug, "{message}", context)


def require(
    condition: object,
    slug: str,
    message: str,
    help: str = "",  # noqa: A002
    *,
    within: tuple[str | int, ...] = (),
    at_key: bool = False,
) -> None:
    """Raise a ``refusal``, unless the condition holds."""
    if not condition:
        raise refusal(slug, message, help, within=within, at_key=at_key)


def fixed_name(text: str) -> str:
    """``Prod_EU`` → ``prod-eu``."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def fixed_category(text: str) -> str:
    """``Security/Policy`` → ``security/policy``."""
    return "/".join(map(fixed_name, text.split("/")))


def fixed_version(text: str) -> str:
    """``^1.2.3`` → ``1.2.3``: the lower bound of a range with one bound."""
    found = re.fullmatch(
        r"(?:\^|~>?|==?|>=)\s*(v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?)", text.strip()
    )
    return found[1] if found else ""


def fixed_kubernetes_version(text: str) -> str:
    """``v1.33.1-gke.100`` → ``1.33.1``."""
    found = re.match(r"\s*v?(1\.[0-9]{1,3}(?:\.[0-9]{1,3})?)(?![0-9.])", text)
    return found[1] if found else ""
