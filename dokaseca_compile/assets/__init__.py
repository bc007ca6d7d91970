"""Files that are copied into the output unchanged: charts, Terraform modules, scripts.

They are real files, so that linters and other tools can read them. They are part of the program
like its modules: nothing in them depends on a platform.
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
    """Yield the path and body of every file below a folder of this package, sorted by path."""
    root = resources.files(__name__).joinpath(folder)
    yield from sorted(_below(root, ""), key=lambda each: each[0])


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
