"""``scripts/figures.py`` counts what it says, and ``--check`` fails when a figure got worse."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "figures.py"
DENSE = "\n".join(
    [
        "from house.core import text",
        "from house import deep",
        "",
        "def dense(values):",
        "    for value in values:",  # 1
        "        if value and value > 1 or not value:",  # 2, `and` 3, `or` 4
        "            yield value if value else 0",  # 5
        "    while True:",  # 6
        "        try:",
        "            yield [each for each in values if each]",  # 7, 8
        "        except ValueError:",  # 9
        "            return",
        "    match values:",
        "        case []:",  # 10
        "            return",
        "        case _:",  # 11
        "            return",
        "",
    ]
)
NESTED = "\n".join(
    [
        "import os",
        "",
        "def outer(value):",
        "    def inner():",
        "        return 1 if value else 2",
        "    return inner",
        "",
        f"LONG = '{'x' * 93}'",  # 102 characters
        "",
    ]
)


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script on a made-up package of three rooms, one of which imports the two others."""
    spec = importlib.util.spec_from_file_location("figures", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "figures", module)
    spec.loader.exec_module(module)
    files = {
        "house/__init__.py": "",
        "house/rules/dense.py": DENSE,
        "house/core/text.py": NESTED,
        "house/deep.py": "from house.core.text import outer\n",
        "pyproject.toml": '[[tool.importlinter.contracts]]\nid = "layers"\nlayers = ["rules", "deep", "core"]\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "house")
    monkeypatch.setattr(module, "LIMITS", tmp_path / "figures.json")
    return module


def run(module: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["figures.py", *arguments])
    return module.main()


def test_branch_points_of_each_function(figures: ModuleType) -> None:
    """Conditions, loops, handlers, cases, `and` and `or` count; a function within another counts by itself."""
    found = {each.place: (each.lines, each.branches) for each in figures.functions()}
    assert found == {
        "house/core/text.py:3 outer": (3, 0),
        "house/core/text.py:4 inner": (1, 1),
        "house/rules/dense.py:4 dense": (13, 11),
    }


def test_arrows_between_rooms(figures: ModuleType) -> None:
    """A room is a folder or module at the top; a name from the root of the package is its module."""
    assert figures.arrows() == {("rules", "core"), ("rules", "deep"), ("deep", "core")}


def test_the_figures(figures: ModuleType) -> None:
    """Everything that is measured, by hand on the made-up package: 3 functions with 17 lines of code, 26 lines."""
    assert figures.figures() == {
        "rooms": 3,
        "arrows between rooms": 3,
        "rows of layers": 3,
        "branch points per 100 lines of code in functions": 70.6,
        "% of functions with more than 10 branch points": 33.3,
        "% of lines over 100 characters": 3.8,
    }


def test_check_fails_when_a_figure_got_worse(
    figures: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The committed figures pass; one that is worse is named with both numbers; a better one passes."""
    assert run(figures, monkeypatch, "--write") == 0
    assert run(figures, monkeypatch, "--check") == 0
    limits = json.loads(figures.LIMITS.read_text())
    figures.LIMITS.write_text(json.dumps(limits | {"rooms": 2, "rows of layers": 9}))
    capsys.readouterr()
    assert run(figures, monkeypatch, "--check") == 1
    shown = capsys.readouterr().out
    assert "rooms: 3, committed 2" in shown
    assert "rows of layers" not in shown
    assert "CONTRIBUTING.md" in shown


def test_without_an_option_the_densest_functions_are_listed(
    figures: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every figure, then each function with more than ten branch points; nothing is written."""
    assert run(figures, monkeypatch) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in figures.figures())
    assert "house/rules/dense.py:4 dense" in shown
    assert "outer" not in shown
    assert not figures.LIMITS.exists()
