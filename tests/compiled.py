"""The platform of this repository as the compiler has it and as files: what the judges judge.

It is compiled anew, so that a test judges the code as it is; ``make check`` says whether ``out/`` is the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import fast_yaml

from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.resolve.resolved import Resolved

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Compiled:
    """A platform's meaning, its tree, and the bytes of each file."""

    resolved: Resolved
    tree: FileTree
    files: Mapping[str, bytes]

    def write(self, folder: Path) -> Path:
        """Write every file below a folder, and give it back."""
        for path, content in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder

    def documents(self, kind: str = "") -> list[dict[str, Any]]:
        """The YAML documents, by path; of one kind, or all."""
        return [
            document
            for path, content in self.files.items()
            if isinstance(self.tree[path].body, YamlBody)
            for document in fast_yaml.load_all(content)
            if kind in {"", document.get("kind")}
        ]

    def said(self, path: str) -> list[Any]:
        """What the targets put into a YAML file, as plain data."""
        body = self.tree[path].body
        assert isinstance(body, YamlBody)
        return [plain(document) for document in body.documents]


def is_marker(name: str) -> bool:
    """Whether an object keeps what a hub reads from becoming empty, and does nothing else."""
    return name.startswith("bootstrap-") and name.endswith("-marker")


@cache
def compiled(platform: Path = ROOT / "platform.yaml") -> Compiled:
    """Compile a ``platform.yaml``, that at the root of the repository unless another is named, once."""
    fragments = sorted((platform.parent / "platform.d").glob("*.yaml"))
    sources = [SourceFile(path.name, path.read_bytes()) for path in (platform, *fragments)]
    compilation = compile(sources)
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    assert compilation.resolved is not None
    return Compiled(compilation.resolved, compilation.tree, dict(render(compilation.tree, "platform.yaml")))


def plain(node: Any) -> Any:
    """The same data in dicts and lists of Python's own."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [plain(each) for each in node]
    return node


def typed(data: Any) -> str:
    """A text that is equal for equal data of equal types: to Python alone, ``1 == True``."""
    return json.dumps(plain(data), sort_keys=True, ensure_ascii=False)
