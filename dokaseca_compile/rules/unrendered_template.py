"""A placeholder for a fact of a cluster stands where nothing fills it in.

Problem
    Helm values or an annotation hold ``{{ .metadata.annotations.x }}``, ``{{.metadata.labels.x}}``,
    ``{{ .nameNormalized }}``, ``{{ .values.x }}``, ``{{metadata.labels.x}}`` or the like. That is an
    error. Of ``{{ .name }}``, ``{{name}}``, ``{{ .server }}`` and ``{{ .project }}``, which other
    templates have as well, it is a warning. Templates of charts (``{{ .Values.x }}``,
    ``{{ .Release.Name }}``), of Prometheus, Alertmanager, Loki and Grafana (``{{ $labels.x }}``,
    ``{{ .CommonLabels.x }}``, ``legendFormat``), of External Secrets and of ApplicationSets in
    values are not looked at.

Why
    With GitOps Bridge such placeholders stand in the ApplicationSet, and Argo CD fills them in from
    the cluster Secret. The values of a platform file are written to values files, which Argo CD does
    not render: the chart would get the braces as text, and nothing would say so.

Fix
    Write the value itself, in the layer that knows it: ``clusters.<cluster>.addons.<addon>.values``,
    or that of a region or an environment; for a workload,
    ``workloads.<team>.<workload>.environments.<environment>.values``.

Example
    .. code-block:: yaml

        addons:
          external-dns:
            values: {txtOwnerId: "{{ .metadata.labels.cluster }}"}       # unrendered-template
        clusters:
          edge-eu:
            addons: {external-dns: {values: {txtOwnerId: edge-eu}}}      # this does it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.diagnostics import Diagnostic, Label, error, warning
from dokaseca_compile.routes import Route, format_route
from dokaseca_compile.rules.base import Context

SLUG = "unrendered-template"

# The parameters of Argo CD's cluster generator (`clusterGenerator.GenerateParams`): `name`,
# `nameNormalized`, `server`, `project`, `metadata.labels.*`, `metadata.annotations.*`, `values.*`. A `$`
# before the braces is another language: GitHub Actions, Backstage.
_EXPRESSION = re.compile(r"(?<!\$)\{\{-?\s*([^{}]*?)\s*-?\}\}")
_FACT = re.compile(
    r"(?:^|[\s(|])\.?(?:metadata\.(?:labels|annotations)\b|metadata\s+\"(?:labels|annotations)\"|values\.\w)"
    r"|^\.?nameNormalized\b"
)
_PLAIN = re.compile(r"\.?(?:name|server|project)(?:\s*\|.*)?")
# What shows that another engine renders the text: the roots of Helm, Go templates with blocks or variables,
# LogQL, kubectl, manifests of resources that have templates.
_OTHER_ENGINE = re.compile(
    r"\{\{-?\s*(?:\$|`|range\b|with\b|define\b|include\b|template\b|block\b|/\*)|\.(?:Values|Release|Chart|Capabilities)\b"
    r"|\b(?:line_format|label_format|legendFormat|go-template|kind:\s*ApplicationSet|kind:\s*ExternalSecret)\b"
)
_OTHER_KEYS = frozenset(("applicationsets", "generators", "legendFormat", "goTemplate"))
"""Keys of what has templates of its own: ApplicationSets (the chart `argocd-apps`), Grafana."""
_OTHER_KINDS = frozenset(("ApplicationSet", "ExternalSecret", "ClusterExternalSecret", "PushSecret"))
_HELP = "write the value itself, where it differs at `{}`: what is written here is not rendered"
_ADDON = "clusters.<cluster>.addons.<addon>.values"
_WORKLOAD = "workloads.<team>.<workload>.environments.<environment>.values"

Text = tuple[Route, str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a finding for each text of values or annotations with such a placeholder."""
    rendered = _rendered(context)
    for route, text in _texts(context.data):
        if "{{" not in text or route[:3] in rendered:
            continue
        placeholder, is_fact = _placeholder(text)
        if placeholder:
            yield _finding(route, placeholder, is_fact=is_fact)


def _finding(route: Route, placeholder: str, *, is_fact: bool) -> Diagnostic:
    message = f"`{placeholder}` in `{format_route(route)}` is not filled in: it would be deployed as this text"
    advice = _HELP.format(_WORKLOAD if route[0] == "workloads" else _ADDON)
    if "values" not in route:
        advice = "write the value itself: annotations are not rendered"
    if is_fact:
        return error(SLUG, message, Label(route), help=advice)
    return warning(SLUG, message, Label(route), help=advice)


def _placeholder(text: str) -> tuple[str, bool]:
    """Find the first placeholder, and whether it can only be one for a fact of a cluster; else ``("", False)``."""
    if _OTHER_ENGINE.search(text):
        return "", False
    found = list(_EXPRESSION.finditer(text))
    for match in found:
        if _FACT.search(match[1]):
            return match[0], True
    for match in found:
        if _PLAIN.fullmatch(match[1]):
            return match[0], False
    return "", False


def _rendered(context: Context) -> set[Route]:
    """The annotations that an ExternalSecret would render: `template-in-text` reports every brace in them."""
    routes: set[Route] = set()
    for name, cluster in context.platform.clusters.items():
        if cluster.auth.external is not None:
            routes.add(("clusters", name, "annotations"))
            routes.add(("environments", cluster.environment, "annotations"))
    return routes


def _texts(data: Any) -> Iterator[Text]:
    """Yield every text of values and annotations, in the order of the source; of what an alias repeats, once."""
    stack: list[tuple[Any, Route, bool]] = [(data, (), False)]
    seen: set[tuple[int, bool]] = set()
    while stack:
        node, route, is_free = stack.pop()
        if type(node) is str:
            yield route, node
        elif isinstance(node, dict | list) and (id(node), is_free) not in seen:
            seen.add((id(node), is_free))
            below = list(_below(node, route, is_free=is_free))
            stack += reversed(below)


def _below(node: Any, route: Route, *, is_free: bool) -> Iterator[tuple[Any, Route, bool]]:
    """Yield what is in a mapping or list and can hold such a text, with its route."""
    if is_free and isinstance(node, Mapping) and node.get("kind") in _OTHER_KINDS:
        return
    inner = node.items() if isinstance(node, Mapping) else enumerate(node)
    for key, value in inner:
        free = is_free or _is_free(route, key)
        can_hold = isinstance(value, dict | list) or (free and type(value) is str)
        if can_hold and not (is_free and key in _OTHER_KEYS):
            yield value, (*route, key), free


def _is_free(route: Route, key: str | int) -> bool:
    """Whether a key begins Helm values or annotations: not the name of an addon or a component."""
    named = route[-1:] in (("addons",), ("components",)) or len(route) == 1
    return key in ("values", "annotations") and bool(route) and not named
