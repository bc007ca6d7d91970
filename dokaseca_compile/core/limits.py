"""The most that is read of each kind of file, in bytes; and sizes in words."""

from __future__ import annotations

from typing import Final

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB

SOURCE: Final = 5 * _MIB
"""Of one source file. A fleet of 10,000 clusters fits."""

SOURCES: Final = 10 * _MIB
"""Of the platform file and all its fragments together: reading takes sixty times as much memory."""

OUTPUT: Final = 5 * _MIB
"""Of one file that is made. A larger one in its place was made by somebody else, and is never read whole."""

LEDGER: Final = 32 * _MIB
"""Of a ledger, which has a line of some 150 bytes for each file."""

CHART_ARCHIVE: Final = 100 * _MIB
"""Of a packaged chart, and of what it unpacks to: Helm's own limit (helm.sh/helm pkg/chart/loader/archive)."""

CHART_FILE: Final = 5 * _MIB
"""Of a file of a chart: Helm's own limit."""

CHART: Final = 30 * _MIB
"""Of those files of a chart that are read to check values: its templates, values and schema, and those below it."""

CHART_FILES: Final = 20_000
"""How many files a chart, or the folder of charts, has."""

DIFF_LINES: Final = 2_000
"""Lines of two versions of a file, multiplied, are compared one by one up to the square of this."""

DIFF_VALUE: Final = 200
"""Lines of one value that a difference shows."""

DIFF_CHANGES: Final = 1_000
"""Changes of one file that a difference shows."""


def size(count: int) -> str:
    """Return a number of bytes for people: ``5 MiB``, ``1.5 GiB``."""
    number, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < _KIB:
            break
        number, unit = number / _KIB, larger
    return f"{number:.1f}".removesuffix(".0") + f" {unit}"
