"""The rules of the house: sizes, layers of I/O, registries, and the start-up budget."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from slow import SLOW, SWEEPS, TESTS

import dokaseca_compile
from dokaseca_compile.cli.app import COMMANDS
from dokaseca_compile.resolve import PASSES
from dokaseca_compile.rules import RULES
from dokaseca_compile.targets import TARGETS

PACKAGE = Path(dokaseca_compile.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
SHELL = {"cli", "workspace"}
"""The packages that may touch the world; only ``cli`` may print and exit as well."""


def functions() -> Iterator[tuple[str, int]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_functions_are_short() -> None:
    """Nine of ten functions have 30 lines at most, none has over 60."""
    sizes = dict(functions())
    assert {name: size for name, size in sizes.items() if size > 60} == {}
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= 30


def test_files_are_short() -> None:
    """No file has over 400 lines, and the median is 110 at most."""
    sizes = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert statistics.median(sizes.values()) <= 110


def core() -> list[Path]:
    return [path for path in FILES if path.name != "__main__.py" and path.parent.name not in SHELL]


@pytest.mark.parametrize("path", core(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_does_no_input_or_output(path: Path) -> None:
    """No call of the core opens, writes, prints or exits: method calls too, which import contracts cannot see."""
    forbidden_names = {"open", "print", "input", "exit", "eval", "exec", "__import__", "breakpoint"}
    forbidden_methods = {"write_text", "write_bytes", "read_text", "read_bytes", "mkdir", "unlink", "rename", "exit"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                assert called.id not in forbidden_names, f"{path.name}:{node.lineno}"
            elif isinstance(called, ast.Attribute):
                assert called.attr not in forbidden_methods, f"{path.name}:{node.lineno}"


def test_texts_leave_in_one_place() -> None:
    """Only ``cli/output.py`` prints and writes reports: there secrets are hidden, whatever rendered the text.

    Files that other programs read are written by ``apps --bundle`` and ``schema``; what compiles a source
    does so by ``cli/compiling.py``, which learns its secrets.
    """
    writers = {"apps.py", "schema.py", "output.py"}
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        text = path.read_text()
        if path.name != "output.py":
            assert not re.search(r"click\.s?echo|print\(|sys\.std(out|err)\.(buffer\.)?write", text), path.name
        assert "write_file" not in text or path.name in writers, path.name
        if path.name != "compiling.py":
            assert not re.search(r"compiler import .*\b(compile|validate)\b", text), path.name


def test_there_are_few_public_names() -> None:
    """The library has ten public names at most, and each can be imported."""
    assert len(dokaseca_compile.__all__) <= 10
    for name in dokaseca_compile.__all__:
        assert getattr(dokaseca_compile, name) is not None


def test_unknown_public_names_are_attribute_errors() -> None:
    """A name that is not public is refused as Python does."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = dokaseca_compile.nothing


@pytest.mark.parametrize(("folder", "units"), [("rules", RULES), ("targets", TARGETS)])
def test_every_unit_is_registered(folder: str, units: tuple[ModuleType, ...]) -> None:
    """Each file of the folder is in its registry, once, in alphabetical order."""
    registers = re.compile(r"^(SLUG|NAME) = ", re.MULTILINE)
    files = {path.stem for path in (PACKAGE / folder).glob("*.py") if registers.search(path.read_text())}
    names = [unit.__name__.rsplit(".", 1)[1] for unit in units]
    assert set(names) == files
    assert names == sorted(names)


def test_passes_are_files_named_by_what_they_do() -> None:
    """A pass is found by its name: the file and the function are called the same."""
    for run in PASSES:
        assert run.__module__.rsplit(".", 1)[1] == run.__name__


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_are_files_with_the_help_of_the_table(name: str) -> None:
    """Each command is ``cli/<name>.py``; the static help line is the first of its own help."""
    command = import_module(f"dokaseca_compile.cli.{name}").command
    assert command.help.split("\n\n")[0].replace("\n", " ") == COMMANDS[name]


def test_starting_is_cheap() -> None:
    """``dokaseca --version`` imports none of the heavy libraries."""
    code = (
        "import sys; from dokaseca_compile.cli.app import app; app.main(['--version'], standalone_mode=False);"
        "print(sorted({'pydantic', 'yaml', 'jsonschema', 'deepdiff', 'ruamel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_slow_tests_exist() -> None:
    """Every folder and file that is named as slow or as a sweep exists: a renamed one would be neither unseen."""
    names = {path.name for path in TESTS.rglob("*") if path.suffix == ".py" or path.is_dir()}
    assert names >= SLOW | SWEEPS
