"""Shapes of secrets times every text of the model: refused, and shown nowhere; what only looks alike is accepted.

The fields are read from the JSON Schema, so that a new one is covered from its first day.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import fast_yaml
import pytest
from command import BASE

from dokaseca_compile.compiler import Compilation, SourceFile, compile, validate
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.core.secrets import find_secrets
from dokaseca_compile.model.schema import platform_schema
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import github, junit, markdown, sarif
from dokaseca_compile.render import json as as_json
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import findings

MIXED = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3"
HEX = "0123456789abcdef" * 4
KUBECONFIG = "kind: Config\nusers:\n- name: admin\n  user:\n    token: walrus77xyz\n"
SHAPES = {
    "private key": "-----BEGIN " + f"PRIVATE KEY-----\n{MIXED}\n-----END " + "PRIVATE KEY-----",
    "GitHub": "gh" + "p_" + MIXED[:36],
    "GitLab": "glpat" + "-" + MIXED[:20],
    "AWS id": "AK" + "IA" + "IOSFODNN7EXAMPLE",
    "AWS key": "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYEXAMPLEKEY",
    "AWS key, other": "je7MtGbClwBF/2Zp9Utk" + "/h3yCo8nvbEXAMPLEKEY",
    "Slack webhook": "https://hooks.slack." + "com/services/T000/B000/" + MIXED[:24],
    "Slack": "xo" + "xb-123456789012-" + MIXED[:24],
    "JSON Web Token": "ey" + "JhbGciOiJSUzI1NiJ9.ey" + "JzdWIiOiJhZG1pbiJ9." + MIXED,
    "bearer": "Authorization: Bea" + "rer " + MIXED[:40],
    "bearer configuration": '{"bearer' + 'Token": "zebra42quagga", "tlsClientConfig": {"insecure": false}}',
    "kubeconfig": KUBECONFIG,
    "kubeconfig in base64": base64.b64encode(KUBECONFIG.encode()).decode(),
    "connection": "postgres://app:hun" + "ter2@db.example.com:5432/app",
    "pair": "password: hun" + "ter2",
    "pair in prose": "Log in with password: hun" + "ter2 until it is rotated",
    "assignment": "DB_PASSWORD = hun" + "ter2",
}
HIDDEN = {
    "private key": MIXED,
    "kubeconfig": "walrus77xyz",
    "bearer": MIXED[:40],
    "bearer configuration": "zebra42quagga",
    "Slack webhook": MIXED[:24],
    "connection": "hun" + "ter2",
    "pair": "hun" + "ter2",
    "pair in prose": "hun" + "ter2",
    "assignment": "hun" + "ter2",
}
"""The part that must not be shown, where that is not all of it."""

LOOK_ALIKES = (
    "sha256:" + HEX,
    "ghcr.io/acme/app@sha256:" + HEX,
    "123e4567-e89b-12d3-a456-426614174000",
    "arn:aws:iam::111122223333:role/argocd-secret-token",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-password-AbCdEf",
    "1b37a9d1a5b5e1c3a2f0e4d3c2b1a09f8e7d6c5b",
    "Deployed from 1b37a9d1a5b5e1c3a2f0e4d3c2b1a09f8e7d6c5b.",
    HEX,
    "-----BEGIN CERTIFICATE-----\n"
    + "\n".join([MIXED + MIXED[:16]] * 3 + [MIXED[:40]])
    + "\n-----END CERTIFICATE-----",
    base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{MIXED}\n-----END CERTIFICATE-----\n".encode()).decode(),
    "-----BEGIN PUBLIC KEY-----\n" + MIXED + MIXED[:16] + "\n" + MIXED[:40] + "\n-----END PUBLIC KEY-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + MIXED[:43] + " admin@example.com",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ" + MIXED * 5 + "= bot",
    "SHA256:" + MIXED[:43],
    "vpc-0a1b2c3d4e5f67890",
    "/subscriptions/123e4567-e89b-12d3-a456-426614174000/resourceGroups/ProdWest2/providers/Microsoft.KeyVault",
    "app/my-load-balancer/50dc6c495c0c9188",
    "https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.eu-west-1.eks.amazonaws.com",
    "AWSLogs/111122223333/ElasticLoadBalancing",
    "gitops/Environments/Prod2/Payments/Values",
    "https://argocd.example.com/applications?proj=payments&resource=Secret",
    "Rotate the token: see the handbook",
    "token: required",
    "Team of the secret store, key rotation and password policy",
    "passwords: see 1Password, vault platform",
    "Uses OIDC; tokens: RS256 signed, password: SHA256 hashed",
    "labels: app=web,token-review=on",
)

Field = tuple[str, ...]
_BASE = json.dumps(fast_yaml.load(BASE))


@cache
def fields() -> tuple[Field, ...]:
    """Every place of the schema that takes a text of people's choice; ``*`` is any key, ``0`` an item."""
    schema = platform_schema()
    return tuple(sorted(set(_fields(schema, schema, ()))))


def _fields(node: dict[str, Any], schema: dict[str, Any], route: Field) -> Iterator[Field]:
    while "$ref" in node:
        node = _resolved(node, schema)
    for choice in ("anyOf", "oneOf", "allOf"):
        for each in node.get(choice, ()):
            yield from _fields(each, schema, route)
    is_free = "enum" not in node and "const" not in node
    if node.get("type") == "string" and is_free:
        yield route
    for key, inner in node.get("properties", {}).items():
        yield from _fields(inner, schema, (*route, key))
    more = node.get("additionalProperties")
    if more is True or more == {}:
        yield (*route, "*")
    elif isinstance(more, dict):
        yield from _fields(more, schema, (*route, "*"))
    for inner in node.get("patternProperties", {}).values():
        yield from _fields(inner, schema, (*route, "*"))
    if isinstance(node.get("items"), dict):
        yield from _fields(node["items"], schema, (*route, "0"))


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: Any = schema
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


# What stands for any key: names that the base platform has, so that the rest of it stays sound.
NAMES = {
    "environments": "dev",
    "regions": "eu",
    "clusterTypes": "spoke",
    "clusters": "spoke",
    "addons": "kyverno",
    "teams": "payments",
    "workloads": "payments",
}


def place(field: Field) -> Route:
    """A field as a route into the base platform."""
    route: list[str | int] = []
    for part in field:
        before = route[-1] if route else ""
        if part == "*":
            route.append(NAMES.get(str(before), "note"))
        else:
            route.append(int(part) if part.isdigit() else part)
    return tuple(route)


def with_text(route: Route, text: str) -> str:
    """The base platform with a text at a route; what is missing on the way is made."""
    data = json.loads(_BASE)
    node = data
    for part, following in pairwise(route):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            node[:] = [empty]
            node = node[0]
        else:
            if type(node.get(part)) is not type(empty):
                node[part] = empty
            node = node[part]
    if isinstance(node, list):
        node[:] = [text]
    else:
        node[route[-1]] = text
    return json.dumps(data, indent=1)  # which is YAML


def everything(compilation: Compilation) -> str:
    """What every format shows of the findings."""
    report = Report("validate", compilation)
    formats = (github.workflow_commands, sarif.sarif, junit.junit, markdown.markdown, as_json.report)
    return "\n".join([findings(compilation, Style()), *(each(report) for each in formats)])


def test_the_fields_are_those_of_the_schema() -> None:
    """All sections have some; there are 150 at least."""
    assert {field[0] for field in fields()} >= {"metadata", "repositories", "clusters", "addons", "teams", "workloads"}
    assert len(fields()) >= 150


def alone(route: Route, text: str) -> Any:
    """Data with nothing but a text at a route."""
    node: Any = text
    for part in reversed(route):
        node = [node] if isinstance(part, int) else {part: node}
    return node


@pytest.mark.parametrize("name", SHAPES)
def test_secrets_are_found_in_every_field(name: str) -> None:
    """One finding at the field, whatever it is called, with the part that must not be shown."""
    secret = HIDDEN.get(name, SHAPES[name])
    for field in fields():
        found = list(find_secrets(alone(place(field), SHAPES[name])))
        assert [each.route for each in found] == [place(field)]
        assert any(secret in each or each in secret for each in found[0].secrets), format_route(place(field))


@pytest.mark.parametrize(("number", "field"), list(enumerate(fields())), ids=str)
def test_secrets_are_refused_and_not_shown(number: int, field: Field) -> None:
    """Whatever the field takes, the platform is refused, and no format shows the secret; two shapes for each."""
    route, names = place(field), list(SHAPES)
    for name in (names[number % len(names)], names[(number * 5 + 3) % len(names)]):
        compilation = validate([SourceFile("platform.yaml", with_text(route, SHAPES[name]).encode())])
        assert compilation.failed, (name, format_route(route))
        printed = everything(compilation)
        secret = HIDDEN.get(name, SHAPES[name])
        assert secret not in printed, name
        assert json.dumps(secret)[1:-1] not in printed, name


FREE_TEXTS = (
    "metadata.description",
    "teams.*.description",
    "teams.*.contact.chat",
    "clusters.*.description",
    "clusters.*.annotations.*",
    "addons.*.values.*",
    "workloads.*.*.values.*",
)


@pytest.mark.parametrize("field", FREE_TEXTS)
@pytest.mark.parametrize("name", SHAPES)
def test_texts_of_people_name_the_rule(field: str, name: str) -> None:
    """Where any text is allowed, the finding is ``secret-in-source``, one, at the value; nothing is compiled."""
    assert tuple(field.split(".")) in fields()
    route = place(tuple(field.split(".")))
    compilation = compile([SourceFile("platform.yaml", with_text(route, SHAPES[name]).encode())])
    found = [each for each in compilation.diagnostics if each.slug == "secret-in-source"]
    assert [each.primary.route for each in found] == [route]
    assert not list(compilation.tree)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alikes_are_accepted_everywhere(text: str) -> None:
    """Digests, identifiers, certificates and public keys are no secret in any field."""
    wrong = []
    for field in fields():
        wrong += [format_route(each.route) for each in find_secrets(alone(place(field), text))]
    assert not wrong
