#!/usr/bin/env bash
#: wait-for-argocd.sh [--dry-run] [--kubeconfig FILE] [--context NAME] CLUSTER
#:
#: Waits until Argo CD of a cluster is up, and shows what it has made of the bootstrap.
set -euo pipefail
KNOWN_OPTIONS=""
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

arguments "$@"
require kubectl
kube --namespace "$NAMESPACE" wait --for=condition=Available deployment --all --timeout=600s
kube --namespace "$NAMESPACE" rollout status statefulset --timeout=600s
kube --namespace "$NAMESPACE" get applicationsets,applications
