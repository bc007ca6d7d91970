"""ApplicationSets: the Applications that the controller generates (``template.GenerateApplications``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, UnsupportedError
from dokaseca_compile.argo.generators import Generator, read_generator
from dokaseca_compile.argo.reader import items, mapping, text, texts
from dokaseca_compile.argo.secrets import ClusterSecret
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.argo.spec import check_spec
from dokaseca_compile.argo.strategy import Step, read_strategy
from dokaseca_compile.argo.templates import Template

FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it, Argo CD deletes what an Application has deployed when the Application goes."""

_METADATA = ("name", "namespace", "labels", "annotations")
_DESCRIBES = "dokaseca.dev/"
"""How annotations begin that people read and Argo CD does not."""
_SPEC = ("goTemplate", "goTemplateOptions", "syncPolicy", "generators", "template", "strategy")


@dataclass(frozen=True, slots=True)
class ApplicationSet:
    """An ApplicationSet that was read and found to be of the kind that is emitted.

    ``preserve`` says that its Applications leave their resources behind when they go. Two clusters that are alike in
    all ``requirements`` (what the selectors ask for) are in the same generators, and where the ``fields`` (paths of a
    cluster's parameters) are equal, too, their Applications are alike.
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
        """Read a document. Raises ``UnsupportedError`` for what is not emitted and ``EvaluationError`` for faults."""
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"ApplicationSet {metadata.get('name')}"
        mapping(metadata, where, _METADATA)
        for key in mapping(metadata.get("annotations") or {}, f"{where}: annotations"):
            if not key.startswith(_DESCRIBES):
                message = f"{where} has '{key}', which is not evaluated"
                raise UnsupportedError(message)
        spec = mapping(document.get("spec"), where, _SPEC)
        if spec.get("goTemplate") is not True or list(spec.get("goTemplateOptions") or ()) != [
            "missingkey=error"
        ]:
            message = f"{where} has no Go templates with missingkey=error"
            raise UnsupportedError(message)
        policy = mapping(spec.get("syncPolicy") or {}, where, ("preserveResourcesOnDeletion",))
        template = mapping(spec.get("template"), where, ("metadata", "spec"))
        head = mapping(template.get("metadata"), where, ("name", "labels", "annotations"))
        for key in ("labels", "annotations"):
            texts(head.get(key) or {}, f"{where}: {key}")
        text(head.get("name"), f"{where}: the name")
        check_spec(template.get("spec"), where)
        generators = tuple(
            read_generator(each, where) for each in items(spec.get("generators") or (), where)
        )
        compiled = Template(template, where)
        fields = (*compiled.fields, *(field for each in generators for field in each.fields()))
        return cls(
            text(metadata.get("name"), where),
            text(metadata.get("namespace"), where),
            texts(metadata.get("labels") or {}, where),
            policy.get("preserveResourcesOnDeletion", False) is True,
            generators,
            compiled,
            read_strategy(spec.get("strategy"), where),
            tuple(requirement for each in generators for requirement in each.requirements()),
            tuple(dict.fromkeys(field for field in fields if field[0] != "values")),
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

    def step_of(self, labels: Mapping[str, str]) -> int | None:
        """The step of RollingSync that an Application with these labels is in, from 1: the first that selects it."""
        return next(
            (number for number, each in enumerate(self.steps, 1) if each.selector.selects(labels)),
            None,
        )

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
