"""The command without the targets that only repeat others or write files as they stand: ``python lean.py compile …``.

Their files are written as all others are, and what is tried at every system call takes time with the square of their
number.
"""

from __future__ import annotations

import pytest

from dokaseca_compile import targets

_LEFT_OUT = {
    "addon-catalogue",
    "chart-index",
    "charts",
    "cluster-inventory",
    "clusters-readme",
    "control-plane",
    "control-plane-readme",
    "repository-map",
}


def lean(patch: pytest.MonkeyPatch) -> None:
    """Leave them out, until ``patch`` is undone."""
    patch.setattr(targets, "TARGETS", tuple(each for each in targets.TARGETS if each.NAME not in _LEFT_OUT))


if __name__ == "__main__":
    from dokaseca_compile.cli.app import run

    lean(pytest.MonkeyPatch())
    run()
