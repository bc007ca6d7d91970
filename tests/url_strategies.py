"""Random URLs: of every kind that is accepted, and of their pieces in any order."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from hypothesis import strategies as st

from dokaseca_compile.core.urls import Url, read_git_url, read_oci, read_url

_LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_HOSTS = st.one_of(
    st.lists(_LABEL, min_size=1, max_size=3).map(".".join),
    st.lists(_LABEL, min_size=1, max_size=3).map(".".join).map(str.title),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda each: f"[{each}]"),
)
_PORTS = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
# What needs an escape, and what may have one.
_ENCODED = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="/\\?#%") | st.just(" "), min_size=1, max_size=4
).map(lambda text: "".join(char if char.isascii() and char.isalnum() else quote(char, safe="._~-") for char in text))
_PLAIN = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~+-]{0,8}", fullmatch=True)
_SEGMENT = st.one_of(_PLAIN, _PLAIN, st.builds("".join, st.lists(_PLAIN | _ENCODED, min_size=1, max_size=3)))
_PATHS = st.builds(
    lambda parts, end: "".join(f"/{part}" for part in parts) + end,
    st.lists(_SEGMENT.filter(lambda part: part not in {".", ".."}), max_size=4),
    st.sampled_from(("", "", "/")),
)
_OCI_PARTS = st.lists(st.from_regex(r"[a-z0-9]{1,6}((\.|_|__|-{1,2})[a-z0-9]{1,4})?", fullmatch=True), max_size=3)

READERS: dict[str, Callable[[str], Url]] = {
    "https": lambda text: read_url(text, ("https",)),
    "http": lambda text: read_url(text, ("http",)),
    "ssh": read_git_url,
    "oci": read_oci,
}


def urls() -> st.SearchStrategy[str]:
    """URLs with a scheme, of every kind."""
    return st.one_of(_web_urls(), _ssh_urls(), oci_urls())


def git_urls() -> st.SearchStrategy[str]:
    """URLs of Git, those in ``scp`` form too."""
    scp = st.builds(
        lambda host, path: f"git@{host}:{path.lstrip('/')}",
        st.lists(_LABEL, min_size=1, max_size=3).map(".".join),
        _PATHS.filter(lambda path: path.strip("/") and not path.split("/")[1].isdigit()),
    )
    return st.one_of(_web_urls(), _ssh_urls(), scp)


def oci_urls() -> st.SearchStrategy[str]:
    """Registries that Argo CD can read, with ``oci://``."""
    hosts = st.lists(_LABEL, min_size=1, max_size=3).map(".".join)
    return st.builds(
        lambda host, port, parts: f"oci://{host}{port}" + "".join(f"/{part}" for part in parts),
        hosts, _PORTS, _OCI_PARTS,
    )  # fmt: skip


def _web_urls() -> st.SearchStrategy[str]:
    return st.builds("{}://{}{}{}".format, st.sampled_from(("https", "http")), _HOSTS, _PORTS, _PATHS)


def _ssh_urls() -> st.SearchStrategy[str]:
    return st.builds("ssh://git@{}{}{}".format, _HOSTS, _PORTS, _PATHS)


_PIECES = (
    "https://", "http://", "ssh://", "oci://", "file://", "git@", "user@", "user:pw@", "@", ":", "#", "?", "\\", "/",
    "//", ".", "..", "%", "%2e", "%2E%2e", "%2f", "%00", "%0a", "%20", "%C3%BC", "%c3", "%25", "[", "]", "[::1]",
    "::1", "github.com", "evil.example", "127.1", "0x7f.1", "3registry", "localhost", "10.0.0.1", ":443", ":5000",
    ":0", ":99999", "acme", "x.git", "-x", "~a", "+", "\n", "\t", " ", "\r", "\0", "$(id)", "`id`", "{{ .x }}",
    "${{ x }}", "<b>", "é", "。", "\u202e", ";", ",", "*", "!", "|", "'", '"',
)  # fmt: skip


def almost_urls() -> st.SearchStrategy[str]:
    """Pieces of URLs, good and bad, in any order; most begin like one."""
    # By index: a strategy that shows the whole table is too long for error messages.
    pieces = st.lists(st.integers(0, len(_PIECES) - 1).map(lambda index: _PIECES[index]), max_size=7).map("".join)
    starts = st.sampled_from(("", "https://github.com", "ssh://git@github.com", "git@github.com:", "oci://ghcr.io"))
    return st.builds("".join, st.tuples(starts, pieces))
