"""What the judges share: the compiled platform, on disk too."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

for _folder in (Path(__file__).parent, Path(__file__).parent.parent):
    sys.path.append(str(_folder))

from compiled import Compiled, compiled  # noqa: E402 - from the folder above
from terraform_root import TerraformRoot  # noqa: E402 - from this folder


@pytest.fixture(scope="session")
def platform() -> Compiled:
    """The compiled platform of this repository."""
    return compiled()


@pytest.fixture(scope="session")
def out(platform: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all its files."""
    return platform.write(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="session")
def terraform(out: Path, platform: Compiled, tmp_path_factory: pytest.TempPathFactory) -> TerraformRoot:
    """The compiled Terraform root, initialised."""
    return TerraformRoot(out, platform, tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def planned(terraform: TerraformRoot) -> dict[str, Mapping[str, Any]]:
    """What Terraform plans for each cluster: its outputs, by name."""
    return terraform.all_outputs()
