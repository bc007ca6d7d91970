"""URLs that all their readers read alike, and the comparison of URLs of repositories.

Git, Helm, Argo CD, Terraform, browsers and people read the URLs of a platform. They disagree about
unusual ones: the end of the host (``#``, ``?`` and ``\\`` before an ``@``), the meaning of escapes,
the equality of two spellings. A text is accepted only if they all agree, and is kept byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache


class UrlError(ValueError):
    """A text is refused: ``args[0]`` is the reason, ``advice`` the fix, if it is known."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.advice = advice


class CredentialsError(UrlError):
    """A URL contains a user or a password, at least to some reader."""


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL; ``port`` is empty if none is written, ``user`` is empty or ``git``.

    ``git@host:path`` is an ``ssh`` URL to all readers (``scp`` form of git-clone(1)): its ``path``
    has no leading slash unless one is written.
    """

    scheme: str
    user: str
    host: str
    port: str
    path: str


# `urlsplit` drops tabs and line ends, trims blanks and makes the scheme lower-case.
_HOST = r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
_PATH = r"(?P<path>(?:[A-Za-z0-9._~/+@-]|%[0-9A-Fa-f]{2})*)"
_URL = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+]*)://(?:(?P<user>git)@)?{_HOST}(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    rf"(?=/|\Z){_PATH}"
)
_SCP = re.compile(rf"(?P<user>git)@(?P<host>[a-z0-9.-]+):{_PATH}")
_DNS_PART = r"[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_DNS_NAME = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
# The last label of a name is never a number: some readers read `127.1` and `0x7f.1` as addresses.
_NUMBER_AT_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SEPARATORS = frozenset("/\\?#%")
_NOT_PARTS = frozenset({"", ".", ".."})
_GIT = ("https", "ssh", "http")
_PLAIN = "a host and a plain path, without query and fragment"
# A part of the name of a repository (the OCI distribution specification, "Pulling manifests").
_OCI_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]{1,5}")
_LINK = re.compile(
    rf"https?://{_HOST}(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?:/(?:[A-Za-z0-9._~/+@:!$&'()*,;=-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[A-Za-z0-9._~/+@:!$&'()*,;=?-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[A-Za-z0-9._~/+@:!$&'()*,;=?-]|%[0-9A-Fa-f]{2})*)?"
)


def read_url(text: str, schemes: Collection[str], *, slashes: bool = False) -> Url:
    """Return the parts of ``scheme://host[:port][/path]``; ``ssh`` has ``git@`` before the host.

    ``slashes`` allows an encoded slash in the path. Raises ``UrlError`` for other texts, and
    ``CredentialsError`` if some reader finds a user in the text.
    """
    url = _parts(text)
    if (url is None or url.scheme != "ssh") and _has_user(text):
        raise CredentialsError("a URL with a user or password must not be in Git")
    if url is None or url.scheme not in schemes:
        raise UrlError(_kinds(schemes))
    if not good_host(url.host) or not good_port(url.port):
        raise UrlError(_kinds(schemes))
    if url.scheme == "ssh" and not url.user:
        # Without the user, Argo CD does not see an SSH URL (`IsSSHURL`) and uses no key.
        reason = "an ssh:// URL has the user `git`"
        raise UrlError(reason, f"write `ssh://git@{text.removeprefix('ssh://')}`")
    _check_path(url.path, schemes, slashes=slashes)
    return url


def _has_user(text: str) -> bool:
    """Return whether any reader finds a user in a URL."""
    # A reader may end the host only at `/`, and not at `#`, `?` or `\`.
    return "@" in text.partition("://")[2].partition("/")[0]


def _parts(text: str) -> Url | None:
    found = _URL.fullmatch(text)
    if found is None:
        return None
    return Url(**{name: part or "" for name, part in found.groupdict().items()})


def read_git_url(text: str) -> Url:
    """Return the parts of a Git URL: ``https``, ``http``, ``ssh`` or ``git@host:path``.

    It has no encoded slash: go-git, which Argo CD uses to list revisions, decodes the path
    (``transport.getPath``) and would read another repository. Raises as ``read_url``.
    """
    found = _SCP.fullmatch(text)
    url = _read_scp(found["host"], found["path"]) if found else read_url(text, _GIT)
    is_plain = url.scheme != "ssh" or "@" not in url.path
    _require(is_plain, "Argo CD does not use SSH for a URL with a second `@` (`IsSSHURL`)")
    return url


def _require(condition: object, reason: str, advice: str = "") -> None:
    if not condition:
        raise UrlError(reason, advice)


def _read_scp(host: str, path: str) -> Url:
    _require(good_host(host) and path.strip("/"), _kinds(_GIT))
    first = path.partition("/")[0]
    # Older releases of go-git read `host:22/path` as a port (`scpLikeUrlRegExp`).
    advice = f"write `ssh://git@{host}/{path}`"
    _require(not _NUMBER.fullmatch(first), f"some readers read `:{first}/` as a port", advice)
    _require(not first.startswith("-"), "Git refuses a path that begins with `-`")
    _check_path(path, _GIT, slashes=False)
    return Url("ssh", "git", host, "", path)


def read_oci(text: str) -> Url:
    """Return the parts of ``oci://registry[/path]``, or of the same text without its scheme.

    The registry and the path are lower-case, as in the OCI distribution specification, and Argo CD
    can read the text without the scheme (``go_reads``). Raises as ``read_url``.
    """
    bare = text.removeprefix("oci://")
    url = read_url(f"oci://{bare}", ("oci",))
    # Argo CD and Helm append `/<chart>`, and no part of an OCI reference is empty.
    bare_advice, lower = f"write `{text.rstrip('/')}`", text.lower()
    _require(not bare.endswith("/"), "an OCI registry has no trailing slash", bare_advice)
    _require(text == lower, "an OCI registry is lower-case", f"write `{lower}`")
    _require(
        all(map(_OCI_PART.fullmatch, url.path.split("/")[1:])),
        "a part of an OCI repository has lower-case letters and digits, joined by `.`, `_`, "
        "`__` or dashes",
    )
    if not go_reads(bare):
        raise _unreadable_registry(url.host)
    return url


def _unreadable_registry(host: str) -> UrlError:
    """Return the error for a registry with a port that Argo CD cannot read."""
    problem, name = "is an address", "a DNS name"
    if _DNS_NAME.fullmatch(host) and not _IPV4.fullmatch(host):
        problem, name = "begins with a digit", "a DNS name that begins with a letter"
    reason = f"Argo CD cannot read an OCI registry with a port whose host {problem} (argo-cd#21374)"
    return UrlError(reason, f"use {name}, such as `registry.example:5000/charts`")


def go_reads(text: str) -> bool:
    """Return whether Go's ``url.Parse`` accepts a text without ``://`` (``parse``, ``getScheme``).

    Argo CD passes it the registry without a scheme: in ``IsHelmOciRepo`` of releases before the fix
    of argo-cd#21374, and in ``NormalizeGitURL`` of all. With a colon in its first segment, the text
    must begin with a scheme for Go: a letter, then letters, digits, ``+``, ``-`` and ``.``.
    """
    segment, _, _ = text.partition("/")
    scheme, colon, _ = segment.partition(":")
    return not colon or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) is not None


def is_link(text: str) -> bool:
    """Return whether a text is an ``http(s)://`` URL without a user; it may have a query."""
    found = _LINK.fullmatch(text)
    if found is None:
        return False
    return good_host(found["host"]) and good_port(found["port"] or "")


def ends_in_number(host: str) -> bool:
    """Return whether the last label of a host is a number: some readers see an address then."""
    return _NUMBER_AT_END.fullmatch(host) is not None


def good_host(host: str) -> bool:
    """Return whether a host is a DNS name, an IPv4 address, or an IPv6 address in brackets."""
    if host.startswith("["):
        from ipaddress import IPv6Address  # noqa: PLC0415 - seldom needed

        with suppress(ValueError):
            return bool(IPv6Address(host[1:-1]))
        return False
    if ends_in_number(host):
        return bool(_IPV4.fullmatch(host))
    return len(host) <= 253 and bool(_DNS_NAME.fullmatch(host))


def good_port(port: str) -> bool:
    """Return whether a port of at most five digits is a TCP port, or empty."""
    return not port or 0 < int(port) < 65536


def host_of(url: str) -> str:
    """Return the host of a valid URL, in lower case; an IPv6 address in full."""
    found = _URL.fullmatch(url)
    return _normal_host(found["host"]) if found is not None else ""


def server_key(url: str) -> str:
    """Return one spelling for all URLs of an API server: without case, default port, last slash."""
    found = _parts(url)
    if found is None:
        return url
    port = f":{found.port}" if found.port else ""
    if port == _PORTS.get(found.scheme):
        port = ""
    return f"{found.scheme}://{_normal_host(found.host)}{port}{found.path.rstrip('/')}"


def _normal_host(host: str) -> str:
    if not host.startswith("["):
        return host.lower()
    from ipaddress import IPv6Address  # noqa: PLC0415 - seldom needed

    return f"[{IPv6Address(host[1:-1]).exploded}]"


@lru_cache(maxsize=4096)
def repository_key(url: str) -> str:
    """Return one spelling for all URLs of a repository, for comparisons only.

    As Argo CD compares (``NormalizeGitURL``): case and ``.git`` do not count, ``git@host:path`` is
    ``ssh://git@host/path``, and SSH is another repository than HTTPS. In addition, a last slash and
    the default port do not count, since servers ignore them, nor ``oci://``, since Argo CD does
    without it.
    """
    text = url.lower()
    if text.startswith("git@"):
        text = f"ssh://{text.replace(':', '/', 1)}"
    scheme, separator, rest = text.removeprefix("oci://").rpartition("://")
    host, slash, path = rest.partition("/")
    host = host.removesuffix(_PORTS.get(scheme, " "))
    path = path.strip("/").removesuffix(".git").rstrip("/")
    return f"{scheme}{separator}{host}{slash if path else ''}{path}"


_PORTS = {"https": ":443", "http": ":80", "ssh": ":22"}


def same_repository(one: str, other: str) -> bool:
    """Return whether two URLs are those of one repository (``repository_key``)."""
    return repository_key(one) == repository_key(other)


def _kinds(schemes: Collection[str]) -> str:
    return f"must be an {' or '.join(f'{scheme}://' for scheme in schemes)} URL of {_PLAIN}"


def _check_path(path: str, schemes: Collection[str], *, slashes: bool) -> None:
    """Refuse an empty part, one of dots, and an escape that readers decode differently.

    One slash at the end is allowed.
    """
    plain = path
    if "%" in path:
        plain = _ESCAPES.sub(lambda found: _decoded(found[0], slashes=slashes), path)
    parts = plain.removeprefix("/").removesuffix("/").split("/")
    if path not in {"", "/"} and not _NOT_PARTS.isdisjoint(parts):
        raise UrlError(_kinds(schemes))


def _decoded(escapes: str, *, slashes: bool) -> str:
    """Return decoded escapes. Raises ``UrlError`` if readers decode them differently."""
    try:
        text = bytes.fromhex(escapes.replace("%", "")).decode()
    except UnicodeDecodeError:
        reason = f"the escape `{escapes}` is not UTF-8"
        raise UrlError(reason) from None
    start = 0
    for character in text:
        end = start + 3 * len(character.encode())
        _check_escape(escapes[start:end], character, slashes=slashes)
        start = end
    return text


def _check_escape(escape: str, character: str, *, slashes: bool) -> None:
    _require(character.isprintable(), f"the escape `{escape}` is an unprintable character")
    _require(
        not _UNRESERVED.fullmatch(character),
        f"`{escape}` is another spelling of `{character}`, and another URL to Argo CD",
        f"write `{character}`",
    )
    _require(
        character not in _SEPARATORS or (slashes and character == "/"),
        f"some readers decode the escape `{escape}`, and read another URL",
    )
