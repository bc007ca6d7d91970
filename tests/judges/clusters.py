"""The clusters repository as Kustomize builds it: every folder of a platform, each by itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fast_yaml
from compiled import Compiled
from engines import kustomize

from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

Document = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """A platform, and what Kustomize builds from each folder with a Kustomization."""

    resolved: Resolved
    tree: FileTree
    folders: Mapping[str, list[Document]]

    def cluster(self, name: str) -> list[Document]:
        """All that is applied to a cluster."""
        return self.folders[Layout(self.resolved).cluster(name).file]

    def clusters(self) -> Iterable[tuple[str, list[Document]]]:
        """Every cluster, and all that is applied to it: nothing, where no team works on any."""
        assert self.resolved.has_teams == any("/overlays/" in each for each in self.folders)
        return ((name, self.cluster(name)) for name in self.resolved.clusters if self.resolved.has_teams)


def build(platform: Compiled, out: Path, folders: Iterable[str]) -> Built:
    """Build folders below an output folder, as many at once as there are processors."""
    names = sorted(folders)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        texts = workers.map(lambda name: kustomize(out / name), names)
        folders = {name: read(text) for name, text in zip(names, texts, strict=True)}
        return Built(platform.resolved, platform.tree, folders)


def read(text: str) -> list[Document]:
    """The documents of a text."""
    return [each for each in fast_yaml.load_all(text) if each is not None]
