"""A template placeholder is used where nothing replaces it.

## Problem

Helm values or an annotation contain a placeholder for a property of the cluster: `{{
.metadata.annotations.x }}`, `{{.metadata.labels.x}}`, `{{ .nameNormalized }}`, `{{ .values.x }}`,
`{{metadata.labels.x}}`, `{{ .name }}`, `{{name}}`, `{{ .server }}` or `{{ .project }}`.

In values, templates of other tools are ignored: of charts (`{{ .Values.x }}`, `{{ .Release.Name
}}`); of Prometheus, Alertmanager, Loki and Grafana (`{{ $labels.x }}`, `{{ .CommonLabels.x }}`,
`legendFormat`); of External Secrets; and of ApplicationSets.

## Why

In GitOps Bridge, such placeholders are in the ApplicationSet, and Argo CD replaces them with data
of the cluster Secret. The values of a platform are in values files, which Argo CD does not
render: the chart would silently get the braces as text.

## Fix

Write the value itself, in the layer that it belongs to:
`clusters.<cluster>.addons.<addon>.values`, or the values of a region or an environment. For a
workload, use `workloads.<team>.<workload>.environments.<environment>.values`.

## Accept

If another tool renders the text. Many templates use `{{ .name }}`.

## Example

```yaml
addons:
  external-dns:
    values: {txtOwnerId: "{{ .metadata.labels.cluster }}"}       # unrendered-template
clusters:
  edge-eu:
    addons: {external-dns: {values: {txtOwnerId: edge-eu}}}      # valid
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.data import Node, entries, scalars
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at, format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.free_form import free_nodes

SLUG = "unrendered-template"

# The parameters of Argo CD's cluster generator (`clusterGenerator.GenerateParams`): `name`,
# `nameNormalized`, `server`, `project`, `metadata.labels.*`, `metadata.annotations.*`, `values.*`.
# A `$` before the braces is another language: GitHub Actions, Backstage.
_EXPRESSION = re.compile(r"(?<!\$)\{\{-?\s*([^{}]*?)\s*-?\}\}")
_FACT = re.compile(
    r"(?:^|[\s(|])\.?"
    r"(?:metadata\.(?:labels|annotations)\b|metadata\s+\"(?:labels|annotations)\"|values\.\w)"
    r"|^\.?nameNormalized\b"
)
_PLAIN = re.compile(r"\.?(?:name|server|project)(?:\s*\|.*)?")
# Signs that another engine renders the text: the roots of Helm, Go templates with blocks or
# variables, LogQL, kubectl, manifests of resources that have templates.
_OTHER_ENGINE = re.compile(
    r"\{\{-?\s*(?:\$|`|range\b|with\b|define\b|include\b|template\b|block\b|/\*)"
    r"|\.(?:Values|Release|Chart|Capabilities)\b"
    r"|\b(?:line_format|label_format|legendFormat|go-template)\b"
    r"|\bkind:\s*(?:ApplicationSet|ExternalSecret)\b"
)
_OTHER_KEYS = frozenset(("applicationsets", "generators", "legendFormat", "goTemplate"))
"""Keys below which other templates are: ApplicationSets (the chart `argocd-apps`), Grafana."""
_NODES = (dict, list)
_OTHER_KINDS = ("ApplicationSet", "ExternalSecret", "ClusterExternalSecret", "PushSecret")
_HELP = "write the value itself; where clusters differ, set it at `{}`"
_ADDON = "clusters.<cluster>.addons.<addon>.values"
_WORKLOAD = "workloads.<team>.<workload>.environments.<environment>.values"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each text of values or annotations with a placeholder."""
    for text, route in scalars(free_nodes(context), _below):
        if route[:3] in context.once(_rendered):
            continue
        placeholder = _placeholder(text)
        if placeholder:
            yield _finding(route, placeholder)


def _finding(route: Route, placeholder: str) -> Diagnostic:
    message = (
        f"`{placeholder}` in `{format_route(route)}` is not rendered: it would be deployed as"
        " literal text"
    )
    advice = _HELP.format(_WORKLOAD if route[0] == "workloads" else _ADDON)
    if "values" not in route:
        advice = "write the value itself: annotations are not rendered"
    return error(SLUG, message, Label(route), help=advice)


def _placeholder(text: str) -> str:
    """Return the first placeholder for a fact of a cluster, or ``""``."""
    if _OTHER_ENGINE.search(text):
        return ""
    for match in _EXPRESSION.finditer(text):
        if _FACT.search(match[1]) or _PLAIN.fullmatch(match[1]):
            return match[0]
    return ""


def _rendered(context: Context) -> set[Route]:
    """Return the annotations that an ExternalSecret renders, which `template-in-text` checks."""
    routes: set[Route] = set()
    for name, cluster in context.platform.clusters.items():
        if cluster.auth.external is not None:
            routes.add(("clusters", name, "annotations"))
            routes.add(("environments", cluster.environment, "annotations"))
    return routes


def _below(node: Any, route: Route) -> Iterator[Node]:
    """Yield the parts of a mapping or list that may contain such a text, with their routes."""
    if at(node, ("kind",)) in _OTHER_KINDS:
        return
    for key, value in entries(node):
        can_hold = "{{" in value if type(value) is str else isinstance(value, _NODES)
        if can_hold and key not in _OTHER_KEYS:
            yield value, (*route, key)
