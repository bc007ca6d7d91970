"""How the model says what is legal: kinds of text with their rule in words, and faults with their help.

A person who breaks a rule is told the rule and, where it is mechanical, the corrected text; never a
regular expression, and never pydantic's own words.
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
        """``Maybe[X]``: a key that may be left out, and is then ``None`` to us, but that nobody may write as null.

        Pydantic sees ``X``, and does not validate the default: a null costs no validator of its own.
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return item


class Grammar(NamedTuple):
    """The rule of a pattern in words."""

    slug: str
    rule: str
    mend: Callable[[str], str] | None
    """Text that breaks the rule → what was probably meant, or ``""``."""
    help: str


GRAMMARS: dict[str, Grammar] = {}
"""Pattern → its grammar; ``messages.py`` explains a mismatch with it."""


def grammar(
    slug: str,
    pattern: str,
    rule: str,
    *examples: str,
    longest: int | None = None,
    mend: Callable[[str], str] | None = None,
    help: str = "",  # noqa: A002
) -> Any:
    """Declare a kind of text: ``longest`` counts characters, ``examples`` go to the JSON Schema.

    Raises ``ValueError`` when the pattern has another rule already: a mismatch tells only the pattern.
    """
    said = Grammar(slug, rule, mend, help)
    if GRAMMARS.setdefault(pattern, said) != said:
        message = f"two rules for one pattern: {pattern}"
        raise ValueError(message)
    return Field(pattern=pattern, max_length=longest, examples=list(examples) or None)


def refusal(
    slug: str,
    said: str,
    help: str = "",  # noqa: A002
    *,
    within: tuple[str | int, ...] = (),
    at_key: bool = False,
) -> PydanticCustomError:
    """Make the fault that a validator raises; ``said`` follows the name of the place (`` has no tag``, ``: …``).

    ``within`` leads from the validated value to the part at fault; ``at_key`` points at the key.
    """
    # Carried in the context and not in the template: user text may contain braces.
    return PydanticCustomError(
        slug, "{said}", {"said": said, "help": help, "within": within, "at_key": at_key}
    )


def mended_name(text: str) -> str:
    """``Prod_EU`` → ``prod-eu``."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def mended_category(text: str) -> str:
    """``Security/Policy`` → ``security/policy``."""
    return "/".join(map(mended_name, text.split("/")))


def mended_version(text: str) -> str:
    """``^1.2.3`` → ``1.2.3``: the version that a range with one bound begins at."""
    found = re.fullmatch(
        r"(?:\^|~>?|==?|>=)\s*(v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?)", text.strip()
    )
    return found[1] if found else ""


def mended_kubernetes(text: str) -> str:
    """``v1.33.1-gke.100`` → ``1.33.1``."""
    found = re.match(r"\s*v?(1\.[0-9]{1,3}(?:\.[0-9]{1,3})?)(?![0-9.])", text)
    return found[1] if found else ""
