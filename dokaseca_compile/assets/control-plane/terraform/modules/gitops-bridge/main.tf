# The interface and the result of the module gitops-bridge-dev/gitops-bridge/helm, written anew so that no module
# registry is needed. It differs where upstream lets a mistake pass: an argument that it does not know is an error, and
# manifests are data, never run through Helm's `tpl`, which would take Argo CD's own templates away.

locals {
  namespace = try(var.argocd.namespace, "argocd")

  cluster_name = try(var.cluster.cluster_name, "in-cluster")
  environment  = try(var.cluster.environment, "dev")

  labels = merge(
    {
      cluster_name                     = local.cluster_name
      environment                      = local.environment
      enable_argocd                    = "true"
      "argocd.argoproj.io/secret-type" = "cluster"
    },
    try(var.cluster.addons, {}),
  )
  annotations = merge(
    {
      cluster_name = local.cluster_name
      environment  = local.environment
    },
    try(var.cluster.metadata, {}),
  )

  apps     = var.create ? var.apps : {}
  projects = { for name, manifest in local.apps : name => manifest if yamldecode(manifest).kind == "AppProject" }
}

resource "helm_release" "argocd" {
  count = var.create && var.install ? 1 : 0

  name             = try(var.argocd.name, "argo-cd")
  description      = try(var.argocd.description, "Argo CD, as GitOps Bridge starts it")
  namespace        = local.namespace
  create_namespace = try(var.argocd.create_namespace, true)
  repository       = try(var.argocd.repository, "https://argoproj.github.io/argo-helm")
  chart            = try(var.argocd.chart, "argo-cd")
  version          = try(var.argocd.chart_version, "10.2.2")
  values           = try(var.argocd.values, [])
  set              = try(var.argocd.set, null)

  repository_username = try(var.argocd.repository_username, null)
  repository_password = try(var.argocd.repository_password, null)

  atomic      = try(var.argocd.atomic, null)
  max_history = try(var.argocd.max_history, null)
  skip_crds   = try(var.argocd.skip_crds, null)
  timeout     = try(var.argocd.timeout, 600)
  wait        = try(var.argocd.wait, true)
}

resource "kubernetes_secret_v1" "cluster" {
  count = var.create && var.cluster != null ? 1 : 0

  metadata {
    name        = try(var.cluster.secret_name, local.cluster_name)
    namespace   = try(var.cluster.secret_namespace, local.namespace)
    labels      = local.labels
    annotations = local.annotations
  }

  data = {
    name   = local.cluster_name
    server = try(var.cluster.server, "https://kubernetes.default.svc")
    config = var.cluster_config != null ? var.cluster_config : try(var.cluster.config, jsonencode({ tlsClientConfig = { insecure = false } }))
  }

  depends_on = [helm_release.argocd]
}

# An ApplicationSet whose AppProject does not exist yet is tried again after three minutes only.
resource "helm_release" "project" {
  for_each = local.projects

  name      = each.key
  namespace = local.namespace
  chart     = "${path.module}/charts/resources"
  values    = [yamlencode({ resources = [yamldecode(each.value)] })]

  # Its kind comes with Argo CD.
  depends_on = [helm_release.argocd]
}

resource "helm_release" "bootstrap" {
  for_each = { for name, manifest in local.apps : name => manifest if !contains(keys(local.projects), name) }

  name      = each.key
  namespace = local.namespace
  chart     = "${path.module}/charts/resources"
  values    = [yamlencode({ resources = [yamldecode(each.value)] })]

  # The ApplicationSets look for the Secret and their AppProjects, and their kind comes with Argo CD.
  depends_on = [kubernetes_secret_v1.cluster, helm_release.project]
}
