"""Compare ``dokaseca`` with the bare loop: ``python -m benchmarks --sizes 3,1000``.

Nothing is asserted. Times depend on the machine; only the ratios of one run are valid elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import measure
from benchmarks.report import as_json, markdown

_MEMORY = Path("/dev/shm")
"""A memory-backed file system, where there is one."""
_LARGE = 10_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size, then print the tables. Progress goes to standard error."""
    given = _parser().parse_args(arguments)
    fleets = []
    with tempfile.TemporaryDirectory(
        prefix="dokaseca-bench-", dir=given.dir or _default_folder()
    ) as folder:
        for clusters in given.sizes:
            runs = given.runs or (3 if clusters >= _LARGE else 5)
            fleets.append(
                measure(clusters, runs, Path(folder), lambda line: print(line, file=sys.stderr))
            )
    print(markdown(fleets))
    if given.json:
        given.json.write_text(json.dumps(as_json(fleets), indent=2) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare dokaseca with a bare loop of reads and writes.",
    )
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=[3, 1_000, 10_000],
        help="numbers of clusters, as 3,1000,10000",
    )
    parser.add_argument(
        "--runs", type=_count, help="runs of each size (default: 5; from 10,000 clusters: 3)"
    )
    parser.add_argument(
        "--dir", type=Path, help="folder to work in (default: in memory, if possible)"
    )
    parser.add_argument(
        "--json", type=Path, metavar="PATH", help="also write every sample to a file"
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number above 0"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _sizes(text: str) -> list[int]:
    return [_count(part) for part in text.split(",")]


def _default_folder() -> Path | None:
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


if __name__ == "__main__":
    main()
