"""The last check before writing: what was rendered, read back, says what was meant.

Black proves its own output on every run; so do we, with the reader of ``source/``, which shares
nothing with the writers. Values files hold whatever people write and are all read back; of the
other YAML files, whose text is mostly ours, a number of each target. Terraform's files have no
reader here: real Terraform judges them in the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from dokaseca_compile.contents import plain, read_yaml
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.tree import FileTree

_EACH = 8  # files of a target that grows with the fleet
_LARGEST = 32 * 1024  # bytes; larger files are lists of names
_FREE = frozenset({"helm-values"})


class MisreadError(Exception):
    """A file would say something else than what was meant. A bug of ours, found before it was written."""


def prove(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> None:
    """Read files back. Raises ``MisreadError`` naming the first that differs."""
    for path in _chosen(tree, rendered, paths):
        body = tree[path].body
        if isinstance(body, YamlBody):
            found = read_yaml(rendered[path].decode(), path)
            # As Python writes them: types and order count, `1` is not `true`.
            if found is None or repr(plain(found.documents)) != repr(plain(body.documents)):
                raise MisreadError(path)


def _chosen(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for path in paths:
        target = tree[path].origin.target
        if target in _FREE or (taken[target] < _EACH and len(rendered[path]) <= _LARGEST):
            taken[target] += 1
            yield path
