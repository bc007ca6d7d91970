"""The words of the schema: one base model, and the grammars that names and texts must keep.

Each grammar carries its own explanation, so that a person who breaks one is told the rule and not
a regular expression.
"""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """Base of every section: frozen, strict about types, camelCase keys, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=to_camel, serialize_by_alias=True
    )


GRAMMARS: dict[str, tuple[str, str]] = {}
"""Pattern → (slug of its fault, the rule in words). ``load.py`` explains a mismatch with it."""


def _grammar(slug: str, pattern: str, rule: str, *examples: str, longest: int | None = None) -> Any:
    """Declare a kind of text: ``longest`` counts characters, ``examples`` go to the JSON Schema."""
    GRAMMARS[pattern] = (slug, rule)
    return Field(pattern=pattern, max_length=longest, examples=list(examples) or None)


_DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"

# Kubernetes label values end at 63 characters, and every name here becomes one.
Name = Annotated[
    str,
    _grammar(
        "invalid-name",
        _DNS_LABEL,
        "a name is lower-case letters, digits and `-`, and begins and ends with a letter or digit",
        "payments",
        longest=63,
    ),
]
# Helm refuses release names over 53 characters (helm.sh/helm pkg/chart/common/util ValidateReleaseName).
ReleaseName = Annotated[
    str,
    _grammar(
        "invalid-name",
        r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$",
        "an addon, component or Helm release is lower-case letters, digits and `-`, 53 at most",
        "cert-manager",
        longest=53,
    ),
]
Category = Annotated[
    str,
    _grammar(
        "invalid-category",
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$",
        "a category is one name, or two joined by `/`",
        "security",
        "observability/logs",
        longest=63,
    ),
]
KubernetesVersion = Annotated[
    str,
    _grammar(
        "invalid-kubernetes-version",
        r"^1\.[0-9]{1,3}(\.[0-9]{1,3})?$",
        "a Kubernetes version is `1.MINOR` or `1.MINOR.PATCH`, in quotes",
        "1.33.1",
    ),
]
Version = Annotated[
    str,
    _grammar(
        "invalid-version",
        r"^[A-Za-z0-9][A-Za-z0-9.+_-]*$",
        "a version is one exact version: letters, digits, `.`, `+`, `-` and `_`; ranges are not pins",
        "3.8.2",
        "v1.5.0",
        longest=63,
    ),
]
Revision = Annotated[
    str,
    _grammar(
        "invalid-revision",
        r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$",
        "a revision is a branch, a tag or a commit: letters, digits, `.`, `_`, `+`, `-` and single `/`",
        "main",
        "v1.4.0",
        longest=200,
    ),
]
RelativePath = Annotated[
    str,
    _grammar(
        "invalid-path",
        r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$",
        "a path is relative, has no empty, `.` or `..` part, and uses letters, digits, `.`, `_` and `-`",
        "appsets",
        longest=200,
    ),
]
KustomizePath = Annotated[
    str,
    _grammar(
        "invalid-path",
        r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/([A-Za-z0-9_][A-Za-z0-9._-]*|\{version\}))*$",
        "a Kustomize path is relative, without `.` or `..`; `{version}` may stand for a whole part",
        "kustomize/gateway-api/{version}",
        longest=200,
    ),
]
LabelKey = Annotated[
    str,
    _grammar(
        "invalid-label",
        r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        "a label or annotation key is `[prefix/]name`; the name has 63 characters at most",
        "cost-centre",
        "example.com/owner",
    ),
]
LabelValue = Annotated[
    str,
    _grammar(
        "invalid-label",
        r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        "a label value is letters, digits, `-`, `_` and `.`, 63 at most; put anything else in an annotation",
        "cc-1042",
    ),
]
Domain = Annotated[
    str,
    _grammar(
        "invalid-domain",
        r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$",
        "a domain is lower-case DNS labels joined by dots",
        "k8s-home.lab",
        longest=253,
    ),
]
ChartName = Annotated[
    str,
    _grammar(
        "invalid-chart",
        r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
        "a chart is named by letters, digits, `.`, `_` and `-`",
        "kyverno",
        longest=128,
    ),
]
Quantity = Annotated[
    str,
    _grammar(
        "invalid-quantity",
        r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
        "a quantity is a number with a Kubernetes suffix, in quotes: `500m`, `4`, `16Gi`",
        "16Gi",
    ),
]
# Plain text for people. It never reaches a template engine.
Text = Annotated[str, Field(max_length=1000)]

_HOST = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_IPV6 = re.compile(r"[0-9a-f:.]+\Z")
_URL_PATH = re.compile(r"[A-Za-z0-9._~/+@-]*\Z")


def _url(text: str, schemes: tuple[str, ...], *, user: bool = False) -> str:
    """Accept a URL of one of the schemes, without credentials, query, fragment or dot parts."""
    try:
        parts = urlsplit(text)
        host, port, has_user = parts.hostname or "", parts.port, "@" in parts.netloc
    except ValueError:
        host, port, has_user = "", None, False
        parts = urlsplit("")
    if has_user and not (user and parts.username == "git" and parts.password is None):
        raise PydanticCustomError("credentials-in-url", "a URL with a user or password must not be in Git")
    good_host = bool(_HOST.match(host) or (":" in host and _IPV6.match(host)))
    good = parts.scheme in schemes and good_host and len(host) <= 253 and port != 0
    if not (good and _clean_path(parts.path) and not text.endswith(("?", "#"))):
        raise PydanticCustomError(
            "invalid-url",
            "not a {schemes} URL of a lower-case host and a plain path",
            {"schemes": " or ".join(f"{scheme}://" for scheme in schemes)},
        )
    if parts.query or parts.fragment:
        raise PydanticCustomError("invalid-url", "a URL here has no query and no fragment")
    return text


def _clean_path(path: str) -> bool:
    inner = path.strip("/").split("/") if path.strip("/") else []
    return bool(_URL_PATH.match(path)) and not any(part in {"", ".", ".."} for part in inner)


def _git_url(text: str) -> str:
    scp = re.fullmatch(r"git@([a-z0-9][-a-z0-9.]*):([A-Za-z0-9._~/-]+)", text)
    if scp and _clean_path(scp[2]):
        return text
    return _url(text, ("https", "ssh", "http"), user=text.startswith("ssh://"))


def _server_url(text: str) -> str:
    # Argo CD trims the slash when it connects (`SecretToCluster`) and not in the cluster generator's parameters,
    # so with one a cluster would not merge with itself.
    if text.endswith("/"):
        raise PydanticCustomError("invalid-url", "an API server has no trailing slash")
    return _url(text, ("https",))


def _chart_repository(text: str) -> str:
    """Accept an HTTP index, an ``oci://`` URL, or a bare registry path such as ``ghcr.io/org/charts``."""
    if "://" in text:
        return _url(text, ("https", "http", "oci"))
    host, _, path = text.partition("/")
    if "@" in host:
        raise PydanticCustomError("credentials-in-url", "a registry with a user or password must not be in Git")
    name, _, port = host.partition(":")
    good_port = not _ or (port.isdigit() and 0 < int(port[:6]) < 65536)
    if not (_HOST.match(name) and "." in name and good_port and path and _clean_path(path)):
        raise PydanticCustomError(
            "invalid-url", "a chart repository is an https:// index, an oci:// URL or `registry.host/path`"
        )
    return text


GitUrl = Annotated[str, AfterValidator(_git_url), Field(max_length=500, examples=["https://github.com/org"])]
ServerUrl = Annotated[
    str,
    AfterValidator(_server_url),
    Field(max_length=500, examples=["https://ABC123.gr7.eu-west-1.eks.amazonaws.com"]),
]
ChartRepository = Annotated[
    str,
    AfterValidator(_chart_repository),
    Field(max_length=500, examples=["https://charts.jetstack.io", "oci://ghcr.io/akuity/kargo-charts"]),
]
Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, Annotated[str, Field(max_length=16384)]]
Values = dict[str, Any]

Names = Annotated[tuple[Name, ...], Field(strict=False)]
ReleaseNames = Annotated[tuple[ReleaseName, ...], Field(strict=False)]
