"""The source contains a secret.

## Problem

In Helm values, labels or annotations, one of these is found:

- a text that looks like a credential: a token, a private key, an AWS secret key, a URL with a
  password …
- a text that contains a credential: `password: open-sesame-42`, a kubeconfig, or base64 of either
- a value under a key for secrets, such as `adminPassword`

Under `password` and similar keys, every value is a secret except references, placeholders
(`changeme`), published defaults of charts (`postgres`) and names of keys (`DB_PASS: db-pass`).
Under `secret`, `secretKey` or `signingKey`, which can contain a name, only a value that looks
generated is a secret: base64, hexadecimal or a UUID of 16 characters or more.

## Why

The source and the compiled files are in Git, which keeps every version for everyone who can read
the repository. Annotations of clusters also appear in logs and in the UI of Argo CD.

## Fix

Move the secret to the secret store and refer to its entry: most charts support `existingSecret`
or a `secretKeyRef`. Then rotate the secret if it was committed. References (`${…}`, `{{ … }}`,
`vault:…`, `ref+…`, `<path:…>`) are not reported.

## Accept

If a person has checked that the text is not secret, for example the name of a key in a Secret, a
public key, or a demo default that is changed at the first login.

## Example

```yaml
addons:
  grafana: {values: {adminPassword: open-sesame-42}}       # secret-in-source
  grafana: {values: {admin: {existingSecret: grafana}}}    # valid: a reference
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.core.secrets import MASK, find_secrets, secret_kind
from dokaseca_compile.rules.shared.base import Context

SLUG = "secret-in-source"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each value or key that is or contains a secret."""
    for found in find_secrets(context.data):
        yield error(
            SLUG,
            f"`{format_route(_masked(found.route))}` {found.why}",
            Label(found.route, At.KEY if found.in_key else At.VALUE),
            help="move it to the secret store and reference the entry here; then rotate the secret",
        )


def _masked(route: Route) -> Route:
    """Return a route without the keys that are secrets themselves."""
    parts = list(route)
    for index, part in enumerate(parts):
        if isinstance(part, str) and secret_kind(part, prose=True):
            parts[index] = MASK
    return tuple(parts)
