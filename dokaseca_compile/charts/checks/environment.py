"""Check environment variables: unique, each from one source, none hidden by another.

Sources: ``ValidateEnv`` and ``validateEnvVarValueFrom`` (k8s.io/kubernetes
pkg/apis/core/validation). Of two variables with one name the API server takes the last, and
server-side apply refuses both (kubernetes#58477).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.charts.checks.base import Contradiction, items, one_of, repeated
from dokaseca_compile.charts.checks.downward import field_reference, resource_reference
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef")
_MOST = 1024 * 1024
"""Bytes of a ConfigMap (``ValidateConfigMap``)."""


def check(values: Values) -> Iterator[Contradiction]:
    """Check ``env`` and ``extraEnv``."""
    names = ((("extraEnv", index, "name"), each.get("name")) for index, each in _extra(values))
    yield from repeated(names, "the variable", "keep one of them")
    for index, variable in _extra(values):
        yield from _source(("extraEnv", index), variable)
    yield from _hidden(values)
    yield from _size(values)


def _extra(values: Values) -> Iterator[tuple[int, Any]]:
    return items(values, "extraEnv")


def _source(route: Route, variable: Any) -> Iterator[Contradiction]:
    """Check that a variable has either a value or one source."""
    if variable.get("valueFrom") is None:
        return
    name, source = variable.get("name"), mapping(variable, "valueFrom")
    if variable.get("value"):
        message = f"sets both `value` and `valueFrom` for the variable `{name}`"
        yield Contradiction((*route, "valueFrom"), message, "keep one of them", (*route, "value"))
        return
    place = (*route, "valueFrom")
    yield from one_of(place, source, _SOURCES, f"the variable `{name}`")
    yield from field_reference((*place, "fieldRef"), source.get("fieldRef"), file=False)
    resource = source.get("resourceFieldRef")
    yield from resource_reference((*place, "resourceFieldRef"), resource, file=False)


def _hidden(values: Values) -> Iterator[Contradiction]:
    """Find variables of ``env`` that ``extraEnv`` overrides: it wins over a ConfigMap."""
    plain = mapping(values, "env")
    for index, variable in _extra(values):
        name = variable.get("name")
        if isinstance(name, str) and plain.get(name) is not None:
            message = f"sets the variable `{name}` in `env`, but `extraEnv` overrides it"
            other = ("extraEnv", index, "name")
            yield Contradiction(("env", name), message, "keep one of them", other, ignored=True)


def _size(values: Values) -> Iterator[Contradiction]:
    plain = mapping(values, "env")
    if sum(len(f"{name}{value}".encode()) for name, value in plain.items()) > _MOST:
        message = "has more than 1 MiB of variables, the limit of a ConfigMap"
        yield Contradiction(("env",), message, "move large data to a volume")
