"""What writing would do: the tree's bytes against what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths to create, paths whose bytes differ, paths that are as they should be, and paths that were made
    before and are not made any more; each sorted.
    """

    create: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[str, ...]:
        """Every path that would be written."""
        return tuple(sorted((*self.create, *self.change)))


def make_plan(
    wanted: Mapping[str, bytes],
    read: Callable[[str], bytes | None],
    found: Iterable[str] = (),
    is_ours: Callable[[str], bool] = lambda _: False,
) -> Plan:
    """Compare.

    ``read`` gives a file's bytes, or ``None`` where there is none; it is called once a path, in order.
    ``found`` are the paths that exist; those that are not wanted are leftovers if ``is_ours`` says so of the path.
    """
    create, change, keep = [], [], []
    for path in sorted(wanted):
        content = read(path)
        if content is None:
            create.append(path)
        elif content == wanted[path]:
            keep.append(path)
        else:
            change.append(path)
    unwanted = sorted(path for path in found if path not in wanted)
    leftover = [path for path in unwanted if is_ours(path)]
    return Plan(tuple(create), tuple(change), tuple(keep), tuple(leftover))
