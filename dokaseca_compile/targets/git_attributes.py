"""The ``.gitattributes`` of the output folder: all files are generated."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import CommentStyle, TextBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import LEDGER, Layout
from dokaseca_compile.resolve.resolved import Resolved

NAME = "git-attributes"
# `eol=lf`: `core.autocrlf` would change the bytes of every file; `auto`: people may add images.
# `-merge`: if two branches changed a file, Git keeps one side and reports a conflict instead of
# merging lines that were never compiled; `union` for ledgers keeps both sides. The next compile
# resolves both.
_RULES = f"* text=auto eol=lf -merge linguist-generated gitlab-generated\n**/{LEDGER} merge=union\n"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield one file, beside the folders of the repositories."""
    del resolved
    yield Artifact(layout.git_attributes(), TextBody(_RULES, CommentStyle.HASH), Origin(NAME))
