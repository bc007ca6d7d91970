"""What the conformance tests share: Argo CD's own code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for _folder in (Path(__file__).parent, Path(__file__).parent.parent):
    sys.path.append(str(_folder))

from oracle import Oracle  # noqa: E402 - from this folder


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    """Argo CD's own code, running."""
    with Oracle(tmp_path_factory.mktemp("oracle")) as running:
        yield running
