#!/usr/bin/env bash
# What the scripts of the control plane share. It is sourced, after `set -euo pipefail`.
# shellcheck disable=SC2034 # the scripts that source it read what it sets
# shellcheck disable=SC2154 # and set KNOWN_OPTIONS

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
TERRAFORM=${TERRAFORM:-terraform}
NAMESPACE=argocd
DRY_RUN=no

info() { printf '%s\n' "$*" >&2; }

# A fault of what was asked for: exit code 2, as of a usage error.
die() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 2
}

# Print the comment on top of a script, below its `#!` line and the header of generated files.
usage() {
  awk '/^#: ?/ { sub(/^#: ?/, ""); print }' "$0"
}

# Name every command that is missing, not only the first.
require() {
  local name missing=()
  for name in "$@"; do
    command -v -- "$name" >/dev/null 2>&1 || missing+=("$name")
  done
  [ "${#missing[@]}" = 0 ] || die "missing on PATH: ${missing[*]}"
}

# Kind runs nodes in one of these.
require_containers() {
  local name
  for name in docker podman nerdctl; do
    if command -v -- "$name" >/dev/null 2>&1; then return; fi
  done
  die "missing on PATH: docker (or podman, or nerdctl), which Kind runs its nodes in"
}

# Run a command, or only show it.
run() {
  if [ "$DRY_RUN" = yes ]; then
    printf '+' >&2
    printf ' %q' "$@" >&2
    printf '\n' >&2
  else
    "$@"
  fi
}

clusters() {
  local file
  for file in "$ROOT"/terraform/environments/*/*.tfvars; do
    if [ -e "$file" ]; then basename -- "$file" .tfvars; fi
  done | sort
}

# The tfvars file of a cluster, below terraform/.
tfvars() {
  local cluster=$1 file
  for file in "$ROOT"/terraform/environments/*/"$cluster".tfvars; do
    if [ -e "$file" ]; then
      printf '%s\n' "${file#"$ROOT"/terraform/}"
      return
    fi
  done
  local known
  known=$(clusters)
  if [ "$(printf '%s\n' "$known" | wc -l)" -gt 40 ]; then
    known=$(printf '%s\n' "$known" | head -n 40)$'\n...'
  fi
  die "no cluster is called '$cluster'; there are:"$'\n'"$(printf '%s\n' "$known" | sed 's/^/  /')"
}

# A text among the variables of a cluster; the compiler writes one on each line.
variable() {
  sed -n "s/^$2 *= \"\\(.*\\)\"\$/\\1/p" "$ROOT/terraform/$1"
}

# Terraform runs in a folder of its own, where a relative path would be another one.
absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$PWD" "$1" ;;
  esac
}

# What every script takes: sets CLUSTER, and OPTIONS to the options that the caller knows besides these.
arguments() {
  CLUSTER=
  OPTIONS=()
  while [ "$#" -gt 0 ]; do
    case $1 in
      -h | --help)
        usage
        exit 0
        ;;
      --dry-run) DRY_RUN=yes ;;
      --kubeconfig | --context)
        [ "$#" -gt 1 ] || die "$1 needs a value"
        [ -n "$2" ] || die "$1 needs a value"
        if [ "$1" = --kubeconfig ]; then KUBECONFIG_PATH=$(absolute "$2"); else CONTEXT=$2; fi
        shift
        ;;
      --*)
        case " $KNOWN_OPTIONS " in
          *" $1 "*) OPTIONS+=("$1") ;;
          *) die "no option $1; --help says which there are" ;;
        esac
        ;;
      *)
        [ -z "$CLUSTER" ] || die "one cluster at a time: '$CLUSTER' and '$1'"
        [[ $1 =~ ^[a-z0-9][a-z0-9.-]*$ ]] || die "'$1' is no name of a cluster"
        CLUSTER=$1
        ;;
    esac
    shift
  done
  [ -n "$CLUSTER" ] || die "which cluster? --help says how to call this"
  TFVARS=$(tfvars "$CLUSTER")
}

given() {
  local option
  for option in "${OPTIONS[@]+"${OPTIONS[@]}"}"; do
    if [ "$option" = "$1" ]; then return 0; fi
  done
  return 1
}

# The kubeconfig and context of the cluster that runs Argo CD: of a spoke, its hub.
argocd_context() {
  printf '%s\n' "${CONTEXT:-kind-$(variable "$TFVARS" cluster_hub)}"
}

kube() {
  run kubectl --kubeconfig "${KUBECONFIG_PATH:-$HOME/.kube/config}" --context "$(argocd_context)" "$@"
}

# Terraform in the state of the cluster, whatever workspace another run selects meanwhile.
terraform_in_workspace() {
  run env "TF_WORKSPACE=$CLUSTER" "$TERRAFORM" "-chdir=$ROOT/terraform" "$@"
}

# Make the workspace when it is new.
prepare_terraform() {
  unset TF_WORKSPACE # init would ask about one that does not exist
  run "$TERRAFORM" "-chdir=$ROOT/terraform" init -input=false
  run "$TERRAFORM" "-chdir=$ROOT/terraform" workspace select -or-create "$CLUSTER"
  VARIABLES=("-var-file=$TFVARS")
  if [ -n "${KUBECONFIG_PATH:-}" ]; then VARIABLES+=("-var=kubeconfig_path=$KUBECONFIG_PATH"); fi
  if [ -n "${CONTEXT:-}" ]; then VARIABLES+=("-var=kubeconfig_context=$CONTEXT"); fi
}

is_kind() { [ -e "$ROOT/kind/$CLUSTER.yaml" ]; }
runs_argocd() { [ "$(variable "$TFVARS" cluster_type)" != spoke ]; }
