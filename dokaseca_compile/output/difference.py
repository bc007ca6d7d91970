"""A file of the output that differs from the compiled one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dokaseca_compile.formats.protected import protected_objects
from dokaseca_compile.resolve.layout import LEDGER


class State(StrEnum):
    """How a file differs from what the source compiles to."""

    MISSING = "missing"
    STALE = "stale"
    EDITED = "edited"
    ORPHANED = "orphaned"
    FOREIGN = "foreign"


class Found(NamedTuple):
    """A file as it was read. A later read compares ``stamp`` to see whether the file has changed.

    ``size`` is the length of the file, if known. ``content`` is empty for a file that is larger
    than any generated file.
    """

    content: bytes
    executable: bool = False
    stamp: object = None
    size: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether the file is larger than any generated file, so that its content was not read."""
        return self.size > len(self.content)


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that differs. ``wanted`` is ``None`` for a file that is not generated.

    ``label`` is the path in the tree, for a generated file. ``note`` has details. ``takes_effect``
    marks a foreign file that Argo CD, Terraform or another tool uses because it reads the whole
    folder.
    """

    root: str
    path: str
    label: str
    state: State
    found: Found | None = None
    wanted: bytes | None = None
    note: str = ""
    takes_effect: bool = False

    @property
    def slug(self) -> str:
        """The slug of the finding."""
        return "foreign-manifest" if self.takes_effect else f"{self.state}-file"

    @property
    def is_ledger(self) -> bool:
        """Whether this is a ledger, which is counted apart from the files that it lists."""
        return self.path == LEDGER

    @property
    def is_refused(self) -> bool:
        """Whether writing or deleting the file would destroy the work of somebody else."""
        if self.state is State.FOREIGN:
            return self.wanted is not None
        return self.state is State.EDITED

    @property
    def is_stray(self) -> bool:
        """Whether this is a foreign file at a path where nothing is generated."""
        return self.state is State.FOREIGN and self.wanted is None

    @property
    def is_deletion(self) -> bool:
        """Whether the file is to be deleted."""
        return self.wanted is None and self.state in {State.ORPHANED, State.EDITED}

    @property
    def losses(self) -> tuple[str, ...]:
        """Objects that clusters lose by the change, such as ``the ApplicationSet kyverno-dev``."""
        if self.found is None:
            return ()
        if self.found.is_too_large:
            return () if self.wanted is not None else (f"the content of {self.path}",)
        if self.wanted is None and self.path.endswith(".tfvars"):
            name = self.path.rpartition("/")[2].removesuffix(".tfvars")
            return (f"the registration of {name}",)
        kept = protected_objects(self.wanted or b"")
        return tuple(each for each in protected_objects(self.found.content) if each not in kept)
