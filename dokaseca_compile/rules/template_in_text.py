"""An annotation with template braces would be evaluated as a template.

## Problem

An annotation of a cluster or of its environment contains `{{` or `}}`, and the cluster is
registered by an ExternalSecret.

## Why

The External Secrets Operator renders the metadata of the Secret as a Go template with access to
the credential: the text is evaluated, or the registration fails. Helm values can contain braces,
because they reach Argo CD in files that it does not render.

## Fix

Write the annotation without braces.

## Example

```yaml
clusters:
  edge:
    auth: {bearerToken: {key: clusters/edge}}
    annotations: {example.com/note: "{{ .token }}"}     # template-in-text
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context

SLUG = "template-in-text"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each annotation whose braces an ExternalSecret would render."""
    environments: dict[str, str] = {}
    for name, cluster in context.platform.clusters.items():
        if cluster.auth.external is not None:
            environments.setdefault(cluster.environment, name)
            yield from _faults(("clusters", name, "annotations"), cluster.annotations, name)
    for name, environment in context.platform.environments.items():
        if name in environments:
            route = ("environments", name, "annotations")
            yield from _faults(route, environment.annotations, environments[name])


def _faults(route: Route, annotations: Mapping[str, str], cluster: str) -> Iterator[Diagnostic]:
    for key, text in annotations.items():
        if "{{" in text or "}}" in text:
            yield error(
                SLUG,
                f"annotation `{key}` contains template braces, which the ExternalSecret of"
                f" `{cluster}` would render",
                Label((*route, key)),
                Label(("clusters", cluster, "auth"), text="registered by an ExternalSecret"),
                help="remove `{{` and `}}`",
            )
