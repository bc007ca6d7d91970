"""The result of each scenario, and the table of all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from live.scenario import Scenario, read_scenario
from live.verdict import Verdict

_SAID = {
    ("add", ""): "{} added",
    ("update", ""): "{} changed",
    ("delete", "deleted"): "{} deleted, with their resources",
    ("delete", "kept"): "{} deleted, resources stay",
    ("delete", "forgotten"): "{} deleted with their cluster, resources stay",
    ("delete", "orphaned"): "{} deleted, resources stay because their project no longer allows them",
    ("delete", "unread"): "{} no longer read, and stay",
    ("recreate", "deleted"): "{} created again, old resources deleted",
    ("recreate", "kept"): "{} created again, old resources stay",
    ("recreate", "forgotten"): "{} created again with their cluster, old resources stay",
    ("recreate", "orphaned"): "{} created again, old resources stay because their project no longer allows them",
    ("recreate", "unread"): "{} no longer read, and stay",
}
"""Action and fate of the resources → how a table says it."""


@dataclass
class Result:
    """What came of a scenario. ``differences`` are all that is not as the compiler says."""

    scenario: Scenario
    push: str
    said: str
    verdicts: Sequence[Verdict] = ()
    differences: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """One of ``agrees``, ``differs``, ``differs, known`` and ``agrees, unexpectedly``."""
        if self.scenario.known:
            return "differs, known" if self.differences else "agrees, unexpectedly"
        return "differs" if self.differences else "agrees"

    @property
    def failed(self) -> bool:
        """Whether the run fails: a difference without a known reason, or a known one that is over."""
        return self.status in {"differs", "agrees, unexpectedly"}

    @property
    def happened(self) -> str:
        """What happened to the objects of Applications that were deleted or created again."""
        stayed = sum(len(each.stayed) for each in self.verdicts)
        gone = sum(len(each.gone) for each in self.verdicts)
        objects = [f"{number} objects {what}" for number, what in ((gone, "deleted"), (stayed, "stayed")) if number]
        if not self.differences:
            return ": ".join(["as said", ", ".join(objects)] if objects else ["as said"])
        wrong = sum(len(each.wrong) for each in self.verdicts)
        return ", ".join([*objects, f"{wrong} of them against the plan" if wrong else "differs"])


def rest(push: str, differences: list[str]) -> Result:
    """Return the result of everything in a push that belongs to none of its scenarios."""
    scenario = read_scenario("everything-else", "title: Everything that no scenario of the push changes")
    return Result(scenario, push, "no change", differences=differences)


def said(effects: Sequence[Mapping[str, Any]]) -> str:
    """Return what ``plan`` says of its effects, the most dangerous first."""
    counts = Counter((each["action"], each["resources"]) for each in effects)
    order = ("delete", "recreate", "update", "add")
    keys = sorted(counts, key=lambda key: (order.index(key[0]), key[1]))
    return "; ".join(_SAID[key].format(counts[key]) for key in keys) or "no Application changes"


def as_text(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table, and each difference."""
    heads = ("PUSH", "SCENARIO", "RESULT", "PLAN SAID", "HAPPENED")
    rows = [heads, *((each.push, each.scenario.name, each.status, each.said, each.happened) for each in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for each in results:
        for difference in each.differences:
            yield f"{each.scenario.name}: {difference}"


def as_markdown(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table of docs/live.md."""
    yield "| scenario | order | `plan` said | happened |"
    yield "|---|---|---|---|"
    for each in results:
        order = ", then ".join(each.scenario.order) or "any"
        known = f" (known: {each.scenario.known})" if each.scenario.known else ""
        yield f"| {each.scenario.title} | {order} | {each.said} | {each.happened}{known} |"
