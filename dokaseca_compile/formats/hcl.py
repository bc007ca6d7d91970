"""HCL as ``terraform fmt`` wants it: ``.tfvars`` files of plain values and ``.tf`` files of blocks.

Equals signs stand in one column within a run of single-line attributes; an attribute of several
lines ends the run. Strings are escaped as hclwrite does it, with ``$`` and ``%`` doubled right
before ``{`` only, so no text of a user becomes an interpolation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dokaseca_compile.formats.body import (
    Attribute,
    Block,
    Call,
    Comment,
    Expression,
    HclBody,
    Item,
    Joined,
    Shared,
    TfvarsBody,
)
from dokaseca_compile.formats.hcl_text import comment_lines, identifier, key_text, label, quote, string_type
from dokaseca_compile.formats.hcl_inline import inline
from dokaseca_compile.formats.scalars import Memo
