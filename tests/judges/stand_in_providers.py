"""Terraform with stand-ins for the providers of the control plane: real Terraform, transcribed schemas.

The providers themselves (tehcyx/kind, hashicorp/helm, hashicorp/kubernetes) are in no registry that the
tests may ask. ``go/providers`` serves their schemas, typed from their sources, so that Terraform checks
every argument and plans. No provider's own code is run, and nothing is applied.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from compiled import Compiled
from engines import engine, run

from dokaseca_compile.resolve.layout import Layout

VERSIONS = {"hashicorp/helm": "3.1.1", "hashicorp/kubernetes": "3.0.1", "tehcyx/kind": "0.11.0"}
HOSTS = ("registry.terraform.io", "registry.opentofu.org")


class Providers:
    """A mirror of the three providers on disk; Terraform asks no other place."""

    def __init__(self, folder: Path) -> None:
        self.terraform = engine("terraform")
        binary = engine("terraform-provider-schemas")
        system = json.loads(run(self.terraform, "version", "-json", cwd=folder))["platform"]
        for host in HOSTS:
            for source, version in VERSIONS.items():
                place = folder / host / source / version / system
                place.mkdir(parents=True)
                (place / f"terraform-provider-{source.rpartition('/')[2]}_v{version}").symlink_to(binary)
        self._config = folder / "terraform.tfrc"
        self._config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}"\n  }}\n}}\n')

    def run(self, folder: Path, *arguments: str, **environment: str) -> str:
        """What Terraform prints."""
        environment["TF_CLI_CONFIG_FILE"] = str(self._config)
        return run(self.terraform, *arguments, cwd=folder, env=environment)


class ControlPlane:
    """The compiled control plane of a platform, its Terraform root initialised."""

    def __init__(self, platform: Compiled, providers: Providers, folder: Path) -> None:
        out = platform.write(folder / "out")
        self.platform, self.providers = platform, providers
        self.layout = Layout(platform.resolved)
        self.folder = out / self.layout.in_control_plane("").file
        self.terraform = self.folder / "terraform"
        providers.run(self.terraform, "init", "-backend=false", "-input=false")

    def tfvars(self, cluster: str) -> str:
        """The variables of a cluster, below ``terraform/``."""
        environment = self.platform.resolved.clusters[cluster].cluster.environment
        return f"environments/{environment}/{cluster}.tfvars"

    def run(self, *arguments: str, **environment: str) -> str:
        """What Terraform prints in the root."""
        return self.providers.run(self.terraform, *arguments, **environment)

    def plan(self, cluster: str) -> dict[str, Mapping[str, Any]]:
        """Address → planned values of every resource of a cluster, by a plan without a warning."""
        printed = self.run(
            "plan", "-input=false", "-lock=false", f"-var-file={self.tfvars(cluster)}", f"-out={cluster}.plan"
        )
        assert "Warning" not in printed, printed
        shown = json.loads(self.run("show", "-json", f"{cluster}.plan"))
        return {each["address"]: each["change"]["after"] for each in shown.get("resource_changes", [])}

    def plans(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """The plans of every cluster, by name."""
        names = list(self.platform.resolved.clusters)
        with ThreadPoolExecutor() as pool:
            return dict(zip(names, pool.map(self.plan, names), strict=True))


def initialised(providers: Providers, source: Path, folder: Path) -> Path:
    """A copy of a folder of Terraform files, initialised."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".terraform*"))
    providers.run(folder, "init", "-backend=false", "-input=false")
    return folder
