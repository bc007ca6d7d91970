"""Where the live validator keeps its files."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MODULES = HERE / "go"
PLATFORM = HERE / "platform"
SCENARIOS = HERE / "scenarios"

TOOLS = ROOT / ".tools" / "live"
BIN = TOOLS / "bin"
"""The binaries that ``live.build`` makes."""
SHARE = TOOLS / "share"
"""Manifests and scripts out of the same Go modules."""
RUN = TOOLS / "run"
"""Everything of one run: repositories, certificates, the content of the API servers, logs."""
LOGS = RUN / "logs"
