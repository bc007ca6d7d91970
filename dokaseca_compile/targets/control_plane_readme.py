"""``docs/README.md`` of the control plane: its contents, how to start a cluster, and the flows."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import (
    Bullets,
    CodeBlock,
    Heading,
    Inline,
    Link,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
)
from dokaseca_compile.formats.mermaid import Edge, Flowchart, flowchart
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

NAME = "control-plane-readme"
Blocks = Iterator[Heading | Paragraph | Table | Bullets | CodeBlock]
# The three flows of the architecture: a title, and the stations in order.
_FLOWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Bootstrap",
        "Once for each cluster, from the machine of a person or a pipeline.",
        ("Developer", "terraform apply", "Kind cluster", "GitOps Bridge", "Argo CD", "App of apps"),
    ),
    (
        "GitOps sync",
        "All the time, without anybody.",
        (
            "Git commit",
            "Argo CD sees it",
            "Manifests are fetched",
            "Kubernetes API",
            "Resources change",
        ),
    ),
    (
        "Addons",
        "How a line of platform.yaml becomes a running addon.",
        (
            "platform.yaml",
            "Terraform variables",
            "GitOps Bridge metadata",
            "Cluster Secret of Argo CD",
            "ApplicationSet",
            "Addon on the cluster",
        ),
    ),
)


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the page. It is not at the root, where a repository has its own README."""
    path = layout.in_control_plane("docs/README.md").file
    yield Artifact(
        path, MarkdownBody(tuple(_blocks(resolved, layout))), Origin(NAME, (("metadata",),))
    )


def _blocks(resolved: Resolved, layout: Layout) -> Blocks:
    metadata = resolved.platform.metadata
    yield Heading(f"{metadata.name}: control plane", 1)
    if metadata.description:
        yield Paragraph(metadata.description)
    yield Paragraph(
        "It starts the clusters of the platform. Everything after that comes from Git, by Argo CD."
    )
    yield from _contents(resolved, layout)
    hubs = sorted(resolved.hubs(), key=lambda each: (each.cluster.type != "hub", each.name))
    if hubs:
        yield from _start(hubs[0], layout)
    yield Heading("How it works")
    for title, text, stations in _FLOWS:
        nodes = {str(number): station for number, station in enumerate(stations)}
        edges = tuple(Edge(str(number), str(number + 1)) for number in range(len(stations) - 1))
        yield Heading(title, 3)
        yield Paragraph(text)
        yield flowchart(Flowchart(nodes, edges))


def _contents(resolved: Resolved, layout: Layout) -> Blocks:
    bootstrap = layout.read_path("controlPlane")
    rows: list[tuple[Inline, Inline]] = [
        (Mono("terraform/"), "one root for every cluster, and a tfvars file for each"),
        (
            Mono(f"{bootstrap}/"),
            "what Argo CD is started with: an ApplicationSet for each repository that it reads",
        ),
    ]
    if any(each.cluster.made_by_terraform for each in resolved.clusters.values()):
        rows.append((Mono("kind/"), "how Kind makes the local clusters"))
    rows.append((Mono("scripts/"), "what starts a cluster, and takes it back"))
    docs: list[Inline] = [Link("repositories", "repositories.md")]
    if resolved.clusters:
        docs = [Link("clusters", "clusters.md"), ", ", *docs]
    if resolved.addons:
        docs = [Link("addons", "addons.md"), ", ", *docs]
    rows.append((Mono("docs/"), docs))
    yield Table(("folder", "what it holds"), tuple(rows))


def _start(first: ResolvedCluster, layout: Layout) -> Blocks:
    """Yield how to start a hub: by the script, and by Terraform alone."""
    tfvars = layout.tfvars(first.cluster.environment, first.name).path.removeprefix(
        layout.terraform("").path
    )
    yield Heading("Start a cluster")
    yield Paragraph(
        "Argo CD reads the repositories at the revisions of the cluster's environment: "
        "push there what it shall find. A hub comes before its spokes."
    )
    yield CodeBlock(
        "shell",
        f"bash scripts/bootstrap.sh --plan {first.name}\n"
        f"bash scripts/bootstrap.sh {first.name}\n"
        f"bash scripts/utils/wait-for-argocd.sh {first.name}\n"
        f"bash scripts/utils/argocd-password.sh {first.name}\n"
        f"bash scripts/utils/teardown.sh {first.name}",
    )
    yield Paragraph(["The same without a script, in ", Mono("terraform/"), ":"])
    yield CodeBlock(
        "shell",
        f"terraform init\nterraform workspace select -or-create {first.name}\n"
        f"terraform apply -var-file={tfvars}",
    )
    yield Bullets(
        (
            (
                "Each cluster has a state of its own: a workspace of its name. "
                "Another workspace is refused."
            ),
            [
                "Where states are kept is yours to say, in ",
                Mono("terraform/backend.tf"),
                ", which is never made.",
            ],
            (
                "A state of a Kind cluster holds its administrator's key, as every state does: "
                "keep it as a secret."
            ),
            "Clusters that exist already are found in the kubeconfig.",
            [
                "The context is never the current one: it is kind-HUB, or what ",
                Mono("kubeconfig_context"),
                " says.",
            ],
            (
                "Terraform installs Argo CD with the values of its addon. "
                "From then on the addon upgrades it."
            ),
        )
    )
