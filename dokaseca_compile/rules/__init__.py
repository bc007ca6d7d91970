"""Every rule, in the order of its name. Adding one: its file, its line here, its table in tests/rules."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.rules import (
    unknown_region,
)
from dokaseca_compile.rules.base import Context, Rule

RULES: tuple[Rule, ...] = cast(
    "tuple[Rule, ...]",
    (unknown_region,),
)

__all__ = ["RULES", "Context", "Rule"]
