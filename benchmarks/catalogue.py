"""The parts of a fleet: addons, regions and Kubernetes versions."""

from __future__ import annotations

from dataclasses import dataclass

ADDONS: dict[str, tuple[str, ...]] = {
    "security": (
        "cert-manager",
        "external-secrets",
        "trust-manager",
        "falco",
        "falcosidekick",
        "trivy",
    ),
    "compliance": ("kyverno", "kyverno-policies"),
    "delivery": ("argo-cd", "argo-rollouts", "argo-events"),
    "workflows": ("argo-workflows", "airflow"),
    "networking": (
        "ingress-nginx",
        "external-dns",
        "cilium",
        "istio-base",
        "envoy",
        "traefik",
        "metallb",
    ),
    "observability/stacks": ("victoria-metrics", "grafana"),
    "observability/logs": ("loki", "alloy"),
    "observability/tracing": ("tempo", "otel-operator", "parca"),
    "databases": ("cloudnative-pg", "mariadb-operator", "redis-operator"),
    "messaging": ("strimzi", "nats"),
    "scaling": ("keda", "karpenter", "metrics-server"),
    "storage": ("longhorn", "csi-snapshotter"),
    "disaster-recovery": ("velero",),
    "cost": ("opencost", "kube-green"),
    "chaos-engineering": ("chaos-mesh", "litmus"),
    "machine-learning": ("mlflow", "kuberay-operator", "kserve"),
    "utilities": ("reloader", "kured", "descheduler", "spegel"),
    "portal": ("backstage",),
}
"""Category → addons: fifty, in the proportions of a real platform."""

REQUIRES: dict[str, tuple[str, ...]] = {
    "trust-manager": ("cert-manager",),
    "falcosidekick": ("falco",),
    "kyverno-policies": ("kyverno",),
    "istio-base": ("cert-manager",),
    "otel-operator": ("cert-manager",),
    "mlflow": ("cloudnative-pg",),
    "airflow": ("cloudnative-pg",),
    "kserve": ("cert-manager", "istio-base"),
    "tempo": ("victoria-metrics",),
    "opencost": ("victoria-metrics",),
}
MAJOR = {"argo-cd": 7, "kyverno": 3}
"""Major versions of charts whose version matters to a rule; all others are at 1."""

FIRST_ENVIRONMENT_ONLY = ("chaos-mesh", "litmus", "parca")
HUB_ONLY = ("argo-cd", "backstage")
REGIONAL = ("external-dns", "loki", "velero")
"""Addons with their own values in every region (endpoints, buckets)."""

OWN_SETTINGS = ("kured", "descheduler", "spegel", "nats")
"""Addons that every spoke has and none requires; single clusters switch, pin or size them."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its name here, and its names in the clouds."""

    name: str
    aws: str
    azure: str
    gcp: str


REGIONS = (
    Region("eu-west", "eu-west-1", "westeurope", "europe-west1"),
    Region("us-east", "us-east-1", "eastus2", "us-east4"),
    Region("us-west", "us-west-2", "westus3", "us-west1"),
    Region("ap-south", "ap-southeast-1", "southeastasia", "asia-southeast1"),
    Region("sa-east", "sa-east-1", "brazilsouth", "southamerica-east1"),
)
KUBERNETES = ("1.32.9", "1.33.4", "1.33.5", "1.34.1")

CERTIFICATE_AUTHORITY = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJnRENDQVNXZ0F3SUJBZ0lVYkpPdXN6dW5WVVhvalVOTk9yd3BLVEdyNlI4d0NnWUlLb1pJ"
    "emowRUF3SXcKRlRFVE1CRUdBMVVFQXd3S2EzVmlaWEp1WlhSbGN6QWVGdzB5TmpFeE1qTXhOakExTVRKYUZ3MHpOakV4TWpBeApOakExTVRKYU1C"
    "VXhFekFSQmdOVkJBTU1DbXQxWW1WeWJtVjBaWE13V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPClBRTUJCd05DQUFUcVVlQ3hwT2RSOG4zVnBObk9V"
    "dHJiUS8vQlVHbUZVMHg2QUhoUzZmV0s3amEvVXhOTjJENVcKNkV1V3dPdTNHaDJOOVgwcWU3cHhjWE9oT3J4UVZzajlvMU13VVRBZEJnTlZIUTRF"
    "RmdRVVdDUENzZ2xvVVNpQQpRVGVjbnNWYlU2UVpaWWt3SHdZRFZSMGpCQmd3Rm9BVVdDUENzZ2xvVVNpQVFUZWNuc1ZiVTZRWlpZa3dEd1lEClZS"
    "MFRBUUgvQkFVd0F3RUIvekFLQmdncWhrak9QUVFEQWdOSkFEQkdBaUVBM0JXTDhzQnlQK0lmMUo1ZnhKbkUKZTRIL0ZzRHc5N1NFWS8xdlpFYWpR"
    "UklDSVFEOVkydFNXeTRlbENqVVdGWjdkSVBwQXdEMWNFRktUOVhhWGlnUgp1SGJoOFE9PQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=="
)
"""The CA of all clusters on premises: a public certificate that nobody uses."""
