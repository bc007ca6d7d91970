"""Files that are compiled as they stand: charts, Terraform modules, scripts.

They lie here as real files, so that the tools of their kind can read and judge them. They are part
of the program as its modules are: nothing in them depends on a platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from dokaseca_compile.formats.body import CommentStyle, TextBody

_COMMENTS = {".md": CommentStyle.HTML, ".json": CommentStyle.NONE, ".txt": CommentStyle.NONE}
_TEMPLATES = re.compile(r"(?:.*/)?templates/[^/]+\Z")
"""What Helm renders: a comment of YAML would be part of the manifest."""


def assets(folder: str) -> Iterator[tuple[str, TextBody]]:
    """Yield every file below a folder of this package, by path: its path below the folder, and its body."""
    yield from sorted(
        _below(resources.files(__name__).joinpath(folder), ""), key=lambda each: each[0]
    )


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, TextBody]]:
    for each in folder.iterdir():
        name = f"{path}{each.name}"
        if each.is_dir():
            yield from _below(each, f"{name}/")
        else:
            with each.open(encoding="utf-8") as file:
                yield name, TextBody(file.read(), _comments(name))


def _comments(path: str) -> CommentStyle:
    if _TEMPLATES.match(path):
        return CommentStyle.TEMPLATE
    return _COMMENTS.get(f".{path.rpartition('.')[2]}", CommentStyle.HASH)
