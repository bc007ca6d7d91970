"""A Terraform root made of what we write, planned once for each cluster by the real engine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from compiled import Compiled
from engines import engine, run

# GitOps Bridge's module (gitops-bridge-dev/terraform-helm-gitops-bridge, main.tf) without its resources:
# what it makes of its argument `cluster` before it writes the Secret, whose metadata is a map of strings.
_BRIDGE = """
variable "cluster" {
  type = any
}

locals {
  name        = try(var.cluster.cluster_name, "in-cluster")
  environment = try(var.cluster.environment, "dev")
  both        = { cluster_name = local.name, environment = local.environment }
  own         = { enable_argocd = true, "argocd.argoproj.io/secret-type" = "cluster" }
  labels      = merge(local.both, local.own, try(var.cluster.addons, {}))
  annotations = merge(local.both, try(var.cluster.metadata, {}))
}

output "secret" {
  value = {
    name        = try(var.cluster.secret_name, local.name)
    namespace   = try(var.cluster.secret_namespace, "argocd")
    labels      = { for key, value in local.labels : key => tostring(value) }
    annotations = { for key, value in local.annotations : key => tostring(value) }
    data = {
      name   = local.name
      server = try(var.cluster.server, "https://kubernetes.default.svc")
      config = try(var.cluster.config, jsonencode({ tlsClientConfig = { insecure = false } }))
    }
  }
}
"""
_USE = """
module "bridge" {
  source  = "./bridge"
  cluster = local.gitops_bridge
}

output "secret" {
  value = module.bridge.secret
}
"""


class TerraformRoot:
    """The compiled ``.tf`` files with an output for each variable, and the bridge."""

    def __init__(self, out: Path, platform: Compiled, folder: Path) -> None:
        self.terraform = engine("terraform")
        self.folder = folder
        self.tfvars = {Path(path).stem: out / path for path in platform.files if path.endswith(".tfvars")}
        (source,) = {path.parent.parent.parent for path in self.tfvars.values()}
        # Only what needs no provider: the rest is judged with stand-ins for them.
        for name in ("variables.tf", "locals.tf", "outputs.tf"):
            shutil.copy(source / name, folder)
        self.variables = re.findall(r'^variable "(\w+)"', (folder / "variables.tf").read_text(), re.MULTILINE)
        outputs = [f'output "var_{name}" {{\n  value = var.{name}\n}}\n' for name in self.variables]
        (folder / "test_outputs.tf").write_text("".join([*outputs, _USE]))
        (folder / "bridge").mkdir()
        (folder / "bridge" / "main.tf").write_text(_BRIDGE)
        run(self.terraform, "init", "-backend=false", "-input=false", cwd=folder)

    def plan(self, tfvars: Path, *further: str) -> str:
        """What planning prints."""
        return run(
            self.terraform,
            *("plan", "-input=false", "-lock=false", f"-var-file={tfvars}", f"-out={tfvars.stem}.plan", *further),
            cwd=self.folder,
        )

    def outputs(self, tfvars: Path) -> Mapping[str, Any]:
        """The outputs of a plan that succeeds without a warning."""
        printed = self.plan(tfvars)
        assert "Warning" not in printed, printed
        shown = json.loads(run(self.terraform, "show", "-json", f"{tfvars.stem}.plan", cwd=self.folder))
        return {name: each.get("value") for name, each in shown["planned_values"]["outputs"].items()}

    def all_outputs(self) -> dict[str, Mapping[str, Any]]:
        """The outputs of every cluster, by name."""
        with ThreadPoolExecutor() as pool:
            return dict(zip(self.tfvars, pool.map(self.outputs, self.tfvars.values()), strict=True))
