"""The Applications that Argo CD makes of the output, by a small evaluator of its own, against the model.

The evaluator knows only the shape that is emitted (clusters generators, merged on ``name``; templates
of ``{{ .a.b }}`` with ``missingkey=error``) and refuses everything else. It works on parsed output and
shares no code with the compiler.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import fast_yaml
import pytest
from compiled import Compiled, compiled, is_marker, plain

from dokaseca_compile.formats.body import TfvarsBody
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Install, PartInstall, ResolvedCluster

_FIELD = re.compile(r"\{\{ ((?:\.[A-Za-z_]\w*)+) \}\}")
_DNS = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\Z")
_LOCAL = re.compile(r"^      (\w+) += var\.(\w+)$", re.MULTILINE)


# ---- the evaluator


def parameters(name: str, server: str, labels: Mapping[str, str], annotations: Mapping[str, str]) -> dict[str, Any]:
    """What the clusters generator says of a cluster Secret."""
    return {
        "name": name,
        "nameNormalized": re.sub(r"[^-a-z0-9.]", "-", name.lower())[:253].strip("-."),
        "server": server,
        "project": "",
        "metadata": {"labels": dict(labels), "annotations": dict(annotations)},
    }


def fill(node: Any, data: Mapping[str, Any]) -> Any:
    """Run the templates of a document; a missing key is an error, and so is anything but a plain field."""
    if isinstance(node, dict):
        return {fill(key, data): fill(value, data) for key, value in node.items()}
    if isinstance(node, list):
        return [fill(each, data) for each in node]
    if not isinstance(node, str):
        return node
    filled = _FIELD.sub(lambda found: field(found[1], data), node)
    if "{{" in filled or "}}" in filled:
        message = f"not a plain field: {node}"
        raise ValueError(message)
    return filled


def field(path: str, data: Mapping[str, Any]) -> str:
    """The text at ``.a.b``."""
    found: Any = data
    for key in path[1:].split("."):
        found = found[key]
    if not isinstance(found, str):
        message = f"{path} is no text"
        raise TypeError(message)
    return found


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches."""
    assert selector.keys() <= {"matchLabels", "matchExpressions"}
    assert selector, "an empty selector also selects the implicit in-cluster, which has no labels"
    for expression in selector.get("matchExpressions", ()):
        assert expression["operator"] == "In"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def generate(generator: Mapping[str, Any], clusters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The parameter sets of a generator."""
    ((kind, settings),) = generator.items()
    if kind == "clusters":
        assert settings.keys() <= {"selector", "values"}
        for cluster in clusters:
            if selects(settings["selector"], cluster["metadata"]["labels"]):
                yield {**cluster, "values": fill(settings.get("values", {}), cluster)}
        return
    assert kind == "merge"
    assert settings["mergeKeys"] == ["name"]
    assert len(settings["generators"]) > 1
    base, *others = ({each["name"]: each for each in generate(child, clusters)} for child in settings["generators"])
    for name, found in base.items():
        for other in others:
            if name in other:
                found["values"] |= other[name]["values"]
        yield found


def applications(document: Mapping[str, Any], clusters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The Applications of an ApplicationSet."""
    spec = document["spec"]
    assert spec["goTemplate"] is True
    assert spec["goTemplateOptions"] == ["missingkey=error"]
    for generator in spec["generators"]:
        for found in generate(generator, clusters):
            yield fill(spec["template"], found)


# ---- what it is fed with


def from_secret(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a registration: a Secret, or the one that an ExternalSecret's template makes."""
    if document["kind"] == "ExternalSecret":
        template = document["spec"]["target"]["template"]
        metadata, data = template["metadata"], template["data"]
    else:
        metadata, data = document["metadata"], document["stringData"]
    return parameters(data["name"], data["server"], metadata["labels"], metadata["annotations"])


def locals_of(output: Compiled) -> tuple[dict[str, str], dict[str, str]]:
    """Which variable becomes which label and which annotation, as ``locals.tf`` says it (``key = var.name``)."""
    (text,) = (content.decode() for path, content in output.files.items() if path.endswith("/locals.tf"))
    _, labels, annotations = re.split(r"^    (?:addons|metadata) += merge", text, flags=re.MULTILINE)
    return dict(_LOCAL.findall(labels)), dict(_LOCAL.findall(annotations))


def from_tfvars(variables: Mapping[str, Any], locals_: tuple[dict[str, str], dict[str, str]]) -> dict[str, Any]:
    """The parameters of the Secret that Terraform writes: what ``locals.tf`` and GitOps Bridge's module do."""
    labels, annotations = locals_
    switches = {key: str(on).lower() for key, on in variables["addons"].items()}
    bridge = {"enable_argocd": "true", "argocd.argoproj.io/secret-type": "cluster"}
    teams = {f"team_{name.replace('-', '_')}": "true" for name in variables["teams"]}
    return parameters(
        variables["cluster_name"],
        variables["cluster_server"],
        {
            **bridge,
            **variables["cluster_labels"],
            **teams,
            **switches,
            **{key: variables[name] for key, name in labels.items()},
        },
        {**variables["cluster_annotations"], **{key: variables[name] for key, name in annotations.items()}},
    )


@dataclass(frozen=True)
class Fleet:
    """The output of the platform, as the Argo CDs of all hubs see it together."""

    compiled: Compiled
    clusters: dict[str, dict[str, Any]]
    """The parameters of each cluster, by name."""
    made: list[tuple[str, dict[str, Any]]]
    """Hub and Application, of the ApplicationSets for addons."""
    bootstrapped: list[tuple[str, dict[str, Any]]]
    """The same, of the ApplicationSets that start a hub."""
    configured: list[tuple[str, dict[str, Any]]]
    """The same, of those that configure clusters."""
    deployed: list[tuple[str, dict[str, Any]]]
    """The same, of the teams' workloads."""
    projects: dict[str, dict[str, Any]]

    @property
    def all(self) -> list[tuple[str, dict[str, Any]]]:
        """Every Application with its hub."""
        return [*self.made, *self.bootstrapped, *self.configured, *self.deployed]

    def repository(self, url: str) -> str:
        """The folder of the output that is the repository with a URL."""
        (name,) = {
            each.name
            for environment in self.compiled.resolved.environments.values()
            for each in environment.repositories.values()
            if each.url == url
        }
        return name

    def exists(self, url: str, path: str) -> bool:
        """Whether a file or folder is written."""
        place = f"{self.repository(url)}/{path}"
        assert "//" not in place
        return any(file == place or file.startswith(f"{place}/") for file in self.compiled.files)


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    """The compiled platform, evaluated."""
    output = compiled()
    bodies = [each.body for each in output.tree.values()]
    variables = [plain(body.attributes) for body in bodies if isinstance(body, TfvarsBody)]
    clusters = {each["cluster_name"]: from_tfvars(each, locals_of(output)) for each in variables}
    for kind in ("Secret", "ExternalSecret"):
        for document in output.documents(kind):
            if document["metadata"].get("namespace") != "argocd":
                continue  # a secret of a team
            if is_marker(document["metadata"]["name"]):
                continue  # registers nothing
            found = from_secret(document)
            clusters[found["name"]] = found
    by_hub: dict[str, list[dict[str, Any]]] = {}
    for cluster in clusters.values():
        by_hub.setdefault(cluster["metadata"]["labels"]["hub"], []).append(cluster)
    made: dict[str, list[tuple[str, dict[str, Any]]]] = {"addon": [], "repository": [], "config": [], "workload": []}
    for hub, registered in by_hub.items():
        for document in output.documents("ApplicationSet"):
            for each in applications(document, registered):
                (kind,) = made.keys() & each["metadata"]["labels"].keys()
                made[kind].append((hub, each))
    projects = {each["metadata"]["name"]: each for each in output.documents("AppProject")}
    return Fleet(output, clusters, made["addon"], made["repository"], made["config"], made["workload"], projects)


def installs(fleet: Fleet) -> Iterator[tuple[ResolvedCluster, Install, PartInstall]]:
    """Every part that the model has on a cluster."""
    for cluster in fleet.compiled.resolved.clusters.values():
        for install in cluster.enabled():
            for part in install.parts:
                yield cluster, install, part


def sources_of(application: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every source of an Application."""
    spec = application["spec"]
    return spec.get("sources") or [spec["source"]]


def source_of(application: Mapping[str, Any]) -> dict[str, Any]:
    """The source that is installed, not the one that values are read from."""
    (found,) = (each for each in sources_of(application) if "ref" not in each)
    return found


# ---- the evaluator itself


@pytest.mark.parametrize("text", ["{{ .values.x }}", "{{ .name }}{{ .metadata.labels.x }}"])
def test_a_missing_key_is_an_error(text: str) -> None:
    """As with ``missingkey=error``."""
    with pytest.raises(KeyError):
        fill({"a": [text]}, parameters("a", "", {}, {}) | {"values": {}})


@pytest.mark.parametrize("text", ["{{name}}", "{{ .name | upper }}", "{{ index .metadata.labels `x` }}", "a }}"])
def test_any_other_template_is_refused(text: str) -> None:
    """Only plain fields are emitted: a missing label is an error with them alone."""
    with pytest.raises(ValueError, match="not a plain field"):
        fill(text, parameters("a", "", {}, {}))


# ---- the fleet


def test_terraform_and_git_register_alike(fleet: Fleet) -> None:
    """A cluster's tfvars say the same labels and annotations as its registration, so either may register it."""
    for each in fleet.compiled.tree.values():
        if isinstance(each.body, TfvarsBody):
            found = from_tfvars(plain(each.body.attributes), locals_of(fleet.compiled))
            assert found == fleet.clusters[found["name"]]


def test_labels_are_legal(fleet: Fleet) -> None:
    """The API server takes every label, of clusters and of Applications."""
    labels = [each["metadata"]["labels"] for each in fleet.clusters.values()]
    labels += [each["metadata"]["labels"] for _, each in fleet.all]
    for each in labels:
        for key, value in each.items():
            assert len(key.rpartition("/")[2]) <= 63
            assert len(value) <= 63
            assert _LABEL_VALUE.match(value), (key, value)


def test_every_install_is_an_application(fleet: Fleet) -> None:
    """The Applications are exactly the parts of the enabled addons on each cluster, in the hub of the cluster."""
    expected = {
        (cluster.hub or cluster.name, f"{cluster.name}-{part.part.name}"): (cluster.name, install.namespace.value)
        for cluster, install, part in installs(fleet)
    }
    found = {
        (hub, each["metadata"]["name"]): (
            each["spec"]["destination"]["name"],
            each["spec"]["destination"]["namespace"],
        )
        for hub, each in fleet.made
    }
    assert found == expected
    assert len(found) == len(fleet.made) > 0


def test_sources(fleet: Fleet) -> None:
    """Each Application installs the chart or folder of the model, in the model's version for its cluster."""
    made = {each["metadata"]["name"]: each for _, each in fleet.made}
    layout = Layout(fleet.compiled.resolved)
    for cluster, _, install in installs(fleet):
        part = install.part
        version = install.version.value if install.version is not None else ""
        addons, charts = cluster.repositories["addons"], cluster.repositories.get("charts")
        match part.kind:
            case "http-chart" | "oci-chart":
                expected = {"repoURL": part.repository, "chart": part.chart, "targetRevision": version}
            case "local-chart":
                assert charts is not None
                path = layout.in_charts(part.path or "").path
                expected = {"repoURL": charts.url, "targetRevision": charts.revision.value, "path": path}
            case "kustomize":
                path = (part.path or "").replace("{version}", version)
                expected = {
                    "repoURL": part.git_repository or addons.url,
                    "targetRevision": version if part.git_repository else addons.revision.value,
                    "path": path if part.git_repository else layout.in_addons(path).path,
                }
        source = dict(source_of(made[f"{cluster.name}-{part.name}"]))
        helm = source.pop("helm", None)
        assert source == expected
        assert (helm or {}).get("releaseName") == (None if part.kind == "kustomize" else part.release)


def test_values_files(fleet: Fleet) -> None:
    """Each Application reads the file of every layer that has values for it, weak to strong, at its revision; a layer
    without values is the empty file. Every file is written, and holds the values of the model.
    """
    made = {each["metadata"]["name"]: each for _, each in fleet.made}
    layout = Layout(fleet.compiled.resolved)
    for cluster, _, install in installs(fleet):
        application = made[f"{cluster.name}-{install.part.name}"]
        listed = source_of(application).get("helm", {}).get("valueFiles", [])
        references = [each for each in application["spec"]["sources"] if "ref" in each]
        addons = cluster.repositories["addons"]
        reference = {"repoURL": addons.url, "targetRevision": addons.revision.value, "ref": "values"}
        assert references == ([reference] if listed else [])
        paths = [path.removeprefix("$values/") for path in listed]
        assert all(fleet.exists(addons.url, path) for path in paths)
        expected = [layout.values(said.layer, install.part.name) for said in install.values]
        assert [path for path in paths if path != layout.no_values().path] == [each.path for each in expected]
        for location, said in zip(expected, install.values, strict=True):
            assert fast_yaml.load(fleet.compiled.files[location.file]) == plain(said.value)
    assert fast_yaml.load(fleet.compiled.files[layout.no_values().file]) == {}


def test_every_values_file_is_read(fleet: Fleet) -> None:
    """No values file is written that no Application reads."""
    read = {
        f"{fleet.repository(reference['repoURL'])}/{path.removeprefix('$values/')}"
        for _, each in fleet.all
        for reference in sources_of(each)
        if "ref" in reference
        for path in source_of(each)["helm"]["valueFiles"]
    }
    layout = Layout(fleet.compiled.resolved)
    written = {
        path
        for path, each in fleet.compiled.tree.items()
        if each.origin.target == "helm-values" or (each.origin.target == "workloads" and "/environments/" in path)
    }
    assert written - read <= {layout.no_values().file}
    assert read <= written


def destinations_of(fleet: Fleet, application: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Where the project of an Application has to allow it: an addon's with all of its category, everywhere."""
    resolved, labels = fleet.compiled.resolved, application["metadata"]["labels"]
    if "config" in labels:
        return [("*", "*")]  # of a team that has gone, Argo CD could not take anything away
    if "addon" not in labels:
        to = application["spec"]["destination"]
        return [(to["name"], to["namespace"])]
    category = resolved.addons[labels["addon"]].addon.category
    alike = [name for name, each in resolved.addons.items() if each.addon.category == category]
    profiles = [each for each in resolved.profiles if each.environment == labels["environment"]]
    own = {profile.installs[name].namespace.value for profile in profiles for name in alike}
    further = {namespace for name in alike for namespace in resolved.addons[name].addon.namespaces}
    return [("*", namespace) for namespace in own | further]


def test_projects_permit_what_is_used_and_no_more(fleet: Fleet) -> None:
    """Each AppProject lists exactly the repositories and destinations of its Applications.

    Those of addons list the namespaces of all addons of a category on every cluster, of the switched off as well: they
    do not lose one together with the Application that is deleted there. Nothing else is a pattern but the namespaces
    of what configures clusters.

    A team's does not depend on what the team runs: it may always read the platform's charts and workloads, and deploy
    to its namespace on each of its clusters, so that the first workload finds its project and the last one its way out.
    """
    sources: dict[str, set[str]] = {}
    destinations: dict[str, set[tuple[str, str]]] = {}
    for _, each in fleet.all:
        spec = each["spec"]
        sources.setdefault(spec["project"], set()).update(source["repoURL"] for source in sources_of(each))
        to = spec["destination"]
        assert to.keys() == {"name", "namespace"}
        destinations.setdefault(spec["project"], set()).update(destinations_of(fleet, each))
    resolved = fleet.compiled.resolved
    for cluster in resolved.clusters.values():
        for team in cluster.cluster.teams:
            name = f"team-{team}.{cluster.cluster.environment}"
            sources.setdefault(name, set()).update(resolved.repositories[key].url for key in ("charts", "workloads"))
            destinations.setdefault(name, set()).add((cluster.name, resolved.namespace(team)))
    assert fleet.projects.keys() == sources.keys()
    for name, project in fleet.projects.items():
        spec = project["spec"]
        assert spec["sourceRepos"] == sorted(sources[name])
        permitted = [(each["name"], each["namespace"]) for each in spec["destinations"]]
        assert permitted == sorted(destinations[name])
        assert not any(set("*?[!") & set(text) for text in spec["sourceRepos"])
        patterns = {text for pair in permitted for text in pair if set("*?[!") & set(text)}
        assert patterns == ({"*"} if name.startswith(("addons-", "cluster-conf.")) else set())


def test_projects_outlive_nothing(fleet: Fleet) -> None:
    """An AppProject goes after its last Application (its finalizer), and no sync waits for that: a sync of several
    waves would wait, and apply no later commit until then (gitops-engine ``syncContext.Sync``).
    """
    for name, project in fleet.projects.items():
        assert project["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"], name
    applied = [each for kind in ("AppProject", "ApplicationSet") for each in fleet.compiled.documents(kind)]
    waves = {each["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave") for each in applied}
    assert waves == {None}


def test_projects_are_applied_first(fleet: Fleet) -> None:
    """Argo CD applies what is no Kubernetes kind by name: an AppProject comes before the ApplicationSets of its folder
    that refer to it, and `kubectl apply -f` takes the files of the bootstrap by name.
    """
    of_sets: dict[str, str] = {}
    for each in fleet.compiled.documents("ApplicationSet"):
        labels = each["metadata"]["labels"]
        if "addon" in labels or "config" in labels:
            of_sets[each["metadata"]["name"]] = each["spec"]["template"]["spec"]["project"]
    assert of_sets
    assert [name for name, project in of_sets.items() if name < project] == []
    bootstrap = [path for path in fleet.compiled.tree if fleet.compiled.tree[path].origin.target == "bootstrap"]
    files = [path for path in sorted(bootstrap) if "/bootstrap/" in path]
    assert files
    for path in files:
        if not path.endswith("-project.yaml"):
            project = path.removesuffix(".yaml") + "-project.yaml"
            assert files.index(project) < files.index(path)


def test_what_hubs_read_is_never_empty_on_purpose(fleet: Fleet) -> None:
    """Argo CD refuses an automated sync that would delete everything (``autoSync``): without an object that stays, the
    last workload, addon or cluster could not be removed. It is in Git, so a folder emptied by accident deletes nothing.
    """
    for _, each in fleet.bootstrapped:
        assert each["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
        source, repository = each["spec"]["source"], each["metadata"]["labels"]["repository"]
        environment = each["metadata"]["labels"]["environment"]
        name = "marker" if repository == "clusters" else f"markers/{environment}"
        path = f"{fleet.repository(source['repoURL'])}/{source['path']}/{name}.yaml"
        (marker,) = fast_yaml.load_all(fleet.compiled.files[path])
        assert marker["metadata"]["name"] == f"bootstrap-{repository}-{environment}-marker"
        assert marker["metadata"]["namespace"] == "argocd"
        if repository == "clusters":
            assert (marker["kind"], marker.keys() & {"data", "stringData"}) == ("Secret", set())
            assert "argocd.argoproj.io/secret-type" not in marker["metadata"]["labels"]
            kustomization = fast_yaml.load(fleet.compiled.files[path.replace("marker.yaml", "kustomization.yaml")])
            assert "marker.yaml" in kustomization["resources"]
        else:
            assert (marker["kind"], marker["spec"]["generators"]) == ("ApplicationSet", [])


def test_names(fleet: Fleet) -> None:
    """Names are unique and of a form that Kubernetes and Helm take; no two releases of a namespace share a name."""
    names = [each["metadata"]["name"] for _, each in fleet.all]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert all(_DNS.match(name) and len(name) <= 253 for name in names)
    releases = [
        (each["spec"]["destination"]["name"], each["spec"]["destination"]["namespace"], source["helm"]["releaseName"])
        for _, each in fleet.all
        if "helm" in (source := source_of(each))
    ]
    assert [release for release, count in Counter(releases).items() if count > 1] == []
    assert all(_DNS.match(release) and len(release) <= 53 for _, _, release in releases)
    sets = [each["metadata"]["name"] for each in fleet.compiled.documents("ApplicationSet")]
    assert len(sets) == len(set(sets))


def test_no_application_set_is_idle(fleet: Fleet) -> None:
    """Every ApplicationSet, and every child that it merges, selects some cluster."""
    clusters = list(fleet.clusters.values())
    for document in fleet.compiled.documents("ApplicationSet"):
        for generator in document["spec"]["generators"]:
            for child in (generator, *generator.get("merge", {}).get("generators", ())):
                assert list(generate(child, clusters)), document["metadata"]["name"]


def test_deletion_policy(fleet: Fleet) -> None:
    """An ApplicationSet keeps what it installed exactly where the environment says so."""
    environments = fleet.compiled.resolved.environments
    for document in fleet.compiled.documents("ApplicationSet"):
        labels = document["metadata"]["labels"]
        environment = labels.get("environment")
        # Namespaces hold all that a team has on a cluster: what configures clusters never takes them along.
        always = environment is None or "config" in labels
        preserve = always or environments[environment].environment.deletion == "preserve"
        assert document["spec"]["syncPolicy"] == {"preserveResourcesOnDeletion": preserve}
        assert "finalizers" not in document["spec"]["template"]["metadata"]


def test_every_cluster_is_configured(fleet: Fleet) -> None:
    """By its own folder of the clusters repository, at the revision that it follows."""
    for hub, each in fleet.configured:
        name, source = each["spec"]["destination"]["name"], each["spec"]["source"]
        cluster = fleet.compiled.resolved.clusters[name]
        bound = cluster.repositories["clusters"]
        assert hub == cluster.hub
        assert source["path"].endswith(f"clusters/{name}")
        assert (source["repoURL"], source["targetRevision"]) == (bound.url, bound.revision.value)
    configured = sorted(each["spec"]["destination"]["name"] for _, each in fleet.configured)
    assert configured == sorted(fleet.compiled.resolved.clusters)


def test_every_workload_runs_where_it_is_meant_to(fleet: Fleet) -> None:
    """In its team's namespace on the clusters of each environment, as an Application of the team's project there."""
    expected = {
        (f"{cluster}-{team}-{name}", f"team-{team}.{environment}", each.namespace)
        for (team, name), each in fleet.compiled.resolved.workloads.items()
        for environment, place in each.places.items()
        for cluster in place.clusters
    }
    found = [
        (each["metadata"]["name"], each["spec"]["project"], each["spec"]["destination"]["namespace"])
        for _, each in fleet.deployed
    ]
    assert sorted(found) == sorted(expected)


def test_bootstrap(fleet: Fleet) -> None:
    """Each hub reads each environment that it serves at the environment's revision; each folder is written."""
    hubs = {hub.name: hub for hub in fleet.compiled.resolved.hubs()}
    registering = {
        each.hub or each.name for each in fleet.compiled.resolved.clusters.values() if each.registration == "gitops"
    }
    expected = {
        (hub, f"bootstrap-{key}-{environment}-{hub}")
        for key, names in (("addons", set(hubs)), ("workloads", set(hubs)), ("clusters", registering))
        for hub in names
        for environment in fleet.compiled.resolved.served[hub]
    }
    assert {(hub, each["metadata"]["name"]) for hub, each in fleet.bootstrapped} == expected
    for hub, each in fleet.bootstrapped:
        source = each["spec"]["source"]
        labels = each["metadata"]["labels"]
        repository = fleet.compiled.resolved.environments[labels["environment"]].repositories[labels["repository"]]
        assert (source["repoURL"], source["targetRevision"]) == (repository.url, repository.revision.value)
        assert fleet.exists(source["repoURL"], source["path"]), source["path"]
        assert each["spec"]["destination"] == {"name": hub, "namespace": "argocd"}


def test_bootstrap_applies_everything(fleet: Fleet) -> None:
    """Every ApplicationSet and AppProject of the addons stands in the folder that each hub reads."""
    folders = {
        f"{fleet.repository(each['spec']['source']['repoURL'])}/{each['spec']['source']['path']}/"
        for _, each in fleet.bootstrapped
        if each["metadata"]["labels"]["repository"] == "addons"
    }
    written = [
        path for path, each in fleet.compiled.tree.items() if each.origin.target in {"application-sets", "app-projects"}
    ]
    assert written
    for folder in folders:
        assert [path for path in written if not path.startswith(folder)] == []


def test_bootstrap_may_apply_everything(fleet: Fleet) -> None:
    """The AppProjects of the bootstrap permit the kinds that their repository brings to hubs, all of them namespaced,
    and no others: who writes workloads cannot register a cluster.
    """
    written: dict[str, set[tuple[str, str]]] = {"addons": set(), "clusters": set()}
    of = {"ApplicationSet": "addons", "AppProject": "addons", "Secret": "clusters", "ExternalSecret": "clusters"}
    for kind, repository in of.items():
        for each in fleet.compiled.documents(kind):
            group = each["apiVersion"].split("/")[0] if "/" in each["apiVersion"] else ""
            written[repository].add((group, kind))
    permitted = {}
    for repository in ("addons", "clusters", "workloads"):
        spec = fleet.projects[f"bootstrap-{repository}"]["spec"]
        assert "clusterResourceWhitelist" not in spec
        assert len(spec["sourceRepos"]) == 1
        permitted[repository] = {(each["group"], each["kind"]) for each in spec["namespaceResourceWhitelist"]}
    assert {key: permitted[key] for key in written} == written
    assert permitted["workloads"] == {("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")}
