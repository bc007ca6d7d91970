"""ApplicationSets: the Applications that the controller generates (``template.GenerateApplications``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.faults import EvaluationError, UnsupportedError
from dokaseca_compile.argo.generators import Generator, read_generator
from dokaseca_compile.argo.secrets import ClusterSecret
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.argo.shape import items, mapping, text, texts
from dokaseca_compile.argo.templates import Template

FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it, Argo CD deletes what an Application has deployed when the Application goes."""

_SPEC = ("goTemplate", "goTemplateOptions", "syncPolicy", "generators", "template", "strategy")


@dataclass(frozen=True, slots=True)
class ApplicationSet:
    """An ApplicationSet that was read and found to be of the kind that is emitted.

    ``preserve`` says that its Applications leave their resources behind when they go.
    """

    name: str
    namespace: str
    labels: Mapping[str, str]
    preserve: bool
    generators: tuple[Generator, ...]
    template: Template

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> ApplicationSet:
        """Read a document. Raises ``UnsupportedError`` for what is not emitted and ``EvaluationError`` for faults."""
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"ApplicationSet {metadata.get('name')}"
        spec = mapping(document.get("spec"), where, _SPEC)
        if spec.get("goTemplate") is not True or list(spec.get("goTemplateOptions") or ()) != ["missingkey=error"]:
            message = f"{where} has no Go templates with missingkey=error"
            raise UnsupportedError(message)
        policy = mapping(spec.get("syncPolicy") or {}, where, ("preserveResourcesOnDeletion",))
        template = mapping(spec.get("template"), where, ("metadata", "spec"))
        head = mapping(template.get("metadata"), where, ("name", "labels", "annotations"))
        texts(head.get("labels") or {}, f"{where}: labels")
        text(head.get("name"), f"{where}: the name")
        generators = items(spec.get("generators") or (), where)
        return cls(
            text(metadata.get("name"), where),
            text(metadata.get("namespace"), where),
            texts(metadata.get("labels") or {}, where),
            policy.get("preserveResourcesOnDeletion", False) is True,
            tuple(read_generator(each, where) for each in generators),
            Template(template, where),
        )

    def applications(self, cluster: ClusterSecret) -> Iterator[dict[str, Any]]:
        """Yield the Applications for one cluster. Raises ``EvaluationError``: then the whole set makes none."""
        for generator in self.generators:
            parameters = generator.parameters(cluster)
            if parameters is not None:
                yield self._application(parameters)

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether it makes an Application for a cluster with these labels, unless something is missing."""
        return any(generator.selects(labels) for generator in self.generators)

    def requirements(self) -> tuple[Requirement, ...]:
        """What the selectors ask for: two clusters alike in that are in the same generators."""
        return tuple(each for generator in self.generators for each in generator.requirements())

    def fields(self) -> tuple[tuple[str, ...], ...]:
        """The paths of a cluster's parameters that decide what its Application says."""
        fields = (*self.template.fields, *(each for generator in self.generators for each in generator.fields()))
        return tuple(dict.fromkeys(each for each in fields if each[0] != "values"))

    def _application(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        filled = self.template.render(parameters)
        metadata = {**filled["metadata"], "namespace": self.namespace}
        if not metadata["name"]:
            message = f"ApplicationSet {self.name} makes an Application without a name"
            raise EvaluationError(message)
        if not self.preserve:
            metadata["finalizers"] = [FINALIZER]
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": metadata,
            "spec": filled["spec"],
        }
