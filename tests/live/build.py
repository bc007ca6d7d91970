"""Build every binary of the live hub from Go modules: ``python -m live.build``.

A binary that is up to date is not built again. Each is written beside its place and renamed, so that a killed build
leaves the old one. Go's own caches make a second build of the same module cheap.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from live.places import BIN, MODULES, ROOT, SHARE

KUBERNETES = "v1.36.1"
ARGOCD = "v3.5.7"
HELM = "v4.2.1"
# What the judges of the objects pin, too.
KYVERNO = "v1.13.4"
EXTERNAL_SECRETS = "v1.3.2"


class Program(NamedTuple):
    """A binary: the folder of its module, the package, and the values of variables that the linker sets."""

    module: Path
    package: str
    variables: Mapping[str, str]


# Without a version an API server names itself `v0.0.0-master+$Format`, which clients cannot read.
_RELEASE = dict(zip(("gitMajor", "gitMinor"), KUBERNETES.removeprefix("v").split("."), strict=False))
_KUBERNETES = {
    f"k8s.io/component-base/version.{name}": value
    for name, value in {
        "gitVersion": KUBERNETES,
        **_RELEASE,
        "gitCommit": "live",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
    }.items()
}
_HUB, _KWOK, _HELM = (MODULES / name for name in ("hub", "kwok", "helm"))
PROGRAMS = {
    "etcd": Program(_HUB, "go.etcd.io/etcd/server/v3", {}),
    "kube-apiserver": Program(_HUB, "k8s.io/kubernetes/cmd/kube-apiserver", _KUBERNETES),
    "kube-controller-manager": Program(_HUB, "k8s.io/kubernetes/cmd/kube-controller-manager", _KUBERNETES),
    "kube-scheduler": Program(_HUB, "k8s.io/kubernetes/cmd/kube-scheduler", _KUBERNETES),
    "argocd": Program(
        _HUB,
        "github.com/argoproj/argo-cd/v3/cmd",
        {**_KUBERNETES, "github.com/argoproj/argo-cd/v3/common.version": ARGOCD.removeprefix("v")},
    ),
    "kustomize": Program(_HUB, "sigs.k8s.io/kustomize/kustomize/v5", {}),
    "kwok": Program(_KWOK, "sigs.k8s.io/kwok/cmd/kwok", _KUBERNETES),
    "helm": Program(
        _HELM, "helm.sh/helm/v4/cmd/helm", {**_KUBERNETES, "helm.sh/helm/v4/internal/version.version": HELM}
    ),
    "terraform-provider-schemas": Program(ROOT / "tests" / "judges" / "go", "./providers", {}),
}

_ARGOCD = f"github.com/argoproj/argo-cd/v3@{ARGOCD}"
_STAGES = "kustomize/stage"
FILES = {
    # Argo CD's CRDs and configuration, and the scripts that its image has on the PATH.
    "argocd/crds": (_ARGOCD, "manifests/crds"),
    "argocd/config": (_ARGOCD, "manifests/base/config"),
    "argocd/bin/git-verify-wrapper.sh": (_ARGOCD, "hack/git-verify-wrapper.sh"),
    "argocd/bin/gpg-wrapper.sh": (_ARGOCD, "hack/gpg-wrapper.sh"),
    # The stages in which kwok plays nodes and Pods.
    "kwok/node-initialize.yaml": ("sigs.k8s.io/kwok@v0.8.0", f"{_STAGES}/node/fast/node-initialize.yaml"),
    "kwok/node-heartbeat.yaml": ("sigs.k8s.io/kwok@v0.8.0", f"{_STAGES}/node/heartbeat/node-heartbeat.yaml"),
    "kwok/pod-ready.yaml": ("sigs.k8s.io/kwok@v0.8.0", f"{_STAGES}/pod/fast/pod-ready.yaml"),
    "kwok/pod-complete.yaml": ("sigs.k8s.io/kwok@v0.8.0", f"{_STAGES}/pod/fast/pod-complete.yaml"),
    "kwok/pod-delete.yaml": ("sigs.k8s.io/kwok@v0.8.0", f"{_STAGES}/pod/fast/pod-delete.yaml"),
    # The kinds that the compiled clusters repository uses.
    "crds/kyverno/policies.yaml": (
        f"github.com/kyverno/kyverno@{KYVERNO}",
        "config/crds/kyverno/kyverno.io_clusterpolicies.yaml",
    ),
    "crds/external-secrets/secrets.yaml": (
        f"github.com/external-secrets/external-secrets@{EXTERNAL_SECRETS}",
        "config/crds/bases/external-secrets.io_externalsecrets.yaml",
    ),
}
"""Place below ``SHARE`` → (module, place in the module)."""


def main() -> int:
    """Build what is missing or out of date, one after the other, and print the progress."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `go` ends, too
    BIN.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    for number, (name, program) in enumerate(PROGRAMS.items(), 1):
        _progress(f"{number} of {len(PROGRAMS)}: {name}", _build(name, program))
    _progress("manifests and scripts", _copy_files())
    print(f"live: built in {time.monotonic() - started:.0f} s: {BIN}", flush=True)
    return 0


def missing() -> list[str]:
    """Return the binaries that are missing or out of date."""
    return [name for name, program in PROGRAMS.items() if not _is_current(name, _key(program))]


def _progress(what: str, seconds: float | None) -> None:
    result = "up to date" if seconds is None else f"built in {seconds:.0f} s"
    print(f"live: {what}: {result}", flush=True)


def _build(name: str, program: Program) -> float | None:
    """Build a binary, and return the seconds; ``None`` if it is up to date."""
    key = _key(program)
    if _is_current(name, key):
        return None
    started = time.monotonic()
    place, fresh = BIN / name, BIN / f"{name}.new"
    flags = " ".join(["-s -w", *(f"-X {variable}={value}" for variable, value in program.variables.items())])
    # No `-trimpath`: every package would be compiled anew, and none shared with the other validators.
    _go("build", f"-ldflags={flags}", "-o", str(fresh), program.package, cwd=program.module)
    fresh.replace(place)
    _key_file(name).write_text(key)
    return time.monotonic() - started


def _key(program: Program) -> str:
    """Return a digest of everything that a binary is made of, but the version of Go."""
    content = hashlib.sha256(repr((program.package, sorted(program.variables.items()))).encode())
    own = program.module.rglob("*.go") if program.package.startswith(".") else ()
    for path in (program.module / "go.mod", program.module / "go.sum", *sorted(own)):
        content.update(path.read_bytes())
    return content.hexdigest()


def _key_file(name: str) -> Path:
    return BIN / f"{name}.key"


def _is_current(name: str, key: str) -> bool:
    return (BIN / name).exists() and _key_file(name).exists() and _key_file(name).read_text() == key


def _copy_files() -> float | None:
    key_file = SHARE / "files.key"
    key = hashlib.sha256(json.dumps(FILES).encode()).hexdigest()
    if key_file.exists() and key_file.read_text() == key:
        return None
    started = time.monotonic()
    shutil.rmtree(SHARE, ignore_errors=True)
    folders: dict[str, Path] = {}
    for place, (module, path) in FILES.items():
        if module not in folders:
            folders[module] = Path(json.loads(_go("mod", "download", "-json", module, cwd=MODULES))["Dir"])
        _copy(folders[module] / path, SHARE / place)
    key_file.write_text(key)
    return time.monotonic() - started


def _copy(source: Path, target: Path) -> None:
    """Copy a file or folder; those in the module cache cannot be written, and their copies can."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=shutil.copyfile)
        target.chmod(0o755)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o755 if source.suffix == ".sh" else 0o644)


def _go(*arguments: str, cwd: Path) -> str:
    environment = os.environ | {"GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local"}
    done = subprocess.run(["go", *arguments], cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"live: go {arguments[0]} failed in {cwd}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
