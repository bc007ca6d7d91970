"""Teams use secrets, but there is no cluster-wide secret store.

## Problem

An environment has `secrets`, and `integrations.secretStore` is missing or is a `SecretStore`.

## Why

The Secrets are created in the namespaces of teams, from entries of the store. A `SecretStore`
only serves its own namespace, so External Secrets could not use it in the namespace of a team.

## Fix

Declare a `ClusterSecretStore`: `integrations: {secretStore: {name: <name>}}`.

## Example

```yaml
integrations: {}                                               # missing-secret-store
environments:
  dev: {secrets: {registry: {key: dev/registry, data: {password: password}}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "missing-secret-store"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault for all environments with secrets."""
    environments = [name for name, each in context.platform.environments.items() if each.secrets]
    if not environments:
        return
    first = environments[0]
    store = context.platform.integrations.secret_store
    if store is None:
        yield error(
            SLUG,
            f"the secrets of environment `{first}` need a secret store, but none is declared",
            Label(("environments", first, "secrets"), At.KEY),
            help="add `integrations: {secretStore: {name: …}}`",
            cause=("integrations", "secretStore"),
        )
    elif store.kind != "ClusterSecretStore":
        yield error(
            SLUG,
            f"`{store.name}` is a `SecretStore`, which serves only its own namespace, but teams "
            "need its secrets",
            Label(("integrations", "secretStore", "kind")),
            Label(("environments", first, "secrets"), At.KEY, "used in the namespaces of teams"),
            help="use a `ClusterSecretStore`",
        )
