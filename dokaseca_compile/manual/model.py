"""The manuals of schema faults: slug → page, in the form of a rule's docstring."""

from __future__ import annotations

from dokaseca_compile.manual.source import page

MANUALS: dict[str, str] = {
    "unknown-key": page(
        "A key is not part of the schema.",
        "A mapping has a key that has no meaning at this place.",
        "A misspelt key would be ignored, and the default would hold without a word.",
        "Use the key that the help line suggests; `docs/platform-yaml.md` lists all. Keys are camelCase. Helm values "
        "go below `values`.",
        "clusters:\n  edge: {enviroment: dev, region: eu, auth: in-cluster}  # unknown-key: environment",
    ),
    "missing-key": page(
        "A key is missing that must be given.",
        "The mapping lacks a key that has no default.",
        "There is no value that would be right for everybody.",
        "Add the key. `docs/platform-yaml.md` marks what is required.",
        "clusters:\n  edge: {region: eu, auth: in-cluster}  # missing-key: environment",
    ),
    "not-a-string": page(
        "A number or a boolean stands where text is needed.",
        "The value is text to the schema, but looks like a number or a boolean to YAML.",
        "YAML would turn version `1.30` into the number 1.3.",
        "Quote it.",
        "addons:\n  kyverno: {version: 1.30}  # not-a-string",
    ),
    "wrong-type": page(
        "A value is of another kind than the schema needs.",
        "A list stands where a mapping is needed, text where a number is, and the like; or a key has no value at all.",
        "What was meant cannot be known.",
        "Write the kind that the message names. Lists of things with names are mappings here: the name is the key.",
        "clusters:\n  edge: {environment: dev, region: eu, auth: in-cluster, teams: payments}  # wrong-type",
    ),
    "unknown-value": page(
        "A value is not one of those that the schema knows.",
        "The key takes one of a few words, and this is none of them.",
        "A misspelt word would have to be ignored or guessed.",
        "Use one of the words in the message.",
        "environments:\n  dev: {deletion: keep}  # unknown-value: preserve",
    ),
    "too-long": page(
        "A text is longer than it may be.",
        "The text has more characters than the message says.",
        "Names become label values, which Kubernetes ends at 63 characters, and Helm releases, which end at 53; paths, "
        "URLs and descriptions have generous limits of their own.",
        "Shorten it.",
        "addons:\n"
        "  kyverno:\n"
        "    namespace: policies-of-the-whole-platform-and-of-every-team-that-works-on-it  # too-long",
    ),
    "duplicate-item": page(
        "An item is given twice in a list that is a set.",
        "In a list whose order says nothing (`teams`, `groups`, `requires`, `namespaces`, `policies` …) an item is "
        "written that stands in it already.",
        "One of them is most likely another name, misspelt or copied; the list would do the same without it.",
        "Delete one of them, or correct it.",
        "clusters:\n  spoke: {teams: [payments, search, payments]}  # duplicate-item",
    ),
    "invalid-value": page(
        "A value does not fit.",
        "A number is out of its range, a section that needs an entry is empty, or a text does not have the form of "
        "what it names, such as an IAM role.",
        "The tool that reads the output would refuse it later, or misread it.",
        "Write a value as the message says; `docs/platform-yaml.md` has examples.",
        "environments:\n  dev: {sync: {retries: 1000}}  # invalid-value: 100 at most",
    ),
    "invalid-name": page(
        "A name cannot be the name of a Kubernetes object.",
        "Names are lower-case letters, digits and `-`, and begin and end with a letter or a digit.",
        "Every name becomes a label value, a file name, a part of an object's name or a Helm release.",
        "Rename it: `Team_A` is `team-a`.",
        "regions:\n  EU_West: {}  # invalid-name",
    ),
    "invalid-image": page(
        "An image has another form.",
        "An image is `registry/path` in lower case, without a tag and without a digest.",
        "The tag is the version of the workload: said twice, one of both would win in silence, and no promotion would "
        "move it. Without a registry, a container runtime would look at Docker Hub.",
        "Write the registry and the path, and the tag as `version`: `docker.io/library/nginx`, `version: 1.29.0`.",
        'workloads:\n  shop:\n    web: {image: "nginx:1.29.0", environments: {dev: {}}}  # invalid-image',
    ),
    "invalid-category": page(
        "A category has another form.",
        "A category is one name, or two joined by `/`.",
        "It is the folder of the addon's ApplicationSet and names its AppProject.",
        "Write lower-case names with one `/` at most.",
        "addons:\n  kyverno: {category: Security & Policy}  # invalid-category",
    ),
    "invalid-kubernetes-version": page(
        "A Kubernetes version has another form.",
        "A version is `1.MINOR` or `1.MINOR.PATCH`, without `v` and without a vendor's suffix.",
        "It is compared with the ranges that addons support.",
        'Write what `kubectl version` gives, shortened: `v1.33.1-eks-1` is "1.33.1".',
        'clusters:\n  hub: {kubernetesVersion: "v1.33"}  # invalid-kubernetes-version',
    ),
    "invalid-pattern": page(
        "The place of an entry of `accept` cannot be read.",
        "`at` is a place as messages show it, with `*` for one key or index and, at the end, `**` for any tail; or "
        "the key of a repository, `:` and a path in its output.",
        "What is accepted must be exactly what was looked at: a place that is misread would hide something else.",
        "Write the place of the finding; quote a key that has other characters than letters, digits, `_` and `-`.",
        "accept:\n"
        "  names:\n"
        "    rule: secret-in-source\n"
        "    at: addons.grafana.**.password  # invalid-pattern: `**` can only be at the end\n"
        "    reason: the name of a key\n"
        '    until: "2027-06-30"',
    ),
    "invalid-date": page(
        "A date has another form, or is none of the calendar.",
        "A date is `YYYY-MM-DD`, with or without quotes.",
        "Dates in another order are read differently from one country to the next.",
        "Write year, month and day with all their digits.",
        "accept:\n"
        "  names:\n"
        "    rule: secret-in-source\n"
        "    at: addons.grafana.values.**\n"
        "    reason: names of keys\n"
        '    until: "2027-02-30"  # invalid-date',
    ),
    "invalid-version": page(
        "A version is not one exact version.",
        "A version is letters, digits, `.`, `+`, `-` and `_`; ranges and wildcards are not.",
        "A range is resolved when Argo CD looks, so the same commit deploys one thing today and another tomorrow.",
        "Pin the version; a bot such as Renovate can keep it current.",
        'addons:\n  kyverno: {version: "^3.3"}  # invalid-version',
    ),
    "invalid-revision": page(
        "A revision cannot be a branch, a tag or a commit.",
        "A revision is letters, digits, `.`, `_`, `+`, `-` and single `/`, without `..` and without a part that "
        "ends in `.` or `.lock`.",
        "It goes into Terraform variables, templates and calls of Git, where a leading `-` would make it an option.",
        "Write the branch, tag or commit as Git knows it.",
        'environments:\n  dev: {revisions: {addons: "feature branch"}}  # invalid-revision',
    ),
    "invalid-path": page(
        "A path could lead out of its repository, or is no path.",
        "A path is relative, without empty, `.` or `..` parts, and of letters, digits, `.`, `_` and `-`. In a "
        "Kustomize path `{version}` may stand for a whole part. Names that Windows keeps for itself are refused.",
        "Files are written to it and Argo CD reads from it: it must stay below its repository, and a checkout must "
        "work everywhere.",
        "Write the path from the root of the repository, without a leading `/`.",
        "repositories:\n  addons: {path: ../appsets}  # invalid-path",
    ),
    "invalid-label": page(
        "A label or annotation is one that Kubernetes refuses.",
        "A key is `[prefix/]name`, the prefix being a domain; a label's value is letters, digits, `-`, `_` "
        "and `.`, 63 at most.",
        "The API server would refuse the whole cluster Secret.",
        "Shorten it, or make it an annotation, whose value may be any text.",
        'clusters:\n  hub: {labels: {owner: "Platform Team"}}  # invalid-label',
    ),
    "invalid-domain": page(
        "A domain is not a DNS name.",
        "A domain is lower-case labels joined by dots, without a scheme, a port or a trailing dot, and its last label "
        "is not a number: `256.1.1.1` is no domain.",
        "Hosts are made by putting a name before it.",
        "Write the bare domain.",
        "metadata: {domain: https://acme.example}  # invalid-domain",
    ),
    "invalid-chart": page(
        "A chart's name has another form.",
        "A chart is named by letters, digits, `.`, `_` and `-`, without a repository before it.",
        "The repository is a key of its own, and Argo CD puts the two together.",
        "Split it: `chart: {name: …, repository: …}`.",
        "addons:\n  kyverno: {chart: {name: kyverno/kyverno}}  # invalid-chart",
    ),
    "invalid-quantity": page(
        "A quantity has another form than Kubernetes reads.",
        "A quantity is a number with an optional suffix: `m`, `k`, `M`, `G`, `Ki`, `Mi`, `Gi` and so on.",
        "The API server would refuse the ResourceQuota.",
        'Write "500m", "4" or "16Gi", in quotes.',
        "teams:\n  payments: {quotas: {memory: 16GB}}  # invalid-quantity",
    ),
    "invalid-url": page(
        "A URL is not of the kind that is needed.",
        "A URL has another scheme, an invalid host, a query, a fragment, an empty, `.` or `..` part, or an escape that "
        "not every reader takes alike (`%2e`, `%2f`, `%00`). An API server or an OCI registry ends with `/`.",
        "Git, Helm, Argo CD and browsers differ in how they read anything but a plain URL, and Argo CD compares URLs "
        "as text: two spellings of one URL are two things to it.",
        "Write the plain URL, as the message says.",
        "clusters:\n  spoke: {server: https://spoke.acme.example:6443/}  # invalid-url",
    ),
    "credentials-in-url": page(
        "A URL contains a user or a password.",
        "Before the host stands `user@` or `user:password@`, or there is an `@` where some reader finds the host, as "
        "in `https://github.com#@example.com`.",
        "Whoever can read the repository would have the credential, and every Application would show it.",
        "Write the URL without it and give Argo CD a repository credential. If the secret is committed already, "
        "replace it. SSH URLs may have `git@`.",
        "repositories:\n  organization: https://someone@github.com/acme  # credentials-in-url",
    ),
    "invalid-certificate": page(
        "The CA bundle of a cluster is not a bundle of certificates.",
        "`certificateAuthority` is not base64 of PEM certificates, or holds a private key.",
        "Argo CD cannot connect with it, and one cluster Secret that it cannot read stops other ApplicationSets too.",
        "Copy `certificate-authority-data` of the cluster from a kubeconfig.",
        "clusters:\n  spoke: {certificateAuthority: bm90IGEgY2VydGlmaWNhdGU=}  # invalid-certificate",
    ),
    "invalid-source": page(
        "An addon has no source, or too many.",
        "An addon needs `chart`, `components` or `kustomize`, and the last not with the others. A chart is either "
        "`name` and `repository`, or `path`.",
        "An Application is installed from exactly one place.",
        "Keep the one that is meant.",
        "addons:\n  kyverno:\n    kustomize: {path: kustomize/kyverno}  # invalid-source: it has a chart too\n"
        "    chart: {name: kyverno, repository: https://kyverno.github.io/kyverno}",
    ),
    "invalid-sync-options": page(
        "Two sync options do not go together.",
        "`Force=true` or `Replace=true` stands beside `serverSideApply`.",
        "`kubectl` refuses to force a server-side apply, and a replace is no apply at all: the sync would fail, or do "
        "something else than what is written.",
        "Keep one of them.",
        "addons:\n  kyverno: {serverSideApply: true, syncOptions: [Replace=true]}  # invalid-sync-options",
    ),
    "invalid-auth": page(
        "A cluster authenticates in no way, or in several.",
        "`auth` holds none of the ways, or more than one.",
        "Of several, Argo CD silently takes the first it knows; with none it comes as an anonymous user.",
        "Keep exactly one.",
        "clusters:\n  hub: {auth: {inCluster: {}, gcpWorkloadIdentity: {}}}  # invalid-auth",
    ),
    "invalid-rollout": page(
        "A step of a rollout does not say which clusters it is for.",
        "A step of `environments.<name>.rollout` has neither `regions` nor `clusters`, or both.",
        "Argo CD's RollingSync asks for all labels of a step at once: a step by region and by name would be for the "
        "clusters that are both, which nobody means.",
        "Write `regions: […]` or `clusters: […]`; make two steps for both.",
        "environments:\n  production:\n    rollout:\n      - {maxUpdate: 25%}  # invalid-rollout",
    ),
    "invalid-secret": page(
        "A secret template lacks a key that its type needs.",
        "The type `kubernetes.io/dockerconfigjson` needs `.dockerconfigjson`, `kubernetes.io/tls` needs `tls.crt` and "
        "`tls.key`, `kubernetes.io/basic-auth` needs `username` or `password`.",
        "The API server refuses such a Secret, so External Secrets could never make it.",
        "Add the key to `data`, or take the type `Opaque`.",
        "environments:\n  dev:\n    secrets:\n      registry:  # invalid-secret\n        key: dev/registry\n"
        "        type: kubernetes.io/dockerconfigjson\n        data: {config: dockerconfig}",
    ),
    "invalid-removal": page(
        "An entry of `removed` or `moved` does not name one thing.",
        "The entry has neither `addon` nor `cluster`, or both; or it has `environments` or `clusters` beside "
        "`cluster`.",
        "It allows Argo CD to delete what it names, so it must be plain what that is.",
        "Name one addon, a part of one (`<addon>-<component>`) or one cluster. Only an addon can be gone in some "
        "places and stay in others.",
        "removed:\n  edge-old: {cluster: edge-old, environments: [dev], reason: decommissioned}  # invalid-removal",
    ),
}
"""Slug → manual."""
