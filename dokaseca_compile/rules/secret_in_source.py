"""A secret stands in the platform's source.

## Problem

A text looks like a credential (a token, a private key, an AWS secret key, a URL with a
password …) or holds one (`password: open-sesame-42`, a kubeconfig, base64 of either), or a key that
says so (`adminPassword`) has a value, in Helm values, labels or annotations.

Key and value are judged together. Under `password` and the like everything is a secret except
references, placeholders (`changeme`), defaults that charts publish (`postgres`), and names of
keys (`DB_PASS: db-pass`). Under `secret`, `secretKey` or `signingKey`, which may hold a
name, only what looks generated is: base64, hexadecimal or a UUID, of 16 characters or more.

## Why

The source and all that is compiled from it are in Git, which keeps every version for everyone
who can read it. Cluster annotations also reach logs and screens of Argo CD.

## Fix

Put the secret into the secret store and name the entry: most charts take `existingSecret` or
a `secretKeyRef`. Then change the secret: once committed it is known. A reference
(`${…}`, `{{ … }}`, `vault:…`, `ref+…`, `<path:…>`) is no secret.

## Accept

When somebody has looked at the text and it is no secret: the name of a key of a Secret, a public
key, a default of a demonstration that is changed at the first login.

## Example

```yaml
addons:
  grafana: {values: {adminPassword: open-sesame-42}}              # secret-in-source
  grafana: {values: {admin: {existingSecret: grafana}}}    # a reference
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.core.secrets import MASK, find_secrets, secret_kind
from dokaseca_compile.rules.shared.base import Context

SLUG = "secret-in-source"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each value, and each key, that is a secret or holds one."""
    for found in find_secrets(context.data):
        parts = (
            MASK if isinstance(part, str) and secret_kind(part, prose=True) else part
            for part in found.route
        )
        yield error(
            SLUG,
            f"`{format_route(tuple(parts))}` {found.why}",
            Label(found.route, At.KEY if found.in_key else At.VALUE),
            help="keep it in the secret store and name the entry here; then change the secret",
        )
