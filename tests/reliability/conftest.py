"""Where trials are made."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from reliability import scenario as scenarios
from reliability.lean import lean

_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture
def work() -> Iterator[Path]:
    """A folder in memory, where there is one: thousands of flushes cost nothing there."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="module", autouse=True)
def few_assets() -> Iterator[None]:
    """As ``lean.py``, in this process and those that it forks."""
    with pytest.MonkeyPatch.context() as patch:
        lean(patch)
        yield


@pytest.fixture(scope="module")
def built(few_assets: None) -> Iterator[scenarios.Scenario]:
    """The scenario, which takes two compiles to build."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield scenarios.build(Path(folder))


@pytest.fixture
def scenario(built: scenarios.Scenario, work: Path) -> scenarios.Scenario:
    """Two checkouts and ``out``, compiled once, with a source that has changed since."""
    return replace(built, folder=built.copy(work / "scenario"))
