"""The kinds of URL in a platform: Git repositories, API servers, chart repositories, registries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dokaseca_compile.core.urls import (
    CredentialsError,
    Url,
    UrlError,
    good_host,
    good_port,
    read_git_url,
    read_oci,
    read_url,
)
from dokaseca_compile.model.grammar import refusal, require
from dokaseca_compile.source.text import shown

_TAGGED = re.compile(
    r"(?P<repository>(?:oci://)?[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._-]+)*)/(?P<name>[A-Za-z0-9._-]+)"
    r":(?P<tag>[A-Za-z0-9][A-Za-z0-9._+-]*)"
)


def _read(text: str, reader: Callable[[str], Url]) -> Url:
    """Read a URL. Raises ``PydanticCustomError`` if ``reader`` refuses the text."""
    try:
        return reader(text)
    except UrlError as wrong:
        raise _refused(wrong) from None


def _refused(wrong: UrlError) -> PydanticCustomError:
    slug = "credentials-in-url" if isinstance(wrong, CredentialsError) else "invalid-url"
    reason = str(wrong)
    separator = " " if reason.startswith("must ") else ": "
    return refusal(slug, separator + reason, wrong.advice)


def _check_project_source(url: Url) -> None:
    """Refuse an IPv6 address in a URL that AppProjects list.

    There ``[…]`` is a set of characters (``globMatch``).
    """
    message = ": an AppProject reads `[` as a pattern, so Argo CD would refuse this source"
    require(not url.host.startswith("["), "invalid-url", message, "use a DNS name")


def _git_url(text: str) -> str:
    _check_project_source(_read(text, read_git_url))
    return text


def _server_url(text: str) -> str:
    # Argo CD trims the slash when it connects (`SecretToCluster`), but not in the parameters of the
    # cluster generator, so a cluster would not merge with itself.
    if text.endswith("/"):
        message = ": the URL of an API server has no trailing slash"
        raise refusal("invalid-url", message, f"write `{shown(text.rstrip('/'))}`")
    require("%" not in text, "invalid-url", ": the URL of an API server has no `%` escape")
    _read(text, lambda text: read_url(text, ("https",)))
    return text


def _chart_repository(text: str) -> str:
    """Accept an HTTP index, an ``oci://`` URL, or a registry path such as ``ghcr.io/org/charts``.

    A slash at the end of an HTTP index is kept. Helm and Argo CD read the same index with and
    without it (``ResolveReferenceURL``, ``getIndexURL``), but Argo CD finds a repository's
    credentials only under the spelling in its Secret (``SameURL``).
    """
    if text.startswith(("git@", "ssh://")) or text.rstrip("/").endswith(".git"):
        advice = (
            "use `kustomize: {path: …, repository: …}`, or `chart: {path: …}` in the charts "
            "repository"
        )
        raise refusal("invalid-url", ": a chart repository is not a Git URL", advice)
    if tagged := _TAGGED.fullmatch(text):
        advice = _untagged(**tagged.groupdict())
        raise refusal("invalid-url", ": the URL of a repository has no tag", advice)
    if text.startswith("oci://"):
        url = _read(text, read_oci)
    elif "://" in text:
        # The index of a GitLab project has the project's path as one part:
        # `projects/acme%2Fcharts/packages/helm/stable`.
        url = _read(text, lambda text: read_url(text, ("https", "http", "oci"), slashes=True))
    else:
        url = _registry_path(text)
    _check_project_source(url)
    return text


def _registry_path(text: str) -> Url:
    """Read ``registry.host/path``. A first part without a dot is a folder to Helm's users."""
    host, _, path = text.partition("/")
    message = ": a registry with a user or password must not be in Git"
    require("@" not in host, "credentials-in-url", message)
    message = ": a chart repository is an https:// index, an oci:// URL or `registry.host/path`"
    require("." in host and path.strip("/"), "invalid-url", message)
    return _read(text, read_oci)


def image_registry(text: str) -> str:
    """Accept an image with a valid registry. Raises ``PydanticCustomError``."""
    return _check_registry(text, "invalid-image")


def policy_registry(text: str) -> str:
    """Accept a valid registry of a policy. Raises ``PydanticCustomError``."""
    return _check_registry(text, "invalid-value")


def _check_registry(text: str, slug: str) -> str:
    host, _, port = text.partition("/")[0].partition(":")
    message = f": `{host}` is neither a DNS name nor an IPv4 address"
    require(good_host(host), slug, message, "write a host whose last label is not a number")
    require(good_port(port), slug, f": there is no port {port}", "write a port from 1 to 65535")
    return text


def _untagged(repository: str, name: str, tag: str) -> str:
    """Return the keys to write instead of a reference to a chart with its tag."""
    # A host alone is not a repository, unless it is written as a URL.
    place = repository if "/" in repository else f"oci://{repository}"
    version = f'"{tag}"' if re.fullmatch(r"[0-9]+(\.[0-9]+)?", tag) else tag
    return f"write `repository: {place}`, `name: {name}`, `version: {version}`"


GitUrl = Annotated[
    str, AfterValidator(_git_url), Field(max_length=500, examples=["https://github.com/org"])
]
ServerUrl = Annotated[
    str,
    AfterValidator(_server_url),
    Field(max_length=500, examples=["https://ABC123.gr7.eu-west-1.eks.amazonaws.com"]),
]
ChartRepository = Annotated[
    str,
    AfterValidator(_chart_repository),
    Field(
        max_length=500, examples=["https://charts.jetstack.io", "oci://ghcr.io/akuity/kargo-charts"]
    ),
]
