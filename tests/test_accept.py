"""``accept``: which findings are accepted, what every format says of them, and what the entries are held to."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fast_yaml
import pytest
import yaml
from command import BASE, Done, dokaseca, files, platform
from governance import verify_all
from hypothesis import given
from hypothesis import strategies as st
from test_rules import BASE as RULES_BASE
from test_rules import TABLES, without_nulls

from dokaseca_compile.acceptance import Acceptances
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Label, error, warning
from dokaseca_compile.core.patterns import OutputFile, RoutePattern, parse_pattern
from dokaseca_compile.core.routes import parse_route, spell_route
from dokaseca_compile.manual import ACCEPTABLE, MANUALS, WARNINGS
from dokaseca_compile.model.acceptance import Acceptance
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.source import parse

TODAY, TOMORROW, YESTERDAY = "2026-06-15", "2026-06-16", "2026-06-14"
EPOCH = "1781481600"  # 2026-06-15, 00:00 in UTC
PLACES = fast_yaml.load((Path(__file__).parent / "places.yaml").read_text())
DIRTY = BASE.replace("words: {one: two}", "words: {one: two, adminPassword: hunter2hunter2}, when: 2024-01-01")
SECRET = "addons.kyverno.values.words.adminPassword"
NAMES = "  names: {rule: secret-in-source, at: addons.kyverno.values.**, reason: a name of a key, until: %s}\n"
DAY = "  day: {rule: ambiguous-scalar, at: addons.*.values.when, reason: a label, until: %s}\n"
ACCEPTED = f"{DIRTY}accept:\n{NAMES % TODAY}{DAY % TODAY}"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


def compiled(*texts: str, today: str | None = TODAY) -> Compilation:
    names = ["platform.yaml", *(f"platform.d/{number}.yaml" for number in range(1, len(texts)))]
    sources = [SourceFile(name, text.encode()) for name, text in zip(names, texts, strict=True)]
    return compile(sources, today=today)


def said(compilation: Compilation) -> dict[str, str]:
    """Slug → message of what is reported."""
    return {each.slug: each.message for each in compilation.diagnostics}


def accepted(text: str, rule: str, at: str, until: str = TODAY) -> str:
    entry = {"rule": rule, "at": at, "reason": "known", "until": until}
    return text + yaml.safe_dump({"accept": {"it": entry}})


# places


def cases(kind: str, key: str) -> list[Any]:
    return [
        pytest.param(row["pattern"], each, id=f"{row['pattern']} {each}") for row in PLACES[kind] for each in row[key]
    ]


@pytest.mark.parametrize(("pattern", "place"), cases("routes", "covers"))
def test_a_pattern_covers_a_place(pattern: str, place: str) -> None:
    assert parse_pattern(pattern).matches(parse_route(place))


@pytest.mark.parametrize(("pattern", "place"), cases("routes", "not"))
def test_a_pattern_leaves_a_place_alone(pattern: str, place: str) -> None:
    """Nor does it cover a file."""
    assert not parse_pattern(pattern).matches(parse_route(place))
    assert not parse_pattern(pattern).matches(OutputFile(frozenset({"addons"}), place))


@pytest.mark.parametrize(("pattern", "path"), cases("files", "covers"))
def test_a_pattern_covers_a_file(pattern: str, path: str) -> None:
    """A file of this repository, whatever others share its folder."""
    assert parse_pattern(pattern).matches(OutputFile(frozenset({"addons", "clusters"}), path))
    assert not parse_pattern(pattern).matches(OutputFile(frozenset({"clusters"}), path))
    assert not parse_pattern(pattern).matches(("addons", path))


@pytest.mark.parametrize(("pattern", "path"), cases("files", "not"))
def test_a_pattern_leaves_a_file_alone(pattern: str, path: str) -> None:
    assert not parse_pattern(pattern).matches(OutputFile(frozenset({"addons"}), path))


@pytest.mark.parametrize(("text", "why"), PLACES["refused"].items())
def test_what_is_no_place_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_pattern(text)


def test_a_repository_is_named_as_into_does() -> None:
    path = OutputFile(frozenset({"controlPlane"}), "a")
    assert parse_pattern("control-plane:a").matches(path)
    assert parse_pattern("controlPlane:a").matches(path)


def test_no_pattern_takes_long() -> None:
    """Many wildcards over a long path: a regular expression would not come back."""
    path = OutputFile(frozenset({"addons"}), "/".join(["a"] * 100) + "/x")
    assert not parse_pattern("addons:" + "**/a/" * 200 + "y").matches(path)
    assert not parse_pattern("addons:" + "*a" * 300 + "b").matches(OutputFile(path.repositories, "a" * 600))


PARTS = st.lists(st.one_of(st.text(min_size=1, max_size=100), st.integers(0, 99)), min_size=1, max_size=6)


@given(PARTS)
def test_a_route_in_full_is_a_pattern_of_itself_alone(parts: list[str | int]) -> None:
    """However odd or long its keys are; with wildcards it is read back the same."""
    route = tuple(parts)
    assert parse_route(spell_route(route)) == route
    pattern = parse_pattern(spell_route(route))
    assert pattern == RoutePattern(route)
    assert pattern.matches(route)
    assert not pattern.matches((*route, "more"))
    wide = RoutePattern((None, *route[1:]), tail=True)
    assert parse_pattern(str(wide)) == wide


# which findings


def test_findings_with_an_entry_are_not_reported() -> None:
    """An error and a warning; the last day is still one on which they are accepted."""
    compilation = compiled(ACCEPTED)
    assert compilation.diagnostics == ()
    assert [(each.diagnostic.slug, each.entry) for each in compilation.accepted] == [
        ("secret-in-source", "names"),
        ("ambiguous-scalar", "day"),
    ]
    assert len(compilation.tree) > 100


def test_neither_entries_nor_the_day_change_a_byte() -> None:
    """What differs is only whether there is an output."""

    def output(text: str, today: str | None) -> dict[str, bytes]:
        return dict(render(compiled(text, today=today).tree, "platform.yaml"))

    whole = output(ACCEPTED, TODAY)
    assert whole
    assert whole == output(ACCEPTED, None) == output(ACCEPTED, YESTERDAY)
    other = ACCEPTED.replace("a name of a key", "another reason").replace(TODAY, "2031-01-01")
    assert whole == output(other, TODAY)
    assert output(ACCEPTED, TOMORROW) == {}


def test_an_entry_in_a_fragment_counts_as_one_in_the_file() -> None:
    compilation = compiled(DIRTY, f"accept:\n{NAMES % TODAY}", f"accept:\n{DAY % TODAY}")
    assert compilation.diagnostics == ()
    assert len(compilation.accepted) == 2


@pytest.mark.parametrize("at", ["addons.kyverno.values", "addons.reloader.values.**", "clusters.**", "addons:**"])
def test_an_entry_for_another_place_accepts_nothing(at: str) -> None:
    assert "secret-in-source" in said(compiled(accepted(DIRTY, "secret-in-source", at)))


@pytest.mark.parametrize("slug", sorted(set(MANUALS) - ACCEPTABLE - WARNINGS))
def test_other_errors_cannot_be_accepted(slug: str) -> None:
    (found,) = compiled(accepted(BASE, slug, "**")).diagnostics
    assert (found.slug, found.message) == ("unacceptable-rule", f"`{slug}` cannot be accepted")


def test_an_error_of_a_rule_that_also_warns_is_not_accepted() -> None:
    """``refused-image`` has both: an entry is for its warnings only."""
    entry = Acceptance(rule="refused-image", at="**", reason="known", until=TODAY)
    accept = Acceptances({"it": entry}, today=TODAY)
    found = [error("refused-image", "a", Label(("a",))), warning("refused-image", "b", Label(("b",)))]
    assert list(accept.remaining(found)) == found[:1]
    assert [each.diagnostic for each in accept.accepted] == found[1:]


def test_which_errors_can_be_accepted() -> None:
    """Each is against what the platform itself says, or goes by the look of a text: never what cannot work."""
    assert {
        "conflicting-addons",
        "foreign-file",
        "foreign-manifest",
        "kubernetes-out-of-range",
        "missing-component",
        "missing-requirement",
        "secret-in-source",
        "unknown-branch",
        "unpinned-revision",
        "unrendered-template",
    } == ACCEPTABLE


def acceptable_cases() -> list[Any]:
    found = []
    for slug in sorted(ACCEPTABLE - {"foreign-file", "foreign-manifest"}):
        failing = fast_yaml.load((TABLES / f"{slug}.yaml").read_text())["fail"]
        found += [pytest.param(slug, case["patch"], id=f"{slug}: {case['name']}") for case in failing]
    return found


@pytest.mark.parametrize(("slug", "patch"), acceptable_cases())
def test_what_is_accepted_compiles_to_what_is_meant(slug: str, patch: dict[str, Any]) -> None:
    """The output of every failing case of the table is as sound as any other, unless another rule stops it."""
    text = yaml.safe_dump(without_nulls(merge_values(RULES_BASE, patch)), sort_keys=False, allow_unicode=True)
    compilation = compiled(accepted(text, slug, "**"))
    assert slug not in said(compilation)
    assert "unused-accept" not in said(compilation)
    if not compilation.failed:
        verify_all(compilation)


def test_accepted_findings_do_not_use_up_the_room_of_others() -> None:
    """A rule stops after a thousand findings; one more secret behind a thousand accepted ones is seen."""
    many = "".join(f", password{number}: hunter2hunter2" for number in range(1100))
    text = BASE.replace("words: {one: two}", f"many: {{a: b{many}}}, words: {{password: hunter2hunter2}}")
    compilation = compiled(accepted(text, "secret-in-source", "addons.kyverno.values.many.*"))
    assert [each.message.split("`")[1] for each in compilation.diagnostics] == ["addons.kyverno.values.words.password"]
    assert len(compilation.accepted) == 1100


# what the entries are held to


def test_after_its_last_day_an_entry_is_an_error() -> None:
    """At its date, with the place of the finding, and once for both: the finding itself is not repeated."""
    (found,) = compiled(ACCEPTED.replace(DAY % TODAY, DAY % TOMORROW), today=TOMORROW).diagnostics
    assert found.slug == "expired-accept"
    assert found.message == f"`accept.names` expired on {TODAY}, and `secret-in-source` is still found at one place"
    assert found.primary.route == ("accept", "names", "until")
    assert [each.route for each in found.related] == [parse_route(SECRET)]


def test_of_two_entries_the_one_that_holds_counts() -> None:
    """The other one has nothing left to accept."""
    text = ACCEPTED + NAMES.replace("names", "later") % TOMORROW + DAY.replace("day", "then") % TOMORROW
    found = compiled(text, today=TOMORROW).diagnostics
    assert {each.slug for each in found} == {"unused-accept"}
    assert found[0].message == f"`accept.names` expired on {TODAY}, and `accept.later` accepts the same findings"


def test_an_entry_that_matches_nothing_is_a_warning() -> None:
    """Whether it has ended or not."""
    for today in (TODAY, TOMORROW):
        (found,) = compiled(f"{BASE}accept:\n{NAMES % TODAY}", today=today).diagnostics
        assert (found.slug, found.severity) == ("unused-accept", "warning")
        assert found.message == (
            "`accept.names` matches nothing: `secret-in-source` is not found at `addons.kyverno.values.**`"
        )


def test_nothing_is_called_unused_while_errors_may_hide_it() -> None:
    text = f"{BASE}accept:\n{NAMES % TODAY}".replace("hub: hub", "hub: nowhere")
    assert "unknown-hub" in said(compiled(text))
    assert "unused-accept" not in said(compiled(text))


def test_nothing_is_called_unused_without_the_charts_to_see_it() -> None:
    """``unknown-value-key`` looks at charts that are at hand: CI may not have those of a laptop."""
    text = accepted(BASE, "unknown-value-key", "addons.kyverno.values.words")
    assert compiled(text).diagnostics == ()


def test_an_entry_with_a_fault_still_hides_what_it_is_for() -> None:
    """One cause, one finding: a wrong date must not bring back all that was accepted."""
    broken = ACCEPTED.replace(f"until: {TODAY}", "until: 2026-06-31", 1)
    assert said(compiled(broken)) == {
        "invalid-date": "`accept.names.until`: there is no day `2026-06-31`",
    }


FAULTS = {
    "rule: Secret": ("invalid-value", "a rule name is words joined by"),
    "rule: secret-in-sauce": ("unknown-rule", "did you mean `secret-in-source`?"),
    "rule: unused-accept": ("unacceptable-rule", "dokaseca explain unused-accept"),
    "at: addons.**.x": ("invalid-pattern", "write it as messages show it"),
    "at: adons:x/y": ("invalid-pattern", "did you mean `addons`?"),
    'reason: ""': ("invalid-value", "a reason is a text for the people who review"),
    "until: 2026-6-1": ("invalid-date", "write `2026-06-01`"),
    "until: 30.06.2026": ("invalid-date", "a date is `YYYY-MM-DD`"),
    "until: 2025-02-29": ("invalid-date", "write a date of the calendar"),
    "until: 2026": ("not-a-string", "quote it"),
    "till: 2026-06-01": ("unknown-key", "did you mean `until`?"),
}


@pytest.mark.parametrize("line", FAULTS)
def test_faults_of_an_entry_come_with_help(line: str) -> None:
    slug, advice = FAULTS[line]
    entry = {"rule": "secret-in-source", "at": "addons.kyverno.**", "reason": "known", "until": f'"{TODAY}"'}
    key, _, value = line.partition(": ")
    lines = [f"    {name}: {each}" for name, each in (entry | {key: value}).items()]
    found = compiled("\n".join([f"{BASE}accept:", "  it:", *lines, ""])).diagnostics
    assert slug in {each.slug for each in found}
    assert any(advice in f"{each.message} {each.help}" for each in found if each.slug == slug)


@pytest.mark.parametrize("missing", ["rule", "at", "reason", "until"])
def test_every_key_of_an_entry_is_needed(missing: str) -> None:
    entry = {"rule": "secret-in-source", "at": "**", "reason": "known", "until": TODAY}
    del entry[missing]
    (found,) = compiled(BASE + yaml.safe_dump({"accept": {"it": entry}})).diagnostics
    assert (found.slug, found.message) == ("missing-key", f"`accept.it` needs `{missing}`")


@pytest.mark.parametrize("date", [TODAY, f'"{TODAY}"', f"'{TODAY}'"])
def test_a_date_may_have_quotes_or_not(date: str) -> None:
    """Without them it is a date to other readers: the same one, so nobody is warned."""
    assert compiled(f"{DIRTY}accept:\n{NAMES % date}{DAY % TODAY}").diagnostics == ()


def test_warnings_of_reading_can_be_accepted_by_their_route() -> None:
    """In lists, below odd keys, behind anchors and in a fragment: the route leads to the text that is shown."""
    one = "a: {b: [x, no, {c.d: 010}], e: &e {f: on}, g: *e, h: [[off]]}\n"
    document, faults = parse(one, "platform.yaml")
    routes = [each.primary.route for each in faults]
    assert routes == [("a", "b", 1), ("a", "b", 2, "c.d"), ("a", "e", "f"), ("a", "h", 0, 0)]
    for each in faults:
        assert each.primary.place == document.place(each.primary.route)
    compilation = compiled(BASE, "teams: {t9: {groups: [g9, no]}}\n")
    assert ("teams", "t9", "groups", 1) in {each.primary.route for each in compilation.diagnostics}


def test_a_secret_in_a_reason_is_not_repeated() -> None:
    token = "ghp_" + "a1B2" * 9
    text = ACCEPTED.replace("a name of a key", f"as {token} is")
    assert "secret-in-source" in said(compiled(text))
    assert token not in repr(compiled(text).accepted)


# the command line


def test_the_text_counts_them(tmp_path: Path) -> None:
    folder = platform(tmp_path, ACCEPTED)
    scope = "3 clusters in 2 environments, 7 addons, 20 installs, 2 accepted"
    assert dokaseca(folder, "validate") == Done(0, f"Valid: {scope}\n", "")
    assert scope in dokaseca(folder, "compile").out
    assert scope in dokaseca(folder, "check").out
    (folder / "platform.yaml").write_text(ACCEPTED.replace(f"{DAY % TODAY}", ""))
    assert "1 warning, 1 accepted" in dokaseca(folder, "validate").out


def test_every_format_says_what_is_accepted(tmp_path: Path) -> None:
    folder = platform(tmp_path, ACCEPTED)

    def shown(name: str) -> str:
        done = dokaseca(folder, "validate", "--format", name)
        assert done.code == 0
        return done.out

    document = json.loads(shown("json"))
    assert document["format_version"] == "1.0"
    assert (document["summary"], document["diagnostics"]) == ({"errors": 0, "warnings": 0, "accepted": 2}, [])
    first = document["accepted"][0]
    assert (first["slug"], first["route"], first["entry"]) == ("secret-in-source", SECRET, "names")
    assert (first["reason"], first["until"]) == ("a name of a key", TODAY)

    results = json.loads(shown("sarif"))["runs"][0]["results"]
    assert [each["suppressions"][0]["kind"] for each in results] == ["external", "external"]
    assert results[0]["suppressions"][0]["justification"] == f"a name of a key (accept.names, until {TODAY})"

    suite = ET.fromstring(shown("junit"))
    skipped = [each.get("message") for each in suite.iter("skipped")]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "2")
    assert skipped[0] == f"accepted until {TODAY}: a name of a key (accept.names)"

    assert f"- **secret-in-source** (`accept.names`), until {TODAY}: a name of a key" in shown("markdown")
    assert "::" not in shown("github")


@pytest.mark.parametrize(("epoch", "code"), [(EPOCH, 0), (str(int(EPOCH) + 86399), 0), (str(int(EPOCH) + 86400), 1)])
def test_a_day_ends_in_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str, code: int) -> None:
    """Every command that compiles knows the day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    folder = platform(tmp_path, ACCEPTED)
    assert dokaseca(folder, "validate").code == code
    assert dokaseca(folder, "compile").code == code
    assert dokaseca(folder, "check").code == code
    assert dokaseca(folder, "apps").code == code


def test_a_clock_that_is_no_number_is_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    done = dokaseca(platform(tmp_path), "validate")
    assert (done.code, "SOURCE_DATE_EPOCH is not a number of seconds" in done.err) == (2, True)


def test_a_base_is_not_judged_by_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``plan`` compares with what was compiled then: an entry that has ended since must not stop it."""
    folder = platform(tmp_path, ACCEPTED)
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (folder / "platform.yaml").write_text(ACCEPTED.replace(TODAY, "2030-01-01"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EPOCH) + 864000))
    done = dokaseca(folder, "plan", "--base", "HEAD")
    assert (done.code, done.err) == (0, "")


# --strict


def test_warnings_fail_when_they_are_to(tmp_path: Path) -> None:
    """``validate`` and ``check`` say so, ``compile`` writes nothing; what is accepted does not count."""
    folder = platform(tmp_path, BASE.replace("words: {one: two}", "words: {one: no}"))
    assert dokaseca(folder, "validate").code == 0
    done = dokaseca(folder, "validate", "--strict")
    assert done.code == 1
    assert "Valid" not in done.out
    assert done.out.endswith("error: 1 warning fails with `--strict`\n")
    before = files(folder)
    done = dokaseca(folder, "compile", "--strict")
    assert (done.code, files(folder)) == (1, before)
    assert done.err.endswith("error: 1 warning fails with `--strict`; nothing was written\n")
    assert dokaseca(folder, "compile").code == 0
    assert dokaseca(folder, "check").code == 0
    done = dokaseca(folder, "check", "--strict")
    assert (done.code, "up to date" in done.out) == (1, True)
    with (folder / "platform.yaml").open("a") as source:
        source.write(f"accept: {{it: {{rule: ambiguous-scalar, at: addons.**, reason: known, until: {TODAY}}}}}\n")
    for command in ("validate", "compile", "check"):
        assert dokaseca(folder, command, "--strict").code == 0


def test_every_format_shows_that_warnings_fail(tmp_path: Path) -> None:
    folder = platform(tmp_path, BASE.replace("words: {one: two}", "words: {one: no}"))
    shown = {
        name: dokaseca(folder, "validate", "--strict", "--format", name)
        for name in ("json", "junit", "markdown", "sarif")
    }
    assert {name: done.code for name, done in shown.items()} == {"json": 1, "junit": 1, "markdown": 1, "sarif": 0}
    assert json.loads(shown["json"].out)["strict"] is True
    assert ET.fromstring(shown["junit"].out).get("failures") == "1"
    assert shown["markdown"].out.startswith("### ❌ dokaseca validate: 1 warning with `--strict`; ")
    assert json.loads(dokaseca(folder, "compile", "--strict", "--format", "json").out)["strict"] is True


# files of the output

STRAY = "out/acme-addons/gitops/appsets/security/mine/dev.yaml"
FILES = "accept:\n  mine: {rule: foreign-manifest, at: %s, reason: kept by hand, until: %s}\n"


@pytest.fixture
def strayed(tmp_path: Path) -> Path:
    """A compiled platform with a copy of a generated file beside the others."""
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    (folder / STRAY).parent.mkdir()
    ours = next((folder / STRAY).parent.parent.rglob("dev.yaml")).read_text()
    (folder / STRAY).write_text(ours)
    assert dokaseca(folder, "check").code == 1
    return folder


def test_a_stray_file_can_be_accepted(strayed: Path) -> None:
    """By every command that compares, in every format, and with a path that does not depend on ``--out``."""
    (strayed / "platform.yaml").write_text(BASE + FILES % ("addons:gitops/appsets/security/mine/*.yaml", TODAY))
    done = dokaseca(strayed, "check", "--strict")
    assert (done.code, done.out.rstrip().endswith(", 1 accepted"), done.err) == (0, True, "")
    assert dokaseca(strayed, "diff").code == 0
    done = dokaseca(strayed, "compile", "--fail-on-change")
    assert (done.code, "mine/dev.yaml" in done.err) == (0, False)
    (found,) = json.loads(dokaseca(strayed, "check", "--format", "json").out)["accepted"]
    assert (found["slug"], found["file"], found["reason"]) == ("foreign-manifest", STRAY, "kept by hand")
    moved = strayed / "elsewhere"
    (strayed / "out").rename(moved)
    assert dokaseca(strayed, "check", "-o", "elsewhere").code == 0


def test_a_stray_file_is_back_after_the_last_day(strayed: Path) -> None:
    (strayed / "platform.yaml").write_text(BASE + FILES % ("addons:**", YESTERDAY))
    done = dokaseca(strayed, "check")
    assert done.code == 1
    assert f"`accept.mine` accepted it until {YESTERDAY}" in done.out


def test_an_entry_for_files_that_matches_none_is_a_warning_of_a_comparison(strayed: Path) -> None:
    """``validate`` does not look at files, so it cannot say."""
    (strayed / STRAY).unlink()
    (strayed / "platform.yaml").write_text(BASE + FILES % ("addons:**", TODAY))
    assert dokaseca(strayed, "validate", "--strict").code == 0
    done = dokaseca(strayed, "check", "--strict")
    assert (done.code, "unused-accept" in done.err) == (1, True)


@pytest.mark.parametrize("change", ["edited", "stale", "in the way"])
def test_what_a_compile_would_write_cannot_be_accepted(strayed: Path, change: str) -> None:
    """A file that is not as compiled stays a difference, whatever the entry says."""
    (strayed / STRAY).unlink()
    text = BASE + FILES % ("addons:**", TODAY)
    ours = next((strayed / STRAY).parent.parent.rglob("dev.yaml"))
    if change == "stale":
        text = text.replace("version: 1.17.0", "version: 1.17.1")
    elif change == "edited":
        ours.write_text("mine: true\n")
    else:
        (strayed / "out/acme-addons/.dokaseca/ledger.json").unlink()
        ours.write_text("mine: true\n")
    (strayed / "platform.yaml").write_text(text)
    assert dokaseca(strayed, "check").code == 1


# --accept-all


def accept_all(folder: Path, *more: str) -> Done:
    return dokaseca(folder, "validate", "--accept-all", "--reason", "as it was", *more)


def test_a_platform_starts_green(tmp_path: Path) -> None:
    """The entries are shown, then written; every comment stays, and a second run has nothing to do."""
    text = DIRTY.replace("layout:", "# how it lies\nlayout:")
    folder = platform(tmp_path, text)
    shown = accept_all(folder)
    assert (shown.code, (folder / "platform.yaml").read_text()) == (0, text)
    assert shown.out.endswith("Nothing was written; use `--write` to write it\n")
    assert "2 findings accepted by 2 entries until 2026-12-12" in shown.out
    assert accept_all(folder, "--until", TOMORROW, "--write").code == 0
    written = (folder / "platform.yaml").read_text()
    assert written.startswith(text.rstrip("\n"))
    assert fast_yaml.load(written)["accept"] == {
        "secret-in-source-kyverno-values-words-adminpassword": {
            "rule": "secret-in-source",
            "at": SECRET,
            "reason": "as it was",
            "until": TOMORROW,
        },
        "ambiguous-scalar-kyverno-values-when": {
            "rule": "ambiguous-scalar",
            "at": "addons.kyverno.values.when",
            "reason": "as it was",
            "until": TOMORROW,
        },
    }
    assert dokaseca(folder, "validate", "--strict").code == 0
    again = accept_all(folder, "--write")
    assert (again.code, again.out, (folder / "platform.yaml").read_text()) == (0, "Nothing to accept\n", written)


def test_new_findings_are_added_to_what_is_accepted(tmp_path: Path) -> None:
    folder = platform(tmp_path, f"{DIRTY}accept:\n  # looked at by Ada\n{NAMES % TODAY}")
    assert accept_all(folder, "--write").code == 0
    written = (folder / "platform.yaml").read_text()
    assert f"  # looked at by Ada\n{NAMES % TODAY}" in written
    assert list(fast_yaml.load(written)["accept"]) == ["names", "ambiguous-scalar-kyverno-values-when"]
    assert dokaseca(folder, "validate", "--strict").code == 0


@pytest.mark.parametrize(
    ("fragment", "changed"),
    [
        (f"accept:\n{NAMES % TODAY}", "platform.d/more.yaml"),
        ("apiVersion: dokaseca.dev/v1alpha1\n", "platform.yaml"),
    ],
)
def test_entries_go_where_the_section_is(tmp_path: Path, fragment: str, changed: str) -> None:
    """To the fragment that has ``accept``, else to the platform file."""
    folder = platform(tmp_path, DIRTY)
    (folder / "platform.d").mkdir()
    (folder / "platform.d/more.yaml").write_text(fragment)
    before = files(folder)
    assert accept_all(folder, "--write").code == 0
    after = files(folder)
    assert [name for name in after if after[name] != before[name]] == [changed]


def test_many_warnings_of_one_addon_are_accepted_together_and_errors_never(tmp_path: Path) -> None:
    """An error is accepted at its own place, so that the next one there is seen."""
    words = ", ".join(f"w{number}: no" for number in range(4))
    secrets = ", ".join(f"password{number}: hunter2hunter2" for number in range(4))
    folder = platform(tmp_path, BASE.replace("words: {one: two}", f"words: {{{words}}}, {secrets}"))
    assert accept_all(folder, "--write").code == 0
    entries = fast_yaml.load((folder / "platform.yaml").read_text())["accept"].values()
    places = [(each["rule"], each["at"]) for each in entries]
    assert ("ambiguous-scalar", "addons.kyverno.values.words.**") in places
    assert [rule for rule, _ in places].count("ambiguous-scalar") == 1
    assert [rule for rule, _ in places].count("secret-in-source") == 4
    assert dokaseca(folder, "validate", "--strict").code == 0


def test_names_of_entries_fit_and_differ(tmp_path: Path) -> None:
    """Long places, and places that become the same name."""
    long = "x" * 90
    values = f"words: {{Ab: no, aB: no, {long}1: no}}"
    folder = platform(tmp_path, BASE.replace("words: {one: two}", values))
    assert accept_all(folder, "--write").code == 0
    names = list(fast_yaml.load((folder / "platform.yaml").read_text())["accept"])
    assert len(names) == 3
    assert max(map(len, names)) <= 63
    assert dokaseca(folder, "validate", "--strict").code == 0


def test_a_key_that_is_a_secret_is_not_repeated(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    folder = platform(tmp_path, BASE.replace("words: {one: two}", f"words: {{{token}: two}}"))
    assert accept_all(folder, "--write").code == 0
    assert (folder / "platform.yaml").read_text().count(token) == 1
    assert dokaseca(folder, "validate", "--strict").code == 0


def test_more_findings_than_a_rule_reports_are_accepted(tmp_path: Path) -> None:
    """The rest shows when the first thousand are accepted."""
    words = ", ".join(f"password{number}: hunter2hunter2" for number in range(1005))
    folder = platform(tmp_path, BASE.replace("words: {one: two}", f"words: {{{words}}}"))
    assert accept_all(folder, "--write").code == 0
    assert dokaseca(folder, "validate", "--strict").code == 0


def test_other_errors_stop_it_and_are_shown(tmp_path: Path) -> None:
    folder = platform(tmp_path, DIRTY.replace("hub: hub", "hub: nowhere"))
    before = files(folder)
    done = accept_all(folder, "--write")
    assert (done.code, files(folder)) == (1, before)
    assert "unknown-hub" in done.err
    assert done.err.endswith("must be fixed first; nothing was written\n")


USAGE = {
    "no reason": (["--accept-all"], "--accept-all needs --reason"),
    "a blank reason": (["--accept-all", "--reason", " "], "--accept-all needs --reason"),
    "no date": (["--accept-all", "--reason", "x", "--until", "tomorrow"], "is not a valid date"),
    "another form": (["--accept-all", "--reason", "x", "--until", "20270101"], "is not a valid date"),
    "the past": (["--accept-all", "--reason", "x", "--until", YESTERDAY], "is in the past"),
    "standard input": (["-", "--accept-all", "--reason", "x"], "--accept-all cannot be used with"),
    "a format": (["--accept-all", "--reason", "x", "--format", "json"], "--accept-all cannot be used with"),
    "a reason alone": (["--reason", "x"], "need --accept-all"),
    "only --write": (["--write"], "need --accept-all"),
}


@pytest.mark.parametrize("case", USAGE)
def test_what_does_not_go_together_is_usage(tmp_path: Path, case: str) -> None:
    arguments, message = USAGE[case]
    done = dokaseca(platform(tmp_path, DIRTY), "validate", *arguments)
    assert (done.code, message in done.err) == (2, True)
