"""``dokaseca plan``: what a change does to Applications, from real commits; ``impact/changes.yaml`` is the table."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml
from command import Done, dokaseca, files
from test_check import git

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.core.compare import compare
from dokaseca_compile.impact import Action, Effect, Impact, impact
from dokaseca_compile.render.impact import as_text
from dokaseca_compile.render.impact_json import as_json
from dokaseca_compile.render.impact_markdown import as_markdown
from dokaseca_compile.render.style import Style
from dokaseca_compile.resolve.merge_values import merge_values

HERE = Path(__file__).parent / "impact"
BASE = fast_yaml.load((HERE / "base.yaml").read_text())
CHANGES = fast_yaml.load((HERE / "changes.yaml").read_text())
ENDINGS = ("delete", "recreate")


def patched(platform: dict[str, Any], patch: dict[str, Any] | None) -> dict[str, Any]:
    """Maps merge, ``null`` deletes a key."""
    return _without_nulls(merge_values(copy.deepcopy(platform), patch or {}))


def _without_nulls(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_nulls(value) for key, value in node.items() if value is not None}
    return node


def renamed(platform: dict[str, Any], names: dict[str, dict[str, str]] | None) -> dict[str, Any]:
    """Units of sections under other names, in their places."""
    found = dict(platform)
    for section, new in (names or {}).items():
        found[section] = {new.get(name, name): unit for name, unit in platform[section].items()}
    return found


def inventory(platform: dict[str, Any]) -> Inventory:
    """What a platform deploys, without Git and the command line."""
    compilation = compile([SourceFile("platform.yaml", yaml.safe_dump(platform, sort_keys=False).encode())])
    assert not compilation.failed, [(each.message, each.help) for each in compilation.diagnostics]
    return Inventory(compilation.resolved, compilation.tree)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository without a platform, that tests copy."""
    folder = tmp_path_factory.mktemp("empty")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "nothing yet")
    return folder


class Repository:
    """A checkout: the platform on ``main``, and the change that is not committed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.platform: dict[str, Any] = {}

    def write(self, platform: dict[str, Any]) -> Repository:
        self.platform = platform
        text = yaml.safe_dump(platform, sort_keys=False, allow_unicode=True)
        (self.folder / "platform.yaml").write_text(text)
        return self

    def commit(self) -> Repository:
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-qm", "x")
        return self

    def change(self, patch: str | dict[str, Any]) -> Repository:
        return self.write(patched(self.platform, fast_yaml.load(patch) if isinstance(patch, str) else patch))

    def plan(self, *arguments: str, base: str = "main") -> Done:
        return dokaseca(self.folder, "plan", "--base", base, *arguments)

    def report(self, base: str = "main") -> dict[str, Any]:
        """The plan for programs; what it says of the exit code is the exit code."""
        done = self.plan("--format", "json", base=base)
        assert done.err == ""
        document = dict(json.loads(done.out))
        assert "effects" in document, document
        assert done.code == int(document["summary"]["blocked"] > 0)
        return document


@pytest.fixture
def repository(empty: Path, tmp_path: Path) -> Repository:
    """Without a platform yet."""
    shutil.copytree(empty, tmp_path / "here")
    return Repository(tmp_path / "here")


@pytest.fixture
def here(repository: Repository) -> Repository:
    """The platform of ``impact/base.yaml``, committed."""
    return repository.write(BASE).commit()


# ---- the table


def said(effect: dict[str, Any]) -> str:
    """An effect as a line of the table."""
    before, after = effect["before"], effect["after"]
    name = (before or after)["name"]
    if before and after and before["name"] != after["name"]:
        name = f"{name} → {after['name']}"
    words = [effect["action"], name]
    if effect["step"]:
        words.append(f"{before['version']} → {after['version']} {effect['step']}")
    fates = {"deleted": ["destroys"], "forgotten": ["forgets"], "orphaned": ["orphans"], "unread": ["unread"]}
    words += fates.get(effect["resources"], [])
    words += ["BLOCKED"] if effect["blocked"] else [f"by {effect['entry']}"] if effect["entry"] else []
    return " ".join(words)


def left(found: dict[str, Any]) -> str:
    """Pods that stay as a line of the table."""
    place = "{environment} {team} {namespace}".format(**found)
    return f"{place}: {', '.join(found['applications'])} lose {', '.join(found['deleted_kinds'])}"


def changed(change: dict[str, Any]) -> str:
    """A changed value as a line of the table."""
    if change["kind"] == "added":
        return f"{change['path']}: + {_flow(change['new'])}"
    return f"{change['path']}: {_flow(change['old'])} → {_flow(change['new'])}"


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n...\n").strip()


def without_reasons(permits: dict[str, Any]) -> dict[str, Any]:
    """Entries as the table has them; each must have a reason to be filled in."""
    assert {each["reason"] for entries in permits.values() for each in entries.values()} <= {"say why"}
    return {
        section: {
            name: {key: value for key, value in entry.items() if key != "reason"} for name, entry in entries.items()
        }
        for section, entries in permits.items()
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CHANGES])
def test_changes(repository: Repository, case: dict[str, Any]) -> None:
    """The effects and what would let them through; with those entries pasted, nothing is blocked, and nothing else is
    different.
    """
    repository.write(patched(BASE, case.get("before"))).commit()
    repository.write(renamed(repository.platform, case.get("rename"))).change(case.get("change") or {})
    report = repository.report()
    assert [said(each) for each in report["effects"]] == case["effects"]
    whys = list(dict.fromkeys(each["why"] for each in report["effects"] if each["why"]))
    assert whys == case.get("why", whys)
    assert without_reasons(report["permits"]) == case.get("permits", {})
    sentence = "{environment} gets {part} {version}, but {earlier_environment} before it runs {earlier_versions[0]}"
    assert [sentence.format(**each) for each in report["skipped"]] == case.get("skipped", [])
    assert [left(each) for each in report["leftovers"]] == case.get("leftovers", [])
    for key in ("values", "other"):
        for name, lines in case.get(key, {}).items():
            (effect,) = (each for each in report["effects"] if each["before"]["name"] == name)
            assert [changed(each) for each in effect[key]] == lines
    if any("BLOCKED" in line for line in case["effects"]):
        let_through(repository, report)


def let_through(repository: Repository, report: dict[str, Any]) -> None:
    """Paste the entries: the change passes, and each deletion is told with its entry."""
    allowed = repository.change(report["permits"]).report()
    assert allowed["summary"]["blocked"] == 0
    assert allowed["permits"] == {}
    endings = [
        [each["before"]["name"] for each in found["effects"] if each["action"] in ENDINGS]
        for found in (report, allowed)
    ]
    assert sorted(endings[0]) == sorted(endings[1])
    named = {each["entry"] for each in allowed["effects"]}
    assert named >= {f"{section}.{name}" for section, entries in report["permits"].items() for name in entries}


# ---- for people

RICH = """
environments:
  production: {addons: {kyverno: {version: 1.3.0, values: {features: {reports: true}}}}}
clusterTypes: {hub: {addons: {kyverno: true}}}
clusters:
  a: {addons: {istio: false}}
  b: {hub: west}
  c: {environment: dev, region: eu, hub: hub, cloud: gcp, server: "https://c.acme.example", auth: gcp-workload-identity}
addons: {kyverno: {version: 2.0.0, values: {replicas: 2}}}
"""


@pytest.fixture
def rich(repository: Repository) -> Repository:
    """A change with effects of every kind."""
    return repository.write(patched(BASE, {"clusterTypes": {"hub": {"addons": None}}})).commit().change(RICH)


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_the_whole_plan(rich: Repository, update: bool, format_: str) -> None:
    """Deletions first, then what is created again, changed, added; the fan-out; what is blocked. ``--update`` writes
    what is expected.
    """
    done = rich.plan("--format", format_)
    expected = HERE / ("plan.txt" if format_ == "text" else "plan.md")
    if update:
        expected.write_text(done.out)
    assert done.code == 1
    assert done.out == expected.read_text()


def test_the_first_line_is_the_summary(rich: Repository) -> None:
    """In every format, the numbers of all effects."""
    summary = (
        "Applications: 2 to delete (2 BLOCKED), 1 to delete and create again (1 BLOCKED), "
        "4 to another version (2 major, 2 minor), 4 to add, 12 unchanged"
    )
    assert rich.plan().out.splitlines()[0] == summary
    assert rich.plan("--format", "markdown").out.splitlines()[0] == f"### ❌ dokaseca plan: {summary}"
    assert rich.report()["summary"] == {
        "text": summary, "delete": 2, "recreate": 1, "update": 4, "add": 4, "unchanged": 12, "blocked": 3,
    }  # fmt: skip


def test_nothing_changes(here: Repository) -> None:
    """One line, and nothing to act on."""
    line = "No Application changes: 17 Applications unchanged"
    assert here.plan() == Done(0, f"{line}\n", "")
    assert here.plan("--format", "markdown").out == f"### ✅ dokaseca plan: {line}\n"
    assert here.report()["effects"] == []


def test_colour_adds_nothing_but_colour(rich: Repository) -> None:
    plain, colored = (rich.plan("--color", choice).out for choice in ("never", "always"))
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[32m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == plain
    assert "\x1b[" not in rich.plan("--color", "always", "--format", "markdown").out


def test_warnings_are_told_beside_the_plan(here: Repository) -> None:
    done = here.change("{regions: {unused: {}}}").plan()
    assert (done.code, done.out.startswith("No Application changes")) == (0, True)
    assert "warning[unused-declaration]" in done.err


def test_entries_are_told_where_they_let_something_through(here: Repository) -> None:
    """So that whoever reads the plan sees whose word it is."""
    here.change("{clusters: {b: null}, removed: {sold: {cluster: b, reason: sold}}}")
    done = here.plan()
    fate = "Argo CD forgets the cluster and most likely leaves their resources there"
    line = f"Deleted: cluster b is no longer declared; 1 Application, {fate}  "
    assert (done.code, f"{line}declared by removed.sold\n" in done.out, "Blocked" in done.out) == (0, True, False)


def test_a_deletion_that_destroys_nothing_needs_no_word(here: Repository) -> None:
    done = here.change("{environments: {staging: {addons: {kyverno: false}}}}").plan()
    assert done.code == 0
    assert "Deleted: kyverno is disabled there; 1 Application, their resources stay\n" in done.out


def test_an_upgrade_beside_a_rename_is_told(here: Repository) -> None:
    """What is created again is not what was deleted."""
    here.write(renamed(BASE, {"clusters": {"b": "z"}})).change("{clusters: {z: {addons: {kyverno: {version: 2.0.0}}}}}")
    assert "± b-kyverno → z-kyverno  kyverno  1.2.3 → 2.0.0  kyverno  hub hub\n" in here.plan().out


def test_what_is_alike_is_told_once(here: Repository) -> None:
    """One line for all the clusters of every environment that get the same."""
    done = here.change("{addons: {kyverno: {version: 1.3.0, values: {replicas: 2}}}}").plan()
    assert "  ~ kyverno 1.2.3 → 1.3.0 (minor) on dev: a, b; staging: s\n      values replicas: 1 → 2\n" in done.out


def test_many_clusters_are_counted(here: Repository) -> None:
    """Twelve of an environment by name."""
    cluster = {**BASE["clusters"]["b"], "labels": {}}
    many = {f"c{number:02}": {**cluster, "server": f"https://c{number}.example"} for number in range(15)}
    done = here.change({"clusters": many}).plan()
    assert f"+ kyverno 1.2.3 on dev: {', '.join(list(many)[:12])} and 3 more\n" in done.out


def test_many_changed_values_are_counted(here: Repository) -> None:
    values = {f"v{number:02}": number for number in range(25)}
    done = here.change({"addons": {"kyverno": {"values": values}}}).plan()
    assert "values v19: + 19\n      … and 5 more\n" in done.out
    (effect, *_) = here.report()["effects"]
    assert len(effect["values"]) == 25


def test_the_fan_out(rich: Repository) -> None:
    """How many by environment and by owner."""
    out = rich.plan().out
    assert (
        """
  ENVIRONMENT  DELETE  RECREATE  MAJOR  MINOR  ADD
  dev               2         1      1      0    4
  production        0         0      0      2    0
  staging           0         0      1      0    0

  OWNER   DELETE  RECREATE  MAJOR  MINOR  ADD
  -            0         0      0      0    3
  guards       0         1      2      2    1
  others       2         0      0      0    0
"""
        in out
    )


# ---- secrets

OLD = {"auth": {"adminPassword": "correct-horse", "tokens": ["ghp_0123456789abcdefghijABCDEFGHIJ012345"]}}
NEW = {
    "auth": {"adminPassword": "staple-battery", "tokens": []},
    "env": [{"name": "API_TOKEN", "value": "hunter2hunter2"}],
}
WORDS = ("correct-horse", "staple-battery", "ghp_0123", "hunter2")


def test_secrets_are_hidden() -> None:
    """Whatever looks like one or stands under a name of one, before and after. The rule ``secret-in-source`` refuses
    them first: this is for what it may not see.
    """
    application = next(each for one in inventory(BASE).deployments() for each in one.applications)
    place = ("hub", application)
    found = Impact((Effect(Action.UPDATE, place, place, values=compare(OLD, NEW)),), 0, ())
    for text in (as_text(found, {}, Style()), as_json(found, {}, "main"), as_markdown(found, {})):
        assert "adminPassword" in text
        assert "********" in text
        assert [word for word in WORDS if word in text] == []


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_secrets_are_refused(here: Repository, format_: str) -> None:
    done = here.change({"addons": {"kyverno": {"values": NEW}}}).plan("--format", format_)
    assert done.code == 1
    assert "secret-in-source" in done.out + done.err
    assert [word for word in WORDS if word in done.out + done.err] == []


# ---- for programs


def test_every_field(rich: Repository) -> None:
    """Each effect with the Application before and after, as ``apps`` has it."""
    report = rich.report()
    keys = ["format_version", "command", "base", "base_found", "summary", "effects", "skipped", "rollouts"]
    assert list(report) == [*keys, "configured", "leftovers", "branch", "later", "permits"]
    assert report["base_found"] is True
    assert (report["format_version"], report["command"], report["base"]) == ("1.0", "plan", "main")
    (upgrade,) = (each for each in report["effects"] if each["before"] and each["before"]["name"] == "hub-kyverno")
    known = {
        each["name"]: each for each in json.loads(dokaseca(rich.folder, "apps", "--format", "json").out)["applications"]
    }
    before, after = upgrade.pop("before"), upgrade.pop("after")
    assert after.items() <= known["hub-kyverno"].items()
    assert {key for key in after if after[key] != before[key]} == {"version", "value_files"}
    assert upgrade == {
        "action": "update", "blocked": False, "destroys_resources": False, "resources": "", "why": "", "entry": "",
        "step": "minor",
        "values": [
            {"kind": "changed", "path": "replicas", "old": 1, "new": 2},
            {"kind": "added", "path": "features", "old": None, "new": {"reports": True}},
        ],
        "other": [],
    }  # fmt: skip


def test_what_ends_and_begins(rich: Repository) -> None:
    """Of a deletion there is no after, of an addition no before; a move names both hubs."""
    effects = rich.report()["effects"]
    assert all((each["after"] is None) == (each["action"] == "delete") for each in effects)
    assert all((each["before"] is None) == (each["action"] == "add") for each in effects)
    assert [(each["before"]["hub"], each["after"]["hub"]) for each in effects if each["action"] == "recreate"] == [
        ("hub", "west")
    ]


def test_findings_as_json(here: Repository) -> None:
    done = here.change("{addons: {kyverno: {namespace: null}}}").plan("--format", "json")
    document = json.loads(done.out)
    assert (done.code, done.err, document["command"]) == (1, "", "plan")
    assert [each["slug"] for each in document["diagnostics"] if each["severity"] == "error"] == ["missing-key"]


def test_a_skipped_environment_is_told(here: Repository) -> None:
    """In words, in both formats; where the one before is ahead, nothing was skipped."""
    here.change("{clusterTypes: {hub: {addons: {kyverno: true}}}}").commit()
    here.change("{environments: {production: {addons: {kyverno: {version: 1.4.0}}}}}")
    sentence = "production gets kyverno 1.4.0, but dev before it runs 1.2.3"
    assert f"Skipped environments\n  {sentence}\n" in here.plan().out
    assert f"**Skipped environments**\n\n- {sentence}\n" in here.plan("--format", "markdown").out
    here.change(
        "{environments: {dev: {addons: {kyverno: {version: 2.0.0}}}, staging: {addons: {kyverno: {version: 1.4.0}}}}}"
    )
    assert here.report()["skipped"] == []


# ---- rollouts


def test_another_rollout_is_told(here: Repository) -> None:
    """It changes no Application, and yet how a change reaches the clusters."""
    here.change("{environments: {dev: {rollout: [{regions: [eu]}]}}}").commit()
    done = here.change("{environments: {dev: {rollout: null}}}").plan("--detailed-exitcode", base="HEAD")
    assert (done.code, done.out.splitlines()[1:2]) == (2, ["Rollout of dev: 1 step → all at once"])
    assert here.report("HEAD")["rollouts"] == [{"environment": "dev", "steps_before": 1, "steps_after": 0}]


# ---- configuration

GOVERNED = "{teams: {web: {roles: {dev: viewer}, groups: [web]}}, clusters: {a: {teams: [web]}}}"


def test_another_configuration_is_told(here: Repository) -> None:
    """It changes no Application, and yet what is applied to clusters: named in every format, no change by exit code."""
    here.change(GOVERNED).commit()
    here.change("{policies: {dev: {podSecurity: restricted}}}")
    done = here.plan("--detailed-exitcode", base="HEAD")
    line = "Configuration of 1 cluster changes (namespaces, quotas, access, policies): dev: a"
    assert (done.code, done.out.splitlines()[1:2]) == (0, [line])
    assert line in here.plan("--format", "markdown", base="HEAD").out
    assert here.report("HEAD")["configured"] == [{"environment": "dev", "clusters": ["a"]}]


def test_what_no_cluster_gets_is_no_configuration(here: Repository) -> None:
    """A description, an addon; a cluster that is new is told by its Applications."""
    here.change(GOVERNED).commit()
    here.change("{teams: {web: {description: Ours}}, addons: {kyverno: {version: 1.9.9}}}")
    assert here.report("HEAD")["configured"] == []
    assert "Configuration of" not in here.plan(base="HEAD").out


# ---- Pods that stay


def test_pods_without_configuration_are_told() -> None:
    """One sentence for each namespace in every format; that all traffic is allowed only where something denied it."""
    cases = {case["name"]: case for case in CHANGES}
    case = cases["a team leaves a cluster where resources stay"]
    for network, ending in (("default-deny", ", and all network traffic is allowed"), ("open", "")):
        before = patched(patched(BASE, case["before"]), {"policies": {"staging": {"network": network}}})
        found = impact(inventory(before), inventory(patched(before, case["change"])))
        policy = "NetworkPolicy, " if ending else ""
        sentence = (
            "staging: the Pods of 3 Applications of team others keep running in namespace others on s, t; Argo CD "
            f"deletes the namespace's ExternalSecret, LimitRange, {policy}ResourceQuota, RoleBinding, ServiceAccount"
            f"{ending}\n"
        )
        title = "Pods that stay, in namespaces that lose configuration"
        assert f"{title}\n  {sentence}" in as_text(found, {}, Style())
        assert f"**{title}**\n\n- {sentence}" in as_markdown(found, {})


# ---- the base


def test_a_base_without_a_platform(repository: Repository) -> None:
    """Everything is new, and that is said."""
    repository.write(BASE)
    done = repository.plan()
    assert (done.code, done.err) == (0, "")
    summary, note, *_ = done.out.splitlines()
    assert summary == "Applications: 17 to add, 0 unchanged"
    assert note == "The base has no platform file: everything is shown as added."
    assert repository.report()["base_found"] is False
    assert "base has no platform file" in repository.plan("--format", "markdown").out
    assert repository.plan("--detailed-exitcode").code == 2


@pytest.mark.parametrize("base", ["HEAD~1", "v1", "main~1"])
def test_what_names_a_base(here: Repository, base: str) -> None:
    """Whatever Git takes for a commit; the change itself may be committed by then."""
    git(here.folder, "tag", "v1")
    here.change("{clusters: {b: null}, removed: {b: {cluster: b, reason: sold}}}").commit()
    assert [said(each) for each in here.report(base)["effects"]] == ["delete b-kyverno forgets by removed.b"]
    assert here.report("main")["effects"] == []


def test_a_base_that_went_on_is_told(here: Repository) -> None:
    """What others have added since would look as if it was deleted here."""
    git(here.folder, "checkout", "-qb", "mine")
    git(here.folder, "checkout", "-q", "main")
    git(here.folder, "commit", "-q", "--allow-empty", "-m", "theirs")
    git(here.folder, "checkout", "-q", "mine")
    note = "note: main has commits that this branch does not have; what they add is shown as deleted here\n"
    assert here.plan().err == note
    assert here.plan(base="main~1").err == ""


def test_a_base_that_does_not_compile_as_json(here: Repository) -> None:
    """A program gets a document as well."""
    good = here.platform
    here.change("{clusters: {b: {region: nowhere}}}").commit()
    done = here.write(good).plan("--format", "json")
    assert done.code == 2
    assert [each["slug"] for each in json.loads(done.out)["diagnostics"]] == ["unknown-region"]


def test_fragments_are_read_on_both_sides(here: Repository) -> None:
    """A cluster that moves into a file of its own is no change."""
    folder = here.folder / "platform.d"
    folder.mkdir()
    (folder / "b.yaml").write_text(yaml.safe_dump({"clusters": {"b": BASE["clusters"]["b"]}}))
    here.change("{clusters: {b: null}}")
    assert here.report()["effects"] == []
    here.commit()
    (folder / "b.yaml").unlink()
    assert [said(each) for each in here.report()["effects"]] == ["delete b-kyverno forgets BLOCKED"]


def test_a_base_that_does_not_compile(here: Repository) -> None:
    """There is nothing to compare with; its findings name the revision."""
    here.change("{clusters: {b: {region: mars}}}").commit().write(BASE)
    done = here.plan()
    assert (done.code, done.out) == (2, "")
    assert "main:platform.yaml:" in done.err
    assert "error[unknown-region]" in done.err
    assert done.err.endswith("error: main: has a platform that does not compile; compare with a revision that does\n")


@pytest.mark.parametrize("base", ["mian", "", "-x", "main..HEAD", "v9.9.9"])
def test_a_base_that_is_none(here: Repository, base: str) -> None:
    done = here.plan(base=base)
    assert (done.code, done.out) == (2, "")
    assert "error: " in done.err


def test_outside_of_git(tmp_path: Path) -> None:
    (tmp_path / "platform.yaml").write_text(yaml.safe_dump(BASE, sort_keys=False))
    assert dokaseca(tmp_path, "plan", "--base", "main").code == 2


def test_the_base_is_not_guessed(here: Repository) -> None:
    done = dokaseca(here.folder, "plan")
    assert (done.code, "--base" in done.err) == (2, True)


def test_nothing_is_written(rich: Repository) -> None:
    """Neither files nor the index."""
    before, index = files(rich.folder), (rich.folder / ".git/index").read_bytes()
    rich.plan()
    assert (files(rich.folder), (rich.folder / ".git/index").read_bytes()) == (before, index)


# ---- exit codes


@pytest.mark.parametrize(
    ("change", "plain", "detailed"),
    [
        ("{}", 0, 0),
        ("{metadata: {description: another}}", 0, 0),
        ("{addons: {kyverno: {version: 1.2.4}}}", 0, 2),
        ("{environments: {staging: {addons: {kyverno: false}}}}", 0, 2),
        ("{clusters: {b: null}, removed: {b: {cluster: b, reason: sold}}}", 0, 2),
        ("{clusters: {b: null}}", 1, 1),
        ("{addons: {kyverno: {version: latest}}}", 1, 1),
    ],
)
def test_exit_codes(here: Repository, change: str, plain: int, detailed: int) -> None:
    """As Terraform's, when asked: 2 for a change that nothing blocks."""
    here.change(change)
    assert here.plan().code == plain
    assert here.plan("--detailed-exitcode").code == detailed


# ---- entries that are not true any more


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ("{removed: {k: {addon: kyverno, reason: r}}}", "contradicted-removal"),
        ("{removed: {k: {addon: kyverno, environments: [dev], reason: r}}}", "contradicted-removal"),
        ("{removed: {k: {cluster: b, reason: r}}}", "contradicted-removal"),
        ("{moved: {k: {cluster: b, to: a, reason: r}}}", "contradicted-removal"),
        ("{clusters: {b: null}, moved: {k: {cluster: b, to: nobody, reason: r}}}", "unknown-move"),
        ("{clusters: {b: null}, moved: {k: {cluster: b, reason: r}}}", "unknown-move"),
    ],
)
def test_an_entry_that_is_not_true_is_refused(here: Repository, change: str, slug: str) -> None:
    """It would let the next deletion pass that nobody meant: when an addon came back, say."""
    done = here.change(change).plan()
    assert (done.code, done.out) == (1, "")
    assert f"error[{slug}]" in done.err
