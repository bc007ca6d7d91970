"""What writing would do: the tree's bytes against what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths to create, paths whose bytes differ, and paths that are as they should be; each sorted."""

    create: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[str, ...]:
        """Every path that would be written."""
        return tuple(sorted((*self.create, *self.change)))


def make_plan(wanted: Mapping[str, bytes], read: Callable[[str], bytes | None]) -> Plan:
    """Compare; ``read`` gives a file's bytes, or ``None`` where there is none. It is called once a path, in order."""
    create, change, keep = [], [], []
    for path in sorted(wanted):
        found = read(path)
        if found is None:
            create.append(path)
        elif found == wanted[path]:
            keep.append(path)
        else:
            change.append(path)
    return Plan(tuple(create), tuple(change), tuple(keep))
