"""Findings on checkouts of another release than the control plane lists."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, warning
from dokaseca_compile.core.text import printable
from dokaseca_compile.output.ledger import RELEASES
from dokaseca_compile.output.report import Report


def mismatched_checkouts(control_plane: str | None, report: Report) -> Iterator[Diagnostic]:
    """Yield a warning for each checkout that does not belong together with the control plane.

    It is a warning because it explains differences, which are errors of their own: if every file is
    up to date, so is the list.
    """
    if report.plan is None or control_plane is None:
        return
    folder = report.folders[control_plane]
    for root in report.plan.mismatched():
        yield warning(
            "mismatched-checkout",
            printable(f"{report.folders[root]} has another release than {folder} lists"),
            Label(place=Place(printable(f"{folder}/{RELEASES}"), 1, 1)),
            help="check out commits that belong together: merge or pull what is missing in one of "
            f"them, or run `{report.plain}` and commit every repository",
        )
