"""Secrets: how they look, and how they are kept out of messages.

``platform.yaml`` holds no secret value: credentials stand in a secret store, and the platform
names the entry. What looks like one is refused by a rule, and masked wherever a source line is
shown. A secret is known by its shape (``ghp_…``, a private key) or by the key it stands under.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import Any

MASK = "********"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret. Text without any of ``needles`` cannot match ``pattern``, and that is cheap to see.

    Needles are compared with lower-case text where ``folded`` is set. A pattern is compiled when text needs it.
    """

    kind: str
    needles: tuple[str, ...]
    pattern: str
    folded: bool = False

    def possible(self, text: str, lower: str) -> bool:
        """Tell whether ``text`` (``lower`` in lower case) may hold this shape."""
        looked = lower if self.folded else text
        return any(needle in looked for needle in self.needles)

    def found(self, text: str) -> bool:
        """Tell whether ``text`` holds this shape."""
        return re.search(self.pattern, text) is not None


def _shape(kind: str, needles: str, pattern: str, *, folded: bool = False) -> Shape:
    return Shape(kind, tuple(needles.split()), pattern, folded)


def _encoded(word: str) -> str:
    """A pattern for base64 that holds ``word``, at each of the three ways it may fall on the 6-bit grid."""
    found = []
    for shift in range(3):
        code = base64.b64encode(b"\0" * shift + word.encode()).decode()
        found.append(code[-(-shift * 8 // 6) : (shift + len(word)) * 8 // 6])
    return "|".join(found)


_ENCODED = f"{_encoded('PRIVATE KEY')}|{_encoded('client-key-data')}"
# A lower-case name with hyphens is no token, whatever it begins with.
_MIXED = r"(?=[^\s\"']{0,60}[0-9])(?=[^\s\"']{0,60}[A-Z])"

SHAPES: tuple[Shape, ...] = (
    _shape(
        "a private key", "PRIVATE PuTTY",
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s]|\\n)*|PuTTY-User-Key-File",
    ),
    _shape(
        "a private key in base64", _ENCODED.replace("|", " "),
        rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]*?(?:{_ENCODED})[A-Za-z0-9+/_=-]*",
    ),
    _shape("a client key of a kubeconfig", "client-key-data", r"client-key-data[\"']?\s*:\s*[\"']?[A-Za-z0-9+/=]{20,}"),
    _shape("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,}"),
    _shape(
        "a GitLab token", "glpat- gldt- glrt- glcbt- glptt- gloas- glsoat- glft- glagent- glimt- GR1348941",
        r"\b(?:gl(?:pat|dt|rt|cbt|ptt|oas|soat|ft|agent|imt)-|GR1348941)[A-Za-z0-9_-]{16,}",
    ),
    _shape("an Atlassian token", "ATATT3 ATBB", r"\bAT(?:ATT3|BB)[A-Za-z0-9_=-]{20,}"),
    _shape("an AWS access key", "AKIA ASIA ABIA ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    _shape("an AWS secret key", "secret", r"(?i)aws.{0,20}secret.{0,20}[:=\s\"']+[A-Za-z0-9/+]{40}\b", folded=True),
    _shape("a Google API key", "AIza", r"\bAIza[A-Za-z0-9_-]{35}"),
    _shape("a Google service account key", "private_key", r"\"private_key(?:_id)?\\?\"\s*:\s*\\?\"[^\"\\$<{]+"),
    _shape("a Google OAuth secret", "GOCSPX- ya29.", r"\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})"),
    _shape("an Azure client secret", "8Q~ 7Q~", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{30,}"),
    _shape(
        "an Azure shared key", "accountkey= sharedaccess",
        r"(?i)(?:AccountKey|SharedAccess(?:Key|Signature))=[A-Za-z0-9+/=%&]{20,}", folded=True,
    ),
    _shape("an Azure SAS signature", "sig=", r"[?&]sig=[A-Za-z0-9+/%]{30,}=*"),
    _shape("a Slack token", "xox xapp-", r"\b(?:xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})"),
    _shape("a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/[a-z]{6,10}/[A-Za-z0-9/_-]{10,}"),
    _shape("a Discord webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{20,}"),
    _shape("a Teams webhook", ".webhook.office.com", r"\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{30,}"),
    _shape("a Telegram token", ":AA", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    _shape("a Stripe key", "k_live_ k_test_", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    _shape("a webhook secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
    _shape("a Twilio key", "SK", r"\bSK[0-9a-f]{32}\b"),
    _shape("a SendGrid key", "SG.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    _shape("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{30,}"),
    _shape("a PyPI token", "pypi-AgE", r"\bpypi-AgE[A-Za-z0-9_-]{20,}"),
    _shape("a RubyGems token", "rubygems_", r"\brubygems_[a-f0-9]{32,}"),
    _shape("a Docker token", "dckr_", r"\bdckr_[a-z]{3}_[A-Za-z0-9_-]{20,}"),
    _shape("a Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    _shape("a Vault token", "hvs. hvb. hvr.", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}"),
    _shape("an old Vault token", "s.", rf"(?<![A-Za-z0-9.])s\.{_MIXED}[A-Za-z0-9]{{24}}\b"),
    _shape("a Terraform Cloud token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{20,}"),
    _shape("a DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{40,}"),
    _shape("a Grafana token", "glsa_ glc_", r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{20,}"),
    _shape("a New Relic key", "NRAK- NRJS-", r"\bNR(?:AK|JS)-[A-Za-z0-9]{19,}"),
    _shape("a Databricks token", "dapi", r"\bdapi[a-f0-9]{32}\b"),
    _shape("a Tailscale key", "tskey-", r"\btskey-[a-z]+-[A-Za-z0-9-]{16,}"),
    _shape("a Sentry token", "sntrys_ sntryu_", r"\bsntry[su]_[A-Za-z0-9+/=_]{20,}"),
    _shape("a Pulumi token", "pul-", r"\bpul-[a-f0-9]{40}\b"),
    _shape("a Shopify token", "shpat_ shpss_ shpca_ shppa_", r"\bshp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}"),
    _shape("an age key", "age-secret-key-1", r"(?i)\bAGE-SECRET-KEY-1[A-Z0-9]{50,}", folded=True),
    _shape("an OpenAI or Anthropic key", "sk-", rf"\bsk-{_MIXED}[A-Za-z0-9_-]{{20,}}"),
    _shape("a JSON Web Token", "eyJ", r"\beyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    _shape("a bearer token", "bearer basic", rf"\b(?i:bearer|basic)\s+{_MIXED}[A-Za-z0-9._~+/-]{{16,}}=*", folded=True),
    _shape(
        "a URL with a password", "://",  # a reference such as ${PASSWORD} is none
        r"(?<=://)[^\s/:@\"'<>{}]*:(?![0-9]+@sha256:)[^\s/@\"'<>{}$%][^\s/@\"'<>{}]*(?=@)",
    ),
    _shape("a password hash", "$2a$ $2b$ $2x$ $2y$", r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{50,}"),
    _shape("a password hash", "$5$ $6$ $y$ $apr1$ $argon2", r"\$(?:5|6|y|apr1|argon2[id]{1,2})\$[^\s\"']{20,}"),
)  # fmt: skip

# Keys are compared by their words: `adminPassword`, `ADMIN_PASSWORD` and `admin-password` are alike.
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_STRONG_ENDS = ("password", "passwd", "passphrase", "token", "apikey", "accesskey", "privatekey", "clientsecret")
_STRONG_WORDS = frozenset({"pass", "pwd", "psk", "dockerconfigjson"})
_STRONG_BEFORE_KEY = frozenset({"api", "access", "private", "account", "storage", "subscription"})
_STRONG_BEFORE_SECRET = frozenset(
    {"api", "app", "client", "consumer", "cookie", "hmac", "jwt", "oauth", "oidc", "session", "shared", "webhook"}
)
_WEAK_WORDS = frozenset({"credential", "credentials", "creds", "pat", "salt", "dsn"})
_WEAK_BEFORE_KEY = frozenset(
    {"secret", "signing", "encryption", "master", "session", "cookie", "ssh", "license", "hmac"}
)
_REFERENCE = re.compile(
    r"\$\{|\$\(|\{\{|\A(?:\$[A-Za-z_]|%[({]|/|\*+\Z|<[^>]*>\Z|ENC\[|arn:|[A-Za-z][A-Za-z0-9+.]*://[^@]*\Z"
    r"|(?:vault|ref\+[a-z]+|env|file|op|awssm|gcpsm|ssm|k8s|sops):)"
)
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "none", "null", "auto"})
_NAME = re.compile(r"[A-Za-z0-9._/-]*\Z")
_RANDOM = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}\Z")
_HEX = re.compile(r"[0-9a-fA-F]{32,}\Z")
_CODE = re.compile(r"[\s()]")

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\n[ \t]*|([/ \"]))")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_BASE64_LINE = re.compile(r"\s*[A-Za-z0-9+/]{60,}={0,2}\s*\Z")
_NO_VALUE = re.compile(r"(?:[|>][-+0-9]*|[*&!]\S*|[{\[].*)?\s*(?:#.*)?\Z")
_PAIR = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{1,200})"""
    r"""(\s*:\s+|\s*:(?=["'])|=)(?:[&!]\S+\s+)*(?=[^\s=])"""
)
_QUOTED_VALUE = re.compile(r""""(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?""")
_ARGUMENT = re.compile(r"[^\s&\"',;]*")
_FLOW_VALUE = re.compile(r"[^,\]}]*")
_LONGEST = 4000  # characters of a line or a value that are looked at; nobody shows more


def secret_shape(text: str) -> str | None:
    """Say which kind of secret a text looks like (``a GitHub token``), or ``None``."""
    lower = text.lower()
    return next((each.kind for each in SHAPES if each.possible(text, lower) and each.found(text)), None)


def secret_key(key: str) -> bool:
    """Tell whether a key names a secret value (``adminPassword``), not a reference to one (``secretName``)."""
    return _strength(key) == 2


def secret_entry(key: str, value: str) -> bool:
    """Tell whether a value is a secret because of its key.

    Under a key that says so (``password``) everything is, save references and switches; under one that
    may as well name a Kubernetes Secret (``existingSecret``) only what cannot be a name.
    """
    strength = 0 if "{" in key else _strength(key)  # `${{ github.token }}` is an expression
    if not strength or not value.strip() or value.lower() in _SWITCHES or _REFERENCE.search(value):
        return False
    return strength == 2 or _is_random(value) or (len(value) >= 8 and " " not in value and not _NAME.match(value))


def secret_in_text(text: str) -> bool:
    """Tell whether lines in a text (properties, YAML, arguments) give a secret-like key a literal value."""
    for line in text.splitlines():
        for key, start, end in _pairs(line):
            value = _unquoted(line[start : min(end, start + _LONGEST)])
            literal = len(value) >= 4 and value != key and not _CODE.search(value)
            if literal and secret_key(key) and secret_entry(key, value):
                return True
    return False


def unescape(text: str) -> str:
    """Resolve the escapes of double-quoted YAML that can hide plain text (``\\x67hp_`` is ``ghp_``)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def hide(text: str) -> str:
    """A message as it may be shown: whatever has the shape of a secret becomes ``********``."""
    lower = text.lower()
    for each in SHAPES:
        if each.possible(text, lower):
            text = re.sub(each.pattern, MASK, text)
    return text


def hide_data(data: Any, key: str = "") -> Any:
    """Data as it may be shown: a text that is a secret by its shape, or by the key it stands under, is ``********``."""
    if isinstance(data, Mapping):
        # `{name: DB_PASSWORD, value: …}`: the value stands under what `name` says.
        name = data.get("name")
        named = name if isinstance(name, str) and secret_key(name) else ""
        return {
            hide(str(inner)): hide_data(value, named if named and inner == "value" else str(inner))
            for inner, value in data.items()
        }
    if isinstance(data, list | tuple):
        return [hide_data(each, key) for each in data]
    if isinstance(data, str) and key and secret_entry(key, data):
        return MASK
    return hide(data) if isinstance(data, str) else data


def mask(line: str) -> str:
    """A source line as it may be shown: secret-looking parts become ``********``; columns may shift after them."""
    line = line[:_LONGEST]
    if _BASE64_LINE.match(line):  # a line of a key in a block; what it is cannot be told from here
        return MASK
    if "\\" in line:
        line = _QUOTED.sub(lambda found: MASK if secret_shape(unescape(found[0])) else found[0], line)
    line = hide(line)
    pairs = list(_pairs(line))
    # `{name: DB_PASSWORD, value: …}`: the value stands under what `name` says.
    named = next((name for key, *at in pairs if key == "name" and secret_key(name := _unquoted(line[slice(*at)]))), "")
    shown, done = "", 0
    for key, start, end in pairs:
        value = line[start:end]
        secret = secret_entry(named if key == "value" else key, _unquoted(value)) and not _NO_VALUE.match(value)
        if secret and start >= done:
            shown, done = shown + line[done:start] + MASK, end
    return shown + line[done:]


def _pairs(line: str) -> Iterator[tuple[str, int, int]]:
    """Every ``key: value`` and ``key=value`` of a line, with the stretch of the value.

    Behind a ``{`` or ``[`` a plain value ends where flow style ends it; elsewhere it takes the rest of the line.
    """
    flow = min((at for at in (line.find("{"), line.find("[")) if at >= 0), default=len(line))
    position = 0
    while found := _PAIR.search(line, position):
        start = found.end()
        value = _QUOTED_VALUE.match(line, start)
        if value is None and found[2] == "=":
            value = _ARGUMENT.match(line, start)
        # A plain value is looked into as well: it may be a mapping, or a command.
        position = value.end() if value else start
        if value is None and flow < start:
            value = _FLOW_VALUE.match(line, start)
        yield found[1].strip("\"'"), start, value.end() if value else len(line)


def _unquoted(value: str) -> str:
    return value.strip().strip("\"'")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if not code:
        return found[4] or ""
    number = int(code, 16)
    return chr(number) if number < 0x110000 else ""


@lru_cache(maxsize=8192)
def _strength(key: str) -> int:
    """How surely a key names a secret: 2 says so, 1 may also name a Kubernetes Secret or an entry of one."""
    words = [each.lower() for each in _WORDS.findall(key)]
    while words and words[-1].isdigit():
        words.pop()
    before, last = ["", "", *words][-2:]
    if last.endswith(_STRONG_ENDS) or last in _STRONG_WORDS or (before, last) == ("key", "data"):
        return 2
    if last == "key":
        return 2 if before in _STRONG_BEFORE_KEY else int(before in _WEAK_BEFORE_KEY)
    if last.endswith("secret"):
        return 2 if before in _STRONG_BEFORE_SECRET else 1
    return int(last in _WEAK_WORDS)


def _is_random(value: str) -> bool:
    """Tell a key from a name: hexadecimal or base64 of 32 characters or more that repeats little."""
    if _HEX.match(value):
        return any(each.isdigit() for each in value) and any(each.isalpha() for each in value)
    if not _RANDOM.match(value) or value.islower() or value.isupper() or sum(map(str.isdigit, value)) < 2:
        return False
    counts = Counter(value).values()
    return -sum(count / len(value) * log2(count / len(value)) for count in counts) >= 4.0
