"""Write fleets of any size: the same arguments always give the same bytes.

A fleet resembles a real platform: hubs and spokes in five regions, in three clouds and on premises,
with every authentication method, teams, values and pins for each environment, and a few clusters
with their own settings. The clusters are in fragments (``platform.d/``), far below the size limit
of a file.

    python -m benchmarks.fleet FOLDER --clusters 1000
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import catalogue

PER_FRAGMENT = 500
"""Clusters in one fragment: about 350 kB."""

PER_HUB = 500
PER_TEAM = 25
WORKLOADS = 5
"""The most services of one team. Each team has one more application, with its own chart."""

_MAX_TEAMS = 60
_MANY = 100
_MIDDLE = ("staging", "qa", "preproduction")

_Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The parameters of a whole fleet."""

    clusters: int
    addons: tuple[tuple[str, str], ...]
    """(category, name), in the order of the catalogue."""
    environments: tuple[str, ...]
    overrides: float
    """Share of the spokes with their own settings, 0 to 1."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.addons)

    @property
    def regions(self) -> tuple[catalogue.Region, ...]:
        return catalogue.REGIONS[: self.clusters]

    @property
    def hubs(self) -> int:
        return max(1, self.clusters // PER_HUB)

    @property
    def teams(self) -> int:
        return min(_MAX_TEAMS, max(1, self.clusters // PER_TEAM))

    @property
    def on_premises(self) -> bool:
        """Return whether a spoke is on premises: one of ten, with a secret store."""
        return any(
            index % 10 == 9 for index in range(self.hubs, min(self.clusters, self.hubs + 10))
        )

    def environment(self, index: int) -> str:
        """Return the environment of a cluster: production for hubs and half of the spokes."""
        *before, last = self.environments
        spoke = index - self.hubs
        return (
            last
            if spoke < 0 or not before or spoke % 4 > 1
            else before[(spoke // 4 * 2 + spoke % 4) % len(before)]
        )


def fleet(
    clusters: int, addons: int = 50, environments: int = 3, overrides: float = 0.05
) -> dict[str, str]:
    """Make a fleet: file name → text, ``platform.yaml`` first.

    ``overrides`` is the share of the spokes with their own settings, 0 to 1. Raises ``ValueError``
    for a fleet without clusters, addons or environments.
    """
    if min(clusters, addons, environments) < 1:
        message = "a fleet has at least one cluster, one addon and one environment"
        raise ValueError(message)
    shape = _Shape(clusters, _addon_names(addons), _environment_names(environments), overrides)
    files = {"platform.yaml": yaml.safe_dump(_platform(shape), sort_keys=False, width=1000)}
    for number, first in enumerate(range(0, clusters, PER_FRAGMENT), start=1):
        indices = range(first, min(first + PER_FRAGMENT, clusters))
        lines = (line for index in indices for line in _cluster(shape, index))
        files[f"platform.d/clusters-{number:03}.yaml"] = "\n".join(["clusters:", *lines, ""])
    return files


def _addon_names(count: int) -> tuple[tuple[str, str], ...]:
    known = [(category, name) for category, names in catalogue.ADDONS.items() for name in names]
    more = [("other", f"extra{number}") for number in range(len(known), count)]
    return tuple([*known, *more][:count])


def _environment_names(count: int) -> tuple[str, ...]:
    middle = [*_MIDDLE, *(f"stage{number}" for number in range(len(_MIDDLE), count))][
        : max(0, count - 2)
    ]
    return ("dev", *middle, "production") if count > 1 else ("production",)


def _platform(shape: _Shape) -> _Data:
    roles = dict.fromkeys(shape.environments, "editor") | {shape.environments[-1]: "viewer"}
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Platform",
        "metadata": {
            "name": "fleet",
            "domain": "fleet.example",
            "description": "A fleet to measure with",
        },
        "repositories": {
            "organization": "https://git.example/platform",
            **{
                role: {"name": f"fleet-{role.lower()}"}
                for role in ("controlPlane", "addons", "clusters", "workloads")
            },
            "branching": {
                "branches": {"main": "What is next"},
                "require": {shape.environments[-1]: "tag"},
            },
        },
        **({"integrations": {"secretStore": {"name": "vault"}}} if shape.on_premises else {}),
        "environments": {
            name: _environment(shape, step) for step, name in enumerate(shape.environments)
        },
        "regions": {region.name: _region(shape, region) for region in shape.regions},
        "clusterTypes": {
            "hub": {
                "addons": {name: _sized(3) for name in catalogue.HUB_ONLY if name in shape.names}
            },
            **({"spoke": {"description": "Runs workloads"}} if shape.clusters > shape.hubs else {}),
        },
        "addons": {name: _addon(shape, category, name) for category, name in shape.addons},
        "policies": {name: _policies(step, shape) for step, name in enumerate(shape.environments)},
        "teams": {f"team-{number:02}": _team(number, roles) for number in range(shape.teams)},
        "workloads": {
            f"team-{number:02}": _workloads(number, places)
            for number, places in _places(shape).items()
        },
    }


def _environment(shape: _Shape, step: int) -> _Data:
    """Return environment ``step``, from 0. Each step pins every addon one minor version lower."""
    last = step == len(shape.environments) - 1
    revisions = dict.fromkeys(
        ("controlPlane", "addons", "charts", "clusters", "workloads"), "v1.4.0"
    )
    return {
        "purpose": "hardened" if last else "production-like" if step else "full",
        **({"revisions": revisions} if last else {}),
        "labels": {"tier": "gold" if last else "bronze"},
        "annotations": {
            "support": "24x7" if last else "working hours",
            "escalation": f"level {step + 1}",
        },
        "deletion": "preserve" if last else "delete",
        "addons": {
            name: found for name in shape.names if (found := _of_environment(shape, name, step))
        },
    }


def _of_environment(shape: _Shape, name: str, step: int) -> _Data:
    last = step == len(shape.environments) - 1
    if name in catalogue.FIRST_ENVIRONMENT_ONLY:
        return {} if step else {"enabled": True, "values": _values(name, 1)}
    if name in catalogue.HUB_ONLY and not last:
        return {}
    pin = {"version": _version(shape, name, step)} if step else {}
    return {**pin, "values": _values(name, step + 1)}


def _version(shape: _Shape, name: str, step: int) -> str:
    major = catalogue.MAJOR.get(name, 1)
    return f"{major}.{len(shape.environments) + len(name) - step}.{shape.names.index(name) % 7}"


def _values(name: str, size: int) -> _Data:
    return {
        "replicaCount": size,
        "image": {"pullPolicy": "IfNotPresent"},
        "resources": {
            "requests": {"cpu": f"{size * 50}m", "memory": f"{size * 64}Mi"},
            "limits": {"memory": "1Gi"},
        },
        "metrics": {
            "enabled": True,
            "serviceMonitor": {"enabled": size > 1, "interval": f"{60 // size}s"},
        },
        "tolerations": [
            {"key": "dedicated", "operator": "Equal", "value": name, "effect": "NoSchedule"}
        ],
        "podLabels": {"app.kubernetes.io/part-of": name},
    }


def _sized(replicas: int) -> _Data:
    return {"enabled": True, "values": {"controller": {"replicas": replicas}}}


def _region(shape: _Shape, region: catalogue.Region) -> _Data:
    chosen = [name for name in catalogue.REGIONAL if name in shape.names]
    values = {
        "region": region.aws,
        "bucket": f"fleet-{region.name}",
        "endpoint": f"https://s3.{region.name}.example",
    }
    return {
        "description": f"Around {region.aws}, {region.azure} and {region.gcp}",
        "addons": {name: {"values": {"storage": values}} for name in chosen},
    }


def _addon(shape: _Shape, category: str, name: str) -> _Data:
    special = (*catalogue.FIRST_ENVIRONMENT_ONLY, *catalogue.HUB_ONLY)
    requires = [needed for needed in catalogue.REQUIRES.get(name, ()) if needed in shape.names]
    position = shape.names.index(name)
    oci = position % 5 == 0
    return {
        "category": category,
        "description": f"What {name} is for",
        "owner": f"team-{position % shape.teams:02}",
        **({"enabled": False} if name in special else {}),
        "chart": {
            "name": name,
            "repository": f"{'oci://registry' if oci else 'https://charts'}.example/{category}",
        },
        "version": _version(shape, name, 0),
        # Argo CD has to be in the namespace in which Terraform installs it.
        "namespace": "argocd" if name == "argo-cd" else f"{name}-system",
        **({"requires": requires} if requires else {}),
        "kubernetes": ">=1.28 <1.37",
        "serverSideApply": position % 2 == 0,
        # Teams may edit their namespaces, and must not read the whole secret store.
        **({"values": {"rbac": {"aggregateToEdit": False}}} if name == "external-secrets" else {}),
    }


def _team(number: int, roles: _Data) -> _Data:
    return {
        "description": f"Team {number}",
        "groups": [f"team-{number:02}-developers", f"team-{number:02}-on-call"],
        "roles": roles,
        "quotas": {"cpu": str(8 + number), "memory": f"{32 + number}Gi", "pods": "200"},
        "costCenter": f"cc-{1000 + number}",
        "contact": {"email": f"team-{number:02}@fleet.example", "chat": f"#team-{number:02}"},
    }


def _places(shape: _Shape) -> dict[int, list[str]]:
    """Return the environments of each team, in order; a team without clusters is left out."""
    found: dict[int, set[str]] = {}
    for index in range(shape.clusters):
        for team in _teams(shape, index):
            found.setdefault(team, set()).add(shape.environment(index))
    return {
        team: [each for each in shape.environments if each in found[team]] for team in sorted(found)
    }


def _teams(shape: _Shape, index: int) -> tuple[int, ...]:
    """Return the teams of a cluster: one, and on every third cluster a second one."""
    first, second = index % shape.teams, index * 7 % shape.teams
    return (first, second) if first != second and index % 3 == 0 else (first,)


def _workloads(number: int, places: Sequence[str]) -> _Data:
    """Return the applications of a team: some services, and one with its own chart."""
    services = {
        f"service-{index}": _service(number, index, places)
        for index in range(1 + number % WORKLOADS)
    }
    first, last = f"2.{number}.1", f"2.{number}.0"
    chart = {
        "description": f"What team {number} runs at night",
        "chart": {"name": f"jobs-{number:02}", "repository": "oci://registry.example/teams"},
        "values": {"schedule": f"{number % 60} 2 * * *"},
        "environments": {
            name: {"version": last if step else first} for step, name in enumerate(places)
        },
    }
    return {**services, "jobs": chart}


def _service(number: int, index: int, places: Sequence[str]) -> _Data:
    memory = f"{128 * (1 + index)}Mi"
    environments: _Data = {
        name: {"version": f"1.{len(places) + number - step}.{index}"}
        for step, name in enumerate(places)
    }
    if len(environments) > 1:
        environments[places[0]]["values"] = {"replicas": 1}
    return {
        "description": f"Service {index} of team {number}",
        "image": f"registry.example/team-{number:02}/service-{index}",
        "values": {
            "port": 8000 + index,
            "replicas": 3,
            "env": {"TEAM": f"team-{number:02}", "INDEX": index},
            "probes": {"readiness": {"path": "/ready"}, "liveness": {"path": "/live"}},
            "resources": {
                "requests": {"cpu": "100m", "memory": memory},
                "limits": {"memory": memory},
            },
        },
        "environments": environments,
    }


def _policies(step: int, shape: _Shape) -> _Data:
    """Return the policies of an environment: only the last one enforces them."""
    last = step == len(shape.environments) - 1
    limits = {"default": {"memory": "512Mi"}, "defaultRequest": {"cpu": "50m", "memory": "128Mi"}}
    kyverno = {
        "action": "enforce" if last else "audit",
        "policies": ["disallow-latest-tag", "require-probes"],
    }
    return {
        "podSecurity": "restricted" if last else "baseline",
        "limits": limits,
        **({"network": "default-deny"} if last else {}),
        **({"kyverno": kyverno} if "kyverno" in shape.names else {}),
    }


def _cluster(shape: _Shape, index: int) -> Iterator[str]:
    """Yield the lines of a cluster, as a person would write them. The first clusters are hubs."""
    region = shape.regions[index % len(shape.regions)]
    environment = shape.environment(index)
    hub = index < shape.hubs
    name = f"hub-{index:03}" if hub else f"{environment}-{region.name}-{index:05}"
    yield f"  {name}:"
    purpose = "Deploys to its spokes" if hub else f"Cluster {index} of {environment}"
    criticality = ("low", "medium", "high")[index % 3]
    yield f"    description: {purpose}, {region.aws}"
    yield f"    environment: {environment}"
    yield f"    region: {region.name}"
    yield "    type: hub" if hub else f"    hub: hub-{index % shape.hubs:03}"
    yield f'    kubernetesVersion: "{catalogue.KUBERNETES[index % len(catalogue.KUBERNETES)]}"'
    yield from _HUB if hub else _access(name, index, region)
    teams = _teams(shape, index)
    yield f"    teams: [{', '.join(f'team-{team:02}' for team in teams)}]"
    yield f"    labels: {{cost-center: cc-{1000 + teams[0]}, criticality: {criticality}}}"
    if not hub and int(_digest("own", name)[:8], 16) < shape.overrides * 0x1_0000_0000:
        yield from _own_settings(shape, index)


_HUB = (
    "    cloud: local",
    "    distribution: k3s",
    "    auth: in-cluster",
    "    registration: terraform",
    '    annotations: {contact: "platform@fleet.example", runbook: "https://docs.fleet.example/hubs"}',
)


def _access(name: str, index: int, region: catalogue.Region) -> Iterator[str]:
    """Yield cloud, server and authentication: of ten clusters, five AWS, two Azure, two GCP.

    API servers on AWS and Azure are behind a proxy with a public certificate, so they have no
    ``distribution``: the certificate authority of each cluster would be most of the input.
    """
    digest = _digest("server", name)
    kind = index % 10
    if kind < 5:
        account = f"{100_000_000_000 + index // 20:012}"
        yield "    cloud: aws"
        yield f"    server: https://{digest[:32]}.gr7.{region.aws}.eks.example.com"
        yield "    auth:"
        role = f"arn:aws:iam::{account}:role/argocd-spoke"
        yield f"      awsIam: {{clusterName: {name}, roleArn: '{role}'}}"
        facts = (
            f"aws_account_id: '{account}', aws_region: {region.aws}, aws_vpc_id: vpc-{digest[:17]}"
        )
        yield f"    annotations: {{{facts}}}"
    elif kind < 7:
        yield "    cloud: azure"
        yield f"    server: https://fleet-{digest[:8]}.hcp.{region.azure}.aks.example.com:443"
        yield from ("    auth:", "      azureWorkloadIdentity:")
        yield f"        clientId: {_guid(digest)}"
        yield f"        tenantId: {_guid(_digest('tenant', str(index % 3)))}"
        group = f"azure_resource_group: rg-{name}"
        yield f"    annotations: {{azure_subscription_id: {_guid(digest[::-1])}, {group}}}"
    elif kind < 9:
        yield from ("    cloud: gcp", "    distribution: gke")
        yield f"    server: https://gke-{digest[:36]}.{region.gcp}.gke.goog"
        yield "    auth: gcp-workload-identity"
        yield f"    annotations: {{gcp_project_id: fleet-{index // 20}, gcp_region: {region.gcp}}}"
    else:
        yield from ("    cloud: local", "    distribution: k3s")
        yield f"    server: https://{name}.fleet.example:6443"
        yield f"    certificateAuthority: {catalogue.CERTIFICATE_AUTHORITY}"
        way = "bearerToken" if index % 20 == 9 else "clientCertificate"
        yield f"    auth: {{{way}: {{key: clusters/{name}}}}}"
        site = index // 10
        contact = f"site{site}@fleet.example"
        yield f"    annotations: {{site: 'Site {site}, rack {index % 7}', contact: '{contact}'}}"


def _own_settings(shape: _Shape, index: int) -> Iterator[str]:
    chosen = [name for name in catalogue.OWN_SETTINGS if name in shape.names]
    if chosen:
        name = chosen[index % len(chosen)]
        settings = (
            f"{{version: 1.{len(name)}.99}}",
            f"{{values: {{replicaCount: {7 + index % 5}, extraArgs: [--cluster-number={index}]}}}}",
            "false",
        )
        # In a small fleet, the only cluster of an environment may be the one without the addon.
        choice = settings[index // len(chosen) % (3 if shape.clusters >= _MANY else 2)]
        yield from ("    addons:", f"      {name}: {choice}")


def _digest(kind: str, name: str) -> str:
    """Return 64 hexadecimal digits that look random and are always the same."""
    return hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()


def _guid(digest: str) -> str:
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def write(folder: Path, files: dict[str, str]) -> None:
    """Write a fleet below a folder, and create that folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a fleet from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fleet", description="Write a fleet to measure with."
    )
    parser.add_argument("folder", type=Path, help="where platform.yaml and platform.d/ go")
    parser.add_argument("--clusters", type=int, default=1000)
    parser.add_argument("--addons", type=int, default=50)
    parser.add_argument("--environments", type=int, default=3)
    parser.add_argument(
        "--overrides", type=float, default=0.05, help="share of spokes with own settings, 0 to 1"
    )
    given = parser.parse_args(arguments)
    write(given.folder, fleet(given.clusters, given.addons, given.environments, given.overrides))


if __name__ == "__main__":
    main()
