#!/usr/bin/env bash
#: argocd-password.sh [--dry-run] [--kubeconfig FILE] [--context NAME] CLUSTER
#:
#: Prints the first password of Argo CD's user `admin`, and how to reach it. Argo CD forgets the Secret once it is
#: deleted; do that after the password was changed.
set -euo pipefail
KNOWN_OPTIONS=""
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

arguments "$@"
require kubectl
kube --namespace "$NAMESPACE" get secret argocd-initial-admin-secret \
  --output 'go-template={{.data.password | base64decode}}{{"\n"}}'
info "User admin. To reach it at http://localhost:8080:"
info "  kubectl --context $(argocd_context) --namespace $NAMESPACE port-forward \\"
info "    \"\$(kubectl --context $(argocd_context) --namespace $NAMESPACE get service \\"
info "    --selector app.kubernetes.io/name=argocd-server --output name)\" 8080:80"
