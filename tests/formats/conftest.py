"""Lets the tests below import ``engines`` and ``hostile``, whichever folder pytest starts in."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parent, Path(__file__).parent.parent):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
