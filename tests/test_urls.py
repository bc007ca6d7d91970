"""URLs: what is one, how Python reads it, and which of them name one repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from itertools import combinations, product
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import fast_yaml
import pytest
from governance import verify_all
from hypothesis import given, settings
from pydantic_core import PydanticCustomError
from url_strategies import READERS, almost_urls, git_urls, oci_urls, urls

from dokaseca_compile.argo.hubs import output_of, read_hubs
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.core.urls import (
    CredentialsError,
    UrlError,
    go_reads,
    host_of,
    is_link,
    read_git_url,
    read_oci,
    read_url,
    repository_key,
    same_repository,
    server_key,
)
from dokaseca_compile.model.urls import _chart_repository, _git_url, _server_url
from dokaseca_compile.resolve.layout import Layout

TABLE = fast_yaml.load((Path(__file__).parent / "urls.yaml").read_text())
KINDS: dict[str, Callable[[str], str]] = {"git": _git_url, "server": _server_url, "chart": _chart_repository}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in KINDS for text in TABLE[kind]["accepted"]])
def test_accepted(kind: str, text: str) -> None:
    """It is kept byte for byte."""
    assert KINDS[kind](text) == text


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [(kind, text, reason) for kind in KINDS for text, reason in TABLE[kind]["refused"].items()],
)
def test_refused(kind: str, text: str, reason: str) -> None:
    """The reason says what is wrong, and what could be a secret is not in it."""
    with pytest.raises(PydanticCustomError) as refused:
        KINDS[kind](text)
    assert reason in str(refused.value)
    assert refused.value.type == ("credentials-in-url" if "password" in reason else "invalid-url")


SMALLEST = """
apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {{name: acme}}
repositories: {{organization: "{organization}"}}
environments: {{dev: {{}}}}
regions: {{eu: {{}}}}
clusters: {{hub: {{type: hub, environment: dev, region: eu, auth: in-cluster}}}}
"""


@pytest.mark.parametrize("text", TABLE["git"]["accepted"])
def test_an_organization(text: str) -> None:
    """Both sides, what an Application reads and what its project lists, have it as it is written."""
    compilation = compile([SourceFile("platform.yaml", SMALLEST.format(organization=text).encode())])
    assert [each.message for each in compilation.diagnostics if each.severity is Severity.ERROR] == []
    assert compilation.resolved is not None
    verify_all(compilation)
    url = f"{text.rstrip('/')}/acme-addons"
    (hub,) = read_hubs(output_of(compilation.tree), Layout(compilation.resolved))
    assert {each.repository for each in hub.bootstrap} >= {url}
    assert hub.projects["bootstrap-addons"].sources == [url]


@pytest.mark.parametrize("text", TABLE["link"]["accepted"])
def test_links(text: str) -> None:
    assert is_link(text)


@pytest.mark.parametrize("text", TABLE["link"]["refused"])
def test_what_is_no_link(text: str) -> None:
    assert not is_link(text)


def python(text: str) -> tuple[Any, ...]:
    """The parts of a URL as Python reads them; the host is lower-case."""
    parts = urlsplit(text)
    user = (parts.username, parts.password)
    return parts.scheme, user, parts.hostname, parts.port, parts.path, parts.query, parts.fragment


@settings(max_examples=200)
@given(urls())
def test_python_reads_the_same(text: str) -> None:
    """Scheme, host, port and path; no user but Git's, no query, no fragment; and it writes it as it was."""
    url = READERS[text.partition(":")[0]](text)
    user = ("git", None) if url.scheme == "ssh" else (None, None)
    port = int(url.port) if url.port else None
    assert python(text) == (url.scheme, user, url.host.strip("[]").lower(), port, url.path, "", "")
    assert urlunsplit(urlsplit(text)) == text
    assert not {"", ".", ".."} & set(unquote(url.path).strip("/").split("/")) or url.path in {"", "/"}


@settings(max_examples=300)
@given(almost_urls())
def test_what_is_accepted_holds_nothing_else(text: str) -> None:
    """Pieces of URLs in any order: what is read as a URL is plain, and Python finds the same host in it."""
    for kind in KINDS.values():
        with suppress(PydanticCustomError):
            check_plain(kind(text))


def check_plain(text: str) -> None:
    """No part of a URL but those that all readers see alike."""
    assert re.fullmatch(r"[A-Za-z0-9._~/+@:%\[\]-]+", text)
    plain = text
    if "://" not in text:
        plain = f"ssh://{text.replace(':', '/', 1)}" if "@" in text else f"oci://{text}"
    scheme, (user, password), host, _, path, query, fragment = python(plain)
    assert (password, query, fragment) == (None, "", "")
    assert user in ({"git"} if scheme == "ssh" else {None})
    authority = plain.partition("://")[2].partition("/")[0].removeprefix("git@")
    assert re.sub(r":[0-9]+\Z", "", authority).lower().strip("[]") == host
    assert not any(char in unquote(path) for char in "\n\r\t\0\\")


@given(oci_urls())
def test_a_registry_with_and_without_its_scheme(text: str) -> None:
    """Both are one repository, and Go can read the second."""
    bare = text.removeprefix("oci://")
    assert read_oci(bare) == read_oci(text)
    assert same_repository(bare, text)
    assert go_reads(bare)


@pytest.mark.parametrize("spellings", TABLE["repositories"])
def test_one_repository(spellings: list[str]) -> None:
    assert {repository_key(each) for each in spellings} == {repository_key(spellings[0])}


def test_other_repositories() -> None:
    for some, others in combinations(TABLE["repositories"], 2):
        for one, other in product(some, others):
            assert not same_repository(one, other), (one, other)


@given(git_urls())
def test_the_key_of_a_key_is_the_same(text: str) -> None:
    """Comparing needs no order, and no spelling is better than another."""
    assert repository_key(repository_key(text)) == repository_key(text)
    assert same_repository(text, text.upper().replace("GIT@", "git@", 1)) or "@" in text
    assert same_repository(text, f"{text.rstrip('/')}/")


@pytest.mark.parametrize(
    ("url", "host", "key"),
    [
        ("https://A.Example:443/x/", "a.example", "https://a.example/x"),
        ("https://a.example:6443", "a.example", "https://a.example:6443"),
        ("https://[2001:DB8::1]", *(f"{each}[2001:0db8:0000:0000:0000:0000:0000:0001]" for each in ("", "https://"))),
        ("no url", "", "no url"),
    ],
)
def test_servers(url: str, host: str, key: str) -> None:
    assert (host_of(url), server_key(url)) == (host, key)


def test_errors_say_what_they_are() -> None:
    with pytest.raises(CredentialsError):
        read_url("https://token@a.example", ("https",))
    with pytest.raises(UrlError, match="has the user") as refused:
        read_git_url("ssh://a.example/x")
    assert refused.value.advice == "write `ssh://git@a.example/x`"
