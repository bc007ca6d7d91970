"""Reads rendered files back before they are written, and compares the data.

The reader is that of the source (``source``), which shares nothing with the writers. All values
files are read back, since they contain what people write. Of other YAML files, whose text is mostly
ours, some of each target are. Terraform's files have no reader here: Terraform reads them in the
tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain, read_yaml
from dokaseca_compile.formats.tree import FileTree

_PER_TARGET = 8
"""The most files of a target that are read back: some targets write several for each cluster."""
_LARGEST = 32 * 1024
"""In bytes. Larger files are lists of names."""
_ALWAYS = frozenset({"helm-values"})


class ReadBackError(Exception):
    """A rendered file reads as other data than it was made from: a bug of the compiler."""


def read_back(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> None:
    """Read some of the files back. Raises ``ReadBackError`` with the first that differs."""
    for path in _chosen(tree, rendered, paths):
        body = tree[path].body
        if not isinstance(body, YamlBody):
            continue
        actual = read_yaml(rendered[path].decode(), path)
        if actual is None:
            raise ReadBackError(path)
        # Compared as Python code, where types and order count: `1` is not `true`.
        if repr(plain(actual.documents)) != repr(plain(body.documents)):
            raise ReadBackError(path)


def _chosen(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> Iterator[str]:
    chosen: Counter[str] = Counter()
    for path in paths:
        target = tree[path].origin.target
        if target in _ALWAYS:
            yield path
        elif chosen[target] < _PER_TARGET and len(rendered[path]) <= _LARGEST:
            chosen[target] += 1
            yield path
