"""Go's own ``net/url`` reads every URL that is accepted as we do: Argo CD, Helm and Terraform ask it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fast_yaml
import pytest
from engines import engine
from hypothesis import given, settings
from hypothesis import strategies as st
from url_strategies import READERS, almost_urls, git_urls, oci_urls, urls

from dokaseca_compile.argo.repositories import normalized_repository
from dokaseca_compile.core.urls import UrlError, go_reads, read_git_url

TABLE = fast_yaml.load((Path(__file__).parents[1] / "urls.yaml").read_text())
Go = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def go() -> Iterator[Go]:
    """Text → what ``url.Parse`` makes of it: ``error``, or the parts."""
    with subprocess.Popen(
        [engine("urls")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def ask(text: str) -> dict[str, Any]:
            stdin.write(f"{json.dumps(text)}\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
            return answer

        yield ask


@settings(max_examples=400)
@given(text=urls())
def test_go_reads_the_same(go: Go, text: str) -> None:
    """Scheme, host, port and path; no user but Git's, no query, no fragment; and it writes it as it was."""
    url, found = READERS[text.partition(":")[0]](text), go(text)
    assert found == {
        "error": "",
        "scheme": url.scheme,
        "user": url.user,
        "password": False,
        "host": url.host.strip("[]"),
        "port": url.port,
        "path": url.path,
        "decoded": unquote(url.path),
        "opaque": "",
        "query": False,
        "fragment": False,
        "text": text,
    }


@settings(max_examples=400)
@given(text=almost_urls())
def test_go_takes_no_user_from_what_is_accepted(go: Go, text: str) -> None:
    """Pieces of URLs in any order: what is read as a URL is one to Go, of the same host."""
    try:
        url = read_git_url(text)
    except UrlError:
        return
    found = go(text if "://" in text else f"ssh://{text.replace(':', '/', 1)}")
    assert (found["error"], found["user"], found["host"]) == ("", url.user, url.host.strip("[]"))
    assert (found["query"], found["fragment"]) == (False, False)


def check_go_reads(go: Go, text: str) -> None:
    """``go_reads`` says what ``url.Parse`` does, with no host found in it (``IsHelmOciRepo`` before its fix)."""
    found = go(text)
    assert go_reads(text) == (not found["error"])
    assert found["host"] == ""


@pytest.mark.parametrize("text", [*TABLE["chart"]["accepted"], *TABLE["chart"]["refused"]])
def test_a_registry_of_the_table_without_its_scheme(go: Go, text: str) -> None:
    bare = text.removeprefix("oci://")
    if "://" not in bare:
        check_go_reads(go, bare)


@settings(max_examples=300)
@given(text=st.from_regex(r"[A-Za-z0-9.+_-]{1,6}(:[0-9]{0,3})?(/[a-z:]{0,3})?", fullmatch=True))
def test_a_registry_without_its_scheme(go: Go, text: str) -> None:
    check_go_reads(go, text)


@settings(max_examples=300)
@given(text=st.one_of(git_urls(), oci_urls().map(lambda text: text.removeprefix("oci://"))))
def test_go_gives_back_what_is_compared(go: Go, text: str) -> None:
    """``NormalizeGitURL`` compares what ``URL.String`` gives of the lower-case text; it is that text."""
    if "[" not in text and text.isascii():
        normal = normalized_repository(text)
        plain = f"ssh://{normal}" if normal.startswith("git@") else normal
        assert (go(plain)["error"], go(plain)["text"]) == ("", plain)
