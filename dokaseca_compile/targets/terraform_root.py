"""The Terraform root's side of the contract: ``variables.tf``, ``locals.tf`` and ``outputs.tf``.

``variables.tf`` declares exactly the variables of the tfvars, with types and validation;
``locals.tf`` maps them to the inputs of GitOps Bridge's module, by the same table as the compiled
cluster Secrets. So no variable is undeclared, which Terraform would drop with a warning, or unused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from dokaseca_compile.formats.body import (
    Attribute,
    Block,
    Call,
    Expression,
    ForObject,
    HclBody,
    Operation,
    Reference,
    Template,
    TypeExpression,
    collection_of,
    object_of,
    primitive,
)
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.clusters import Cloud, ClusterType, Registration
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.contract import (
    ARGOCD_FACTS,
    CLUSTER_FACTS,
    TEAM_PREFIX,
    repository_facts,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

NAME = "terraform-root"
_STRING = primitive("string")
_STRINGS = collection_of("map", _STRING)
_TEAM = object_of(
    {
        "groups": collection_of("list", _STRING),
        "role": _STRING,
        "quotas": _STRINGS,
        "cost_center": _STRING,
    }
)


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the three files."""
    origin = Origin(NAME)
    yield Artifact(
        layout.terraform("variables.tf").file, HclBody(tuple(_variables(resolved))), origin
    )
    yield Artifact(layout.terraform("locals.tf").file, HclBody((_locals(resolved),)), origin)
    outputs = (
        _output("gitops_bridge", "What GitOps Bridge's module takes as its cluster argument."),
        _output(
            "registers_cluster",
            "Whether Terraform registers the cluster: else its Secret is left to Git.",
        ),
    )
    yield Artifact(layout.terraform("outputs.tf").file, HclBody(outputs), origin)


def _declared(resolved: Resolved) -> Sequence[RepositoryKey]:
    return tuple(resolved.repositories)


def _variables(resolved: Resolved) -> Iterator[Block]:
    closed = _closed_vocabularies(resolved)
    for fact in (*CLUSTER_FACTS, *ARGOCD_FACTS):
        yield _variable(
            fact.variable,
            fact.description,
            _STRING,
            _one_of(fact.variable, closed.get(fact.variable)),
        )
    for key in _declared(resolved):
        for each in repository_facts(key):
            yield _variable(each.variable, each.description, _STRING)
    switches = [addon.key for addon in resolved.addons.values()]
    yield _variable(
        "addons",
        "Every addon of the platform: whether the cluster has it.",
        collection_of("map", primitive("bool")),
        _exactly("addons", switches),
    )
    yield _variable("cluster_labels", "More labels of the cluster Secret.", _STRINGS)
    yield _variable("cluster_annotations", "More annotations of the cluster Secret.", _STRINGS)
    yield _variable(
        "teams",
        "Teams on the cluster and their role in its environment.",
        collection_of("map", _TEAM),
    )


def _closed_vocabularies(resolved: Resolved) -> dict[str, list[str]]:
    """The variables with a closed set of values: a typo in a tfvars file fails the plan."""
    return {
        "cluster_name": sorted(resolved.clusters),
        "environment": list(resolved.environments),
        "region": sorted(resolved.platform.regions),
        "cluster_type": list(get_args(ClusterType)),
        "cloud": list(get_args(Cloud)),
        "cluster_registration": list(get_args(Registration)),
    }


def _variable(
    name: str, description: str, kind: TypeExpression, *validations: Block | None
) -> Block:
    return Block(
        "variable",
        (name,),
        (
            Attribute("description", description),
            Attribute("type", kind),
            Attribute("nullable", False),
            *(each for each in validations if each is not None),
        ),
    )


def _one_of(variable: str, values: Sequence[str] | None) -> Block | None:
    if values is None:
        return None
    return _validation(
        Call("contains", (list(values), Reference(("var", variable)))),
        f"{variable} must be one of those that platform.yaml declares or its schema knows.",
    )


def _exactly(variable: str, keys: Sequence[str]) -> Block:
    """Return a validation that no key is missing, and none is unknown."""
    given = Call("keys", (Reference(("var", variable)),))
    sides = ((given, list(keys)), (list(keys), given))
    missing, unknown = (
        Operation("==", Call("length", (Call("setsubtract", side),)), 0) for side in sides
    )
    return _validation(
        Operation("&&", missing, unknown),
        f"{variable} must have exactly the keys of platform.yaml.",
    )


def _validation(condition: Expression, message: str) -> Block:
    return Block(
        "validation", (), (Attribute("condition", condition), Attribute("error_message", message))
    )


def _locals(resolved: Resolved) -> Block:
    """Return the locals of the root module.

    ``local.gitops_bridge`` is the ``cluster`` argument of GitOps Bridge's module;
    ``local.registers_cluster`` decides whether to call it, since a cluster is registered either by
    Git or by Terraform.
    """
    labels = {fact.label: Reference(("var", fact.variable)) for fact in CLUSTER_FACTS if fact.label}
    annotations = {
        fact.annotation: Reference(("var", fact.variable))
        for fact in CLUSTER_FACTS
        if fact.annotation
    }
    for key in _declared(resolved):
        annotations |= {
            fact.annotation: Reference(("var", fact.variable)) for fact in repository_facts(key)
        }
    switches = ForObject(
        ("name", "enabled"),
        Reference(("var", "addons")),
        Reference(("name",)),
        Call("tostring", (Reference(("enabled",)),)),
    )
    name = Call("replace", (Reference(("name",)), "-", "_"))
    teams = ForObject(
        ("name", "team"), Reference(("var", "teams")), Template((TEAM_PREFIX, name)), "true"
    )
    bridge: dict[str, Expression] = {
        "cluster_name": Reference(("var", "cluster_name")),
        "environment": Reference(("var", "environment")),
        "server": Reference(("var", "cluster_server")),
        "config": Reference(("var", "cluster_config")),
        "addons": Call(
            "merge", (Reference(("var", "cluster_labels")), teams, switches, dict(labels))
        ),
        "metadata": Call("merge", (Reference(("var", "cluster_annotations")), dict(annotations))),
    }
    registers = Operation("==", Reference(("var", "cluster_registration")), "terraform")
    return Block(
        "locals",
        (),
        (Attribute("registers_cluster", registers), Attribute("gitops_bridge", bridge)),
    )


def _output(name: str, description: str) -> Block:
    items = (Attribute("description", description), Attribute("value", Reference(("local", name))))
    return Block("output", (name,), items)
