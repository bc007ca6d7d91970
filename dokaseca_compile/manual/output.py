"""The manuals of what is found in the output: slug → page, in the form of a rule's docstring."""

from __future__ import annotations

from dokaseca_compile.manual.source import page

MANUALS: dict[str, str] = {
    "missing-file": page(
        "A file that the source compiles to is not there.",
        "The source says something new, and nobody has compiled since; or the file was deleted by hand.",
        "Terraform and Argo CD read what is committed: a cluster or an addon of the source is not deployed.",
        "Run `dokaseca compile` and commit what it writes. Deleting a generated file does not switch anything off: say "
        "so in the source.",
        "clusters:\n  edge: {environment: dev, region: eu, auth: in-cluster}  # missing-file until it is compiled",
    ),
    "stale-file": page(
        "A generated file is not what the source compiles to any more.",
        "The source has changed since the file was written. The file itself was not touched.",
        "What is reviewed in the source is not what is deployed.",
        "Run `dokaseca compile` and commit both together. A pre-commit hook does it for you.",
        "addons:\n  kyverno: {version: 3.8.3}  # stale-file: the ApplicationSet still says 3.8.2",
    ),
    "edited-file": page(
        "A generated file was changed by hand.",
        "Its content is neither what was written nor what the source compiles to. Line ends that Git changed, conflict "
        "markers of a merge and a file that was made executable count as well.",
        "The next compile would undo the change without a word, so it refuses to.",
        "Say the change in the source and compile: once both are equal the file counts as ours again. To drop the "
        "change, `dokaseca compile --force`. Against changed line ends put `* text=auto eol=lf` into `.gitattributes`.",
        "addons:\n  kyverno:\n    values: {replicas: 3}  # say it here, not in values/default/kyverno.yaml",
    ),
    "orphaned-file": page(
        "A file that was generated is no longer made.",
        "The cluster, addon or layer that it was made for is gone from the source.",
        "Argo CD goes on applying an ApplicationSet that stays in a folder that it reads.",
        "Run `dokaseca compile`: it deletes what it wrote itself. Many files, registrations and ApplicationSets have "
        "to be asked for with `--prune`, since Argo CD then deletes what they deployed.",
        "addons:\n  # kyverno is gone: appsets/compliance/kyverno.yaml is an orphaned-file\n  reloader: {}",
    ),
    "foreign-file": page(
        "A file that is not ours is in the way, or looks like ours.",
        "At a path that is compiled to stands a file that no ledger knows, with another content; or a file elsewhere "
        "has the header of a generated file and no ledger knows it, as a copy or what a merge has brought back.",
        "It may be somebody's work, so it is neither overwritten nor deleted. In a folder that Argo CD reads it is "
        "deployed all the same.",
        "Move it away, or overwrite it with `dokaseca compile --force`. Of a copy, remove the header or the file.",
        "layout: {profile: published}  # another profile writes to other paths: what stands there may be foreign-file",
        accept="When the file is to stay as it is and is in nobody's way: `at` then has the repository and the path, "
        "as `addons:appsets/extra/*.yaml`. A file in the way cannot be accepted.",
    ),
    "foreign-manifest": page(
        "A file that nobody compiled takes effect, since a tool reads its whole folder.",
        "It is a `*.yaml` file below a folder that a bootstrap Application reads with all its "
        "subfolders, a `*.tf` file or variables in Terraform's root module, a `*.tfvars` file among "
        "those of clusters, a file among the templates of a chart of ours, a second kustomization, "
        "or an `.argocd-source.yaml`. The message says what would read it.",
        "Argo CD applies it to the hub like the files beside it: an ApplicationSet from there "
        "deploys to every cluster, and neither `apps` nor `plan` knows of it. A link counts as well: "
        "one that leads out of the repository stops the whole Application. Only what is listed by "
        "name, as values files are, has no effect by being there.",
        "Move it to another folder. To keep what it deploys, declare it in the source: an addon or "
        "a workload. A manifest that holds `+argocd:skip-file-rendering` in a comment on top is "
        "skipped by Argo CD, and here. `dokaseca compile` writes beside such a file and names it; "
        "`dokaseca check` fails.",
        "# appsets/security/mine.yaml, written by hand, is a foreign-manifest; in extra/mine it is not\n"
        "addons:\n  mine: {category: security, namespace: mine, kustomize: {path: extra/mine}}",
        accept="When the file is meant to be applied beside the compiled ones, as in a platform that is taken over "
        "step by step: `at` has the repository and the path, as `addons:appsets/security/*.yaml`.",
    ),
    "oversized-file": page(
        "A file would be larger than 5 MiB.",
        "The values of an addon or a workload, or what is made for a fleet, would fill more than is read again.",
        "`check` and the next `compile` could not read the file, and Argo CD keeps what it renders in memory for each "
        "Application. An object of Kubernetes has 1 MiB at most.",
        "Keep large data out of values: in a file of the workload's own repository, in an image, or in a volume.",
        "addons:\n  grafana:\n    values: {dashboards: {}}  # oversized-file: with megabytes of JSON in a text",
    ),
}
