"""Write the table of docs/live.md."""

from __future__ import annotations

from collections.abc import Sequence

from live.places import ROOT
from live.result import Result, as_markdown

PAGE = ROOT / "docs" / "live.md"
_BEGIN, _END = "<!-- table: `make live LIVE_ARGS=--write` -->\n", "<!-- end of table -->\n"


def write(results: Sequence[Result]) -> None:
    """Replace the table of the page."""
    head, _, rest = PAGE.read_text().partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    table = "".join(f"{line}\n" for line in as_markdown(results))
    PAGE.write_text(head + _BEGIN + table + _END + tail)
