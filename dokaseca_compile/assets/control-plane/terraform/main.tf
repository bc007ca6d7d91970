# terraform apply -var-file=environments/<environment>/<cluster>.tfvars
#   hub, standalone   Kind cluster (a local one) -> Argo CD -> cluster Secret -> the manifests of the bootstrap folder
#   spoke             Kind cluster (a local one) -> cluster Secret on its hub, unless Git registers it

locals {
  makes_cluster = var.cloud == "local" && var.distribution == "kind"
  runs_argocd   = contains(["hub", "standalone"], var.cluster_type)

  manifests     = "${path.module}/../${var.gitops_control_plane_path}"
  argocd_values = "${path.module}/environments/${var.environment}/${var.cluster_name}.argo-cd.yaml"
}

module "kind_cluster" {
  source = "./modules/kind-cluster"
  count  = local.makes_cluster ? 1 : 0

  config          = yamldecode(file("${path.module}/../kind/${var.cluster_name}.yaml"))
  kubeconfig_path = pathexpand(var.kubeconfig_path)
}

module "gitops_bridge" {
  source = "./modules/gitops-bridge"
  count  = local.runs_argocd || local.registers_cluster ? 1 : 0

  install = local.runs_argocd
  argocd = {
    name          = var.argocd_release_name
    repository    = var.argocd_chart_repository
    chart_version = var.argocd_chart_version
    values        = fileexists(local.argocd_values) ? [file(local.argocd_values)] : []
  }

  cluster = local.registers_cluster ? local.gitops_bridge : null
  # `auth: kind`: only the run that makes the cluster has its credential, and writes it into the Secret alone.
  cluster_config = var.cluster_config == "" && local.makes_cluster ? jsonencode({
    tlsClientConfig = {
      insecure = false
      caData   = base64encode(module.kind_cluster[0].cluster_ca_certificate)
      certData = base64encode(module.kind_cluster[0].client_certificate)
      keyData  = base64encode(module.kind_cluster[0].client_key)
    }
  }) : null

  apps = local.runs_argocd ? {
    for name in fileset(local.manifests, "*.yaml") :
    "bootstrap-${lower(trimsuffix(name, ".yaml"))}" => file("${local.manifests}/${name}")
  } : {}
}
