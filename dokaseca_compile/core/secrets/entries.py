"""Entries that hold a secret: the key, the value and what stands around them are judged together."""

from __future__ import annotations

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
_STRONG_BEFORE_KEY = frozenset({"api", "access", "private", "account", "storage", "subscription"})
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
    secret signing signature encryption decryption master session cookie ssh license hmac jwt fernet aes hash auth app
    webhook recovery unseal seal root deploy salt security cipher crypto token integration routing admin webserver
    hmacsha rsa ecdsa tls service shared symmetric
"""
_WEAK_BEFORE_KEY = frozenset(_WEAK_BEFORE_KEY_LIST.split())
_HASHES = frozenset({"checksum", "checksums", "digest", "fingerprint", "thumbprint"})
_NUMBER_ENDS = ("password", "passwd", "passphrase", "pwd", "pass")
_LONG_NUMBER = 100_000

# Words that make names of what is a secret elsewhere: `existingSecretKeys`, `secretKeyRef`, `envFromSecret`.
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

_ENCRYPTED = "encryptedData"
"""What a SealedSecret holds is made to stand in Git."""


def secret_key(key: str) -> bool:
    """Return whether a key names a secret value (``adminPassword``), not a reference (``secretName``)."""
    return key_strength(key) == 2


def secret_entry(
    key: str, value: str, beside: Mapping[Any, Any] | None = None, above: Sequence[object] = ()
) -> bool:
    """Return whether a value is a secret because of its key.

    Under a key that says so (``password``) everything is, except references, placeholders, published
    defaults and names of keys; under one that may as well name a Kubernetes Secret (``existingSecret``)
    only what looks generated or cannot be a name. ``beside`` is the mapping of the entry, and ``above``
    the keys that lead there: ``existingSecret`` beside it, or ``secretKeys`` above, ask for names.
    """
    strength = 0 if "{" in key else key_strength(key)  # `${{ github.token }}` is an expression
    if not strength:
        return _is_login(key, value)
    if is_reference(value) or (above and above[-1] == _ENCRYPTED):
        return False
    if is_random(value):
        return True
    if is_placeholder(value):
        return False
    if strength == 1:
        return len(value) >= 8 and " " not in value and not is_plain(value)
    return not is_name(value, any_words=_wants_names(beside or {}, above)) and not _is_repeated(
        value, beside
    )


def secret_number(key: str, value: int) -> bool:
    """Return whether an unquoted number is a password."""
    words = words_of(key)
    return (
        value >= _LONG_NUMBER
        and bool(words)
        and words[-1].endswith(_NUMBER_ENDS)
        and not is_placeholder(str(value))
    )


def key_of(key: object, node: Mapping[Any, Any]) -> str:
    """Return what names a value: of ``{name: DB_PASSWORD, value: …}``, the name."""
    if key == "value":
        name = node.get("name", node.get("key"))
        if isinstance(name, str):
            return name
    return key if isinstance(key, str) else ""


def item_key(key: object) -> str:
    """Return what names each item of a list: ``tokens`` is a list of what ``token`` would be."""
    return key.removesuffix("s") if isinstance(key, str) else ""


@lru_cache(maxsize=8192)
def key_strength(key: str) -> int:
    """Return how surely a key names a secret: 2 says so, 1 may also name a Kubernetes Secret or an entry of one."""
    words = words_of(key)
    while words and words[-1].isdigit():
        words.pop()
    if not _HASHES.isdisjoint(words):
        return 0
    before, last = ["", "", *words][-2:]
    if last.endswith(_STRONG_ENDS) or last in _STRONG_WORDS or (before, last) == ("key", "data"):
        return 2
    if last == "key":
        return 2 if before in _STRONG_BEFORE_KEY else int(before in _WEAK_BEFORE_KEY)
    if last.endswith("secret"):
        return 2 if before in _STRONG_BEFORE_SECRET else 1
    return int(
        last in _WEAK_WORDS
        or (before == "secret" and last in {"value", "string"})
        or _is_joined_key(last)
    )


def _is_joined_key(word: str) -> bool:
    """``secretkey`` and ``signingkey``, written as one word."""
    return word.endswith("key") and word.removesuffix("key") in _WEAK_BEFORE_KEY


def _wants_names(beside: Mapping[Any, Any], above: Sequence[object]) -> bool:
    if any(isinstance(each, str) and _names_secrets(each) for each in above[-2:]):
        return True
    return any(
        isinstance(each, str)
        and value
        and isinstance(value, str | Mapping)
        and _names_secrets(each)
        for each, value in beside.items()
    )


@lru_cache(maxsize=8192)
def _names_secrets(key: str) -> bool:
    words = words_of(key)
    if "".join(words) in _REFERENCE_KEYS:
        return True
    speaks = not {"secret", "secrets"}.isdisjoint(words)
    return speaks and not _NAMES_OF.isdisjoint(words) and not _is_weak_key(words)


def _is_weak_key(words: Sequence[str]) -> bool:
    """``secretKey`` alone may hold the secret itself."""
    return words[-1] == "key" and "existing" not in words


def _is_repeated(value: str, beside: Mapping[Any, Any] | None) -> bool:
    """A password that is also the name of the user or of the database is a default, and no secret."""
    alike = [str(each) for each, other in (beside or {}).items() if other == value]
    return len(alike) > 1 and not all(map(secret_key, alike))


def _is_login(key: str, value: str) -> bool:
    """``auth`` of a Docker configuration: base64 of a user and a password."""
    if not key.endswith("auth") or len(value) < 8 or not is_plain(value.rstrip("=")):
        return False
    user, colon, password = decoded(value).partition(":")
    return bool(user and colon and password) and " " not in user
