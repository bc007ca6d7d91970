"""ApplicationSets, and the Applications generated from them (``template.GenerateApplications``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, require
from dokaseca_compile.argo.generators import Generator, read_generator
from dokaseca_compile.argo.reader import items_at, mapping, mapping_at, text, texts_at
from dokaseca_compile.argo.secrets import ClusterSecret
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.argo.spec import check_spec
from dokaseca_compile.argo.strategy import Step, read_strategy
from dokaseca_compile.argo.templates import Path, Template

FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it, Argo CD deletes the resources of an Application when it deletes the Application."""

_METADATA = ("name", "namespace", "labels", "annotations")
_DESCRIBES = "dokaseca.dev/"
"""The prefix of annotations for people, which Argo CD ignores."""
_SPEC = ("goTemplate", "goTemplateOptions", "syncPolicy", "generators", "template", "strategy")


@dataclass(frozen=True, slots=True)
class ApplicationSet:
    """An ApplicationSet with supported features only.

    With ``preserve``, resources stay when an Application is deleted. Two clusters that meet the
    same ``requirements`` of the selectors have the same generators. If the ``fields`` (paths of the
    cluster's parameters) are equal, too, their Applications differ in nothing else.
    """

    name: str
    namespace: str
    labels: Mapping[str, str]
    preserve: bool
    generators: tuple[Generator, ...]
    template: Template
    steps: tuple[Step, ...]
    requirements: tuple[Requirement, ...]
    fields: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> ApplicationSet:
        """Read a document.

        Raises ``UnsupportedError`` for features that are not used, ``EvaluationError`` for faults.
        """
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"ApplicationSet {metadata.get('name')}"
        _check_annotations(mapping(metadata, where, _METADATA), where)
        spec = mapping(document.get("spec"), where, _SPEC)
        _check_go_templates(spec, where)
        policy = mapping_at(spec, "syncPolicy", where, ("preserveResourcesOnDeletion",))
        template = _template(spec, where)
        generators = _generators(spec, where)
        values = chain.from_iterable(each.fields() for each in generators)
        return cls(
            text(metadata.get("name"), where),
            text(metadata.get("namespace"), where),
            texts_at(metadata, "labels", where),
            policy.get("preserveResourcesOnDeletion", False) is True,
            generators,
            template,
            read_strategy(spec.get("strategy"), where),
            tuple(chain.from_iterable(each.requirements() for each in generators)),
            _cluster_fields((*template.fields, *values)),
        )

    def applications(self, cluster: ClusterSecret) -> Iterator[dict[str, Any]]:
        """Yield the Applications for one cluster.

        Raises ``EvaluationError``; the controller then generates none for the whole set.
        """
        for generator in self.generators:
            parameters = generator.parameters(cluster)
            if parameters is not None:
                yield self._application(parameters)

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Return whether a generator selects a cluster with these labels."""
        return any(generator.selects(labels) for generator in self.generators)

    def step_of(self, labels: Mapping[str, str]) -> int | None:
        """Return the number, from 1, of the first RollingSync step that selects these labels."""
        steps = enumerate(self.steps, 1)
        return next((number for number, each in steps if each.selector.selects(labels)), None)

    def _application(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        filled = self.template.render(parameters)
        metadata = {**filled["metadata"], "namespace": self.namespace}
        if not metadata["name"]:
            message = f"ApplicationSet {self.name} generates an Application without a name"
            raise EvaluationError(message)
        if not self.preserve:
            metadata["finalizers"] = [FINALIZER]
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": metadata,
            "spec": filled["spec"],
        }


def _check_annotations(metadata: Mapping[str, Any], where: str) -> None:
    """Refuse annotations, except those that describe the set for people."""
    for key in mapping_at(metadata, "annotations", f"{where}: annotations"):
        require(key.startswith(_DESCRIBES), f"{where} has '{key}', which is not evaluated")


def _check_go_templates(spec: Mapping[str, Any], where: str) -> None:
    options = list(spec.get("goTemplateOptions") or ())
    require(
        spec.get("goTemplate") is True and options == ["missingkey=error"],
        f"{where} has no Go templates with missingkey=error",
    )


def _generators(spec: Mapping[str, Any], where: str) -> tuple[Generator, ...]:
    found = items_at(spec, "generators", where)
    return tuple(read_generator(each, where) for each in found)


def _template(spec: Mapping[str, Any], where: str) -> Template:
    """Read ``spec.template``, the Application to be generated for each cluster."""
    template = mapping(spec.get("template"), where, ("metadata", "spec"))
    metadata = mapping(template.get("metadata"), where, ("name", "labels", "annotations"))
    for key in ("labels", "annotations"):
        texts_at(metadata, key, f"{where}: {key}")
    text(metadata.get("name"), f"{where}: the name")
    check_spec(template.get("spec"), where)
    return Template(template, where)


def _cluster_fields(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the paths of the cluster's own parameters, each once; values are derived from them."""
    return tuple(dict.fromkeys(path for path in paths if path[0] != "values"))
