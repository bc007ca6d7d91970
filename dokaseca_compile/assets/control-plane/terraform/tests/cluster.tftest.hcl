# What a plan makes of any cluster: terraform test -var-file=environments/<environment>/<cluster>.tfvars
# Nothing is reached and nothing is made.

mock_provider "helm" {}
mock_provider "kind" {}
mock_provider "kubernetes" {}

run "cluster" {
  command = plan

  assert {
    condition     = length(module.kind_cluster) == (var.cloud == "local" && var.distribution == "kind" ? 1 : 0)
    error_message = "Kind makes a cluster that is there already, or does not make a local one."
  }
  assert {
    condition     = alltrue([for made in module.kind_cluster : made.name == var.cluster_name])
    error_message = "The file of kind/ is of another cluster."
  }
  assert {
    condition     = length(compact([for bridge in module.gitops_bridge : try(bridge.cluster_secret.name, null)])) == (var.cluster_registration == "terraform" ? 1 : 0)
    error_message = "Terraform registers a cluster of Git, or does not register its own."
  }
  assert {
    condition = alltrue([
      for bridge in module.gitops_bridge : try(bridge.cluster_secret.labels, null) == null ? true : alltrue([
        for name, enabled in var.addons : bridge.cluster_secret.labels[name] == tostring(enabled)
      ])
    ])
    error_message = "The Secret switches an addon otherwise than the variables say."
  }
  assert {
    condition = alltrue([
      for bridge in module.gitops_bridge :
      (bridge.argocd != null) == (var.cluster_type != "spoke") && (length(bridge.apps) > 0) == (var.cluster_type != "spoke")
    ])
    error_message = "A spoke gets an Argo CD, or a hub gets none or nothing to start with."
  }
}
