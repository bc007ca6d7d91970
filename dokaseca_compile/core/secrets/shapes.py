"""Secrets that are recognised by their shape at any place: ``ghp_…``, private keys, webhooks."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dokaseca_compile.core.secrets.values import is_wordless

MASK = "********"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret. Text without any of ``needles`` cannot match ``pattern``: a cheap test.

    With ``folded``, needles are compared with lower-case text. A shape without needles is found by
    its pattern alone. ``accepts`` decides about each match of the pattern.
    """

    kind: str
    needles: tuple[str, ...]
    pattern: str
    folded: bool = False
    accepts: Callable[[re.Match[str]], bool] | None = None

    def possible(self, text: str, lower: str) -> bool:
        """Return whether ``text`` (``lower`` in lower case) may hold this shape."""
        looked = lower if self.folded else text
        return not self.needles or any(needle in looked for needle in self.needles)

    def matches(self, text: str) -> Iterator[str]:
        """Yield every part of ``text`` that has this shape."""
        for found in re.finditer(self.pattern, text):
            if self.accepts is None or self.accepts(found):
                yield found[0]

    def found(self, text: str) -> bool:
        """Return whether ``text`` holds this shape."""
        return next(self.matches(text), None) is not None

    def hide(self, text: str) -> str:
        """Return ``text`` with a mask in place of every match."""
        accepts = self.accepts
        if accepts is None:
            return re.sub(self.pattern, MASK, text)
        return re.sub(self.pattern, lambda found: MASK if accepts(found) else found[0], text)


def _shape(
    kind: str,
    needles: str,
    pattern: str,
    *,
    folded: bool = False,
    accepts: Callable[[re.Match[str]], bool] | None = None,
) -> Shape:
    return Shape(kind, tuple(needles.split()), pattern, folded, accepts)


def _is_bare_key(found: re.Match[str]) -> bool:
    """Return whether 40 characters are a key, not a path, a hash or the end of a certificate."""
    text = found[0]
    if text in {text.lower(), text.upper()} or not any(map(str.isdigit, text)):
        return False
    if not is_wordless(text):
        return False
    return not _WRAPPED.search(found.string, max(0, found.start() - 200), found.start())


def _encoded(word: str) -> str:
    """Return a pattern for base64 of a text with ``word``, for each of the three alignments."""
    found = []
    for shift in range(3):
        code = base64.b64encode(b"\0" * shift + word.encode()).decode()
        found.append(code[-(-shift * 8 // 6) : (shift + len(word)) * 8 // 6])
    return "|".join(found)


# A line of base64 as in PEM, and the line end after it.
_WRAPPED = re.compile(r"[A-Za-z0-9+/]{60,}(?:\s|\\n)+\Z")
_ENCODED = f"{_encoded('PRIVATE KEY')}|{_encoded('client-key-data')}"
# A lower-case name with hyphens is not a token, with any beginning.
_MIXED = r"(?=[^\s\"']{0,60}[0-9])(?=[^\s\"']{0,60}[A-Z])"

SHAPES: tuple[Shape, ...] = (
    _shape(
        "a private key",
        "PRIVATE PuTTY",
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s]|\\n)*(?<!\s)"
        r"|PuTTY-User-Key-File",
    ),
    _shape(
        "a private key in base64",
        _ENCODED.replace("|", " "),
        rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]*?(?:{_ENCODED})[A-Za-z0-9+/_=-]*",
    ),
    _shape(
        "a client key of a kubeconfig",
        "client-key-data",
        r"client-key-data[\"']?\s*:\s*[\"']?[A-Za-z0-9+/=]{20,}",
    ),
    _shape(
        "a GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,}",
    ),
    _shape(
        "a GitLab token",
        "glpat- gldt- glrt- glcbt- glptt- gloas- glsoat- glft- glagent- glimt- GR1348941",
        r"\b(?:gl(?:pat|dt|rt|cbt|ptt|oas|soat|ft|agent|imt)-|GR1348941)[A-Za-z0-9_-]{16,}",
    ),
    _shape("an Atlassian token", "ATATT3 ATBB", r"\bAT(?:ATT3|BB)[A-Za-z0-9_=-]{20,}"),
    _shape("an AWS access key", "AKIA ASIA ABIA ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    _shape(
        "an AWS secret key",
        "secret",
        r"(?i)aws.{0,20}secret.{0,20}[:=\s\"']+[A-Za-z0-9/+]{40}\b",
        folded=True,
    ),
    _shape("a Google API key", "AIza", r"\bAIza[A-Za-z0-9_-]{35}"),
    _shape(
        "a Google service account key",
        "private_key",
        r"\"private_key(?:_id)?\\?\"\s*:\s*\\?\"[^\"\\$<{]+",
    ),
    _shape(
        "a Google OAuth secret",
        "GOCSPX- ya29.",
        r"\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})",
    ),
    _shape("an Azure client secret", "8Q~ 7Q~", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{30,}"),
    _shape(
        "an Azure shared key",
        "accountkey= sharedaccess",
        r"(?i)(?:AccountKey|SharedAccess(?:Key|Signature))=[A-Za-z0-9+/=%&]{20,}",
        folded=True,
    ),
    _shape("an Azure SAS signature", "sig=", r"[?&]sig=[A-Za-z0-9+/%]{30,}=*"),
    _shape(
        "a Slack token",
        "xox xapp-",
        r"\b(?:xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})",
    ),
    _shape(
        "a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/[a-z]{6,10}/[A-Za-z0-9/_-]{10,}"
    ),
    _shape(
        "a Discord webhook",
        "/api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{20,}",
    ),
    _shape(
        "a Teams webhook",
        ".webhook.office.com",
        r"\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{30,}",
    ),
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
    _shape(
        "a Terraform Cloud token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{20,}"
    ),
    _shape("a DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{40,}"),
    _shape("a Grafana token", "glsa_ glc_", r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{20,}"),
    _shape("a New Relic key", "NRAK- NRJS-", r"\bNR(?:AK|JS)-[A-Za-z0-9]{19,}"),
    _shape("a Databricks token", "dapi", r"\bdapi[a-f0-9]{32}\b"),
    _shape("a Tailscale key", "tskey-", r"\btskey-[a-z]+-[A-Za-z0-9-]{16,}"),
    _shape("a Sentry token", "sntrys_ sntryu_", r"\bsntry[su]_[A-Za-z0-9+/=_]{20,}"),
    _shape("a Pulumi token", "pul-", r"\bpul-[a-f0-9]{40}\b"),
    _shape(
        "a Shopify token", "shpat_ shpss_ shpca_ shppa_", r"\bshp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}"
    ),
    _shape("an age key", "age-secret-key-1", r"(?i)\bAGE-SECRET-KEY-1[A-Z0-9]{50,}", folded=True),
    _shape("an OpenAI or Anthropic key", "sk-", rf"\bsk-{_MIXED}[A-Za-z0-9_-]{{20,}}"),
    _shape(
        "a JSON Web Token",
        "eyJ",
        r"\beyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    ),
    _shape(
        "a bearer token",
        "bearer basic",
        rf"\b(?i:bearer|basic)\s+{_MIXED}[A-Za-z0-9._~+/-]{{16,}}=*",
        folded=True,
    ),
    _shape(
        "a URL with a password",
        "://",  # not a reference such as ${PASSWORD}
        r"(?<=://)[^\s/:@\"'<>{}]*:(?![0-9]+@sha256:)[^\s/@\"'<>{}$%][^\s/@\"'<>{}]*(?=@)",
    ),
    _shape("a password hash", "$2a$ $2b$ $2x$ $2y$", r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{50,}"),
    _shape(
        "a password hash",
        "$5$ $6$ $y$ $apr1$ $argon2",
        r"\$(?:5|6|y|apr1|argon2[id]{1,2})\$[^\s\"']{20,}",
    ),
    _shape(
        "an AWS secret key",
        "",
        r"(?<![A-Za-z0-9/+_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])",
        accepts=_is_bare_key,
    ),
)


def secret_shape(text: str, shapes: Sequence[Shape] = SHAPES) -> str | None:
    """Return which kind of secret a text looks like (``a GitHub token``), or ``None``."""
    possible = _possible(text, shapes)
    return next((each.kind for each in possible if each.found(text)), None)


def _possible(text: str, shapes: Sequence[Shape] = SHAPES) -> Iterator[Shape]:
    lower = text.lower()
    return (each for each in shapes if each.possible(text, lower))


def shaped_parts(text: str) -> Iterator[str]:
    """Yield the parts of a text that have the shape of a secret."""
    for each in _possible(text):
        yield from each.matches(text)


def hide(text: str) -> str:
    """Return a text with ``********`` for each part with the shape of a secret."""
    for each in _possible(text):
        text = each.hide(text)
    return text
