"""Limits for the size of each kind of file, in bytes; and sizes as text."""

from __future__ import annotations

from typing import Final

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB

SOURCE: Final = 5 * _MIB
"""One source file. A fleet of 10,000 clusters fits."""

SOURCES: Final = 10 * _MIB
"""The platform file and all its fragments: reading takes sixty times as much memory."""

OUTPUT: Final = 5 * _MIB
"""One output file. A larger file in its place is not ours, and is never read whole."""

OBJECT: Final = _MIB
"""A Kubernetes object. etcd refuses 1.5 MiB, and controllers add a status and managed fields."""

LEDGER: Final = 32 * _MIB
"""A ledger, which has a line of about 150 bytes for each file."""

CHART_ARCHIVE: Final = 100 * _MIB
"""A packaged chart, or its files: Helm's limit (helm.sh/helm pkg/chart/loader/archive)."""

CHART_FILE: Final = 5 * _MIB
"""One file of a chart: Helm's limit."""

CHART: Final = 30 * _MIB
"""The files of a chart that are read to check values, subcharts included."""

CHART_FILES: Final = 20_000
"""The number of files of a chart, or of the folder of charts."""

DIFF_LINES: Final = 2_000
"""The largest geometric mean of the line counts of two files that are compared line by line."""

DIFF_VALUE: Final = 200
"""The lines of one value that a difference shows."""

DIFF_CHANGES: Final = 1_000
"""The changes of one file that a difference shows."""


def size(count: int) -> str:
    """Return a number of bytes as text for people: ``5 MiB``, ``1.5 GiB``."""
    number, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < _KIB:
            break
        number, unit = number / _KIB, larger
    return f"{number:.1f}".removesuffix(".0") + f" {unit}"
