"""A platform in several files: what a fragment may hold, from the compiler's side."""

from __future__ import annotations

from pathlib import Path

from dokaseca_compile.compiler import Compilation, SourceFile, compile

BASE = (Path(__file__).parent / "cases" / "smallest-platform" / "platform.yaml").read_bytes()


def compiled(**fragments: str) -> Compilation:
    files = [SourceFile(f"platform.d/{name}.yaml", text.encode()) for name, text in fragments.items()]
    return compile([SourceFile("platform.yaml", BASE), *files])


def test_a_fragment_may_be_commented_out() -> None:
    """A fragment that holds only comments adds nothing; the platform file itself must hold something."""
    assert not compiled(later="# teams: {}\n", nothing="").diagnostics
    (fault,) = compile([SourceFile("platform.yaml", b"# nothing yet\n")]).diagnostics
    assert fault.slug == "empty-document"


def test_the_order_of_promotion_stands_in_one_file() -> None:
    """An environment of a fragment would silently be the last to be promoted to, so it is refused."""
    (fault,) = compiled(dev="environments:\n  dev: {}\n").diagnostics
    assert fault.slug == "section-conflict"
    assert "its order has a meaning" in fault.message
    assert fault.help == "write all of it in one file"


def test_other_sections_are_added_to() -> None:
    """A region, an addon or a team may come from any file."""
    compilation = compiled(us="regions:\n  us: {}\n")
    assert compilation.resolved is not None
    assert list(compilation.resolved.platform.regions) == ["eu", "us"]


def test_a_key_given_twice_hides_no_other_fault() -> None:
    """Of a duplicate the first value is kept, so schema and rules are told of in the same run, by place."""
    twice = BASE.replace(b"region: eu, auth", b"region: ue, region: eu, auth") + b"extra: 1\n"
    compilation = compile([SourceFile("platform.yaml", twice)])
    assert [each.slug for each in compilation.diagnostics if each.severity == "error"] == [
        "unknown-region", "duplicate-key", "unknown-key",
    ]  # fmt: skip
    assert len(compilation.tree) == 0
