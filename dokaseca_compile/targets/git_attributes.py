"""What Git and its hosts are told of the output folder: all of it is generated."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import CommentStyle, TextBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import LEDGER, Layout
from dokaseca_compile.resolve.resolved import Resolved

NAME = "git-attributes"
# `eol=lf`: `core.autocrlf` would change the bytes of every file; `auto`, since people may keep pictures beside ours.
# `-merge`: of a file that two branches have changed Git keeps one side whole and says so, where it would put together
# what nobody compiled; `union` for ledgers, so that both sides are known. The next compile settles both.
_RULES = f"* text=auto eol=lf -merge linguist-generated gitlab-generated\n**/{LEDGER} merge=union\n"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield one file, beside the folders of the repositories."""
    del resolved
    yield Artifact(layout.git_attributes(), TextBody(_RULES, CommentStyle.HASH), Origin(NAME))
