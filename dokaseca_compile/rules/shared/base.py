"""What a rule is: a module that looks at a resolved platform and yields the faults of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from dokaseca_compile.charts import Charts
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.resolved import Profile, Resolved
from dokaseca_compile.source import Sources

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule sees: the raw data as written, what it means, and the charts that are at hand.

    ``sources`` also have the text of each scalar.
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
        """The validated platform."""
        return self.resolved.platform

    def once(self, make: Callable[[Context], _T]) -> _T:
        """Return what a function makes of this context: made once for all rules, which do not change it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _T = self._made[make]
        return made

    def names(self, section: str) -> tuple[str, ...]:
        """The names written in a section, those with a schema fault included, so that they are not unknown."""
        units = self.data.get(section)
        return tuple(units) if isinstance(units, Mapping) else ()


class Rule(Protocol):
    """The members of a rule module. Its docstring is its manual: Problem, Why, Fix, Example.

    ``UNSURE_WITHOUT``, where there is one, names the sections without whose names the rule cannot be
    sure: it judges that something is missing or unused (``judge``).
    A section Accept before the example says when an error may be accepted; without one it cannot be.
    ``READS_CHARTS = True`` marks a rule that finds nothing where a chart is not at hand.
    """

    SLUG: str

    def check(self, context: Context) -> Iterator[Diagnostic]:
        """Yield every fault of this kind."""
        ...


def some(names: Iterable[str], most: int = 3) -> str:
    """Name a few of many: ```a`, `b`, `c` and 7 more``."""
    listed = sorted(names)
    shown = ", ".join(f"`{name}`" for name in listed[:most])
    return f"{shown} and {len(listed) - most} more" if len(listed) > most else shown


def clusters_of(profiles: Iterable[Profile]) -> list[str]:
    """The names of all clusters of some profiles, sorted."""
    return sorted(name for profile in profiles for name in profile.clusters)
