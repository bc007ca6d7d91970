"""The command with few of the files that are compiled as they stand: ``python lean.py compile …``.

They are written as others are, and what is tried at every system call takes time with the square of their number.
"""

from __future__ import annotations

import pytest

from dokaseca_compile.assets import assets
from dokaseca_compile.charts import chart_files
from dokaseca_compile.targets import charts, control_plane


def lean(patch: pytest.MonkeyPatch) -> None:
    """Leave the first file of each folder."""
    for module in (charts, control_plane):
        patch.setattr(module, "assets", lambda folder: list(assets(folder))[:1])
    patch.setattr(charts, "chart_files", lambda name: list(chart_files(name))[:1])


if __name__ == "__main__":
    from dokaseca_compile.cli.app import run

    lean(pytest.MonkeyPatch())
    run()
