"""Checks the Applications of every cluster, and that the values files that they list exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.hubs import Hub, Output, Repositories
from dokaseca_compile.proof.cluster_groups import EvaluatedApplications, Member, groups
from dokaseca_compile.proof.expected import Expected
from dokaseca_compile.proof.mismatch import ANY_NAME, MismatchError, check_application
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import ResolvedCluster


class ApplicationCheck:
    """Compares evaluated with expected Applications, once for each group of clusters."""

    def __init__(self, expected: Expected, output: Output, layout: Layout) -> None:
        self._expected = expected
        self._evaluated = EvaluatedApplications(expected.known_keys)
        self._repositories = Repositories(output, layout)
        self._empty = layout.no_values().path
        self._compared: set[tuple[int, int]] = set()
        self.value_files: set[str] = set()
        """The files that Applications list, below the output folder."""

    @property
    def used(self) -> set[str]:
        """The ApplicationSets that make an Application."""
        return self._evaluated.used

    def check(self, hub: Hub, members: Sequence[ResolvedCluster]) -> None:
        """Check every Application of a hub's clusters."""
        for group in groups(hub, members, self._expected.known_keys):
            self._check_group(hub, group)

    def _check_group(self, hub: Hub, group: Sequence[Member]) -> None:
        _, cluster = group[0]
        expected = self._expected.applications(cluster, ANY_NAME)
        actual = self._actual(hub, group[0])
        for name in sorted(actual.keys() ^ expected.keys()):
            verb = "is not expected" if name in actual else "is missing"
            message = f"the Application {name.replace(ANY_NAME, cluster.name)} {verb}"
            raise MismatchError(message)
        names = [each.name for _, each in group]
        for name, application in actual.items():
            self._compare(application, expected[name], cluster.name)
            self._check_files(application, names)

    def _actual(self, hub: Hub, member: Member) -> dict[str, Application]:
        secret, cluster = member
        of, found = cluster.cluster, dict[str, Application]()
        group = (of.environment, of.region, of.type, id(cluster.repositories))
        for each in self._evaluated.of(hub, secret, group):
            if found.setdefault(each.name, each) is not each:
                message = f"two ApplicationSets make {each.name.replace(ANY_NAME, cluster.name)}"
                raise MismatchError(message)
        return found

    def _compare(self, actual: Application, expected: Application, cluster: str) -> None:
        """Compare without the empty file, which is listed for a layer that has no values."""
        pair = (id(actual), id(expected))  # both live as long as their caches
        if pair in self._compared:
            return
        if not actual.value_files:
            expected = replace(expected, values_repository="", values_revision="")
        files = tuple(each for each in actual.value_files if each != self._empty)
        check_application(replace(actual, value_files=files), expected, cluster)
        self._compared.add(pair)

    def _check_files(self, application: Application, clusters: Iterable[str]) -> None:
        """Check that every file that it lists exists, for each of the clusters."""
        url = application.values_repository
        for path in application.value_files:
            for name in clusters if ANY_NAME in path else (application.cluster,):
                file = path.replace(ANY_NAME, name)
                found = self._repositories.file(url, file)
                if found is None:
                    place = next(iter(self._repositories.places(url, file)), f"{file} of {url}")
                    reader = application.name.replace(ANY_NAME, name)
                    message = f"{reader} reads {place}, which does not exist"
                    raise MismatchError(message)
                self.value_files.add(found)
