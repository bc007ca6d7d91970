"""The interface of a rule: a module that yields the findings of one kind in a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from dokaseca_compile.charts import Charts
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.resolved import Profile, Resolved
from dokaseca_compile.source import Sources

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Context:
    """The input of a rule: the data as written, the resolved platform and the available charts.

    ``sources`` also has the text of each scalar.
    Units with a schema fault are in ``data`` and not in ``platform``.
    """

    data: Mapping[str, Any]
    resolved: Resolved
    charts: Charts = field(default_factory=Charts)
    sources: Sources = field(default_factory=lambda: Sources((), {}))
    _made: dict[Callable[[Context], Any], Any] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def platform(self) -> Platform:
        """Return the validated platform."""
        return self.resolved.platform

    def once(self, make: Callable[[Context], _T]) -> _T:
        """Return ``make(self)``, computed once for all rules, which must not change it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _T = self._made[make]
        return made

    def names(self, section: str) -> tuple[str, ...]:
        """Return the names written in a section.

        Names of units with a schema fault are among them, so that they do not count as unknown.
        """
        return tuple(mapping(self.data, section))


class Rule(Protocol):
    """The members of a rule module. Its docstring is its manual: Problem, Why, Fix, Example.

    A section Accept before the example describes when an error may be accepted; without that
    section it cannot be accepted.
    ``UNSURE_WITHOUT`` (optional) names sections. A rule that reports something as missing or
    unused needs every name in these sections to be known (see ``run_rules``).
    ``READS_CHARTS = True`` marks a rule that checks only charts that are local or vendored.
    """

    SLUG: str

    def check(self, context: Context) -> Iterator[Diagnostic]:
        """Yield every fault of this kind."""
        ...


def some(names: Iterable[str], most: int = 3) -> str:
    """Write the first few of many names: ```a`, `b`, `c` and 7 more``."""
    listed = sorted(names)
    shown = ", ".join(f"`{name}`" for name in listed[:most])
    return f"{shown} and {len(listed) - most} more" if len(listed) > most else shown


def clusters_of(profiles: Iterable[Profile]) -> list[str]:
    """Return the names of all clusters of some profiles, sorted."""
    return sorted(name for profile in profiles for name in profile.clusters)
