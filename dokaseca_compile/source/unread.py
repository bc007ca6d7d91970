"""Files that look like a part of the source but are not read."""

from __future__ import annotations

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error, warning
from dokaseca_compile.source.text import shown

SLUG = "unread-file"
_DIRECTLY = "move it into `platform.d/` itself: folders below it are not read"
_WHY = {
    "subfolder": ("it is in a folder below `platform.d`", _DIRECTLY),
    "link": ("it is a link to a folder", _DIRECTLY),
    "suffix": ("its name does not end in `.yaml` or `.yml` in lower case", "rename it"),
    "hidden": ("it is hidden", "rename it, or move it out of `platform.d`"),
    "backup": ("its name looks like a backup", "delete it, or move it out of `platform.d`"),
}
_IGNORED_ON_PURPOSE = frozenset(("backup", "hidden"))


def unread_file(file: str, why: str) -> Diagnostic:
    """Report a file that is not read; a warning if it is most likely ignored on purpose.

    ``why`` is ``subfolder``, ``link``, ``suffix``, ``hidden`` or ``backup``.
    """
    reason, advice = _WHY[why]
    report = warning if why in _IGNORED_ON_PURPOSE else error
    message = f"{shown(file)} is not read: {reason}"
    return report(SLUG, message, Label(place=Place(file, 1, 1)), help=advice)
