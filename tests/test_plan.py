"""What writing would do."""

from __future__ import annotations

from dokaseca_compile.formats.header import header, is_ours
from dokaseca_compile.plan import Plan, make_plan

OURS = f"# {header('platform.yaml')[0]}\n".encode()


def test_create_change_keep() -> None:
    """A missing file is created, another content is changed, the same content is kept."""
    disk = {"b": b"old", "c": b"same"}
    plan = make_plan({"c": b"same", "b": b"new", "a": b"new"}, disk.get)
    assert plan == Plan(create=("a",), change=("b",), keep=("c",))
    assert plan.writes == ("a", "b")


def test_leftovers_are_ours_and_no_longer_made() -> None:
    """A file with our header that is not made any more is named; what others wrote is none of our business."""
    disk = {"a": b"a", "gone": OURS, "folder/gone": b"#!/bin/sh\n" + OURS, "notes.md": b"hand-written"}
    plan = make_plan({"a": b"a"}, disk.get, disk, lambda path: is_ours(disk[path]))
    assert plan.leftover == ("folder/gone", "gone")
    assert plan.writes == ()
