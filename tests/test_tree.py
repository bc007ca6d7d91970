"""The file tree: each path is written once, and none leaves its folder."""

from __future__ import annotations

import pytest

from dokaseca_compile.formats.body import TextBody
from dokaseca_compile.formats.tree import Artifact, ConflictingArtifactError, FileTree, Origin


def artifact(path: str, target: str = "one") -> Artifact:
    return Artifact(path, TextBody("x\n"), Origin(target, (("clusters", "hub"),)))


def test_iteration_is_by_path() -> None:
    """The order in which targets run changes nothing."""
    tree = FileTree()
    for path in ("b/c", "a/z", "b/a"):
        tree.add(artifact(path))
    assert list(tree) == ["a/z", "b/a", "b/c"]
    assert len(tree) == 3
    assert tree["a/z"].origin.target == "one"


def test_a_second_writer_of_a_path_is_refused() -> None:
    """The error names both origins: one of two targets, or a rule, is wrong."""
    tree = FileTree()
    tree.add(artifact("a/b", "one"))
    with pytest.raises(ConflictingArtifactError, match=r"a/b is made by .*one.* and by .*two"):
        tree.add(artifact("a/b", "two"))


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "..", "../a", "a/..", "a/./b", "a b", "-a", "a\n", "a\\b", "a/" + "x" * 256]
)
def test_unsafe_paths_are_refused(path: str) -> None:
    """No empty, `.` or `..` part, no odd character, no part of over 255 characters."""
    with pytest.raises(ConflictingArtifactError, match="unsafe path"):
        FileTree().add(artifact(path))


@pytest.mark.parametrize("path", ["a", ".a/b", "..a", "a.b/c-d_e", "a/" + "x" * 255])
def test_safe_paths_are_taken(path: str) -> None:
    """Names with dots, dashes and underscores are names."""
    tree = FileTree()
    tree.add(artifact(path))
    assert path in tree
