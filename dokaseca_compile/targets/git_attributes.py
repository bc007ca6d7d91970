"""What Git and its hosts are told of the output folder: all of it is generated."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import CommentStyle, TextBody
from dokaseca_compile.layout import Layout
from dokaseca_compile.ledger import LEDGER
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.tree import Artifact, Origin

NAME = "git-attributes"
# `eol=lf`: with `core.autocrlf` Git would change every byte count. `merge=union`: both sides of a ledger
# stay, and the next compile settles them; two branches that change the platform need not conflict in it.
_RULES = f"* text eol=lf linguist-generated gitlab-generated\n**/{LEDGER} merge=union\n"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield one file, beside the folders of the repositories."""
    del resolved
    yield Artifact(layout.git_attributes(), TextBody(_RULES, CommentStyle.HASH), Origin(NAME))
