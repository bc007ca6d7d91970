#!/usr/bin/env bash
#: teardown.sh [--yes] [--dry-run] [--kubeconfig FILE] [--context NAME] CLUSTER
#:
#: Takes a cluster back: what Terraform has made of it, a Kind cluster with all that is on it. A hub's spokes are no
#: part of it: take them back first. Then its workspace goes.
#:
#:   --yes  do not ask before it is done
set -euo pipefail
KNOWN_OPTIONS="--yes"
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

arguments "$@"
require "$TERRAFORM"
prepare_terraform
if given --yes; then
  terraform_in_workspace destroy -input=false -auto-approve "${VARIABLES[@]}"
else
  terraform_in_workspace destroy "${VARIABLES[@]}"
fi
run "$TERRAFORM" "-chdir=$ROOT/terraform" workspace select default
run "$TERRAFORM" "-chdir=$ROOT/terraform" workspace delete "$CLUSTER"
