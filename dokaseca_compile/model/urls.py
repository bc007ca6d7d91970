"""URLs: of Git, of API servers and of chart repositories, in the one spelling that every tool reads alike."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from dokaseca_compile.model.grammar import refusal
from dokaseca_compile.model.hosts import good_host
from dokaseca_compile.source.text import shown

# Read by hand: `urlsplit` drops tabs and line ends, trims blanks and makes the scheme lower-case.
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+]*)://(?P<user>[^@/]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[A-Za-z0-9._~/+@-]*)?"
)
_TAGGED = re.compile(
    r"(?P<repository>(?:oci://)?[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._-]+)*)/(?P<name>[A-Za-z0-9._-]+)"
    r":(?P<tag>[A-Za-z0-9][A-Za-z0-9._+-]*)"
)
_ADDRESS_AND_PORT = re.compile(r"(?:oci://)?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.]+\]):[0-9]")


def _url(text: str, schemes: tuple[str, ...], *, user: bool = False) -> str:
    """Accept a URL of one of the schemes, without credentials, query, fragment or dot parts."""
    if "@" in re.split(r"[/?#\\]", text.partition("://")[2], maxsplit=1)[0] and not (user and "://git@" in text):
        raise refusal("credentials-in-url", ": a URL with a user or password must not be in Git")
    parts = _URL.fullmatch(text)
    good = parts is not None and parts["scheme"] in schemes and good_host(parts["host"])
    if not (parts and good and int(parts["port"] or 1) < 65536 and _clean_path(parts["path"] or "")):
        kinds = " or ".join(f"{scheme}://" for scheme in schemes)
        said = f" must be an {kinds} URL of a host and a plain path, without query and fragment"
        raise refusal("invalid-url", said)
    return text


def _clean_path(path: str) -> bool:
    """Tell whether no part is empty or made of dots; one slash at the end is fine."""
    parts = path.removeprefix("/").removesuffix("/").split("/")
    return path in {"", "/"} or not any(part in {"", ".", ".."} for part in parts)


def _read_by_projects(text: str) -> str:
    """Refuse an IPv6 address in a URL that AppProjects list: there ``[…]`` is a set of characters (``globMatch``)."""
    if "://[" in text or "@[" in text:
        said = ": an AppProject reads `[` as the start of a pattern, so Argo CD would refuse this source"
        raise refusal("invalid-url", said, "use a DNS name")
    return text


def _git_url(text: str) -> str:
    scp = re.fullmatch(r"git@([a-z0-9.-]+):([A-Za-z0-9._~/-]+)", text)
    if scp and good_host(scp[1]) and _clean_path(scp[2]):
        return text
    return _read_by_projects(_url(text, ("https", "ssh", "http"), user=text.startswith("ssh://git@")))


def _server_url(text: str) -> str:
    # Argo CD trims the slash when it connects (`SecretToCluster`) and not in the cluster generator's parameters,
    # so with one a cluster would not merge with itself.
    if text.endswith("/"):
        raise refusal("invalid-url", ": an API server has no trailing slash", f"write `{shown(text.rstrip('/'))}`")
    return _url(text, ("https",))


def _chart_repository(text: str) -> str:
    """Accept an HTTP index, an ``oci://`` URL, or a bare registry path such as ``ghcr.io/org/charts``."""
    if text.startswith(("git@", "ssh://")) or text.endswith(".git"):
        advice = "use `kustomize: {path: …, repository: …}`, or `chart: {path: …}` in the charts repository"
        raise refusal("invalid-url", ": a chart repository is not a Git URL", advice)
    if tagged := _TAGGED.fullmatch(text):
        raise refusal("invalid-url", ": a repository has no tag", _untagged(**tagged.groupdict()))
    if _ADDRESS_AND_PORT.match(text):
        # Its `IsHelmOciRepo` gives the bare text to `url.Parse`, which takes a colon only after a scheme.
        said = ": Argo CD cannot read an OCI registry by address and port"
        raise refusal("invalid-url", said, "use a DNS name, as `registry.example:5000/charts`")
    if "://" in text:
        return _read_by_projects(_url(text, ("https", "http", "oci")))
    host, _, path = text.partition("/")
    if "@" in host:
        raise refusal("credentials-in-url", ": a registry with a user or password must not be in Git")
    if not ("." in host and host == host.lower() and path.strip("/")):
        raise refusal("invalid-url", ": a chart repository is an https:// index, an oci:// URL or `registry.host/path`")
    _read_by_projects(_url(f"oci://{text}", ("oci",)))
    return text


def _untagged(repository: str, name: str, tag: str) -> str:
    """How a reference to an image of a chart is written here."""
    place = repository if "/" in repository else f"oci://{repository}"  # a bare host is no repository
    version = f'"{tag}"' if re.fullmatch(r"[0-9]+(\.[0-9]+)?", tag) else tag
    return f"write `repository: {place}`, `name: {name}`, `version: {version}`"


def git_repository(url: str) -> str:
    """Return one spelling for one Git repository, as Argo CD compares URLs (``git.NormalizeGitURL``).

    Case, a last slash and ``.git`` do not count. Everything that groups or compares repositories uses this function.
    """
    return url.lower().rstrip("/").removesuffix(".git")


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
