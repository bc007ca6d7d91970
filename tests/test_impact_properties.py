"""What holds for every change: no Application ends without a word, and what is printed lets it through."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import fast_yaml
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_impact import BASE, inventory

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.impact import Action, Impact, affected, impact
from dokaseca_compile.impact.suggestions import suggested_entries
from dokaseca_compile.render.edits import effect
from dokaseca_compile.render.impact_markdown import as_markdown
from dokaseca_compile.render.markdown import MOST
from dokaseca_compile.render.style import Style

Platform = dict[str, Any]
Draw = Callable[[Any], Any]
ENDINGS = (Action.DELETE, Action.RECREATE)


# ---- edits, as people make them


def pick(draw: Draw, names: Any) -> str:
    return str(draw(st.sampled_from(sorted(names))))


def layers(platform: Platform) -> list[dict[str, Any]]:
    """The settings of addons, wherever they stand."""
    sections = ("environments", "regions", "clusterTypes", "clusters")
    return [unit["addons"] for section in sections for unit in platform[section].values() if unit.get("addons")]


def spokes(platform: Platform) -> list[str]:
    return [name for name, each in platform["clusters"].items() if each.get("type") != "hub"]


def switch(platform: Platform, draw: Draw) -> None:
    section = draw(st.sampled_from(["environments", "clusterTypes", "clusters"]))
    unit = platform[section][pick(draw, platform[section])]
    unit.setdefault("addons", {})[pick(draw, platform["addons"])] = draw(st.booleans())


def set_version(platform: Platform, draw: Draw) -> None:
    platform["addons"][pick(draw, platform["addons"])]["version"] = draw(st.sampled_from(["1.2.4", "2.0.0", "1.0.0"]))


def set_namespace(platform: Platform, draw: Draw) -> None:
    platform["addons"][pick(draw, platform["addons"])]["namespace"] = draw(st.sampled_from(["one", "two"]))


def set_policy(platform: Platform, draw: Draw) -> None:
    environment = platform["environments"][pick(draw, platform["environments"])]
    environment["deletion"] = draw(st.sampled_from(["delete", "preserve"]))
    environment["sync"] = {"prune": draw(st.booleans())}


def remove_cluster(platform: Platform, draw: Draw) -> None:
    del platform["clusters"][pick(draw, spokes(platform))]


def remove_hub(platform: Platform, draw: Draw) -> None:
    """Its clusters go to the other one, or with it."""
    name = pick(draw, ["hub", "west"])
    clusters, together = platform["clusters"], draw(st.booleans())
    if {"hub", "west"} <= clusters.keys():
        del clusters[name]
        for each in [each for each in spokes(platform) if clusters[each]["hub"] == name]:
            clusters[each]["hub"] = "west" if name == "hub" else "hub"
            if together:
                del clusters[each]


def add_cluster(platform: Platform, draw: Draw) -> None:
    name = draw(st.sampled_from(["new", "kyverno", "a", "b"]))
    new = copy.deepcopy(platform["clusters"][pick(draw, spokes(platform))])
    platform["clusters"].setdefault(name, new | {"server": f"https://new-{name}.acme.example"})


def rename_cluster(platform: Platform, draw: Draw) -> None:
    old, new = pick(draw, platform["clusters"]), draw(st.sampled_from(["z", "y", "kyverno", "a", "b"]))
    if new not in platform["clusters"]:
        platform["clusters"][new] = platform["clusters"].pop(old)
        for each in platform["clusters"].values():
            if each.get("hub") == old:
                each["hub"] = new


def swap_clusters(platform: Platform, draw: Draw) -> None:
    one, other, clusters = pick(draw, spokes(platform)), pick(draw, spokes(platform)), platform["clusters"]
    clusters[one], clusters[other] = clusters[other], clusters[one]


def move_cluster(platform: Platform, draw: Draw) -> None:
    cluster = platform["clusters"][pick(draw, spokes(platform))]
    if draw(st.booleans()):
        cluster["environment"] = pick(draw, platform["environments"])
    else:
        cluster["hub"] = pick(draw, set(platform["clusters"]) - set(spokes(platform)))


def remove_addon(platform: Platform, draw: Draw) -> None:
    name = pick(draw, platform["addons"])
    if len(platform["addons"]) > 1:
        del platform["addons"][name]
        for each in layers(platform):
            each.pop(name, None)


def rename_addon(platform: Platform, draw: Draw) -> None:
    """To a name that no other addon ever had: who takes another one's name is in ``changes.yaml``."""
    old = pick(draw, platform["addons"])
    names = ("kyverno", "policies", "a") if "security" in platform["addons"][old]["category"] else ("istio", "mesh")
    new = draw(st.sampled_from(names))
    if new != old:
        platform["addons"][new] = platform["addons"].pop(old)
        for each in layers(platform):
            if old in each:
                each[new] = each.pop(old)


def change_chart(platform: Platform, draw: Draw) -> None:
    """Another chart; components in place of a chart, or the other way round; one component more or less."""
    addon, what = platform["addons"][pick(draw, platform["addons"])], draw(st.integers(0, 2))
    components = addon.setdefault("components", {})
    component = {"repository": "https://parts.example/charts"}
    if "chart" in addon and what == 0:
        addon["chart"]["name"] += "-2"
    elif "chart" in addon:
        del addon["chart"]
        addon.pop("values", None)
        components[draw(st.sampled_from(["base", "engine"]))] = component
    elif what == 0:
        addon["components"], addon["chart"] = {}, {"name": "whole", "repository": "https://whole.example"}
    elif what == 1 and len(components) > 1:
        del components[pick(draw, components)]
    else:
        components[draw(st.sampled_from(["cni", "ambient"]))] = component


EDITS = (
    switch, set_version, set_namespace, set_policy, remove_cluster, remove_hub, add_cluster, rename_cluster,
    swap_clusters, move_cluster, remove_addon, rename_addon, change_chart,
)  # fmt: skip


# ---- what holds


@cache
def base() -> Inventory:
    return inventory(BASE)


def judged(before: Inventory, after: Inventory) -> tuple[Impact, dict[str, Any]]:
    found = impact(before, after)
    return found, dict(suggested_entries(found, before, after))


def placed(platform: Inventory) -> set[tuple[str, str]]:
    """Every Application: its hub and its name."""
    return {(one.hub, each.name) for one in platform.deployments() for each in one.applications}


def with_entries(platform: Platform, entries: dict[str, Any]) -> Platform:
    """As if they were pasted: under a name that is taken, they would be refused."""
    pasted = copy.deepcopy(platform)
    for section, new in entries.items():
        known = pasted.setdefault(section, {})
        assert not known.keys() & new.keys()
        known.update(copy.deepcopy(new))
    return pasted


_SEEN: Counter[str] = Counter()


@settings(
    max_examples=examples(100),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(st.data())
def test_every_change(data: st.DataObject) -> None:
    """Up to six edits at once; then some more on top, seen from in between and from the beginning."""
    first = edited(BASE, data.draw)
    if (one := sound(first)) is None:
        return
    first = check_that_it_can_be_meant(base(), first, one)
    second = edited(first, data.draw)
    for stale in ({}, {"removed": {}, "moved": {}}):  # an entry that is not true any more is refused, and taken out
        if (two := sound(second | stale)) is not None:
            check_that_it_can_be_meant(inventory(first), second | stale, two)
            check_that_it_can_be_meant(base(), second | stale, two)
            return


def edited(platform: Platform, draw: Draw) -> Platform:
    found = copy.deepcopy(platform)
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=6)):
        if spokes(found):
            edit(found, draw)
    return found


def sound(platform: Platform) -> Inventory | None:
    """What it deploys, ``None`` where a rule refuses it."""
    compilation = compile([SourceFile("platform.yaml", fast_yaml.dump(platform).encode())])
    _SEEN["refused" if compilation.failed else "judged"] += 1
    return None if compilation.failed else Inventory(compilation.resolved, compilation.tree)


def check_that_it_can_be_meant(before: Inventory, platform: Platform, after: Inventory) -> Platform:
    """With the entries that are printed nothing is blocked. Gives the platform with them."""
    found, entries = judged(before, after)
    check_that_all_is_told(before, after, found)
    check_what_an_edit_says(before, after, found)
    _SEEN["blocked"] += bool(found.blocked)
    meant = with_entries(platform, entries)
    allowed, more = judged(before, inventory(meant))
    assert allowed.blocked == ()
    assert more == {}
    check_that_all_is_told(before, after, allowed)
    return meant


def check_what_an_edit_says(before: Inventory, after: Inventory, found: Impact) -> None:
    """As ``set`` would show it: every cluster of an effect is counted, and what ends is in a line of an ending."""
    reach = affected(before, after, found)
    lines = effect(found, reach, suggested_entries(found, before, after), Style()).splitlines()
    was, will = deployed(before), deployed(after)
    ended = was.keys() - will.keys()
    different = (
        ended | (will.keys() - was.keys()) | {each for each in was.keys() & will.keys() if was[each] != will[each]}
    )
    clusters = {(was.get(each) or will[each]).cluster for each in different}
    assert set(reach.clusters) >= clusters
    declared = {*before.resolved.clusters, *after.resolved.clusters}
    assert set(reach.clusters) <= declared
    number = f"{len(reach.clusters)} of {len(declared)} cluster" if reach.clusters else "no cluster"
    assert lines[0].startswith(f"Affects {number}")
    shown = Counter(line.split()[1] for line in lines if line.startswith(("  - ", "  ± ")))
    assert shown >= Counter(name for _, name in ended)
    assert all(f" {part}" in "\n".join(lines) for part in {(was.get(each) or will[each]).part for each in different})


def deployed(platform: Inventory) -> dict[tuple[str, str], Application]:
    """Hub and name → the Application, with the values that it gives its chart in place of the files."""
    return {
        (one.hub, each.name): replace(each, value_files=(repr(platform.values(each)),))
        for one in platform.deployments()
        for each in one.applications
    }


def check_that_all_is_told(before: Inventory, after: Inventory, found: Impact) -> None:
    """Every Application has one effect or stays; what is gone under its name is deleted, or created again elsewhere."""
    was, will = placed(before), placed(after)
    effects = [(each.action, each.before and (each.before[0], each.before[1].name)) for each in found.effects]
    ended = [place for action, place in effects if action in ENDINGS]
    assert was - will <= set(ended)
    starts = [place for _, place in effects if place]
    assert len(starts) == len(set(starts))
    assert len(starts) + found.unchanged == len(was)
    ends = [each.after and (each.after[0], each.after[1].name) for each in found.effects]
    assert len(list(filter(None, ends))) + found.unchanged == len(will)
    assert {each for each in ends if each} >= will - was
    # Nothing is blocked that ends nothing, and nothing that destroys passes without somebody's word.
    assert all(each.action in ENDINGS for each in found.blocked)
    assert all(each.blocked != bool(each.entry) for each in found.effects if each.destroys)


def test_most_changes_were_judged() -> None:
    """The above is no empty promise."""
    if not _SEEN:
        pytest.skip("no change was tried")
    assert _SEEN["judged"] >= 100, _SEEN
    assert _SEEN["blocked"] >= 50, _SEEN


# ---- as much as a pull request holds


def fleet(clusters: int, addons: int) -> Platform:
    """Many clusters with many addons each."""
    spoke = {"environment": "dev", "region": "eu", "hub": "hub", "cloud": "gcp", "auth": "gcp-workload-identity"}
    chart = {"category": "security", "version": "1.0.0", "namespace": "n"}
    platform = copy.deepcopy(BASE)
    platform["clusters"] = {"hub": BASE["clusters"]["hub"]} | {
        f"edge-{number:04}": {**spoke, "server": f"https://edge-{number}.example"} for number in range(clusters)
    }
    platform["addons"] = {
        f"addon-{number:02}": {**chart, "chart": {"name": f"c{number}", "repository": "https://c.example"}}
        for number in range(addons)
    }
    platform["clusterTypes"] = {"hub": {"addons": dict.fromkeys(platform["addons"], False)}}
    del platform["teams"]
    return platform


def test_every_deletion_by_name() -> None:
    """As long as they fit; what does not fit beside them is counted."""
    before = fleet(30, 8)
    after = copy.deepcopy(before)
    for number in range(4):
        del after["addons"][f"addon-{number:02}"], after["clusterTypes"]["hub"]["addons"][f"addon-{number:02}"]
    for number in range(4, 8):
        after["addons"][f"addon-{number:02}"]["version"] = f"1.{number}.0"
        after["addons"][f"addon-{number:02}"]["values"] = {"text": "x" * 150}
    found, entries = judged(inventory(before), inventory(after))
    whole = as_markdown(found, entries)
    for number in range(30):
        assert f"`edge-{number:04}-addon-03`" in whole
    assert "more block" not in whole
    for most in range(len(whole) - 1, 12_000, -1_000):
        shown = as_markdown(found, entries, most)
        assert len(shown) <= most
        assert shown.count("- `edge-") == 120
        assert "more block" in shown


@pytest.mark.parametrize(
    ("most", "form"),
    [
        (12_000, "- `edge-0007-addon-03`: addon-03 1.0.0 n, hub hub"),
        (5_000, f"- addon-03 on 30 clusters: {', '.join(f'edge-{number:04}' for number in range(30))}"),
        (1_600, "- addon-03 on 30 clusters"),
        (900, "**Deleted: addon addon-03 is no longer declared; 30 Applications, Argo CD deletes their resources**"),
    ],
)
def test_deletions_in_less_room(most: int, form: str) -> None:
    """By name, by part with the clusters, by number, and at last only the cause."""
    before = fleet(30, 6)
    after = copy.deepcopy(before)
    for number in range(4):
        del after["addons"][f"addon-{number:02}"], after["clusterTypes"]["hub"]["addons"][f"addon-{number:02}"]
    found, entries = judged(inventory(before), inventory(after))
    shown = as_markdown(found, entries, most)
    assert len(shown) <= most
    assert form in shown.splitlines() or f"{form} BLOCKED" in shown.splitlines()
    assert "120 to delete (120 BLOCKED)" in shown.splitlines()[0]


def test_never_over_the_limit() -> None:
    """Hundreds of clusters go at once, each for a cause of its own: the first words say how many, and the last how much
    was left out.
    """
    before = fleet(700, 12)
    after = copy.deepcopy(before)
    for number in range(1, 700):
        del after["clusters"][f"edge-{number:04}"]
    found, entries = judged(inventory(before), inventory(after))
    shown = as_markdown(found, entries)
    assert len(shown) <= MOST
    assert len(found.of(Action.DELETE)) == 699 * 12
    assert shown.splitlines()[0].startswith("### ❌ dokaseca plan: Applications: 8388 to delete (8388 BLOCKED)")
    assert "Blocked: to allow these changes, the source needs 699 entries; `dokaseca plan` prints them." in shown
    assert shown.splitlines()[-1].endswith("more blocks: `dokaseca plan` shows all.")


@pytest.mark.parametrize("most", [600, 1_000, 3_000, 10_000, 30_000])
def test_every_limit(most: int) -> None:
    """Whatever the change: here, everything at once."""
    before, after = fleet(25, 5), fleet(40, 9)
    for number in range(20):
        after["clusters"][f"edge-{number:04}"]["hub"] = "west"
        del after["clusters"][f"edge-{number:04}"]["server"]
        after["clusters"][f"edge-{number:04}"]["server"] = f"https://edge-{number}.example"
    after["clusters"]["west"] = BASE["clusters"]["west"]
    for number in range(20, 25):
        del after["clusters"][f"edge-{number:04}"]
    after["addons"]["addon-02"]["version"] = "2.0.0"
    found, entries = judged(inventory(before), inventory(after))
    assert {each.action for each in found.effects} == {Action.DELETE, Action.RECREATE, Action.ADD}
    assert len(as_markdown(found, entries, most)) <= most
