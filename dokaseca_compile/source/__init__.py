"""YAML text to plain data, and from every piece of that data back to its line and column."""

from __future__ import annotations

from dokaseca_compile.source.document import Document
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.sources import Sources
from dokaseca_compile.source.text import decode

__all__ = ["Document", "Sources", "decode", "parse"]
