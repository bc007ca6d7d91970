#!/usr/bin/env bash
# Packages the charts in some folders, and pushes the versions that the registry does not have yet.
# usage: publish.sh oci://REGISTRY FOLDER...
set -euo pipefail

registry=$1
shift
packages=$(mktemp -d)
trap 'rm -rf -- "$packages"' EXIT

for folder in "$@"; do
  for file in "$folder"/*/Chart.yaml; do
    [ -f "$file" ] || continue
    helm package --dependency-update --destination "$packages" "${file%/Chart.yaml}" >/dev/null
  done
done

of() { helm show chart "$1" | sed -n "s/^$2: *\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p"; }

for package in "$packages"/*.tgz; do
  [ -f "$package" ] || continue
  name=$(of "$package" name)
  version=$(of "$package" version)
  # What was published once stays as it is: a change needs a new version.
  if helm show chart "$registry/$name" --version "$version" >/dev/null 2>&1; then
    printf '%s %s is there already\n' "$name" "$version"
  else
    helm push "$package" "$registry"
  fi
done
