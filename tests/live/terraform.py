"""Play Terraform: real plans of the compiled control plane, applied by Helm and by hand.

The providers are in no registry that the tests may ask, so stand-ins have their schemas
(``judges/stand_in_providers.py``). What is planned is real: the cluster Secret, and the manifests of the bootstrap as
releases of the compiled chart. The state is kept here. Argo CD itself is not installed: it runs already.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from judges.stand_in_providers import Providers

from live.clusters import Cluster
from live.kubernetes import ApiError
from live.places import BIN, RUN

_WORK = RUN / "terraform"
_READ = ("terraform", "bootstrap", "kind")
"""The folders of the control plane that a plan reads."""
_APPLIES = re.compile(r'^cluster_(registration\s*= "terraform"|type\s*= "(hub|standalone)")', re.MULTILINE)
_HUB = re.compile(r'^cluster_hub\s*= "(.*)"', re.MULTILINE)
_RELEASES = ("project", "bootstrap")
"""The Helm releases of the module, in the order of its dependencies."""


@dataclass
class State:
    """What Terraform has made for a cluster: on which hub, the Secret, and the values of each Helm release."""

    hub: str
    secret: dict[str, Any] | None = None
    releases: dict[str, str] = field(default_factory=dict)


class Terraform:
    """Terraform's workspaces: one for each cluster."""

    def __init__(self, hubs: Mapping[str, Cluster]) -> None:
        _WORK.mkdir()
        mirror = _WORK / "providers"
        mirror.mkdir()
        self._providers = Providers(mirror)
        self._hubs = hubs
        self._applied = ""
        self._states: dict[str, State] = {}

    def apply(self, control_plane: Path) -> None:
        """Apply the root of a checkout for every cluster; nothing if it is the one that was applied last."""
        digest = _digest(control_plane)
        if digest == self._applied:
            return
        root = self._initialised(control_plane)
        planned = dict(self._plans(root))
        for cluster in self._states.keys() - planned.keys():
            self._apply_cluster(root, self._states.pop(cluster), State(""))
        for cluster, state in planned.items():
            self._apply_cluster(root, self._states.get(cluster, State(state.hub)), state)
            self._states[cluster] = state
        self._applied = digest

    def _initialised(self, control_plane: Path) -> Path:
        copy = _WORK / "control-plane"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(control_plane, copy, ignore=shutil.ignore_patterns(".git"))
        self._providers.run(copy / "terraform", "init", "-backend=false", "-input=false")
        return copy / "terraform"

    def _plans(self, root: Path) -> Iterator[tuple[str, State]]:
        """Yield what is planned for each cluster that Terraform has to do with."""
        for variables in sorted(root.glob("environments/*/*.tfvars")):
            text = variables.read_text()
            if not _APPLIES.search(text):
                continue
            hub = _HUB.search(text)
            name = hub[1] if hub and hub[1] else variables.stem
            yield variables.stem, _state(name, self._plan(root, variables, name))

    def _plan(self, root: Path, variables: Path, hub: str) -> dict[str, Any]:
        place = f"{variables.stem}.plan"
        self._providers.run(
            root,
            *("plan", "-input=false", "-lock=false", f"-var-file={variables}", f"-out={place}"),
            f"-var=kubeconfig_path={self._hubs[hub].kubeconfig}",
        )
        shown = json.loads(self._providers.run(root, "show", "-json", place))
        return {each["address"]: each["change"]["after"] for each in shown["resource_changes"]}

    def _apply_cluster(self, root: Path, before: State, after: State) -> None:
        """Delete what is planned no more, then make or change what is."""
        for name in before.releases.keys() - after.releases.keys():
            self._helm(before.hub, "uninstall", name)
        if before.secret is not None and after.secret is None:
            self._hubs[before.hub].api.delete(before.secret)
        if after.secret is not None:
            self._write_secret(self._hubs[after.hub], after.secret, is_new=before.secret is None)
        for name, values in after.releases.items():
            if before.releases.get(name) != values:
                file = _WORK / f"{name}.values.yaml"
                file.write_text(values)
                chart = root / "modules" / "gitops-bridge" / "charts" / "resources"
                self._helm(after.hub, "upgrade", "--install", name, str(chart), "--values", str(file))

    def _write_secret(self, hub: Cluster, secret: Mapping[str, Any], *, is_new: bool) -> None:
        """Write the Secret. Terraform does not take over one that somebody else has written."""
        if not is_new:
            hub.api.replace(secret)
            return
        try:
            hub.api.create(secret)
        except ApiError as error:
            message = f"Terraform cannot create the Secret {secret['metadata']['name']} on {hub.name}: {error}"
            raise RuntimeError(message) from error

    def _helm(self, hub: str, *arguments: str) -> None:
        kubeconfig = f"--kubeconfig={self._hubs[hub].kubeconfig}"
        command = [str(BIN / "helm"), *arguments, "--namespace", "argocd", kubeconfig]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            message = f"helm {' '.join(arguments)} failed on {hub}:\n{done.stderr}"
            raise RuntimeError(message)


def _state(hub: str, resources: Mapping[str, Any]) -> State:
    """Return the state after a plan: projects before the ApplicationSets that need them."""
    state = State(hub)
    for address, values in resources.items():
        if values and ".kubernetes_secret_v1.cluster" in address:
            (metadata,) = values["metadata"]
            state.secret = {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {key: metadata[key] for key in ("name", "namespace", "labels", "annotations")},
                "stringData": values["data"],
            }
    for kind in _RELEASES:
        for address, values in sorted(resources.items()):
            if values and f".helm_release.{kind}[" in address:
                state.releases[values["name"]] = values["values"][0]
    return state


def _digest(control_plane: Path) -> str:
    content = hashlib.sha256()
    for folder in _READ:
        for path in sorted((control_plane / folder).rglob("*")):
            if path.is_file():
                content.update(str(path.relative_to(control_plane)).encode() + path.read_bytes())
    return content.hexdigest()
