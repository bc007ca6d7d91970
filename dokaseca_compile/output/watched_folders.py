"""The folders from which Argo CD, Terraform, Helm and Kustomize read every file of a kind.

Compiled files name most other files one by one: values files, the resources of a Kustomization, the
variables of a cluster. Below these folders a file takes effect by existing, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from dokaseca_compile.charts import CHARTS
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.layout import Layout, Location, join
from dokaseca_compile.resolve.resolved import Resolved

# Files that change the source of the Application that reads their folder (`mergeSourceParameters`).
_OVERRIDE = r"\.argocd-source(?:-[^/]+)?\.yaml"
# Kustomize refuses a folder with two of its file names; ours is `kustomization.yaml`.
_SECOND_KUSTOMIZATION = re.compile(r"(?:.*/)?(?:kustomization\.yml|Kustomization)", re.DOTALL)
# Every such file of a module's folder is part of the module, unless its name is hidden
# (`configs.IsIgnoredFile`). People configure the storage of states in `backend.tf`.
_MODULE = re.compile(r"(?!backend\.tf\Z)(?:modules/[^/]+/)?(?!\.)[^/]+\.tf(?:\.json)?", re.DOTALL)
# Variables that Terraform loads by itself (`collectVariableValues`).
_VARIABLES = re.compile(r"(?:terraform\.tfvars|(?!\.)[^/]*\.auto\.tfvars)(?:\.json)?", re.DOTALL)
_FLAT_MANIFEST = re.compile(r"[^/]+\.yaml", re.DOTALL)
_CLUSTER = re.compile(r"[^/]+/[^/]+\.tfvars", re.DOTALL)
# Helm renders every file of these folders of a chart.
_CHART = re.compile(r"(?:.*/)?(?:templates|crds|charts)/.+", re.DOTALL)
_CHART_OF_MODULE = re.compile(r"[^/]+/charts/[^/]+/(?:templates|crds|charts)/.+", re.DOTALL)
_RENDERED = "Helm would render it as part of the chart"


@dataclass(frozen=True, slots=True)
class Reader:
    """A folder of a repository, the files below it that take effect, and their effect.

    ``repository`` is the folder of the output. ``effect`` is a sentence about a file; ``{0}`` in it
    is the first group of the pattern. With ``beside``, only folders count in which a file of that
    name is compiled; an empty name stands for any file. With ``whole``, hidden folders count too.
    """

    repository: str
    folder: str
    pattern: re.Pattern[str]
    effect: str
    beside: str | None = None
    whole: bool = False

    def effect_of(self, path: str, written: Collection[str]) -> str:
        """Return the effect of a file; empty for a file that is not read.

        ``written`` are the paths that are compiled.
        """
        if not path.startswith(f"{self.folder}/"):
            return ""
        match = self.pattern.fullmatch(path, len(self.folder) + 1)
        if match is None or not self._counts_beside(path, written):
            return ""
        return self.effect.format(*match.groups())

    def _counts_beside(self, path: str, written: Collection[str]) -> bool:
        if self.beside is None:
            return True
        folder = path.rpartition("/")[0]
        if self.beside:
            return f"{folder}/{self.beside}" in written
        return any(each.rpartition("/")[0] == folder for each in written)


def readers(resolved: Resolved, layout: Layout) -> tuple[Reader, ...]:
    """Return every folder in which a file takes effect by existing.

    A repository whose roles have several folders of the output is read in each of them.
    """
    found = [*_of_hubs(resolved, layout), *_of_clusters(resolved, layout)]
    found += [*_of_terraform(layout), *_of_charts(resolved, layout)]
    return tuple(_spread(found, resolved, layout))


def _spread(
    found: Iterable[tuple[RepositoryKey, Reader]], resolved: Resolved, layout: Layout
) -> Iterator[Reader]:
    for role, reader in found:
        for folder in layout.folders(resolved.repositories[role].url):
            yield replace(reader, repository=folder)


def _of_hubs(resolved: Resolved, layout: Layout) -> Iterator[tuple[RepositoryKey, Reader]]:
    """Yield what bootstrap Applications read: files by name, Kustomize folders as listed."""
    roles: tuple[RepositoryKey, ...] = ("addons", "workloads")
    for environment, hubs in resolved.hubs_by_environment().items():
        # Argo CD walks into hidden folders too (`getPotentiallyValidManifests`).
        pattern = re.compile(rf".*/{re.escape(environment)}\.yaml", re.DOTALL)
        for role in roles:
            named, folder = _named(role, environment, hubs), layout.applied(role).path
            yield role, Reader("", folder, pattern, f"{named} would apply it", whole=True)
            yield role, Reader("", folder, re.compile(_OVERRIDE), _overrides(named))
    for hub in resolved.registering_hubs():
        for environment in resolved.served[hub]:
            effect = _overrides(_named("clusters", environment, [hub]))
            folder = _folder(layout.hub(hub, environment))
            yield "clusters", Reader("", folder, re.compile(_OVERRIDE), effect)


def _overrides(application: str) -> str:
    return f"{application} would override its source with it"


def _folder(location: Location) -> str:
    return location.path.rpartition("/")[0]


def _named(role: RepositoryKey, environment: str, hubs: list[str]) -> str:
    first = f"the Application `bootstrap-{role}-{environment}-{hubs[0]}`"
    return first if len(hubs) == 1 else f"{first} (and {len(hubs) - 1} more)"


def _of_clusters(resolved: Resolved, layout: Layout) -> Iterator[tuple[RepositoryKey, Reader]]:
    """Yield the Kustomize folders.

    Only what they list is applied, so only a file counts that changes how they are read.
    """
    for area in layout.areas("clusters"):
        effect = "Kustomize would reject its folder, which has a `kustomization.yaml`"
        yield "clusters", Reader("", area.path, _SECOND_KUSTOMIZATION, effect, "kustomization.yaml")
    if resolved.has_teams:
        folder = _folder(layout.cluster("any"))
        effect = "the Application `{0}-cluster-config` would override its source with it"
        yield (
            "clusters",
            Reader("", folder, re.compile(rf"([^/]+)/{_OVERRIDE}"), effect, "kustomization.yaml"),
        )


def _of_terraform(layout: Layout) -> Iterator[tuple[RepositoryKey, Reader]]:
    root = _folder(layout.terraform("main.tf"))
    variables, bootstrap = layout.tfvars_folder().path, layout.bootstrap_folder().path
    applied = "Terraform would apply it to every hub that it creates"
    for each in (
        Reader("", root, _MODULE, "Terraform would read it as part of the module", ""),
        Reader("", root, _VARIABLES, "Terraform would load its variables for every cluster", ""),
        Reader("", variables, _CLUSTER, "`scripts/` would treat it as a cluster"),
        Reader("", bootstrap, _FLAT_MANIFEST, applied),
        Reader("", join(root, "modules"), _CHART_OF_MODULE, _RENDERED),
    ):
        yield "controlPlane", each


def _of_charts(resolved: Resolved, layout: Layout) -> Iterator[tuple[RepositoryKey, Reader]]:
    """Yield the charts that are compiled; people write the other charts of the repository."""
    if any(each.workload.image is not None for each in resolved.workloads.values()):
        for name in CHARTS:
            yield "charts", Reader("", layout.chart(name).path, _CHART, _RENDERED)
