"""The words of the schema: one base model, and the grammars that names and texts must keep.

Each grammar carries its own explanation, so that a person who breaks one is told the rule and not
a regular expression.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """Base of every section: frozen, strict about types, camelCase keys, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        serialize_by_alias=True,
        defer_build=True,  # only the root is validated; building every model by itself costs start-up time
    )


GRAMMARS: dict[str, tuple[str, str]] = {}
"""Pattern → (slug of its fault, the rule in words). ``load.py`` explains a mismatch with it."""


def _grammar(slug: str, pattern: str, rule: str, *examples: str, longest: int | None = None) -> Any:
    """Declare a kind of text: ``longest`` counts characters, ``examples`` go to the JSON Schema."""
    GRAMMARS[pattern] = (slug, rule)
    return Field(pattern=pattern, max_length=longest, examples=list(examples) or None)


# Names that Windows keeps for devices, with any ending; and it drops a dot at the end.
_NOT_PORTABLE = re.compile(
    r"(?:.*/)?(?:(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.[^/]*)?|[^/]*\.)(?:/.*)?", re.IGNORECASE
)


def _portable(text: str) -> str:
    if _NOT_PORTABLE.fullmatch(text):
        raise PydanticCustomError("invalid-path", "Windows cannot have a path with this name in it")
    return text


def _git_reference(text: str) -> str:
    if ".." in text or any(part.endswith((".", ".lock")) for part in text.split("/")):
        message = "Git has no revision with `..`, or with a part that ends in `.` or `.lock`"
        raise PydanticCustomError("invalid-revision", message)
    return text


def _prefixed(key: str) -> str:
    if len(key.rpartition("/")[0]) > 253:
        raise PydanticCustomError("invalid-label", "the prefix of a label or annotation key has 253 characters at most")
    return key


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
    AfterValidator(_git_reference),
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
    AfterValidator(_portable),
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
    AfterValidator(_portable),
]
LabelKey = Annotated[
    str,
    _grammar(
        "invalid-label",
        r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?"
        r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        "a label or annotation key is `[prefix/]name`; the prefix is a domain, the name has 63 characters at most",
        "cost-centre",
        "example.com/owner",
        longest=317,
    ),
    AfterValidator(_prefixed),
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

# Read by hand: `urlsplit` drops tabs and line ends, trims blanks and makes the scheme lower-case.
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+]*)://(?P<user>[^@/]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[A-Za-z0-9._~/+@-]*)?"
)
_DNS_PART = r"[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_DNS_NAME = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
# The last label of a name is never a number; to some readers `127.1` and `0x7f.1` are addresses.
_NUMBER_AT_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)")


def _url(text: str, schemes: tuple[str, ...], *, user: bool = False) -> str:
    """Accept a URL of one of the schemes, without credentials, query, fragment or dot parts."""
    if "@" in re.split(r"[/?#\\]", text.partition("://")[2], maxsplit=1)[0] and not (user and "://git@" in text):
        raise PydanticCustomError("credentials-in-url", "a URL with a user or password must not be in Git")
    parts = _URL.fullmatch(text)
    good = parts is not None and parts["scheme"] in schemes and _good_host(parts["host"])
    if not (parts and good and int(parts["port"] or 1) < 65536 and _clean_path(parts["path"] or "")):
        raise PydanticCustomError(
            "invalid-url",
            "not a {schemes} URL of a host and a plain path, without query and fragment",
            {"schemes": " or ".join(f"{scheme}://" for scheme in schemes)},
        )
    return text


def _good_host(host: str) -> bool:
    """Tell whether a host is a DNS name, an IPv4 address, or an IPv6 address in brackets."""
    if host.startswith("["):
        from ipaddress import IPv6Address  # noqa: PLC0415 - seldom needed

        with suppress(ValueError):
            return bool(IPv6Address(host[1:-1]))
        return False
    if _NUMBER_AT_END.fullmatch(host):
        return bool(_IPV4.fullmatch(host))
    return len(host) <= 253 and bool(_DNS_NAME.fullmatch(host))


def _clean_path(path: str) -> bool:
    """Tell whether no part is empty or made of dots; one slash at the end is fine."""
    parts = path.removeprefix("/").removesuffix("/").split("/")
    return path in {"", "/"} or not any(part in {"", ".", ".."} for part in parts)


def _git_url(text: str) -> str:
    scp = re.fullmatch(r"git@([a-z0-9.-]+):([A-Za-z0-9._~/-]+)", text)
    if scp and _good_host(scp[1]) and _clean_path(scp[2]):
        return text
    return _url(text, ("https", "ssh", "http"), user=text.startswith("ssh://git@"))


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
    if not ("." in host and host == host.lower() and path.strip("/")):
        raise PydanticCustomError(
            "invalid-url", "a chart repository is an https:// index, an oci:// URL or `registry.host/path`"
        )
    _url(f"oci://{text}", ("oci",))
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
