"""The Applications of every cluster, and the values files that they read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dokaseca_compile.argo import ClusterSecret
from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.hubs import Hub, Output, Repositories
from dokaseca_compile.proof.cases import Cases
from dokaseca_compile.proof.difference import ANY_NAME, DisagreementError, same_application
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import ResolvedCluster


class Applications:
    """Holds the Applications of clusters against what the model means; of clusters that are alike, once."""

    def __init__(self, intent: Intent, cases: Cases, output: Output, layout: Layout) -> None:
        self._intent, self._cases = intent, cases
        self._repositories = Repositories(output, layout)
        self._empty = layout.no_values().path
        self._compared: set[tuple[int, int]] = set()

    def check(self, hub: Hub, alike: Sequence[tuple[ClusterSecret, ResolvedCluster]]) -> None:
        """Raises ``DisagreementError`` for an Application too many, too few or another, or a file that is not there."""
        secret, cluster = alike[0]
        meant = self._intent.applications(cluster, ANY_NAME)
        found = self._found(hub, secret, cluster)
        for name in sorted(found.keys() ^ meant.keys()):
            verb = "is written and not meant" if name in found else "is meant and not written"
            message = f"the Application {name.replace(ANY_NAME, cluster.name)} {verb}"
            raise DisagreementError(message)
        names = [each.name for _, each in alike]
        for name, application in found.items():
            self._compare(application, meant[name], cluster.name)
            self._check_files(application, names)

    def _found(
        self, hub: Hub, secret: ClusterSecret, cluster: ResolvedCluster
    ) -> dict[str, Application]:
        of, found = cluster.cluster, dict[str, Application]()
        settled = (of.environment, of.region, of.type, id(cluster.repositories))
        for application in self._cases.applications(hub, secret, settled):
            if found.setdefault(application.name, application) is not application:
                message = (
                    f"two ApplicationSets make {application.name.replace(ANY_NAME, cluster.name)}"
                )
                raise DisagreementError(message)
        return found

    def _compare(self, found: Application, meant: Application, cluster: str) -> None:
        """What is written lists the empty file for a layer without values, and reads no repository for no file."""
        if (id(found), id(meant)) in self._compared:
            return
        wanted = (
            meant if found.value_files else replace(meant, values_repository="", values_revision="")
        )
        files = tuple(each for each in found.value_files if each != self._empty)
        same_application(replace(found, value_files=files), wanted, cluster)
        self._compared.add((id(found), id(meant)))  # both live as long as their caches

    def _check_files(self, application: Application, clusters: Iterable[str]) -> None:
        """Every file that it lists for every one of the clusters is written."""
        url = application.values_repository
        for path in application.value_files:
            for name in clusters if ANY_NAME in path else (application.cluster,):
                file = path.replace(ANY_NAME, name)
                if self._repositories.file(url, file) is None:
                    place = next(iter(self._repositories.places(url, file)), f"{file} of {url}")
                    message = (
                        f"{application.name.replace(ANY_NAME, name)} reads {place}: no such file"
                    )
                    raise DisagreementError(message)
