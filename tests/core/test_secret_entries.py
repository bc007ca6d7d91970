"""Which entries of charts' values are secrets: ``secret_entries.yaml``, row by row, and as precision and recall."""

from __future__ import annotations

import random
import string
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.core.routes import format_route
from dokaseca_compile.core.secrets import find_secrets, secret_entry

TABLE = fast_yaml.load((Path(__file__).parent / "secret_entries.yaml").read_text())
ROWS = [*TABLE["not a secret"], *TABLE["secret"]]
WEAK_KEYS = ("signingKey", "secretKey", "encryptionKey", "credentials", "secret")


def found(values: dict[str, Any]) -> list[str]:
    """The routes of the secrets in values, below the values."""
    return [format_route(each.route[1:]) for each in find_secrets({"values": values})]


def leaves(node: Any) -> int:
    if isinstance(node, dict | list):
        return sum(map(leaves, node.values() if isinstance(node, dict) else node))
    return 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_rows(row: dict[str, Any]) -> None:
    """Each secret is one finding at its own route, and nothing else is one."""
    assert sorted(found(row["values"])) == sorted(row.get("secret", []))


def test_precision_and_recall() -> None:
    """Of 221 values 54 are secrets: all are found (recall), and nothing else (precision)."""
    expected = {(row["name"], route) for row in ROWS for route in row.get("secret", [])}
    reported = {(row["name"], route) for row in ROWS for route in found(row["values"])}
    assert (sum(leaves(row["values"]) for row in ROWS), len(expected)) == (221, 54)
    assert len(expected & reported) / len(reported) == 1.0
    assert len(expected & reported) / len(expected) == 1.0


def test_generated_keys_are_found_whatever_their_form() -> None:
    """Of random keys of 16 to 64 characters, under keys that may name a Secret, 98 of 100 are found at least."""
    chance = random.Random(7)
    forms = (
        lambda size: b64encode(chance.randbytes(size)).decode(),
        lambda size: urlsafe_b64encode(chance.randbytes(size)).decode().rstrip("="),
        lambda size: chance.randbytes(size).hex(),
        lambda size: "".join(chance.choices(string.ascii_letters + string.digits, k=size)),
        lambda size: "".join(chance.choices(string.ascii_lowercase + string.digits, k=size)),
    )
    values = [form(size) for form in forms for size in range(16, 49) for _ in range(20)]
    missed = [value for value in values if not secret_entry(chance.choice(WEAK_KEYS), value)]
    assert len(missed) <= len(values) / 50, missed


@pytest.mark.parametrize("key", WEAK_KEYS)
def test_names_under_the_same_keys_are_not(key: str) -> None:
    """Names made of two to four words of platforms, in the cases that names are written in."""
    chance = random.Random(11)
    words = (
        "admin",
        "payments",
        "grafana",
        "oidc",
        "client",
        "session",
        "token",
        "secret",
        "db",
        "prod",
        "argocd",
        "aws",
    )
    for _ in range(400):
        chosen = chance.choices(words, k=chance.randint(2, 4))
        for name in ("-".join(chosen), "_".join(chosen).upper(), "/".join(chosen), "".join(map(str.title, chosen))):
            assert not secret_entry(key, name), name
