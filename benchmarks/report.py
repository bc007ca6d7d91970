"""Measurements and targets as Markdown tables, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.measure import (
    BARE_COMPARE,
    BARE_WRITE,
    CHECK,
    COMMANDS,
    COMPILE,
    LIBRARIES,
    NO_OP,
    PYTHON,
    VALIDATE,
    Fleet,
)

FLOORS = {COMPILE: BARE_WRITE, NO_OP: BARE_COMPARE, CHECK: BARE_COMPARE, VALIDATE: BARE_WRITE}
"""Command → its floor. ``validate`` writes nothing; its floor is the time to write the output."""

SMALL = 3
TARGETS = {
    (COMPILE, SMALL): 1.3,
    (NO_OP, SMALL): 1.3,
    (CHECK, SMALL): 1.3,
    (VALIDATE, SMALL): 1.3,
    (COMPILE, 1_000): 6.0,
    (NO_OP, 1_000): 6.0,
    (CHECK, 1_000): 6.0,
    (VALIDATE, 1_000): 4.0,
    (COMPILE, 10_000): 4.0,
    (NO_OP, 10_000): 5.0,
    (CHECK, 10_000): 5.0,
    (VALIDATE, 10_000): 3.0,
}
"""(command, clusters) → the largest ratio to its floor; at 3 clusters, to the start-up."""

GROWTH_TARGET = 10.0
PEAK_TARGET = 250.0
"""MiB, at 10,000 clusters."""


def floor_of(command: str, clusters: int) -> str:
    """Return the floor of a command at a size."""
    return LIBRARIES if clusters <= SMALL else FLOORS[command]


def markdown(fleets: Sequence[Fleet]) -> str:
    """Return the tables."""
    return "\n".join([*_sizes(fleets), "", *_commands(fleets), *_growth(fleets)])


def _sizes(fleets: Sequence[Fleet]) -> Iterator[str]:
    floors = "`python` | libraries | bare write | bare read-and-compare"
    yield f"| clusters | input | output | {floors} |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for each in fleets:
        floors = " | ".join(
            f"{each.seconds(name):.3f} s" for name in (PYTHON, LIBRARIES, BARE_WRITE, BARE_COMPARE)
        )
        output = f"{each.files:,} files, {each.output_bytes / 1e6:.2f} MB"
        yield f"| {each.clusters:,} | {each.input_bytes / 1e6:.2f} MB | {output} | {floors} |"


def _commands(fleets: Sequence[Fleet]) -> Iterator[str]:
    yield "| command | clusters | median | peak | floor | ratio | by processor time | target | |"
    yield "|---|---:|---:|---:|---|---:|---:|---:|---|"
    for command in COMMANDS:
        for each in fleets:
            floor = floor_of(command, each.clusters)
            ratio, target = each.ratio(command, floor), TARGETS.get((command, each.clusters))
            wanted = f"{target:.1f} x | {verdict(ratio, target)}" if target else "- | "
            used = f"{each.seconds(command):.3f} s | {each.peak(command):.0f} MiB"
            ratios = f"{ratio:.2f} x | {each.cpu_ratio(command, floor):.2f} x"
            yield f"| {command} | {each.clusters:,} | {used} | {floor} | {ratios} | {wanted} |"


def verdict(found: float, target: float) -> str:
    """Compare a number with its target, in a word."""
    if found <= target:
        return "reached"
    return "within twice" if found <= 2 * target else "missed"


def _growth(fleets: Sequence[Fleet]) -> Iterator[str]:
    by_size = {each.clusters: each for each in fleets}
    small, large = by_size.get(1_000), by_size.get(10_000)
    if small and large:
        yield from ("", "| 1,000 → 10,000 clusters | time | target | peak at 10,000 | target |")
        yield "|---|---:|---|---:|---|"
        for command in COMMANDS:
            grown, peak = large.seconds(command) / small.seconds(command), large.peak(command)
            time = f"{grown:.1f} x | {GROWTH_TARGET:.0f} x: {verdict(grown, GROWTH_TARGET)}"
            memory = f"{peak:.0f} MiB | {PEAK_TARGET:.0f} MiB: {verdict(peak, PEAK_TARGET)}"
            yield f"| {command} | {time} | {memory} |"


def as_json(fleets: Sequence[Fleet]) -> dict[str, Any]:
    """Return every sample (seconds, MiB) and the ratios, for programs."""
    return {"format_version": "1.0", "fleets": [_fleet(each) for each in fleets]}


def _fleet(fleet: Fleet) -> dict[str, Any]:
    samples = {
        name: [
            {"seconds": each.seconds, "cpu_seconds": each.cpu, "peak_mib": each.peak}
            for each in found
        ]
        for name, found in fleet.samples.items()
    }
    ratios = {}
    for command in COMMANDS:
        floor = floor_of(command, fleet.clusters)
        ratios[command] = {
            "floor": floor,
            "elapsed": fleet.ratio(command, floor),
            "cpu": fleet.cpu_ratio(command, floor),
            "target": TARGETS.get((command, fleet.clusters)),
        }
    sizes = {
        "files": fleet.files,
        "output_bytes": fleet.output_bytes,
        "input_bytes": fleet.input_bytes,
    }
    return {"clusters": fleet.clusters, **sizes, "ratios": ratios, "samples": samples}
