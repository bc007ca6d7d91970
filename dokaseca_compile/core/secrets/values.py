"""Values of entries that may hold a secret: references, placeholders, names, random texts."""

from __future__ import annotations

import base64
import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_REFERENCE = re.compile(
    r"\$\{|\$\(|\{\{|\A(?:\$[A-Za-z_]|%[({]|\*+\Z|<[^>]*>\Z|\[[A-Za-z _-]+\]\Z|__\w+__\Z|ENC\[|arn:"
    r"|[A-Za-z][A-Za-z0-9+.]*://[^@]*\Z"
    r"|(?:vault|ref\+[a-z]+|env|file|op|awssm|gcpsm|ssm|k8s|sops):|rds!(?:cluster|db)-)"
)
_NAMED_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.]*://([^\s:@/]+)@")
_PATH = re.compile(r"/[^\s]*\Z")
_SWITCHES_LIST = """
    true false yes no on off enabled disabled none null nil auto required optional always never
    plain basic generate generated random empty
"""
_SWITCHES = frozenset(_SWITCHES_LIST.split())
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|ms|s|m|h|d|w|y))+\Z")

# Published defaults of charts, and examples in documentation: everybody knows them.
_DEFAULTS_LIST = """
    admin administrator admin123 adminadmin airflow argo argocd bitnami cassandra clickhouse couchdb
    dagster default demo devlake druid elastic elasticsearch foo bar baz foobar gitea grafana guest
    harbor harbor12345 hive influxdb jenkins kafka keycloak langfuse letmein mariadb merico minio
    minio123 minioadmin mlflow mongo mongodb mypass mysql n8n neo4j odoo opensearch openfga operator
    oracle pass password pass123 postgres postgresql pgpass prometheus promoperator prom-operator
    pwd passwd qwerty rabbitmq redis root rootroot rundeck s3cr3t s3cret secret secret123 sentinel
    signoz sonar sonarqube superset superuser temporal test test123 tester testing token uptrace
    user username valkey vault wordpress zabbix p4ssw0rd passw0rd password1 password123 abc123
    abcd1234 r8sa8cphd9bt6d
"""
_DEFAULTS = frozenset(_DEFAULTS_LIST.split())
_PLACEHOLDER_PHRASES = re.compile(
    r"change(?:me|it|this)|pleasechange|replace(?:me|this|with)|fill(?:me|in)"
    r"|(?:put|insert|enter)your|goeshere|not(?:used|set|real)|tobereplaced"
)
_PLACEHOLDER_WORDS_LIST = """
    example placeholder dummy redacted fixme todo your fake sample insert unused tbd mock replace
"""
_PLACEHOLDER_WORDS = frozenset(_PLACEHOLDER_WORDS_LIST.split())
_FILLER = re.compile(r"([xX.*#?-])\1{3,}")
_ASCENDING = "01234567890123456789"

# Words in names of Secrets, of their keys and of environment variables.
_NAMING_LIST = """
    password passwords passwd pass pwd passphrase secret secrets token tokens key keys credential
    credentials creds apikey accesskey secretkey privatekey auth pat salt dsn dockerconfigjson psk
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
# A text is a name from this share of pronounceable words on.
_SPOKEN = 0.5
_SPOKEN_WITH_NUMBERS = 0.7
_SHORTEST_KEY = 16
_LONGEST_ACRONYM = 5  # in a text of both cases
_LONGEST_SUFFIX = 24  # of a name with a hash at its end


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a name: ``adminPassword`` → ``admin``, ``password``."""
    return [each.lower() for each in _WORDS.findall(text)]


def is_reference(value: str) -> bool:
    """Return whether a value is empty, a switch, a duration, or a reference to a secret."""
    text = value.strip()
    if not text or text.lower() in _SWITCHES:
        return True
    if _DURATION.match(text) or _REFERENCE.search(text):
        return True
    user = _NAMED_USER.match(text)
    if user:
        return is_name(user[1])
    is_path = _PATH.match(text) is not None
    return is_path and not is_random(text)


def is_placeholder(value: str) -> bool:
    """Return whether a value is a placeholder (``changeme``) or a default (``postgres``)."""
    text = value.strip().lower()
    squeezed = re.sub(r"[^a-z0-9]", "", text)
    if squeezed in _DEFAULTS:
        return True
    is_series = len(set(text)) == 1 or squeezed in _ASCENDING
    if is_series and len(text) > 2:
        return True
    if _FILLER.search(text) or _PLACEHOLDER_PHRASES.search(squeezed):
        return True
    return not _PLACEHOLDER_WORDS.isdisjoint(words_of(value))


def is_name(value: str, *, any_words: bool = False) -> bool:
    """Return whether a value reads as the name of a Secret, of a key in one, or of a variable.

    Such a name consists of words, one of which is about secrets (``db-password``,
    ``clientSecret``). With ``any_words``, where other entries show that names are expected, any
    words are enough (``admin-user``).
    """
    if any_words:
        return bool(_words_of_name(value, _NUMBERED))
    return any(map(_is_about_secrets, _words_of_name(value, _NUMBERED_WORD)))


def _words_of_name(value: str, numbered: re.Pattern[str]) -> list[str]:
    """Return the words of a name of words and ``numbered`` parts; none for another text."""
    if not _NAME.match(value):
        return []
    words: list[str] = []
    for part in filter(None, _SEPARATORS.split(value)):
        if _WORD.match(part):
            words += words_of(part)
        elif not numbered.match(part):
            return []
    if sum(map(len, words)) < 3 * len(words) - 2:  # `aBcDeF` does not consist of words
        return []
    return words


def _is_about_secrets(word: str) -> bool:
    return word in _NAMING or word.endswith(_NAMING_ENDS)


def is_plain(value: str) -> bool:
    """Return whether a value has only characters of names, paths and identifiers."""
    return bool(_NAME.match(value))


def is_random(value: str) -> bool:
    """Return whether a value of 16 characters or more looks generated: base64, hex or a UUID."""
    text = value.strip()
    core = text.rstrip("=")
    if len(core) < _SHORTEST_KEY or core.isdigit():
        return False
    if not _KEY_CHARACTERS.match(core):
        return False
    is_padded = core != text and len(text) % 4 == 0
    if is_padded or _UUID.match(core):
        return True
    if core in {core.lower(), core.upper()}:
        return _has_random_part(core)
    return is_wordless(core)


def _has_random_part(text: str) -> bool:
    """Return whether a text of one case is random, or a name with a random suffix."""
    parts = re.split(r"[-._/+~]+", text)
    longest = max(parts, key=len)
    least = _SHORTEST_KEY if len(parts) == 1 else _LONGEST_SUFFIX
    if len(longest) < least or longest.isdigit():
        return False
    return is_wordless(longest)


def is_wordless(text: str) -> bool:
    """Return whether little of a text is pronounceable, and its characters repeat little."""
    if len(set(text)) < 6:
        return False
    if _HEX.match(text):
        return not text.isdigit() and not text.isalpha()
    longest_acronym = len(text) if text.isupper() else _LONGEST_ACRONYM
    spoken = sum(len(word) for word in _WORDS.findall(text) if _is_spoken(word, longest_acronym))
    # Names have at most one number, or all numbers at the end.
    has_numbers = len(_NUMBER.findall(text)) > 1
    least = _SPOKEN_WITH_NUMBERS if has_numbers else _SPOKEN
    return spoken / len(text) < least


def _is_spoken(word: str, longest_acronym: int) -> bool:
    """Return whether a word is pronounceable; a long one in capitals is not."""
    if len(word) < 3:
        return False
    if word.isupper() and len(word) > longest_acronym:
        return False
    return _VOWEL.search(word) is not None and _UNSPEAKABLE.search(word) is None


def decoded(text: str) -> str:
    """Return decoded base64 if it is readable text, else ``""``."""
    code = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        plain = base64.b64decode(code + "=" * (-len(code) % 4), validate=True).decode()
    except ValueError:  # not base64, or not UTF-8
        return ""
    is_readable = "".join(plain.split()).isprintable()
    return plain if is_readable else ""
