"""Whose file is it? What ``compile`` writes, refuses, deletes, and the way out of every refusal."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from command import BASE, dokaseca, files, platform

from dokaseca_compile.formats.header import header

KYVERNO = "out/acme-addons/gitops/values/default/kyverno.yaml"
APPSET = "out/acme-addons/gitops/appsets/security/kyverno/dev.yaml"
LEDGER = "out/acme-addons/.dokaseca/ledger.json"
CHANGED = BASE.replace("version: 3.3.7", "version: 3.3.9").replace("{words: {one: two}}", "{words: {one: three}}")


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A folder with a platform, compiled."""
    folder = platform(tmp_path)
    done = dokaseca(folder, "compile")
    assert done.code == 0, done.err
    return folder


def without(text: str, start: str, end: str) -> str:
    """The platform without the lines from one that starts so to one that starts otherwise."""
    return text[: text.index(start)] + text[text.index(end, text.index(start)) :]


WITHOUT_EDGE = without(BASE, "  edge:\n", "addons:\n  cert")
WITHOUT_TRAEFIK = without(BASE, "  traefik:\n    category", "  external-secrets:\n    category").replace(
    "      traefik: false\n", "      cert-manager: {values: {a: 1}}\n"
)


def test_every_repository_has_a_ledger(compiled: Path) -> None:
    """It lists every file of its repository, and nothing of the machine."""
    ledgers = {path.parent.parent: json.loads(path.read_text()) for path in compiled.rglob("ledger.json")}
    assert {each["repository"] for each in ledgers.values()} == {
        "", "acme-addons", "acme-clusters", "acme-control-plane", "acme-helm-charts", "acme-workloads"
    }  # fmt: skip
    assert {each["platform"] for each in ledgers.values()} == {"acme"}
    assert {path.name for path in ledgers} == {
        "out", "acme-addons", "acme-clusters", "acme-control-plane", "acme-helm-charts", "acme-workloads"
    }  # fmt: skip
    for folder, ledger in ledgers.items():
        there = {path for path in files(folder) if not path.startswith("acme-") and ".dokaseca" not in path}
        assert set(ledger["files"]) == there
        assert list(ledger["files"]) == sorted(ledger["files"])
    assert str(compiled) not in "".join(path.read_text() for path in compiled.rglob("ledger.json"))


@pytest.mark.parametrize("text", [BASE, CHANGED], ids=["same source", "changed source"])
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("appended", lambda old: old + b"mine: true\n"),
        ("crlf", lambda old: old.replace(b"\n", b"\r\n")),
        ("truncated", lambda _: b""),
        ("cut", lambda old: old[:-10]),
        ("replaced", lambda _: b"mine: true\n"),
        ("binary", lambda _: b"\x00\xff\xfe"),
        ("conflict", lambda old: b"<<<<<<< ours\n" + old + b"=======\n>>>>>>> theirs\n"),
    ],
)
def test_hand_edits_are_kept(compiled: Path, text: str, name: str, edit: object) -> None:
    """Named with its difference, not overwritten, nothing else written; ``--force`` overwrites."""
    assert callable(edit)
    target = compiled / KYVERNO
    target.write_bytes(edit(target.read_bytes()))
    (compiled / "platform.yaml").write_text(text)
    before = files(compiled)
    done = dokaseca(compiled, "compile")
    assert (done.code, done.out) == (1, "")
    assert f"! {KYVERNO} (edited" in done.err
    assert "run `dokaseca compile --force`" in done.err
    assert files(compiled) == before
    assert f"edited   {KYVERNO}" in dokaseca(compiled, "check").out
    assert dokaseca(compiled, "compile", "--force").code == 0
    assert dokaseca(compiled, "check").code == 0
    assert b"mine" not in target.read_bytes()


def test_a_mode_made_by_hand_is_seen(compiled: Path) -> None:
    (compiled / KYVERNO).chmod(0o755)
    assert "is executable" in dokaseca(compiled, "compile").err
    assert dokaseca(compiled, "compile", "--force").code == 0
    assert not os.access(compiled / KYVERNO, os.X_OK)


@pytest.mark.parametrize("copied", [False, True], ids=["plain", "with our header"])
def test_foreign_files_are_kept(tmp_path: Path, copied: bool) -> None:
    """A file of somebody else at a path of ours stops everything; so does one with a copied header."""
    folder = platform(tmp_path)
    content = (f"# {header('platform.yaml')[0]}\n" if copied else "") + "theirs: true\n"
    (folder / KYVERNO).parent.mkdir(parents=True)
    (folder / KYVERNO).write_text(content)
    done = dokaseca(folder, "compile")
    assert done.code == 1
    assert f"? {KYVERNO} (foreign" in done.err
    assert set(files(folder)) == {"platform.yaml", KYVERNO}
    assert (folder / KYVERNO).read_text() == content
    assert dokaseca(folder, "compile", "--force").code == 0
    assert "theirs" not in (folder / KYVERNO).read_text()


def test_files_beside_ours_are_nobodys_business(compiled: Path) -> None:
    """READMEs, folders, links and files of tools beside ours: neither named nor touched."""
    (compiled / "out/acme-addons/README.md").write_text("hand-written")
    (compiled / "out/acme-addons/gitops/values/mine").mkdir()
    (compiled / "out/acme-addons/gitops/values/mine/x.yaml").write_text("mine: true\n")
    (compiled / "out/acme-addons/gitops/values/link.yaml").symlink_to("/etc/hostname")
    before = files(compiled)
    assert dokaseca(compiled, "check").code == 0
    assert dokaseca(compiled, "compile", "--force", "--prune").code == 0
    assert files(compiled) == before


def test_a_copy_with_our_header_is_named_and_left_alone(compiled: Path) -> None:
    """In a folder that Argo CD reads it is deployed; but it may be somebody's, so it is not deleted."""
    stray = compiled / APPSET.replace("kyverno", "copy")
    stray.parent.mkdir()
    shutil.copy(compiled / APPSET, stray)
    done = dokaseca(compiled, "compile")
    assert done.code == 0
    assert APPSET.replace("kyverno", "copy") in done.err
    assert dokaseca(compiled, "compile", "--fail-on-change").code == 1
    report = json.loads(dokaseca(compiled, "compile", "--format", "json").out)
    assert report["files"]["leftover"] == [APPSET.replace("kyverno", "copy").removeprefix("out/")]
    checked = dokaseca(compiled, "check")
    assert checked.code == 1
    assert "foreign" in checked.out
    assert dokaseca(compiled, "compile", "--force", "--prune").code == 0
    assert stray.exists()


def test_what_is_no_longer_made_goes(compiled: Path) -> None:
    """A layer's values file is deleted with the layer, and so is the folder that it leaves empty."""
    (compiled / "platform.yaml").write_text(
        BASE.replace("kyverno: {values: {small: true}}", "traefik: {values: {a: 1}}")
    )
    assert "orphaned out/acme-addons/gitops/values/types/spoke/kyverno.yaml" in dokaseca(compiled, "check").out
    done = dokaseca(compiled, "compile")
    assert done.code == 0, done.err
    assert "1 deleted" in done.out
    assert not (compiled / "out/acme-addons/gitops/values/types/spoke/kyverno.yaml").exists()
    assert dokaseca(compiled, "check").code == 0


@pytest.mark.parametrize(
    ("text", "named", "why"),
    [
        (WITHOUT_EDGE, "clusters/edge/registration/external-secret.yaml", "the registration of edge"),
        (WITHOUT_TRAEFIK, "appsets/networking/traefik/dev.yaml", "the ApplicationSet traefik-dev"),
    ],
    ids=["cluster", "addon"],
)
def test_what_takes_something_out_of_a_cluster_has_to_be_asked_for(
    compiled: Path, text: str, named: str, why: str
) -> None:
    """A registration or an ApplicationSet is listed, and goes with ``--prune`` only."""
    (compiled / "platform.yaml").write_text(text)
    before = files(compiled)
    done = dokaseca(compiled, "compile")
    assert (done.code, done.out) == (1, "")
    assert f"{named} ({why})" in done.err
    assert "run `dokaseca compile --prune`" in done.err
    assert files(compiled) == before
    assert "run `dokaseca compile --prune`" in dokaseca(compiled, "check").out.splitlines()[-1]
    assert dokaseca(compiled, "compile", "--force").code == 1
    assert dokaseca(compiled, "compile", "--prune").code == 0
    assert dokaseca(compiled, "check").code == 0
    assert not any(named in path for path in files(compiled))


@pytest.mark.parametrize("text", ["", "---\n", "null\n", "[]\n", "clusters: {}\n", "# all gone\n", "{}\n"])
def test_an_emptied_source_deletes_nothing(compiled: Path, text: str) -> None:
    (compiled / "platform.yaml").write_text(text)
    before = files(compiled)
    assert dokaseca(compiled, "compile", "--force", "--prune").code == 1
    assert files(compiled) == before


def test_a_repository_with_a_new_name(compiled: Path) -> None:
    """The old folder's files are orphans, its ledger goes last; what others put there stays."""
    (compiled / "platform.yaml").write_text(BASE.replace("name: acme-addons", "name: acme-apps"))
    (compiled / "out/acme-addons/mine").write_text("mine")
    done = dokaseca(compiled, "compile")
    assert done.code == 1
    assert "- out/acme-addons/gitops/appsets/security/kyverno/dev.yaml (the ApplicationSet kyverno-dev)" in done.err
    assert dokaseca(compiled, "compile", "--prune").code == 0
    assert [path for path in files(compiled) if path.startswith("out/acme-addons/")] == ["out/acme-addons/mine"]
    assert dokaseca(compiled, "check").code == 0


def test_an_edited_orphan_stays(compiled: Path) -> None:
    """It is not deleted with the others: ``--prune`` alone is no consent to lose an edit."""
    target = compiled / "out/acme-addons/gitops/appsets/networking/traefik/dev.yaml"
    target.write_text("mine: true\n")
    (compiled / "platform.yaml").write_text(WITHOUT_TRAEFIK)
    before = files(compiled)
    done = dokaseca(compiled, "compile", "--prune")
    assert done.code == 1
    assert "(edited: no longer generated)" in done.err
    assert "to overwrite or delete it, run `dokaseca compile --force`" in done.err
    assert files(compiled) == before
    assert dokaseca(compiled, "compile", "--prune", "--force").code == 0
    assert not target.exists()


CUT = '{\n  "version": 1,\n  "platform": "acme",\n  "release": "'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CUT, "is cut short or damaged"),
        ("", "is cut short or damaged"),
        ("not a ledger", "is cut short or damaged"),
        ('{"version": 99, "files": {}}', "was written by a newer dokaseca"),
        ("HOSTILE", "lists a path that is never generated"),
        ("OTHER", "belongs to the platform `other`"),
    ],
)
@pytest.mark.parametrize("text", [BASE, CHANGED, WITHOUT_EDGE], ids=["same", "changed", "fewer"])
def test_a_ledger_that_cannot_be_used_stops_everything(compiled: Path, content: str, said: str, text: str) -> None:
    """Clear words and a way out; no byte changes. Deleted, it is made anew from what has the right bytes."""
    ledger = compiled / LEDGER
    good = ledger.read_text()
    content = good.replace('"gitops/appsets/README.md"', '"../../mine"') if content == "HOSTILE" else content
    content = good.replace('"acme"', '"other"') if content == "OTHER" else content
    ledger.write_text(content)
    (compiled / "mine").write_text("mine")
    (compiled / "platform.yaml").write_text(text)
    before = files(compiled)
    done = dokaseca(compiled, "compile", "--prune")
    assert done.code == 1
    assert f"{LEDGER}: error: the ledger {said}" in done.err
    assert "help: " in done.err
    assert files(compiled) == before
    assert LEDGER in dokaseca(compiled, "check").out
    assert files(compiled) == before
    ledger.unlink()
    assert dokaseca(compiled, "compile", "--force", "--prune").code == 0
    assert json.loads(ledger.read_text())["platform"] == "acme"
    assert (compiled / "mine").read_text() == "mine"


def test_a_lost_ledger(compiled: Path) -> None:
    """The same source: taken over without a question. Another one: what differs is foreign, nothing is deleted."""
    shutil.rmtree(compiled / LEDGER.rpartition("/")[0])
    before = files(compiled)
    assert "missing  out/acme-addons/.dokaseca/ledger.json" in dokaseca(compiled, "check").out
    (compiled / "platform.yaml").write_text(CHANGED)
    done = dokaseca(compiled, "compile")
    assert done.code == 1
    assert "(foreign: has the header of a generated file, but is in no ledger)" in done.err
    (compiled / "platform.yaml").write_text(BASE)
    assert files(compiled) == before
    done = dokaseca(compiled, "compile")
    assert (done.code, done.err) == (0, "")
    assert "1 ledger written" in done.out
    assert dokaseca(compiled, "check").code == 0


def test_a_ledger_in_conflict_is_settled(compiled: Path) -> None:
    """After a merge the next compile knows the files of both sides; deletions have to be asked for."""
    ours = (compiled / LEDGER).read_text()
    (compiled / "platform.yaml").write_text(CHANGED)
    assert dokaseca(compiled, "compile").code == 0
    theirs = (compiled / LEDGER).read_text()
    text = "".join(
        one if one == other else f"<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> theirs\n"
        for one, other in zip(ours.splitlines(True), theirs.splitlines(True), strict=True)
    )
    (compiled / LEDGER).write_text(text)
    (compiled / "platform.yaml").write_text(CHANGED.replace("version: 3.3.9", "version: 3.4.0"))
    assert dokaseca(compiled, "compile").code == 0
    assert dokaseca(compiled, "check").code == 0
    (compiled / "platform.yaml").write_text(CHANGED)
    assert dokaseca(compiled, "compile").code == 0
    (compiled / LEDGER).write_text(text)
    (compiled / "platform.yaml").write_text(CHANGED.replace("kyverno: {values: {small: true}}", "{}"))
    before = files(compiled)
    done = dokaseca(compiled, "compile")
    assert done.code == 1
    assert "the ledger is the result of a merge" in done.err
    assert files(compiled) == before


def test_json_says_what_stands_in_the_way(compiled: Path) -> None:
    (compiled / KYVERNO).write_text("words: {one: four}\n")
    done = dokaseca(compiled, "compile", "--format", "json")
    assert done.code == 1
    report = json.loads(done.out)
    assert report["refused"]
    assert report["repair"] == "dokaseca compile --force"
    (difference,) = report["differences"]
    assert (difference["file"], difference["state"]) == (KYVERNO, "edited")
    assert difference["changes"] == [{"kind": "changed", "path": "words.one", "old": "four", "new": "two"}]


def test_the_repair_repeats_how_it_was_called(tmp_path: Path) -> None:
    """The command that is printed can be pasted: folder, file, output and checkouts included."""
    folder = platform(tmp_path / "a b")
    (folder / "mine.yaml").write_text(BASE)
    (tmp_path / "addons").mkdir()
    options = ("-C", str(folder), "-f", "mine.yaml", "-o", "built", "--into", "addons=../addons")
    done = dokaseca(tmp_path, "check", *options)
    assert done.code == 1
    repair = f"dokaseca compile -C '{folder}' -f mine.yaml -o built --into=addons=../addons"
    assert done.out.splitlines()[-1] == f"To repair it, run `{repair}`"
