"""Options of the test run, and which tests are slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples import QUICK
from slow import is_slow, is_sweep


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Rewrite the expected trees of tests/cases.")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave slow tests out of the quick loop: importing them takes longer than the others run."""
    return True if QUICK and is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and start it first, so that no worker ends long after the others."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
        if is_sweep(item.path):
            item.add_marker(pytest.mark.no_cover)  # pytest-cov's own
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten instead of compared."""
    return bool(request.config.getoption("--update"))
