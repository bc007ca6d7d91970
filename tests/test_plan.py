"""What writing would do: every state of a file, what stands in the way, and what has to be asked for.

Told as steps on a folder in memory: write, edit, plan again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from dokaseca_compile.formats.header import header
from dokaseca_compile.output.compare_root import plan_root
from dokaseca_compile.output.difference import Found, State
from dokaseca_compile.output.ledger import RELEASES, Ledger, LedgerFault, claim, digest, read_ledger, settled
from dokaseca_compile.output.releases import read_list
from dokaseca_compile.output.root_plan import RootPlan
from dokaseca_compile.output.snapshot import Destinations, Release, SharedPathError, make_release
from dokaseca_compile.output.write_plan import FREE_PRUNES, Plan
from dokaseca_compile.resolve.layout import LEDGER

OURS = f"# {header('platform.yaml')[0]}\n".encode()
APPSET = b"apiVersion: x\nkind: ApplicationSet\nmetadata:\n  labels:\n    name: no\n  name: kyverno-dev\nspec: {}\n"
REGISTRATION = APPSET.replace(b"ApplicationSet", b"Secret").replace(
    b"name: no", b"argocd.argoproj.io/secret-type: cluster"
)


class Folder:
    """A repository in memory."""

    def __init__(self, files: Mapping[str, bytes] = {}) -> None:
        self.files = dict(files)
        self.executable: set[str] = set()

    def read(self, path: str) -> Found | None:
        return Found(self.files[path], path in self.executable) if path in self.files else None

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        del whole
        return (path for path in self.files if path.startswith(tuple(f"{each}/" for each in below)))

    def head(self, path: str) -> bytes:
        return self.files[path][:200]

    def apply(self, planned: RootPlan) -> None:
        """Write as the shell does, without its care."""
        changes = planned.changes()
        if changes is None:
            return
        self.files.update(changes.write)
        for path in changes.remove:
            del self.files[path]
        if changes.ledger is not None:
            self.files[LEDGER] = changes.ledger
        else:
            del self.files[LEDGER]


def release(**files: str) -> Release:
    """A release of one repository; ``a_b`` stands for the path ``a/b``."""
    return released({f"repo/{name.replace('_', '/')}": text.encode() for name, text in files.items()})


def released(files: Mapping[str, bytes], **together: str) -> Release:
    """A release of the repositories that the first parts of some paths name."""
    names = {path.partition("/")[0] for path in files if "/" in path}
    return make_release("acme", files, Destinations(names, together))


def plan(folder: Folder, wanted: Release) -> RootPlan:
    return plan_root("repo", wanted, folder)


def written(wanted: Release) -> Folder:
    folder = Folder()
    folder.apply(plan(folder, wanted))
    return folder


def states(planned: RootPlan) -> dict[str, str]:
    return {each.path: str(each.state) for each in planned.differences}


def test_steps_of_a_life() -> None:
    """Missing, current, stale, orphaned: each step ends with nothing to do."""
    folder = Folder()
    first = release(a="1", b_c="2", d="3")
    planned = plan(folder, first)
    assert states(planned) == {"a": "missing", "b/c": "missing", "d": "missing"}
    folder.apply(planned)
    planned = plan(folder, first)
    assert (states(planned), planned.kept, planned.changes()) == ({}, 3, None)
    second = release(a="1", b_c="new")
    planned = plan(folder, second)
    assert states(planned) == {"b/c": "stale", "d": "orphaned"}
    folder.apply(planned)
    assert sorted(folder.files) == [LEDGER, "a", "b/c"]
    assert plan(folder, second).changes() is None


def test_a_deleted_file_is_missing_again() -> None:
    wanted = release(a="1", b="2")
    folder = written(wanted)
    del folder.files["a"]
    assert states(plan(folder, wanted)) == {"a": "missing"}


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"line\nmine\n", ""),
        (b"", "is empty"),
        (b"line\r\nother\r\n", "has CRLF line endings, probably from `core.autocrlf` of Git"),
        (b"<<<<<<< ours\nline\n=======\nother\n>>>>>>> theirs\n", "has merge conflict markers"),
        (b"line\nothe", ""),
        (b"\xff\xfe", ""),
    ],
)
@pytest.mark.parametrize("wanted", ["line\nother\n", "line\nnew\n"], ids=["current", "stale"])
def test_hand_edits_are_seen(content: bytes, note: str, wanted: str) -> None:
    """Any other content is an edit, whether the source has changed or not; what can be told of it is told."""
    folder = written(release(a="line\nother\n", b="2"))
    folder.files["a"] = content
    planned = plan(folder, release(a=wanted, b="2"))
    assert states(planned) == {"a": "edited"}
    assert planned.differences[0].note == note
    assert planned.differences[0].is_refused


def test_an_edit_that_the_source_says_by_now_is_none() -> None:
    """Whoever edited by hand and then edits the source has nothing in the way."""
    folder = written(release(a="1", b="2"))
    folder.files["a"] = b"by hand"
    planned = plan(folder, release(a="by hand", b="2"))
    assert states(planned) == {}
    folder.apply(planned)
    assert plan(folder, release(a="by hand", b="2")).changes() is None


def test_a_changed_mode_is_an_edit_where_the_file_system_has_modes() -> None:
    wanted = release(a="1", b="2")
    folder = written(wanted)
    folder.executable = {"a"}
    assert [(each.path, each.note) for each in plan(folder, wanted).differences] == [("a", "is executable")]
    folder.executable = {"a", "b", LEDGER}
    assert states(plan(folder, wanted)) == {}


def test_edited_orphans_are_not_deleted_unasked() -> None:
    folder = written(release(a="1", b="2"))
    folder.files["b"] = b"by hand"
    planned = plan(folder, release(a="1"))
    assert states(planned) == {"b": "edited"}
    assert planned.differences[0].is_refused
    assert planned.differences[0].is_deletion


def test_what_is_not_ours_is_foreign_only_in_the_way() -> None:
    """A file beside ours is nobody's business, unless it has our header: then a copy may be deployed unseen."""
    folder = Folder({"a": b"theirs", "x/README.md": b"hello", "x/copy": OURS})
    planned = plan(folder, release(a="1", x_b="2"))
    assert states(planned) == {"a": "foreign", "x/b": "missing", "x/copy": "foreign"}
    assert [each.path for each in planned.differences if each.is_refused] == ["a"]
    whole = Plan("id", (planned,))
    assert [each.path for each in whole.strays()] == ["x/copy"]
    folder.apply(planned)
    assert folder.files["x/copy"] == OURS
    assert folder.files["x/README.md"] == b"hello"


def test_a_lost_ledger_claims_only_what_has_the_right_bytes() -> None:
    """Right bytes are taken over; anything else is foreign, and nothing is deleted."""
    wanted = release(a="1", b="2", c="3")
    folder = written(wanted)
    del folder.files[LEDGER]
    folder.files["b"] = b"other"
    planned = plan(folder, release(a="1", b="2"))
    assert states(planned) == {"b": "foreign"}
    assert planned.ledger_difference is not None
    assert planned.ledger_difference.state is State.MISSING
    folder.files["b"] = b"2"
    folder.apply(plan(folder, release(a="1", b="2")))
    assert sorted(folder.files) == [LEDGER, "a", "b", "c"]


def test_a_repository_that_is_no_longer_made_goes_with_its_ledger() -> None:
    folder = written(release(a="1", b="2"))
    planned = plan_root("repo", released({"other/a": b"1"}), folder)
    assert states(planned) == {"a": "orphaned", "b": "orphaned"}
    folder.apply(planned)
    assert folder.files == {}


def test_every_hash_of_a_claim_is_ours() -> None:
    """Killed between claim and settle: old and new contents are both known, whichever stands there."""
    old, new = release(a="1", b="2", gone="3"), release(a="1", b="new", c="4")
    for content, state in ((b"2", "stale"), (b"new", None), (b"neither", "edited")):
        folder = written(old)
        changes = plan(folder, new).changes()
        assert changes is not None
        assert changes.claim is not None
        folder.files[LEDGER] = changes.claim
        folder.files["b"] = content
        planned = plan(folder, new)
        assert planned.was_interrupted
        assert states(planned).get("b") == state
        assert states(planned)["gone"] == "orphaned"
        assert states(planned)["c"] == "missing"


def test_a_claim_knows_what_force_overwrites() -> None:
    """Whoever agreed to overwrite a file need not agree again when the run was killed."""
    folder = Folder({"a": b"theirs"})
    changes = plan(folder, release(a="1")).changes()
    assert changes is not None
    assert changes.claim is not None
    folder.files[LEDGER] = changes.claim
    assert states(plan(folder, release(a="1"))) == {"a": "stale"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut short or damaged"),
        (b"{", "cut short or damaged"),
        (b"[]", "is not a ledger"),
        (b"null", "is not a ledger"),
        (b'{"version": 1}', "is not a ledger"),
        (b"\xff\xfe\x00", "cut short or damaged"),
        (b"[" * 100_000, "cut short or damaged"),
        (settled("acme", "repo", {"a": "0" * 64})[:-3], "cut short or damaged"),
        (settled("acme", "repo", {"a": "0" * 64}).replace(b'"version": 1', b'"version": 2'), "by a newer dokaseca"),
        (settled("acme", "repo", {"a": "0" * 64}).replace(b'"version": 1', b'"version": true'), "is not a ledger"),
        (settled("acme", "repo", {"a": "0" * 63}), "has an invalid hash"),
        (settled("acme", "a b", {"a": "0" * 64}), "is not a ledger"),
        (settled("other", "repo", {"a": "0" * 64}), "belongs to the platform `other`"),
        (settled("acme", "twin", {"a": "0" * 64}), "belongs to the repository `twin`"),
        (settled("acme", "repo", {"a": "0" * 64}).replace(b"settled", b"done"), "is not a ledger"),
        (settled("acme", "repo", {"a": "0" * 64}).replace(b"acme", rb"\ud800"), "is not a ledger"),
        (settled("acme", "repo", {"a": "0" * 64}).replace(b": 1,", b": NaN,"), "is not a ledger"),
        *(
            (settled("acme", "repo", {path: "0" * 64}), "lists a path that is never generated")
            for path in (
                "../a",
                "/etc/passwd",
                "a/../../b",
                "a//b",
                "",
                ".git/config",
                "x/.GIT/hooks/a",
                LEDGER,
                "a\nb",
            )
        ),
    ],
)
def test_a_ledger_that_cannot_be_used(content: bytes, reason: str) -> None:
    """It is said why and what to do; nothing is known by it, so nothing is deleted by it."""
    folder = written(release(a="1", b="2"))
    folder.files[LEDGER] = content
    planned = plan(folder, release(a="new"))
    assert planned.fault is not None
    assert reason in planned.fault.reason
    assert planned.fault.help
    assert states(planned) == {"a": "foreign"}
    assert Plan("id", (planned,)).faults


OLD, LEFT, RIGHT = ({"a": "0" * 64, "b": "1" * 64}, {"a": "0" * 64, "b": "2" * 64}, {"a": "0" * 64, "b": "3" * 64})


def _lines(files: Mapping[str, str]) -> list[str]:
    return settled("acme", "repo", files).decode().splitlines(keepends=True)


def _merged(style: str) -> bytes:
    """Two ledgers as Git leaves them: with conflict markers, with the base as well, or united."""
    left, right, base = _lines(LEFT), _lines(RIGHT), _lines(OLD)
    text = []
    for one, other, old in zip(left, right, base, strict=True):
        if one == other:
            text.append(one)
        elif style == "union":
            text += [one, other]
        else:
            middle = ["||||||| 1234567\n", old] if style == "diff3" else []
            text += ["<<<<<<< HEAD\n", one, *middle, "=======\n", other, ">>>>>>> other\n"]
    return "".join(text).encode()


@pytest.mark.parametrize("style", ["markers", "diff3", "union"])
def test_both_sides_of_a_merge_are_known(style: str) -> None:
    """A merged ledger knows what either side wrote, and is settled by the next compile."""
    ledger = read_ledger(_merged(style))
    assert isinstance(ledger, Ledger)
    assert ledger.merged
    assert not ledger.settled
    assert ledger.files["a"] == {"0" * 64}
    assert {"2" * 64, "3" * 64} <= ledger.files["b"]


def test_a_merge_deletes_nothing_unasked() -> None:
    """Of a merged ledger's files none goes without being asked for."""
    folder = Folder({"a": b"1", "b": b"2", **{f"c{number}": b"3" for number in range(20)}})
    every = {path: digest(content) for path, content in folder.files.items()}
    clean = settled("acme", "repo", every).decode()
    row = f'    "a": "{digest(b"1")}",\n'
    folder.files[LEDGER] = clean.replace(row, f"<<<<<<< HEAD\n{row}=======\n{row}>>>>>>> x\n", 1).encode()
    files = {"a": "1", **{f"c{number}": "3" for number in range(20)}}
    whole = Plan("id", (plan(folder, release(**files)),))
    assert [each.path for each in whole.prunes()] == ["b"]
    assert whole.prune_reason() == "files would be deleted, and the ledger is the result of a merge"


@pytest.mark.parametrize(
    "line",
    [
        "not a row\n",
        '    "a\\q": "' + "0" * 64 + '",\n',
        '    "../x": "' + "0" * 64 + '",\n',
        '  "platform": "other",\n',
        '    "b": "short",\n',
    ],
)
def test_a_merged_ledger_with_another_line_is_damaged(line: str) -> None:
    content = _merged("markers").decode().replace("=======\n", f"=======\n{line}", 1).encode()
    assert isinstance(read_ledger(content), LedgerFault)


def test_a_claim_reads_back() -> None:
    ledger = read_ledger(claim("acme", "repo", {"a": ["1" * 64]}, {"a": "2" * 64, "b": "3" * 64}))
    known = {"a": frozenset({"1" * 64, "2" * 64}), "b": frozenset({"3" * 64})}
    assert ledger == Ledger("acme", "repo", known, settled=False)


def _many(number: int, content: bytes = b"x") -> Folder:
    files = {f"repo/f{index}": content for index in range(number)} | {"repo/stays": b"x"}
    folder = Folder()
    folder.apply(plan_root("repo", released(files), folder))
    return folder


@pytest.mark.parametrize(
    ("owned", "gone", "content", "reason"),
    [
        (100, FREE_PRUNES, b"x", ""),
        (100, FREE_PRUNES + 1, b"x", "11 of 101 files would be deleted"),
        (7, 2, b"x", ""),
        (6, 2, b"x", "2 of 7 files would be deleted"),
        (100, 1, APPSET, "the ApplicationSet kyverno-dev would be deleted"),
        (100, 1, REGISTRATION, "the registration of kyverno-dev would be deleted"),
        (
            100,
            1,
            REGISTRATION.replace(b"Secret", b"ExternalSecret"),
            "the registration of kyverno-dev would be deleted",
        ),
        (
            100,
            1,
            APPSET.replace(b"ApplicationSet", b"ExternalSecret"),
            "the ExternalSecret kyverno-dev would be deleted",
        ),
        (100, 1, APPSET.replace(b"ApplicationSet", b"Namespace"), "the Namespace kyverno-dev would be deleted"),
        (100, 2, APPSET, "the ApplicationSet kyverno-dev and 1 more would be deleted"),
        (100, 1, b"text: |\n  kind: ApplicationSet\n", ""),
    ],
)
def test_deletions_that_have_to_be_asked_for(owned: int, gone: int, content: bytes, reason: str) -> None:
    """More than ten files, more than a quarter of them, or what takes something out of a cluster."""
    folder = _many(owned, content)
    left = {f"repo/f{index}": content for index in range(gone, owned)} | {"repo/stays": b"x"}
    whole = Plan("id", (plan_root("repo", released(left), folder),))
    assert len(whole.prunes()) == gone
    assert whole.prune_reason() == reason


def test_tfvars_are_registrations_too() -> None:
    files = {f"repo/f{index}": b"x" for index in range(40)}
    folder = Folder()
    folder.apply(plan_root("repo", released(files | {"repo/dev/edge.tfvars": b"x"}), folder))
    whole = Plan("id", (plan_root("repo", released(files), folder),))
    assert whole.prune_reason() == "the registration of edge would be deleted"


def test_an_applicationset_that_leaves_a_file_that_stays() -> None:
    """An addon's file has an ApplicationSet for each environment: taking one out is asked for like a deletion."""
    both = APPSET.decode() + "---\n" + APPSET.decode().replace("kyverno-dev", "kyverno-prod")
    folder = written(release(a=both, b="2"))
    whole = Plan("id", (plan(folder, release(a=APPSET.decode(), b="2")),))
    assert whole.prunes() == ()
    assert whole.prune_reason() == "the ApplicationSet kyverno-prod would be deleted"
    assert Plan("id", (plan(folder, release(a=both.replace("x", "y"), b="2")),)).prune_reason() == ""


def test_a_new_name_is_taken_over_when_told() -> None:
    """With ``adopt`` the files of the old platform, or the old repository, are ours: changed and deleted as such."""
    folder = written(release(a="1", b="2", **{f"c{number}": "3" for number in range(9)}))
    wanted = make_release("renamed", {"repo/a": b"new"}, Destinations({"repo"}, {}))
    assert states(plan(folder, wanted))["a"] == "foreign"
    found = plan_root("repo", wanted, folder, adopt=True)
    assert (states(found)["a"], states(found)["b"]) == ("stale", "orphaned")
    folder.files["a"] = b"by hand"
    assert states(plan_root("repo", wanted, folder, adopt=True))["a"] == "edited"


def test_what_git_has_committed_is_ours() -> None:
    """A file that was brought back from a commit has bytes that we wrote then."""
    old = release(a="1", b="2")
    folder = written(release(a="newer", b="2"))
    folder.files["a"] = b"1"
    assert states(plan(folder, release(a="newest", b="2"))) == {"a": "edited"}
    known = {path: frozenset({hashed}) for path, hashed in old.digests["repo"].items()}
    found = plan_root("repo", release(a="newest", b="2"), folder, committed=known)
    assert states(found) == {"a": "stale"}


def test_repositories_in_one_checkout() -> None:
    """Two that have folders of their own share a root and a ledger; two that would write one path may not."""
    files = {"one/a/x": b"1", "two/b/y": b"2"}
    shared = released(files, one="one+two", two="one+two")
    assert dict(shared.files) == {"one+two": {"a/x": b"1", "b/y": b"2"}}
    assert shared.id == released(files).id
    assert shared.labels["one+two"]["b/y"] == "two/b/y"
    with pytest.raises(SharedPathError, match="x"):
        released({"one/x": b"1", "two/x": b"2"}, one="one+two", two="one+two")


def test_repositories_whose_names_have_slashes() -> None:
    release_ = make_release("acme", {"group/addons/a": b"1", "group/x": b"2"}, Destinations({"group/addons"}, {}))
    assert dict(release_.files) == {"group/addons": {"a": b"1"}, "": {"group/x": b"2"}}


CHECKOUTS = {"control/x": b"1", "addons/y": b"2", "clusters/z": b"3"}


def checkouts(files: Mapping[str, bytes] = CHECKOUTS) -> Release:
    """A release in checkouts; that of the control plane is named ``control``."""
    names = {path.partition("/")[0] for path in files}
    return make_release("acme", files, Destinations(names, {}, "control"))


def test_the_control_plane_lists_the_releases_of_the_other_checkouts() -> None:
    """Only its own list tells a repository of another one; all else in a root is its own content."""
    first, second = checkouts(), checkouts({**CHECKOUTS, "addons/y": b"new"})
    lists = [read_list(each.files["control"][RELEASES], "acme") for each in (first, second)]
    assert [set(each) for each in lists] == [{"addons", "clusters"}] * 2
    assert [root for root in ("addons", "clusters") if lists[0][root] != lists[1][root]] == ["addons"]
    assert [root for root in first.files if RELEASES in first.files[root]] == ["control"]
    assert first.ledgers["clusters"] == second.ledgers["clusters"]
    assert first.ledgers["control"] != second.ledgers["control"]


@pytest.mark.parametrize(
    "files",
    [pytest.param({"control/x": b"1"}, id="alone"), pytest.param({"control/x": b"1", "README": b"2"}, id="with out/")],
)
def test_a_control_plane_without_other_repositories_lists_nothing(files: dict[str, bytes]) -> None:
    assert RELEASES not in make_release("acme", files, Destinations({"control"}, {}, "control")).files["control"]


def test_a_root_of_another_release_than_the_list_has() -> None:
    """Compared is what was written, not what the source compiles to now: then both are out of date alike."""
    old, new = checkouts(), checkouts({**CHECKOUTS, "addons/y": b"new"})
    latest = checkouts({**CHECKOUTS, "addons/y": b"newest"})
    listed = read_list(old.files["control"][RELEASES], "acme")
    for written_, mismatched in ((old, ()), (new, ("addons",))):
        folder = Folder()
        folder.apply(plan_root("addons", written_, folder))
        for wanted in (old, new, latest):
            planned = Plan("id", (plan_root("addons", wanted, folder),), listed)
            assert planned.mismatched() == mismatched


@pytest.mark.parametrize(
    ("state", "ledger"),
    [
        ("of an interrupted run", claim("acme", "addons", {}, {"y": digest(b"new")})),
        ("that is damaged", b"{"),
        ("that was deleted", None),
    ],
)
def test_a_ledger_that_has_no_release(state: str, ledger: bytes | None) -> None:
    """It is reported for what it is, and not as one of another release."""
    folder = Folder({} if ledger is None else {LEDGER: ledger})
    planned = plan_root("addons", checkouts(), folder)
    assert Plan("id", (planned,), {"addons": "another"}).mismatched() == (), state


@pytest.mark.parametrize(
    "content",
    [
        b'{"platform": "acme", "release": "f00"}',
        b'{"platform": "other", "releases": {"addons": "f00"}}',
        b'{"platform": "acme", "releases": ["addons"]}',
        b'<<<<<<< ours\n{"platform": "acme", "releases": {"addons": "f00"}}\n>>>>>>> theirs\n',
        b"[" * 100_000,
        b"[]",
        b"\xff",
        b"",
    ],
)
def test_what_is_no_list_of_releases(content: bytes) -> None:
    assert read_list(content, "acme") == {}


@pytest.mark.parametrize(
    "content",
    [b"<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", b'{"platform": "acme", "releases": {"a": "merged"}}\n'],
)
def test_a_merge_of_two_lists_is_compiled_over(content: bytes) -> None:
    """Every two changes meet in the list, so what Git makes of them must not need ``--force``."""
    folder = Folder()
    folder.apply(plan_root("control", checkouts(), folder))
    folder.files[RELEASES] = content
    planned = plan_root("control", checkouts(), folder)
    assert states(planned) == {RELEASES: "stale"}
    del folder.files[LEDGER]
    assert states(plan_root("control", checkouts(), folder)) == {RELEASES: "foreign"}


def test_the_release_that_former_versions_wrote_into_every_checkout() -> None:
    """It goes without a question, even where it is one of two files."""
    stamp = b'{"platform": "acme", "release": "f00"}\n'
    old = released({"repo/a": b"1", f"repo/{RELEASES}": stamp})
    folder = written(old)
    planned = plan(folder, release(a="1"))
    assert states(planned) == {RELEASES: "orphaned"}
    assert Plan("id", (planned,)).prune_reason() == ""
    folder.apply(planned)
    assert plan(folder, release(a="1")).changes() is None
    assert set(folder.files) == {"a", LEDGER}


def test_the_release_is_the_same_wherever_a_repository_stands() -> None:
    """It is a hash of all repositories' files; what belongs to the output folder alone does not count."""
    files = {"a/x": b"1", "b/y": b"2"}
    one, other = released(files), released({**files, ".gitattributes": b"*"})
    assert one.id == other.id
    assert one.ledgers["a"] == other.ledgers["a"]
    assert released({"a/x": b"1", "b/y": b"3"}).id != one.id
    assert released({"a/x": b"1", "c/y": b"2"}).id != one.id


def test_ledgers_are_named_only_where_they_tell_something() -> None:
    """A ledger follows its files; alone, merged or damaged it is named."""
    wanted, newer = release(a="1", b="2"), release(a="1", b="new")
    folder = written(wanted)
    assert [each.path for each in Plan("id", (plan(folder, newer),)).differences] == ["b"]
    assert [each.path for each in Plan("id", (plan(folder, newer),)).everything] == ["b", LEDGER]
    folder.files["b"] = b"new"
    assert [each.path for each in Plan("id", (plan(folder, newer),)).differences] == [LEDGER]
    folder.files[LEDGER] = b"{"
    assert LEDGER in [each.path for each in Plan("id", (plan(folder, wanted),)).differences]
