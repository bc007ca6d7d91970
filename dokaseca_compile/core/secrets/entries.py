"""Entries with a secret: the key, the value and the entries around them decide together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dokaseca_compile.core.secrets.values import (
    decoded,
    is_name,
    is_placeholder,
    is_plain,
    is_random,
    is_reference,
    words_of,
)

_STRONG_ENDS = (
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "clientsecret",
)
_STRONG_WORDS = frozenset({"pass", "pwd", "psk", "dockerconfigjson"})
_STRONG_BEFORE = {
    "key": frozenset({"api", "access", "private", "account", "storage", "subscription"}),
    "data": frozenset({"key"}),
}
_STRONG_BEFORE_SECRET = frozenset(
    {
        "api",
        "app",
        "client",
        "consumer",
        "cookie",
        "hmac",
        "jwt",
        "oauth",
        "oidc",
        "session",
        "shared",
        "webhook",
    }
)
_WEAK_WORDS = frozenset(
    {"credential", "credentials", "creds", "pat", "salt", "dsn", "seed", "bearer", "jwk", "jwks"}
)
_WEAK_BEFORE_KEY_LIST = """
    secret signing signature encryption decryption master session cookie ssh license hmac jwt fernet
    aes hash auth app webhook recovery unseal seal root deploy salt security cipher crypto token
    integration routing admin webserver hmacsha rsa ecdsa tls service shared symmetric
"""
_WEAK_BEFORE_KEY = frozenset(_WEAK_BEFORE_KEY_LIST.split())
_OF_SECRET = frozenset({"secret"})
_WEAK_BEFORE = {"key": _WEAK_BEFORE_KEY, "value": _OF_SECRET, "string": _OF_SECRET}
_HASHES = frozenset({"checksum", "checksums", "digest", "fingerprint", "thumbprint"})
_NUMBER_ENDS = ("password", "passwd", "passphrase", "pwd", "pass")
_LONG_NUMBER = 100_000

# Words that turn a secret into a name: `existingSecretKeys`, `secretKeyRef`, `envFromSecret`.
_NAMES_OF = frozenset(
    {
        "key",
        "keys",
        "ref",
        "refs",
        "existing",
        "name",
        "names",
        "from",
        "mapping",
        "mappings",
        "map",
        "external",
    }
)
_REFERENCE_KEYS = frozenset(
    {
        "remoteref",
        "valuefrom",
        "keyref",
        "secretref",
        "keymapping",
        "keynames",
        "existingsecret",
        "secretname",
    }
)

_LOGIN = re.compile(r"[^ :]+:.+", re.DOTALL)
_ENCRYPTED = "encryptedData"
"""The data of a SealedSecret is encrypted, so that it can be in Git."""


def secret_key(key: str) -> bool:
    """Return whether a key is for a secret value (``adminPassword``), not for a name of one."""
    return key_strength(key) == 2


def secret_entry(
    key: str, value: str, beside: Mapping[Any, Any] | None = None, above: Sequence[object] = ()
) -> bool:
    """Return whether a value is a secret because of its key.

    Under a clear key (``password``), every value is one, except references, placeholders, published
    defaults and names of keys. Under a key that may also be for the name of a Kubernetes Secret
    (``existingSecret``), only values are that look generated or cannot be a name. ``beside`` is the
    mapping of the entry, and ``above`` are the keys around it: an ``existingSecret`` beside it, or
    ``secretKeys`` above, show that names are expected.
    """
    strength = 0 if "{" in key else key_strength(key)  # `${{ github.token }}` is an expression
    if not strength:
        return _is_login(key, value)
    if is_reference(value) or _ENCRYPTED in above[-1:]:
        return False
    if is_random(value):
        return True
    if is_placeholder(value):
        return False
    if strength == 1:
        return _cannot_be_name(value)
    entries = beside or {}
    expects_names = _expects_names(entries, above)
    return not is_name(value, any_words=expects_names) and not _is_repeated(value, entries)


def _cannot_be_name(value: str) -> bool:
    return len(value) >= 8 and " " not in value and not is_plain(value)


def secret_number(key: str, value: int) -> bool:
    """Return whether an unquoted number is a password."""
    words = words_of(key)
    if value < _LONG_NUMBER or not words:
        return False
    return words[-1].endswith(_NUMBER_ENDS) and not is_placeholder(str(value))


def key_of(key: object, node: Mapping[Any, Any]) -> str:
    """Return the key of a value; for ``{name: DB_PASSWORD, value: …}``, the name."""
    if not isinstance(key, str):
        return ""
    if key != "value":
        return key
    name = node.get("name", node.get("key"))
    return name if isinstance(name, str) else key


def item_key(key: object) -> str:
    """Return the key that each item of a list would have: ``token`` for ``tokens``."""
    return key.removesuffix("s") if isinstance(key, str) else ""


@lru_cache(maxsize=8192)
def key_strength(key: str) -> int:
    """Return how clearly a key is for a secret.

    2 is clear, 1 may also be for the name of a Kubernetes Secret or of an entry in one, 0 is not.
    """
    words = words_of(key)
    while words and words[-1].isdigit():
        words.pop()
    if not _HASHES.isdisjoint(words):
        return 0
    before, last = ["", "", *words][-2:]
    if _is_clear(before, last):
        return 2
    return int(_is_unclear(before, last))


def _is_clear(before: str, last: str) -> bool:
    """Return whether the last two words of a key are for a secret value only."""
    if last in _STRONG_BEFORE:
        return before in _STRONG_BEFORE[last]
    if last.endswith("secret") and before in _STRONG_BEFORE_SECRET:
        return True
    return last.endswith(_STRONG_ENDS) or last in _STRONG_WORDS


def _is_unclear(before: str, last: str) -> bool:
    """Return whether the last two words of a key may be for a secret or for its name."""
    if last in _WEAK_BEFORE:
        return before in _WEAK_BEFORE[last]
    if last.endswith("secret") or last in _WEAK_WORDS:
        return True
    return _is_joined_key(last)


def _is_joined_key(word: str) -> bool:
    """Return whether a word is ``secretkey``, ``signingkey`` or the like, written as one word."""
    return word.endswith("key") and word.removesuffix("key") in _WEAK_BEFORE_KEY


def _expects_names(beside: Mapping[Any, Any], above: Sequence[object]) -> bool:
    if any(map(_names_secrets, above[-2:])):
        return True
    given = (key for key, value in beside.items() if value and isinstance(value, str | Mapping))
    return any(map(_names_secrets, given))


@lru_cache(maxsize=8192)
def _names_secrets(key: object) -> bool:
    if not isinstance(key, str):
        return False
    words = words_of(key)
    if "".join(words) in _REFERENCE_KEYS:
        return True
    if {"secret", "secrets"}.isdisjoint(words) or _NAMES_OF.isdisjoint(words):
        return False
    return not _is_weak_key(words)


def _is_weak_key(words: Sequence[str]) -> bool:
    """Return whether a key such as ``secretKey`` may be for the secret itself."""
    return words[-1] == "key" and "existing" not in words


def _is_repeated(value: str, beside: Mapping[Any, Any]) -> bool:
    """Return whether a password is also the name of the user or database: a default."""
    keys = [str(key) for key, other in beside.items() if other == value]
    return len(keys) > 1 and not all(map(secret_key, keys))


def _is_login(key: str, value: str) -> bool:
    """Return whether it is ``auth`` of a Docker configuration: base64 of user and password."""
    if not key.endswith("auth") or len(value) < 8:
        return False
    if not is_plain(value.rstrip("=")):
        return False
    return _LOGIN.fullmatch(decoded(value)) is not None
