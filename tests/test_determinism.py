"""The same input gives the same bytes: whatever the machine, the order of keys, and the way it is read."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from compiled import plain
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tfvars_reader import read_tfvars

from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.formats.body import TfvarsBody, YamlBody
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.workspace import read_sources

ROOT = Path(__file__).parent.parent
PLATFORM = [SourceFile(Path(name).name, content) for name, content in read_sources(ROOT / "platform.yaml")]
BASE = (Path(__file__).parent / "hostile" / "base.yaml").read_text()
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
HASH = """
import hashlib, pathlib, sys
from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.workspace import read_sources
sources = read_sources(pathlib.Path(sys.argv[1]))
compilation = compile([SourceFile(pathlib.Path(name).name, content) for name, content in sources])
digest = hashlib.sha256()
for path, content in render(compilation.tree, "platform.yaml"):
    digest.update(f"{path} {len(content)} ".encode() + content)
print(len(compilation.tree), digest.hexdigest())
"""


def files(content: bytes | list[SourceFile]) -> dict[str, bytes]:
    compilation = compile([SourceFile("platform.yaml", content)] if isinstance(content, bytes) else content)
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return dict(render(compilation.tree, "platform.yaml"))


@cache
def expected() -> str:
    digest = hashlib.sha256()
    tree = files(PLATFORM)
    for path, content in sorted(tree.items()):
        digest.update(f"{path} {len(content)} ".encode() + content)
    return f"{len(tree)} {digest.hexdigest()}"


def elsewhere(python: str, folder: Path, **env: str) -> str:
    """The hash of the tree as another process makes it."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [python, "-c", HASH, str(ROOT / "platform.yaml")],
        cwd=folder,
        env=surroundings | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4294967295"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"},
        {"TZ": "Etc/GMT+12", "PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7"},
    ],
    ids=str,
)
def test_surroundings_do_not_matter(tmp_path: Path, env: dict[str, str]) -> None:
    """Hash seed, locale, time zone, folder, optimisation."""
    assert elsewhere(sys.executable, tmp_path, **env) == expected()


@pytest.mark.parametrize("name", PYTHONS)
def test_other_pythons(tmp_path: Path, name: str) -> None:
    """Every supported Python on this machine that has the dependencies."""
    python = shutil.which(name)
    if python is None:
        pytest.skip(f"{name} is not on PATH")
    if subprocess.run([python, "-c", "import pydantic, yaml, click"], capture_output=True, check=False).returncode:
        pytest.skip(f"{name} has no pydantic, PyYAML and click")
    assert elsewhere(python, tmp_path) == expected()


def test_the_umask_does_not_matter(tmp_path: Path) -> None:
    """The bytes on disk are those of the tree, whatever the modes, the ledgers included."""
    trees = []
    for mask in (0o000, 0o022, 0o077):
        out = tmp_path / f"{mask:o}"
        arguments = [sys.executable, "-m", "dokaseca_compile", "compile", "-o", str(out)]
        subprocess.run(arguments, cwd=ROOT, umask=mask, capture_output=True, check=True)
        trees.append({str(each.relative_to(out)): each.read_bytes() for each in out.rglob("*") if each.is_file()})
    assert trees[0] == trees[1] == trees[2]
    assert {path: content for path, content in trees[0].items() if not path.endswith(LEDGER)} == files(PLATFORM)


def shuffled(node: Any, chance: random.Random, *, keep: bool = False) -> Any:
    if isinstance(node, dict):
        keys = list(node)
        if not keep:
            chance.shuffle(keys)
        return {key: shuffled(node[key], chance, keep=key == "environments") for key in keys}
    return [shuffled(each, chance) for each in node] if isinstance(node, list) else node


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_does_not_matter(seed: int) -> None:
    """Every mapping is shuffled but ``environments``, whose order is the order of promotion."""
    data = compile(PLATFORM).sources.data
    assert files(json.dumps(shuffled(data, random.Random(seed))).encode()) == files(PLATFORM)


def test_layout_of_the_text_does_not_matter() -> None:
    """Byte order mark, line ends, comments, flow or block style, quotes: the same bytes come out."""
    wanted = files(BASE.encode())
    assert files(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode()) == wanted
    assert files(BASE.replace("\n", "  # a comment\n").encode()) == wanted
    assert files(json.dumps(compile([SourceFile("platform.yaml", BASE.encode())]).sources.data).encode()) == wanted


NAME = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Cf"]), max_size=20).filter(
    lambda text: unicodedata.is_normalized("NFC", text)
)
SCALAR = st.one_of(TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.floats(-1e6, 1e6, width=32))
VALUES = st.dictionaries(
    NAME.map(lambda name: f"v{name}"),
    st.recursive(
        SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)
VERSION = st.tuples(*[st.integers(0, 40)] * 3).map(lambda numbers: ".".join(map(str, numbers)))


@st.composite
def platforms(draw: st.DrawFn) -> dict[str, Any]:
    """Platforms that no rule has an error for: names of one kind do not end in those of another."""
    environments = [f"env{number}" for number in range(draw(st.integers(1, 3)))]
    regions = [f"reg{number}" for number in range(draw(st.integers(1, 2)))]
    addons = {
        f"addon{number}": {
            "category": draw(st.sampled_from(["security", "observability/logs"])),
            "chart": {
                "name": f"chart{number}",
                "repository": draw(st.sampled_from(["https://a.example/x", "ghcr.io/a/b"])),
            },
            "version": draw(VERSION),
            "namespace": draw(st.sampled_from(["one", "two"])),
            "values": draw(VALUES),
            "requires": [f"addon{draw(st.integers(0, number - 1))}"] if number and draw(st.booleans()) else [],
        }
        for number in range(draw(st.integers(0, 4)))
    }
    layer = st.fixed_dictionaries(
        {name: st.fixed_dictionaries({"values": VALUES}) for name in addons if draw(st.booleans())}
    )
    hub = {"type": "hub", "environment": environments[-1], "region": regions[0], "auth": "in-cluster"}
    spokes = {
        f"spoke{number}": {
            "environment": draw(st.sampled_from(environments)),
            "region": draw(st.sampled_from(regions)),
            "hub": "hub",
            "server": f"https://spoke{number}.example",
            "auth": draw(st.sampled_from([{"awsIam": {"clusterName": "x"}}, "gcp-workload-identity"])),
            "annotations": {f"note{index}": text for index, text in enumerate(draw(st.lists(TEXT, max_size=3)))},
            "description": draw(TEXT),
            "addons": draw(layer),
        }
        for number in range(draw(st.integers(0, 4)))
    }
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Platform",
        "metadata": {"name": "acme", "description": draw(TEXT)},
        "repositories": {"organization": "https://git.example/acme"},
        "environments": {name: {"purpose": "full", "addons": draw(layer)} for name in environments},
        "regions": {name: {"addons": draw(layer)} for name in regions},
        "clusters": {"hub": hub, **spokes},
        "addons": addons,
    }


@settings(
    max_examples=examples(200), derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(platforms())
def test_random_platforms(data: dict[str, Any]) -> None:
    """Each compiles; every file reads back as what was meant; the second time gives the same bytes."""
    content = json.dumps(data, ensure_ascii=False).encode()
    compilation = compile([SourceFile("platform.yaml", content)])
    errors = [each for each in compilation.diagnostics if each.severity == "error"]
    assert not [each for each in errors if each.slug not in {"dangerous-link", "secret-in-source"}], errors
    if errors:
        return
    tree = dict(render(compilation.tree, "platform.yaml"))
    for path, written in tree.items():
        assert written.endswith(b"\n"), path
        body = compilation.tree[path].body
        if isinstance(body, YamlBody):
            assert list(fast_yaml.load_all(written)) == plain(body.documents), path
        elif isinstance(body, TfvarsBody):
            assert read_tfvars(written) == plain(body.attributes), path
    for addon, settings_ in data["addons"].items():
        path = f"acme-addons/values/default/{addon}.yaml"
        if settings_["values"]:
            assert fast_yaml.load(tree[path]) == settings_["values"]
            assert YAML(typ="safe").load(io.BytesIO(tree[path])) == settings_["values"]
    assert files(content) == tree


MUTATIONS = (
    "", " ", "\n", "\t", ":", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "&a ", "*a", "!", "|", ">", "%", "@",
    "`", "\0", "\x85", "\ufeff", "e\u0301", "null", "~", "1.30", "1e999", "true", "---", "...", "<<: ", "? ", "../x",
    "{{ x }}", "${x}", "\u202e", "[]", "{}", "1" * 400,
)  # fmt: skip


@settings(
    max_examples=examples(400), derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_mutations_never_raise(data: st.DataObject) -> None:
    """Bytes, lines and words of a platform are cut, doubled and replaced: diagnostics with places, or a tree."""
    content = BASE.encode()
    for _ in range(data.draw(st.integers(1, 3))):
        content = _mutated(content, data)
    compilation = compile([SourceFile("platform.yaml", content)])
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for each in compilation.diagnostics:
        place = compilation.place(each.primary)
        assert 1 <= place.line <= lines
        assert place.column >= 1
    assert not (compilation.failed and len(compilation.tree))
    assert compilation.failed or dict(render(compilation.tree, "platform.yaml"))


def _mutated(content: bytes, data: st.DataObject) -> bytes:
    start = data.draw(st.integers(0, max(0, len(content) - 1)))
    kind = data.draw(st.sampled_from(["byte", "cut", "insert", "replace", "line", "swap", "indent"]))
    if kind == "byte":
        return content[:start] + bytes([data.draw(st.integers(0, 255))]) + content[start + 1 :]
    if kind == "cut":
        return content[:start] + content[start + data.draw(st.integers(1, 200)) :]
    word = data.draw(st.sampled_from(MUTATIONS)).encode()
    if kind == "insert":
        return content[:start] + word + content[start:]
    if kind == "replace":
        end = next((at for at in range(start, len(content)) if content[at : at + 1] in b" \n,:{}"), len(content))
        return content[:start] + word + content[end:]
    lines = content.splitlines(keepends=True)
    if not lines:
        return word
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    if kind == "line":
        lines.insert(one, lines[other])
    elif kind == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines[one] = b" " * data.draw(st.integers(1, 3)) + lines[one]
    return b"".join(lines)
