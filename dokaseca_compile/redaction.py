"""Secrets: how they look, and how they are kept out of messages.

``platform.yaml`` holds no secret value: credentials stand in a secret store, and the platform
names the entry. A value of one of these shapes is refused by a rule, and masked wherever a source
line is shown.
"""

from __future__ import annotations

import re

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----")),
    ("a GitHub token", re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})")),
    ("a GitLab token", re.compile(r"\bgl(pat|dt|rt|cbt|ptt|oas|soat|ft|agent)-[A-Za-z0-9_-]{16,}")),
    ("an AWS access key", re.compile(r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b")),
    ("an AWS secret key", re.compile(r"(?i)aws.{0,20}secret.{0,20}[:= \"']+[A-Za-z0-9/+]{40}\b")),
    ("a Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("a Google service account key", re.compile(r"\"private_key(_id)?\"\s*:")),
    ("a Google OAuth secret", re.compile(r"\b(GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})")),
    ("a Slack token", re.compile(r"\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})")),
    ("a Slack webhook", re.compile(r"hooks\.slack\.com/(services|workflows)/[A-Za-z0-9/_-]{10,}")),
    ("a Stripe key", re.compile(r"\b[rs]k_(live|test)_[A-Za-z0-9]{16,}")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{30,}")),
    ("a PyPI token", re.compile(r"\bpypi-[A-Za-z0-9_-]{30,}")),
    ("a Docker token", re.compile(r"\bdckr_[a-z]{3}_[A-Za-z0-9_-]{20,}")),
    ("a Vault token", re.compile(r"\b(hv[sbr]\.[A-Za-z0-9_-]{20,}|s\.[A-Za-z0-9]{24}\b)")),
    ("an Azure storage key", re.compile(r"(?i)(AccountKey|SharedAccessKey|SharedAccessSignature)=[A-Za-z0-9+/=%]{20,}")),
    ("an age key", re.compile(r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,}")),
    ("an OpenAI or Anthropic key", re.compile(r"\bsk-(ant-|proj-)?[A-Za-z0-9_-]{20,}")),
    ("a SendGrid key", re.compile(r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")),
    ("a HashiCorp or DigitalOcean token", re.compile(r"\b(do[opr]_v1_[a-f0-9]{40,}|[A-Za-z0-9]{14}\.atlasv1\.\S{20,})")),
    ("a JSON Web Token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")),
    ("a URL with a password", re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/@]+@")),
    ("a bearer token", re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/-]{20,}=*")),
    ("a password hash", re.compile(r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{50,}|\$(5|6|y)\$[^\s]{20,}|\$argon2")),
)  # fmt: skip
_KEY = re.compile(
    r"(?i)(^|[-_.]|(?<=[a-z]))(password|passwd|passphrase|secret|token|api[-_.]?key|apikey|access[-_.]?key"
    r"|private[-_.]?key|client[-_.]?secret|credentials?)$"
)
_REFERENCE = re.compile(r"(?i)(secret|token|key|credentials?|password)([-_.]?(name|ref|key|path|store|property|file))$")
_LINE = re.compile(r"""^(?P<head>[\s\-{]*["']?(?P<key>[A-Za-z0-9_.-]+)["']?\s*:\s*)(?P<value>.*)$""")
MASK = "********"


def secret_shape(text: str) -> str | None:
    """Say which kind of secret a text looks like (``a GitHub token``), or ``None``."""
    if len(text) < 10:
        return None
    return next((kind for kind, pattern in _SHAPES if pattern.search(text)), None)


def secret_key(key: str) -> bool:
    """Tell whether a key names a secret value (``adminPassword``), not a reference to one (``secretName``)."""
    return bool(_KEY.search(key)) and not _REFERENCE.search(key)


def mask(line: str) -> str:
    """A source line as it may be shown: secret-looking parts become ``********``; columns may shift after them."""
    for _, pattern in _SHAPES:
        line = pattern.sub(MASK, line)
    found = _LINE.match(line)
    if found and secret_key(found["key"]) and found["value"] not in {"", "{", "|", ">"}:
        return found["head"] + MASK
    return line
