"""Argo CD's own code as a process: folders of documents in, what it makes of them out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fast_yaml
from engines import engine, missing

HERE = Path(__file__).parent
MODULE = HERE / "argocd"
BINARY = HERE.parent.parent / ".tools" / "bin" / "argocd-oracle"


@dataclass(frozen=True)
class Answer:
    """What Argo CD makes of a folder.

    ``applications`` by (ApplicationSet, name), ``errors`` by ApplicationSet; ``given`` are the Applications that were
    among the documents, as Argo CD reads them, by name; ``faults`` is all that it or the API server would refuse.
    """

    applications: Mapping[tuple[str, str], Mapping[str, Any]]
    errors: Mapping[str, str]
    given: Mapping[str, Mapping[str, Any]]
    faults: tuple[str, ...]


class Oracle:
    """The program of ``argocd/``. A context manager; it answers one folder after the other."""

    def __init__(self, scratch: Path) -> None:
        """``scratch`` is an empty folder to write documents into."""
        self._scratch, self._asked = scratch, 0
        self._process = subprocess.Popen(
            [os.fspath(binary()), "-crds", os.fspath(crds()), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def ask(self, documents: Iterable[Mapping[str, Any]], files: Iterable[bytes] = ()) -> Answer:
        """What it makes of documents, and of files as they are."""
        self._asked += 1
        folder = self._scratch / str(self._asked)
        folder.mkdir()
        for number, document in enumerate(documents):
            (folder / f"d{number:05}.json").write_text(json.dumps(document))
        for number, content in enumerate(files):
            (folder / f"f{number:05}.yaml").write_bytes(content)
        return self.folder(folder)

    def folder(self, folder: Path) -> Answer:
        """What it makes of a folder."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{folder}\n")
        stdin.flush()
        line = stdout.readline()
        assert line, f"the oracle gave up on {folder}"
        said = json.loads(line)
        return Answer(
            {
                (each["name"], application["metadata"]["name"]): application
                for each in said["sets"]
                for application in each["applications"] or ()
            },
            {each["name"]: each["error"] for each in said["sets"] if each["error"]},
            {each["metadata"]["name"]: each for each in said["given"] or ()},
            tuple(f"{each['object']}: {each['message']}" for each in said["faults"] or ()),
        )


def binary() -> Path:
    """The program, built by ``make conformance``; or the reason why there is none."""
    if not BINARY.exists():
        missing("Argo CD's own code is not built: run `make conformance`, which needs Go and some minutes")
    return BINARY


def crds() -> Path:
    """Argo CD's CRDs of the same version, in the cache of Go modules."""
    if "DOKASECA_ARGOCD_CRDS" in os.environ:
        return Path(os.environ["DOKASECA_ARGOCD_CRDS"])
    command = [engine("go"), "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3"]
    done = subprocess.run(command, cwd=MODULE, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()) / "manifests" / "crds"


def documents(path: Path) -> list[dict[str, Any]]:
    """The documents of a YAML file."""
    return [each for each in fast_yaml.load_all(path.read_bytes()) if each]
