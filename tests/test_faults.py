"""Faults that were reported in public, as small platforms: each is refused, or compiles to something right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from governance import verify_all

from dokaseca_compile.compiler import SourceFile, compile

FAULTS = fast_yaml.load((Path(__file__).parent / "faults.yaml").read_text())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['name']} ({fault['source']})")
def test_a_reported_fault(fault: dict[str, Any]) -> None:
    """Every finding with its line, and nothing else; what compiles means what the platform means."""
    compilation = compile([SourceFile("platform.yaml", fault["platform"].encode())])
    found = [f"{each.severity} {each.slug} {compilation.place(each.primary).line}" for each in compilation.diagnostics]
    assert found == fault["found"]
    if not compilation.failed:
        verify_all(compilation)
