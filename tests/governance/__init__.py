"""The oracle for what governs clusters and teams: what they should get, derived from the model, against the files.

The compiler does not check these at run time (ADR 0030). Expected are the objects of each cluster (``tenants``), the
AppProjects (``projects``), what Terraform and Kind read (``provisioning``), the selectors and rollouts of
ApplicationSets (``application_sets``), the credentials of clusters and the images of workloads.

``tests/test_proof.py`` runs the oracle over every golden case, random platforms and thousands of mutations of files.
``tests/judges/test_clusters.py`` holds it against what real Kustomize builds.
"""

from __future__ import annotations

from dokaseca_compile.argo.hubs import Hub, Output, output_of, read_hubs
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.proof.mismatch import MismatchError, check_data, check_equal, faults_as_mismatches
from dokaseca_compile.proof.verify import verify
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from governance.application_sets import Generators, markers
from governance.credentials import check_credentials
from governance.files import only_document
from governance.images import check_images
from governance.kustomize import Kustomize
from governance.projects import projects
from governance.provisioning import Provisioning
from governance.tenants import Tenants


class Oracle:
    """What a platform should be, derived once and held against any number of outputs."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved, self._layout = resolved, Layout(resolved)
        tenants = Tenants(resolved.platform)
        clusters = resolved.clusters if resolved.has_teams else ()
        self._objects = {name: tenants.objects(name) for name in clusters}
        self._projects = projects(resolved, self._layout)
        self._markers = dict(markers(resolved, self._layout))
        self._provisioning = Provisioning(resolved, self._layout)
        self._generators = Generators(resolved, self._layout)

    def verify(self, output: Output) -> None:
        """Check the files of an output. Raises ``MismatchError`` with the first difference."""
        with faults_as_mismatches():
            self._check_clusters(output)
            for path, expected in self._markers.items():
                check_data(path, only_document(output, path), expected)
            self._provisioning.check(output)
            check_credentials(self._resolved, self._layout, output)
            check_images(self._resolved, self._layout, output)
            hubs = list(read_hubs(output, self._layout))
            self._generators.check(hubs)
            for hub in hubs:
                self._check_projects(hub)
                self._generators.check_digests(hub.documents)

    def _check_clusters(self, output: Output) -> None:
        """Check every object of each cluster, as Kustomize builds it."""
        kustomize, equal = Kustomize(output), set[tuple[int, int]]()
        for cluster, expected in self._objects.items():
            actual = kustomize.build(self._layout.cluster(cluster).file)
            check_equal(f"the objects of {cluster}", sorted(actual), sorted(expected))
            for key, document in actual.items():
                pair = (id(document), id(expected[key]))  # clusters share both
                if pair not in equal:
                    check_data(f"{cluster}: {' '.join(key)}", document, expected[key])
                    equal.add(pair)

    def _check_projects(self, hub: Hub) -> None:
        """Check that each AppProject is exactly as expected, and that it allows what starts the hub."""
        served = self._resolved.served[hub.name]
        expected = [name for name in self._projects if "." not in name or name.rpartition(".")[2] in served]
        check_equal(f"the projects of {hub.name}", sorted(hub.projects), sorted(expected))
        for document in hub.documents:
            if document["kind"] == "AppProject":
                name = document["metadata"]["name"]
                spec = {key: value for key, value in document["spec"].items() if key != "description"}
                if "destinations" in spec:
                    spec["destinations"] = list(spec["destinations"])
                check_data(name, {**document, "spec": spec}, self._projects[name])
        for each in hub.bootstrap:
            project = hub.projects[each.project]
            for refusal in project.refusals([each.repository], each.cluster, each.namespace):
                message = f"{each.name}: {refusal}"
                raise MismatchError(message)


def verify_all(compilation: Compilation) -> None:
    """Check a compilation as the compiler does before it writes, and by the oracle."""
    assert compilation.resolved is not None
    output = output_of(compilation.tree)
    verify(compilation.resolved, output)
    Oracle(compilation.resolved).verify(output)
