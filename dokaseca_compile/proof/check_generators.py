"""Every ApplicationSet, as it would be for clusters that are not declared yet."""

from __future__ import annotations

from collections.abc import Mapping

from dokaseca_compile.argo import ApplicationSet
from dokaseca_compile.argo.generators import Clusters
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.proof.difference import DisagreementError, same
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.resolve.contract import label_key
from dokaseca_compile.resolve.resolved import NARROW_SCOPES

_KNOWN = {"version", "namespace", *(f"{scope}Values" for scope in NARROW_SCOPES)}
_NARROW = {label_key(each) for each in ("region", "cluster_type", "cluster_name")}


def check_generators(intent: Intent, application_set: ApplicationSet) -> None:
    """It would be right for every cluster that may be declared, not only for those that are: its base asks for the
    switch and the environment, what is laid over it for one thing more, and the base's values are the wide ones.
    """
    selected = intent.selected.get(application_set.name)
    if selected is None:  # what starts the hubs: the fleet's own Applications show what it selects
        return
    steps = [(set(each.selector.requirements), each.at_once) for each in application_set.steps]
    meant = [
        ({Requirement(key, "In", values)}, at_once)
        for key, values, at_once in intent.steps(application_set.name)
    ]
    same(f"the ApplicationSet {application_set.name}: steps", steps, meant)
    base = {Requirement(key, "In", values) for key, values in selected.items()}
    for generator in application_set.generators:
        first, *overrides = generator.children
        where = f"the ApplicationSet {application_set.name}"
        same(f"{where}: selector", set(first.requirements()), base)
        for each in overrides:
            asked = each.requirements()
            more = set(asked) - base
            if len(more) != 1 or len(asked) != len(base) + 1 or next(iter(more)).key not in _NARROW:
                message = f"{where} lays values over {sorted(map(str, asked))}"
                raise DisagreementError(message)
        wide = intent.wide(application_set.name)
        varying = {key for each in overrides for key in _values(each)}
        same(
            f"{where}: values",
            dict(_values(first)),
            {key: wide[key] for key in varying if key in wide},
        )
        same(f"{where}: values that are laid over", sorted(varying - _KNOWN), [])


def _values(generator: Clusters) -> Mapping[str, str]:
    return generator.values.node if generator.values is not None else {}
