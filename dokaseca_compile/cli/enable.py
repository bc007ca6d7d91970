"""``dokaseca enable``."""

from __future__ import annotations

from dokaseca_compile.cli import switching

command = switching.command("enable", enabled=True)
