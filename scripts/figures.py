"""Figures on the structure of the package, held against the committed ones: never worse.

Usage::

    python scripts/figures.py            # print the figures, and the densest functions
    python scripts/figures.py --check    # exit 1 and name each figure that got worse
    python scripts/figures.py --write    # commit to better figures

The limits are in ``scripts/figures.json``; ``make lint`` runs ``--check``.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dokaseca_compile"
LIMITS = ROOT / "scripts" / "figures.json"
MOST_BRANCHES = 10
LONGEST_LINE = 100
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
REPAIR = "python scripts/figures.py --write"


@dataclass(frozen=True)
class Function:
    """A function: where it begins, its lines of code, and its branch points."""

    place: str
    lines: int
    branches: int


def branches(node: ast.AST) -> int:
    """Count the branch points of a node: conditions, loops, handlers, cases, `and` and `or`."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    kinds = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
    return int(isinstance(node, kinds))


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function; a function within it is one of its own."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, FUNCTIONS):
            yield child
            yield from own_nodes(child)


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, text: Sequence[str]) -> int:
    """Count the lines of a body that are neither docstring nor comment nor blank."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    lines = [line.strip() for line in text[body[0].lineno - 1 : function.end_lineno]]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def functions() -> Iterator[Function]:
    """Yield every function of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, FUNCTIONS):
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                lines = code_lines(node, text.splitlines())
                yield Function(place, lines, sum(map(branches, own_nodes(node))))


def room(path: Path) -> str:
    """Return the room of a file: its folder or module at the top of the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def arrows() -> set[tuple[str, str]]:
    """Return which room imports from which."""
    names = {room(path) for path in PACKAGE.rglob("*.py")}
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for module in imported(ast.parse(path.read_text())):
            target = module.removeprefix(PACKAGE.name).strip(".").partition(".")[0] or "__init__"
            target = target if target in names else "__init__"
            if target != room(path):
                found.add((room(path), target))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules of the package that a file imports, names from its root included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE.name):
            if node.module == PACKAGE.name:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def layers() -> int:
    """Return how many rows the contract on layers has."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return next(len(each["layers"]) for each in contracts if each["id"] == "layers")


def figures() -> dict[str, float]:
    """Measure the package; each figure is better the smaller it is."""
    every = list(functions())
    texts = [path.read_text().splitlines() for path in PACKAGE.rglob("*.py")]
    lines = sum(map(len, texts))
    long = sum(len(line) > LONGEST_LINE for text in texts for line in text)
    dense = sum(each.branches > MOST_BRANCHES for each in every)
    return {
        "rooms": len({room(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}),
        "arrows between rooms": len(arrows()),
        "rows of layers": layers(),
        "branch points per 100 lines of code in functions": density(every),
        "% of functions with more than 10 branch points": round(100 * dense / len(every), 1),
        "% of lines over 100 characters": round(100 * long / lines, 1),
    }


def densities() -> dict[str, float]:
    """Return the branch points per 100 lines of code in the functions of each room."""
    rooms: dict[str, list[Function]] = {}
    for each in functions():
        rooms.setdefault(room(ROOT / each.place.partition(":")[0]), []).append(each)
    return {name: density(found) for name, found in rooms.items()}


def density(found: Collection[Function]) -> float:
    """Return the branch points per 100 lines of code."""
    lines = sum(each.lines for each in found)
    return round(100 * sum(each.branches for each in found) / max(1, lines), 1)


def worse(found: dict[str, float], limits: dict[str, float]) -> list[str]:
    """Name each figure that is worse than its limit."""
    return [
        f"{name}: {value}, committed {limits[name]}"
        for name, value in found.items()
        if value > limits[name]
    ]


def main() -> int:
    """Print, check or write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="exit 1 when a figure got worse")
    mode.add_argument("--write", action="store_true", help="write the figures of today")
    arguments = parser.parse_args()
    found = figures()
    if arguments.write:
        LIMITS.write_text(json.dumps(found, indent=2) + "\n")
    elif arguments.check:
        if faults := worse(found, json.loads(LIMITS.read_text())):
            print("The structure got worse:", *faults, sep="\n  ")
            print(f"See CONTRIBUTING.md; if it has to be, run {REPAIR}")
            return 1
    else:
        for name, value in found.items():
            print(f"{value:>8}  {name}")
        for name, density in sorted(densities().items(), key=lambda each: -each[1]):
            print(f"{density:>8}  {name}")
        for each in sorted(functions(), key=lambda each: -each.branches):
            if each.branches > MOST_BRANCHES:
                print(f"{each.branches:>8}  {each.place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
