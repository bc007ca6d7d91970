"""Values of entries that may hold a secret: references, placeholders, names, and what looks random."""

from __future__ import annotations

import base64
import binascii
import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_REFERENCE = re.compile(
    r"\$\{|\$\(|\{\{|\A(?:\$[A-Za-z_]|%[({]|\*+\Z|<[^>]*>\Z|\[[A-Za-z _-]+\]\Z|__\w+__\Z|ENC\[|arn:"
    r"|[A-Za-z][A-Za-z0-9+.]*://[^@]*\Z"
    r"|(?:vault|ref\+[a-z]+|env|file|op|awssm|gcpsm|ssm|k8s|sops):|rds!(?:cluster|db)-)"
)
_NAMED_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.]*://([^\s:@/]+)@")
_PATH = re.compile(r"/[^\s]*\Z")
_SWITCHES = frozenset(
    {
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "enabled",
        "disabled",
        "none",
        "null",
        "nil",
        "auto",
        "required",
    }
    | {"optional", "always", "never", "plain", "basic", "generate", "generated", "random", "empty"}
)
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|ms|s|m|h|d|w|y))+\Z")

# What charts publish as their default, or documents write in place of a secret: everybody knows it.
_DEFAULTS_LIST = """
    admin administrator admin123 adminadmin airflow argo argocd bitnami cassandra clickhouse couchdb dagster
    default demo devlake druid elastic elasticsearch foo bar baz foobar gitea grafana guest harbor harbor12345
    hive influxdb jenkins kafka keycloak langfuse letmein mariadb merico minio minio123 minioadmin mlflow
    mongo mongodb mypass mysql n8n neo4j odoo opensearch openfga operator oracle pass password pass123 postgres
    postgresql pgpass prometheus promoperator prom-operator pwd passwd qwerty rabbitmq redis root rootroot
    rundeck s3cr3t s3cret secret secret123 sentinel signoz sonar sonarqube superset superuser temporal test test123
    tester testing token uptrace user username valkey vault wordpress zabbix p4ssw0rd passw0rd password1
    password123 abc123 abcd1234 r8sa8cphd9bt6d
"""
_DEFAULTS = frozenset(_DEFAULTS_LIST.split())
_PLACEHOLDER_PHRASES = (
    *(
        "changeme",
        "changeit",
        "changethis",
        "pleasechange",
        "replaceme",
        "replacethis",
        "replacewith",
        "fillme",
    ),
    *(
        "fillin",
        "putyour",
        "insertyour",
        "enteryour",
        "goeshere",
        "notused",
        "notset",
        "notreal",
        "tobereplaced",
    ),
)
_PLACEHOLDER_WORDS = frozenset(
    {
        "example",
        "placeholder",
        "dummy",
        "redacted",
        "fixme",
        "todo",
        "your",
        "fake",
        "sample",
        "insert",
        "unused",
    }
    | {"tbd", "mock", "replace"}
)
_FILLER = re.compile(r"([xX.*#?-])\1{3,}")
_ASCENDING = "01234567890123456789"

# Words of which names of Secrets, of their keys and of environment variables are made.
_NAMING_LIST = """
    password passwords passwd pass pwd passphrase secret secrets token tokens key keys credential credentials creds
    apikey accesskey secretkey privatekey auth pat salt dsn dockerconfigjson psk
"""
_NAMING = frozenset(_NAMING_LIST.split())
_NAMING_ENDS = ("password", "passwd", "secret", "token", "credentials", "apikey")
_SEPARATORS = re.compile(r"[-_./:]+")
_NAME = re.compile(r"[A-Za-z0-9._/:-]+\Z")
_WORD = re.compile(r"[A-Za-z]+\Z")
_NUMBERED = re.compile(
    r"(?:v?[0-9]{1,4}|[a-z]{1,5}[0-9]{1,3}[a-z]?)\Z"
)  # `2`, `v1`, `k8s`, `oauth2`
_NUMBERED_WORD = re.compile(r"(?:v?[0-9]{1,4}|[a-z]{1,8}[0-9]{1,3}[a-z]?)\Z")  # `project1-token`

_KEY_CHARACTERS = re.compile(r"[A-Za-z0-9+/_.~-]+\Z")
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_UNSPEAKABLE = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{5}")
_NUMBER = re.compile(r"[0-9]+")
_SPOKEN, _SPOKEN_WITH_NUMBERS = (
    0.5,
    0.7,
)  # share of a text that is words, from which on it is a name
_SHORTEST_KEY = 16
_LONGEST_ACRONYM = 5  # in a text of both cases
_LONGEST_SUFFIX = 24  # of a name with a hash at its end


def words_of(text: str) -> list[str]:
    """Return the words of a name in lower case: ``adminPassword``, ``ADMIN_PASSWORD`` and ``admin-password`` agree."""
    return [each.lower() for each in _WORDS.findall(text)]


def is_reference(value: str) -> bool:
    """Return whether a value is empty, a switch, a duration, or leads to where the secret is."""
    text = value.strip()
    if not text or text.lower() in _SWITCHES or _DURATION.match(text) or _REFERENCE.search(text):
        return True
    if user := _NAMED_USER.match(text):
        return is_name(user[1])
    return bool(_PATH.match(text)) and not is_random(text)


def is_placeholder(value: str) -> bool:
    """Return whether a value stands in place of a secret (``changeme``) or is a published default (``postgres``)."""
    text = value.strip().lower()
    squeezed = re.sub(r"[^a-z0-9]", "", text)
    if squeezed in _DEFAULTS or (len(text) > 2 and (len(set(text)) == 1 or squeezed in _ASCENDING)):
        return True
    if _FILLER.search(text) or any(each in squeezed for each in _PLACEHOLDER_PHRASES):
        return True
    return not _PLACEHOLDER_WORDS.isdisjoint(words_of(value))


def is_name(value: str, *, any_words: bool = False) -> bool:
    """Return whether a value reads as the name of a Secret, of a key in one, or of a variable.

    Such a name is made of words and speaks of secrets (``db-password``, ``clientSecret``); where other
    entries show that names are wanted (``any_words``), words are enough (``admin-user``).
    """
    if not _NAME.match(value):
        return False
    segments = [each for each in _SEPARATORS.split(value) if each]
    numbered = _NUMBERED if any_words else _NUMBERED_WORD
    if not all(_WORD.match(each) or numbered.match(each) for each in segments):
        return False
    spoken = [word for each in segments if _WORD.match(each) for word in words_of(each)]
    if sum(map(len, spoken)) < 3 * len(spoken) - 2:  # `aBcDeF` is not made of words
        return False
    naming = any(word in _NAMING or word.endswith(_NAMING_ENDS) for word in spoken)
    return bool(spoken) and (any_words or naming)


def is_plain(value: str) -> bool:
    """Return whether a value has only characters of names, paths and identifiers."""
    return bool(_NAME.match(value))


def is_random(value: str) -> bool:
    """Return whether a value looks like a generated key: base64, hexadecimal or a UUID, of 16 characters or more."""
    text = value.strip()
    core = text.rstrip("=")
    if len(core) < _SHORTEST_KEY or not _KEY_CHARACTERS.match(core) or core.isdigit():
        return False
    if _UUID.match(core) or (core != text and len(text) % 4 == 0):
        return True
    if core != core.lower() and core != core.upper():
        return is_wordless(core)
    parts = re.split(r"[-._/+~]+", core)  # names have one case; a hash may follow
    longest = max(parts, key=len)
    least = _SHORTEST_KEY if len(parts) == 1 else _LONGEST_SUFFIX
    return len(longest) >= least and not longest.isdigit() and is_wordless(longest)


def is_wordless(text: str) -> bool:
    """Return whether little of a text can be spoken, and its characters repeat little."""
    if len(set(text)) < 6:
        return False
    if _HEX.match(text):
        return any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    capitals = len(text) if text.isupper() else _LONGEST_ACRONYM
    words = (each for each in _WORDS.findall(text) if len(each) >= 3 and _VOWEL.search(each))
    spoken = [each for each in words if not _UNSPEAKABLE.search(each)]
    share = sum(len(each) for each in spoken if not each.isupper() or len(each) <= capitals) / len(
        text
    )
    # Names have one number at most, or all of it at the end.
    return share < (_SPOKEN if len(_NUMBER.findall(text)) < 2 else _SPOKEN_WITH_NUMBERS)


def decoded(text: str) -> str:
    """Return what base64 stands for where that is readable text, else ``""``."""
    code = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        plain = base64.b64decode(code + "=" * (-len(code) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return plain if plain and all(each.isprintable() or each.isspace() for each in plain) else ""
