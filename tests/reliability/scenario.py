"""One compile that creates, changes and deletes about thirty files in two checkouts and below ``out``."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from command import BASE, dokaseca, platform

from dokaseca_compile.output.ledger import Ledger, read_ledger
from dokaseca_compile.resolve.layout import LEDGER

Tree = Mapping[str, tuple[int, bytes]]
"""Path → mode with type, and the bytes of a file or the target of a link."""

COMPILE = ("compile", "--prune", "--into", "addons=addons", "--into", "clusters=clusters")
CHECK = ("check", "--into", "addons=addons", "--into", "clusters=clusters")
_INTO = ("--into", "addons=addons", "--into", "clusters=clusters")
READING = (
    ("check", *_INTO),
    ("compile", "--dry-run", *_INTO),
    ("diff", *_INTO),
    ("diff", "--format", "unified", *_INTO),
    ("validate",),
    ("set", "environments.dev.sync.retries", "3"),
    ("promote", "kyverno", "--from", "dev", "--to", "production"),
    ("disable", "external-secrets", "--on", "dev"),
    ("explain", "unknown-addon"),
)
"""Commands that write nothing."""

# Fewer files: those of teams are written as the others are.
FIRST = re.sub(r"^(?:workloads|policies):\n(?:  .*\n)+|^    teams: .*\n", "", BASE, flags=re.MULTILINE)
MINE = "mine.txt"
"""A file that somebody wrote by hand, in every folder that stays and in one that is left empty otherwise."""

_BEFORE_CLUSTERS_END = """\
  west:
    environment: dev
    region: eu
    hub: hub
    server: https://west.acme.example
    auth: {bearerToken: {key: clusters/west, property: token}}
    addons:
      descheduler: {values: {own: west}}
addons:
  descheduler:
    category: schedulers
    chart: {name: descheduler, repository: https://kubernetes-sigs.github.io/descheduler}
    version: 0.34.0
    namespace: kube-system
    createNamespace: false
    requires: [cert-manager]
    values: {replicas: 2}
  cert-manager:
"""
_EDITS = {
    "      traefik: false\n": "      kyverno: {version: 3.3.6, values: {replicas: 3}}\n",
    "kyverno: {values: {small: true}}": "cert-manager: {values: {small: true}}",
    "kyverno: {values: {zone: eu-west-1}}": "kyverno: {values: {zone: a}}\n      cert-manager: {values: {a: 1}}",
    "version: 1.17.0": "version: 1.18.0",
    "{words: {one: two}}": "{words: {one: three}}",
    "version: 1.26.0": "version: 1.27.0",
    "version: 1.3.0": "version: 1.4.0",
    "version: 2.8.0": "version: 2.9.0",
    "version: 3.3.8, values: {replicas: 1}": "version: 3.3.9, values: {replicas: 2}",
    "values: {own: true}": "values: {own: false}",
    "addons:\n  cert-manager:\n": _BEFORE_CLUSTERS_END,
}


def edited(text: str, edits: Mapping[str, str]) -> str:
    """A text in which every old string, which must be there, is a new one."""
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(text: str, start: str, end: str) -> str:
    """A text without what stands from one string to another."""
    at = text.index(start)
    return text[:at] + text[text.index(end, at) :]


def _second() -> str:
    text = without(FIRST, "  edge:\n", "addons:\n  cert-manager:\n")
    return edited(without(text, "  traefik:\n", "  external-secrets:\n"), _EDITS)


SECOND = _second()


def tree(folder: Path) -> Tree:
    """Everything below a folder, the folder itself not; links are not followed."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            content = path.read_bytes() if stat.S_ISREG(mode) else b""
            found[str(path.relative_to(folder))] = (
                mode,
                os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else content,
            )
    return found


def temporaries(found: Tree) -> list[str]:
    """What a cut-off run has left."""
    return [path for path in found if Path(path).name.startswith(".dokaseca-")]


@dataclass(frozen=True)
class Scenario:
    """The folder in which the second compile is about to run, and what the two compiles end in, undisturbed."""

    folder: Path
    first: Tree
    second: Tree

    def copy(self, place: Path) -> Path:
        """The folder once more, for one trial."""
        return shutil.copytree(self.folder, place, symlinks=True)

    def assert_nothing_lost(self, now: Tree) -> None:
        """Every file is old or new, ledgers can be read, and what else there is are temporaries."""
        for path in {*self.first, *self.second}:
            found = now.get(path)
            if path.endswith(LEDGER):
                assert found is not None, path
                assert isinstance(read_ledger(found[1]), Ledger), path
            elif path != "platform.yaml":
                assert found in (self.first.get(path), self.second.get(path)), path
        assert {*now} - {*self.first, *self.second} <= {*temporaries(now)}

    def assert_completes(self, folder: Path) -> None:
        """The same command once more ends in the undisturbed tree."""
        assert_ends_in(folder, self.second)

    def assert_reverts(self, folder: Path) -> None:
        """With the first source again, the same command ends in the first tree."""
        (folder / "platform.yaml").write_text(FIRST)
        assert_ends_in(folder, self.first)


def assert_ends_in(folder: Path, wanted: Tree) -> None:
    """A plain run ends in a tree: the same files, folders and modes, and no temporary.

    Of both trees it is known that ``check`` agrees, so it need not be asked again.
    """
    done = dokaseca(folder, *COMPILE)
    assert done.code == 0, done
    now = tree(folder)
    assert now == wanted, difference(now, wanted)


def difference(now: Tree, wanted: Tree) -> list[str]:
    """The paths that differ, for messages."""
    return sorted(path for path in {*now, *wanted} if now.get(path) != wanted.get(path))


def build(folder: Path) -> Scenario:
    """Compile the first source, put files of somebody else beside ours, and get the second source ready.

    In this process, so that those that are forked from it have imported what the commands need.
    """
    start = platform(folder / "start", FIRST)
    for name in ("addons", "clusters"):
        (start / name).mkdir()
    assert dokaseca(start, *COMPILE).code == 0
    end = shutil.copytree(start, folder / "end")
    (end / "platform.yaml").write_text(SECOND)
    assert dokaseca(end, *COMPILE).code == 0
    _add_mine(start, end)
    assert dokaseca(start, *CHECK).code == dokaseca(end, *CHECK).code == 0
    for command in READING:
        done = dokaseca(start, *command)
        assert done.code == 0, done
    first = tree(start)
    (start / "platform.yaml").write_text(SECOND)
    return Scenario(start, first, tree(end))


def _add_mine(start: Path, end: Path) -> None:
    """Into every folder that stays, and into one of those that go, which then stays as well."""
    for parent, _, _ in list(os.walk(start)):
        inner = Path(parent).relative_to(start)
        if (end / inner).is_dir() or inner.name == "edge":
            for each in (start, end):
                (each / inner).mkdir(exist_ok=True)
                (each / inner / MINE).write_text(f"by hand, in {inner}\n")
