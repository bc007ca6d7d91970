"""Run the live validator: ``python -m live.run`` (``make live`` builds it first)."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import yaml

from live import argocd, build, clusters, compiler, document
from live.certificates import AUTHORITY, encoded
from live.live_state import read_hub, read_objects
from live.places import BIN, LOGS, PLATFORM, RUN, SCENARIOS
from live.processes import Processes
from live.progress import report, seconds
from live.publish import Publisher
from live.repositories import Server
from live.result import Result, as_text, rest, said
from live.scenario import SERVER, Push, between, read_pushes
from live.settling import Expected, Settling
from live.stand_ins import StandIns
from live.terraform import Terraform
from live.verdict import disturbed, managed, steps, unchanged_applications, verdicts
from live.waiting import NotSettledError

HUBS = ("hub", "hub-2")
SPOKES = ("dev-a", "prod-eu", "prod-us")
_NEEDED = ("git", "openssl", "redis-server", "setpriv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every push, or the chosen ones; 1 if anything differs."""
    options = _options(arguments)
    if reason := _unusable():
        print(f"live: {reason}", file=sys.stderr)
        return 1 if os.environ.get("DOKASECA_REQUIRE_TOOLS") == "1" else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        results = Live(stack).run(options.first, options.last)
        print(*as_text(results), sep="\n")
        failed = [each for each in results if each.failed]
        print(f"live: {len(results)} scenarios, {len(failed)} failed, in {seconds():.0f} s")
        if options.write:
            document.write(results)
        if options.keep:
            print(f"live: running until Ctrl-C; kubeconfigs in {RUN}, logs in {LOGS}", flush=True)
            signal.pause()
    return 1 if failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="live", description=__doc__)
    parser.add_argument("--from", dest="first", default="", help="the first push after the bootstrap; 4 is 4-moves")
    parser.add_argument("--to", dest="last", default="~", help="the last push; 0 is the bootstrap alone")
    parser.add_argument("--keep", action="store_true", help="keep everything running afterwards, until Ctrl-C")
    parser.add_argument("--write", action="store_true", help="write the table of docs/live.md")
    return parser.parse_args(arguments)


def _unusable() -> str:
    """Return why this machine cannot run it; empty if it can."""
    if absent := build.missing():
        return f"not built: {', '.join(absent)}; `make live` builds them with Go"
    missing = [each for each in _NEEDED if shutil.which(each) is None]
    if not shutil.which("terraform") and not shutil.which("tofu"):
        missing.append("terraform (or tofu)")
    return f"not installed: {', '.join(missing)}" if missing else ""


class Live:
    """The hubs, the clusters and the repositories, and the state of the platform in them."""

    def __init__(self, stack: ExitStack) -> None:
        """Start everything but Argo CD."""
        shutil.rmtree(RUN, ignore_errors=True)
        RUN.mkdir(parents=True)
        os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        self._processes = stack.enter_context(Processes())
        self._server = stack.enter_context(Server())
        self._server.publish_charts()
        started = clusters.start(self._processes, [*HUBS, *SPOKES])
        report(f"{len(started)} API servers are ready")
        self._clusters = {each.name: each for each in started}
        self._hubs = {name: self._clusters[name] for name in HUBS}
        stack.enter_context(StandIns(started))
        compiler.make_source()
        self._publisher = Publisher(self._server, Terraform(self._hubs))
        self._settling = Settling(self._processes, self._hubs, started)
        self._platform = self._filled_in()
        self._stuck = False

    def run(self, first: str, last: str) -> list[Result]:
        """Bootstrap, then run pushes one after the other; one that does not settle is the last."""
        bootstrap, *others = read_pushes(SCENARIOS, self._server.url)
        early, chosen = between(others, first, last)
        for push in early:
            self._platform = push.applied(self._platform)
        results = self._first(bootstrap)
        for push in chosen:
            if self._stuck:
                break
            results += self._push(push)
        return results

    def _filled_in(self) -> dict[str, Any]:
        """Return the platform with the addresses of this run."""
        text = (PLATFORM / "platform.yaml").read_text().replace(SERVER, self._server.url)
        platform = yaml.safe_load(text)
        for name, each in platform["clusters"].items():
            if each["auth"] != "in-cluster":
                each |= {"server": self._clusters[name].server, "certificateAuthority": encoded(AUTHORITY)}
        return platform

    def _first(self, push: Push) -> list[Result]:
        """Bootstrap: publish the platform, start Argo CD, and let Terraform begin."""
        (scenario,) = push.scenarios
        compiler.write(self._platform)
        compiler.commit(push.name)
        expected = Expected(compiler.apps(), compiler.bundle())
        result = Result(scenario, push.name, f"{sum(map(len, expected.apps.values()))} added")
        self._publisher.prepare(self._platform, expected.apps, push.name)
        argocd.start(self._processes, list(self._hubs.values()))
        report("Argo CD runs")
        # Terraform last: the hubs look into repositories that are there.
        for role in ("addons", "clusters", "workloads", "charts", "control-plane"):
            self._publisher.push(role)
        report("Terraform has applied the hubs")
        result.differences += self._settled(push, expected)
        return [result]

    def _push(self, push: Push) -> list[Result]:
        """Publish the edits of a push, and judge each of its scenarios."""
        results, plans = self._planned(push)
        before = read_objects(self._clusters.values())
        expected = Expected(compiler.apps(), compiler.bundle())
        self._publisher.prepare(self._platform, expected.apps, push.name)
        compiler.commit(push.name)
        self._publish(push)
        report(f"{push.name}: published")
        if differences := self._settled(push, expected):
            return [*results, rest(push.name, differences)]
        after = read_objects(self._clusters.values())
        live = [read_hub(each) for each in self._hubs.values()]
        still = {name: each for hub in live for name, each in managed(hub).items()}
        for result, plan in zip(results, plans, strict=True):
            result.verdicts = verdicts(plan, before, after, still)
            result.differences += [str(each) for each in result.verdicts if not each.agrees]
        every = [each for plan in plans for each in plan["effects"]]
        listed = (each for hub in expected.apps.values() for each in hub.values())
        if differences := disturbed(unchanged_applications(listed, every), before, after):
            results.append(rest(push.name, differences))
        for hub in live:
            for order, number in sorted(steps(hub.sets, hub.applications).items()):
                report(f"{push.name}: steps of a rollout began in the order {order}: {number} times")
        return results

    def _planned(self, push: Push) -> tuple[list[Result], list[dict[str, Any]]]:
        """Return a result and the plan of each scenario, and leave the source with the edits of all.

        The effects of all together must be those of each: otherwise the scenarios touch each other.
        """
        plans = []
        for scenario in push.scenarios:
            compiler.write(scenario.applied(self._platform))
            plans.append(compiler.plan())
        self._platform = push.applied(self._platform)
        compiler.write(self._platform)
        together = _brief(compiler.plan())
        apart = [each for plan in plans for each in _brief(plan)]
        odd = [each for each in together + apart if together.count(each) != apart.count(each) or each.blocked]
        if odd:
            message = f"{push.name}: blocked, or touched by several scenarios: {odd}"
            raise RuntimeError(message)
        said_of = zip(push.scenarios, plans, strict=True)
        return [Result(scenario, push.name, said(plan["effects"])) for scenario, plan in said_of], plans

    def _publish(self, push: Push) -> None:
        """Push the repositories in the order of the push: each is read, and followed, before the next one."""
        for stage in push.stages:
            urls = [self._publisher.push(role) for role in stage]
            for url in urls:
                self._settling.notify(url)
            if len(push.stages) > 1 and stage != push.stages[-1]:
                self._settling.wait_for_repository(urls[0], self._publisher.revisions())

    def _settled(self, push: Push, expected: Expected) -> list[str]:
        """Wait for the Applications, and return what is not as expected when nothing moves any more."""
        try:
            took = self._settling.wait_for_hubs(expected, self._publisher.revisions())
        except NotSettledError as error:
            report(f"{push.name}: {error}")
            self._stuck = True
            return error.pending
        report(f"{push.name}: settled after {took:.0f} s")
        for each in self._settling.helped:
            report(f"{push.name}: helped {each}")
        self._settling.helped.clear()
        return []


class _Brief(NamedTuple):
    """An effect, to compare plans."""

    action: str
    resources: str
    before: str
    after: str
    blocked: bool


def _brief(plan: Mapping[str, Any]) -> list[_Brief]:
    found = []
    for each in plan["effects"]:
        before, after = (each[side]["name"] if each[side] else "" for side in ("before", "after"))
        found.append(_Brief(each["action"], each["resources"], before, after, each["blocked"]))
    return found


if __name__ == "__main__":
    sys.exit(main())
