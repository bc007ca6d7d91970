# Everything is written where the cluster's Argo CD runs: on the cluster itself, or on the hub of a spoke. Nothing is
# written to a spoke; its Argo CD does that.

locals {
  # A cluster that is made in the same run is in no kubeconfig yet when the providers are configured.
  reached_as_made = local.makes_cluster && local.runs_argocd

  # Never the current context: that could be any cluster.
  kubeconfig_path    = local.reached_as_made ? null : pathexpand(var.kubeconfig_path)
  kubeconfig_context = local.reached_as_made ? null : coalesce(var.kubeconfig_context, "kind-${var.cluster_hub}")

  host                   = local.reached_as_made ? module.kind_cluster[0].endpoint : null
  cluster_ca_certificate = local.reached_as_made ? module.kind_cluster[0].cluster_ca_certificate : null
  client_certificate     = local.reached_as_made ? module.kind_cluster[0].client_certificate : null
  client_key             = local.reached_as_made ? module.kind_cluster[0].client_key : null
}

provider "kind" {}

provider "kubernetes" {
  config_path    = local.kubeconfig_path
  config_context = local.kubeconfig_context

  host                   = local.host
  cluster_ca_certificate = local.cluster_ca_certificate
  client_certificate     = local.client_certificate
  client_key             = local.client_key
}

provider "helm" {
  kubernetes = {
    config_path    = local.kubeconfig_path
    config_context = local.kubeconfig_context

    host                   = local.host
    cluster_ca_certificate = local.cluster_ca_certificate
    client_certificate     = local.client_certificate
    client_key             = local.client_key
  }
}
