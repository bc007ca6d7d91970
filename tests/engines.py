"""Real engines as judges of what we write: found on PATH or as a Python module, or the test says why not.

With ``DOKASECA_REQUIRE_TOOLS=1`` a missing engine fails the test, so that a CI job cannot pass by
skipping.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Never

import pytest

_ENVIRONMENT = {
    # The engines judge files and nothing else: no configuration of the machine, no calls home.
    "TF_CLI_CONFIG_FILE": os.devnull,
    "TF_CLI_ARGS": "-no-color",
    "TF_IN_AUTOMATION": "1",
    "CHECKPOINT_DISABLE": "1",
    "KUBECONFIG": os.devnull,
    "NO_COLOR": "1",
}


_STAND_INS = {"terraform": ("tofu",)}
"""Engines that take the same commands and judge the same."""


def engine(name: str) -> str:
    """Find an executable, or one that stands in for it, or skip (fail, when tools are required)."""
    for each in (name, *_STAND_INS.get(name, ())):
        path = shutil.which(each)
        if path is not None:
            return path
    return missing(f"{name} is not on PATH")


def kustomize(folder: Path) -> str:
    """What Kustomize builds from a folder, as text."""
    path = shutil.which("kustomize")
    return run(path, "build", cwd=folder) if path else run(engine("kubectl"), "kustomize", ".", cwd=folder)


def engine_module(name: str, distribution: str) -> ModuleType:
    """Import an engine that is a Python package, or skip (fail, when tools are required)."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(f"{distribution} is not installed")


def run(*command: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run an engine and return its standard output; a failure shows both of its streams."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | _ENVIRONMENT | dict(env or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def missing(reason: str) -> Never:
    """Skip for a reason, or fail, when tools are required."""
    if os.environ.get("DOKASECA_REQUIRE_TOOLS") == "1":
        pytest.fail(f"{reason}, and DOKASECA_REQUIRE_TOOLS is set")
    pytest.skip(reason)
