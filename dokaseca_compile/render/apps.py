"""The Applications of a platform as tables, one for each cluster, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Choice, Deployment, Inventory, wave
from dokaseca_compile.formats.read import plain
from dokaseca_compile.render.json import FORMAT_VERSION
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import aligned, counted

_HEADS = (
    "WAVE",
    "APPLICATION",
    "VERSION",
    "CHART OR PATH",
    "NAMESPACE",
    "REPOSITORY",
    "VALUE FILES, WEAK TO STRONG",
)
_STEPS = """\
Steps are those of Argo CD's RollingSync: within one addon, an Application syncs when those of the
earlier steps are healthy. Argo CD 3.5 does not guarantee that: a later step can start too early.
RollingSync needs progressive syncs in the ApplicationSet controller. The
controller then disables automatic sync (`automated.enabled: false`) for all Applications of the
addon and starts each sync itself. Addons do not wait for each other."""
_WAVES = """\
Argo CD enforces no order between addons: waves show the dependencies, and all Applications are
created at once. An Application whose dependency is missing fails and is retried, as often as
`sync.retries` of its environment allows."""


def table(inventory: Inventory, choice: Choice, style: Style) -> Iterator[str]:
    """Yield a table for each cluster, then the totals, the waves and explanations."""
    applications, clusters, rolling, hubs = 0, 0, False, set()
    empty = inventory.layout.no_values().path
    for deployment in inventory.deployments(choice):
        yield _cluster(deployment, empty, style)
        applications += len(deployment.applications)
        clusters += 1
        rolling = rolling or bool(deployment.steps)
        hubs.add(deployment.hub)
    if not applications:
        yield "No Application matches.\n"
        return
    places = f"{counted(clusters, 'cluster')} of {counted(len(hubs), 'hub')}"
    totals = f"{counted(applications, 'Application')} on {places}"
    yield f"{style.bold(totals)}\n"
    yield from _waves(inventory, style)
    if rolling:
        yield f"\n{style.dim(_STEPS)}\n"


def as_json(inventory: Inventory, choice: Choice) -> Iterator[str]:
    """Yield one document with one Application a line, so that a fleet need not fit into memory."""
    waves = {str(number): list(parts) for number, parts in inventory.waves().items()}
    head = {"format_version": FORMAT_VERSION, "command": "apps", "waves": waves}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "applications": ['
    separator = "\n"
    for deployment in inventory.deployments(choice):
        lines = []
        for each in deployment.applications:
            data = as_data(each, deployment.hub) | {"rollout_step": deployment.steps.get(each.name)}
            lines.append(json.dumps(data, ensure_ascii=False))
        yield separator + ",\n".join(lines)
        separator = ",\n"
    yield "\n]}\n"


def as_data(application: Application, hub: str) -> dict[str, Any]:
    """Return an Application for other programs; a missing text, list or mapping is empty.

    ``other`` has all remaining fields, at their place in the document.
    """
    return {
        "hub": hub,
        "name": application.name,
        "cluster": application.cluster,
        "environment": application.label("environment"),
        "region": application.label("region"),
        "addon": application.addon,
        "component": application.label("component"),
        "workload": application.workload,
        "owner": application.owner,
        "version": application.runs,
        "chart": application.chart,
        "path": application.path,
        "revision": "" if application.chart else application.version,
        "repository": application.repository,
        "namespace": application.namespace,
        "project": application.project,
        "wave": wave(application),
        "release_name": application.release,
        "value_files": list(application.value_files),
        "values_repository": application.values_repository,
        "values_revision": application.values_revision,
        "application_set": application.application_set,
        "labels": dict(application.labels),
        "annotations": dict(application.annotations),
        "sync_policy": plain(application.sync),
        "deletes_resources": application.cascades,
        "directory": plain(application.directory),
        "other": plain(application.other),
    }


def _cluster(deployment: Deployment, empty: str, style: Style) -> str:
    labels = deployment.cluster.labels
    own_hub = deployment.hub == deployment.cluster.name
    facts = [
        deployment.environment,
        labels.get("region", ""),
        labels.get("cluster_type", ""),
        "runs Argo CD" if own_hub else f"hub {deployment.hub}",
        counted(len(deployment.applications), "Application"),
    ]
    head = f"{style.bold(deployment.cluster.name)}  {' · '.join(filter(None, facts))}"
    rows = [_HEADS, *(_row(each, empty) for each in deployment.applications)]
    if deployment.steps:
        numbers = (deployment.steps.get(each.name, "-") for each in deployment.applications)
        steps = ["STEP", *map(str, numbers)]
        rows = [(row[0], step, *row[1:]) for step, row in zip(steps, rows, strict=True)]
    first, *others = aligned(rows, numbers=False)
    return "\n".join([head, f"  {style.dim(first)}", *(f"  {row}" for row in others)]) + "\n\n"


def _row(application: Application, empty: str) -> Sequence[str]:
    """Return the cells of an Application, without the values file that is always empty."""
    number = wave(application)
    return (
        str(number) if number is not None and number >= 0 else "-",
        application.workload or application.part,
        application.runs,
        application.chart or application.path,
        application.namespace,
        application.repository,
        " ".join(each for each in application.value_files if each != empty) or "-",
    )


def _waves(inventory: Inventory, style: Style) -> Iterator[str]:
    waves = inventory.waves()
    if len(waves) > 1:
        yield f"\n{style.bold('Waves')}, from what addons require:\n"
        for number, parts in waves.items():
            yield f"  {number}  {' '.join(parts)}\n"
        yield f"\n{style.dim(_WAVES)}\n"
