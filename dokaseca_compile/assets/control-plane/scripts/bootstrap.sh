#!/usr/bin/env bash
#: bootstrap.sh [--plan | --yes] [--dry-run] [--kubeconfig FILE] [--context NAME] CLUSTER
#:
#: Starts a cluster: Kind makes it (a local one), Terraform installs Argo CD, tells it the cluster, and hands it the
#: ApplicationSets that bring everything else. Of a spoke, the Secret goes to its hub, which has to be there.
#:
#:   --plan             only show what Terraform would do
#:   --yes              do not ask before it is done
#:   --dry-run          only show the commands
#:   --kubeconfig FILE  kubeconfig to use; else ~/.kube/config
#:   --context NAME     context of the cluster that runs Argo CD; else kind-<hub>
#:
#: TERRAFORM=tofu takes OpenTofu. Each cluster has a Terraform workspace of its name.
set -euo pipefail
KNOWN_OPTIONS="--plan --yes"
# shellcheck source=utils/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/utils/lib.sh"

arguments "$@"
if given --plan && given --yes; then die "--plan changes nothing, so there is nothing to confirm by --yes"; fi
require "$TERRAFORM"
if is_kind && ! given --plan; then require_containers; fi

if ! runs_argocd && [ "$(variable "$TFVARS" cluster_registration)" = gitops ]; then
  info "$CLUSTER is registered by Git: its hub finds it in the clusters repository."
  if ! is_kind; then
    info "There is nothing for Terraform to do."
    exit 0
  fi
fi

prepare_terraform
if given --plan; then
  terraform_in_workspace plan -input=false "${VARIABLES[@]}"
elif given --yes; then
  terraform_in_workspace apply -input=false -auto-approve "${VARIABLES[@]}"
else
  terraform_in_workspace apply "${VARIABLES[@]}"
fi

if runs_argocd && ! given --plan; then
  info "Argo CD runs on $CLUSTER. Next:"
  info "  bash scripts/utils/wait-for-argocd.sh $CLUSTER"
  info "  bash scripts/utils/argocd-password.sh $CLUSTER"
fi
