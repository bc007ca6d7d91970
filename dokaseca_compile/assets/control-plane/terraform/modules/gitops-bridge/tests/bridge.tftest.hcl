mock_provider "helm" {}
mock_provider "kubernetes" {}

variables {
  argocd = { name = "argo-cd", chart_version = "10.2.2", values = ["server: {replicas: 2}"] }
  cluster = {
    cluster_name = "lab"
    environment  = "dev"
    server       = "https://lab.example:6443"
    config       = "{}"
    addons       = { enable_kyverno = "true", environment = "dev" }
    metadata     = { addons_repo_revision = "main" }
  }
  apps = {
    bootstrap-addons         = <<-EOT
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      spec: {template: {metadata: {name: "{{ .name }}"}}, syncPolicy: {preserveResourcesOnDeletion: true}}
    EOT
    bootstrap-addons-project = <<-EOT
      apiVersion: argoproj.io/v1alpha1
      kind: AppProject
      spec: {sourceRepos: ["https://git.example/addons"]}
    EOT
  }
}

run "a_cluster_that_runs_argo_cd" {
  command = plan

  assert {
    condition     = one(helm_release.argocd).version == "10.2.2" && one(helm_release.argocd).namespace == "argocd"
    error_message = "Argo CD is installed otherwise."
  }
  assert {
    condition = one(kubernetes_secret_v1.cluster).metadata[0].labels == tomap({
      "argocd.argoproj.io/secret-type" = "cluster"
      cluster_name                     = "lab"
      enable_argocd                    = "true"
      enable_kyverno                   = "true"
      environment                      = "dev"
    })
    error_message = "The Secret has other labels."
  }
  assert {
    condition = one(kubernetes_secret_v1.cluster).metadata[0].annotations == tomap({
      addons_repo_revision = "main"
      cluster_name         = "lab"
      environment          = "dev"
    })
    error_message = "The Secret has other annotations."
  }
  assert {
    condition = nonsensitive(one(kubernetes_secret_v1.cluster).data) == tomap({
      config = "{}"
      name   = "lab"
      server = "https://lab.example:6443"
    })
    error_message = "The Secret says something else of the cluster."
  }
  assert {
    condition     = yamldecode(helm_release.bootstrap["bootstrap-addons"].values[0]).resources[0] == yamldecode(var.apps["bootstrap-addons"])
    error_message = "The manifest is not passed on as it is."
  }
  assert {
    condition     = toset(keys(helm_release.project)) == toset(["bootstrap-addons-project"]) && toset(keys(helm_release.bootstrap)) == toset(["bootstrap-addons"])
    error_message = "An AppProject is not among those that come first, or something else is."
  }
  assert {
    condition     = output.apps == tolist(["bootstrap-addons", "bootstrap-addons-project"])
    error_message = "A release is missing among the outputs."
  }
}

run "a_spoke_has_a_secret_only" {
  command = plan

  variables {
    install        = false
    cluster_config = "{\"bearerToken\":\"x\"}"
    apps           = {}
  }
  assert {
    condition     = length(helm_release.argocd) + length(helm_release.project) + length(helm_release.bootstrap) == 0
    error_message = "Something is installed besides the Secret."
  }
  assert {
    condition     = nonsensitive(one(kubernetes_secret_v1.cluster).data["config"]) == "{\"bearerToken\":\"x\"}"
    error_message = "The credential is not in the Secret."
  }
}

run "no_secret_where_git_registers" {
  command = plan

  variables {
    cluster = null
  }
  assert {
    condition     = length(kubernetes_secret_v1.cluster) == 0 && length(helm_release.bootstrap) == 1
    error_message = "There is a Secret, or no bootstrap."
  }
}

run "nothing_is_nothing" {
  command = plan

  variables {
    create = false
  }
  assert {
    condition     = length(helm_release.argocd) + length(helm_release.project) + length(helm_release.bootstrap) + length(kubernetes_secret_v1.cluster) == 0
    error_message = "Something is created."
  }
}

run "an_unknown_argument_is_an_error" {
  command = plan

  variables {
    argocd  = { version = "10.2.2" }
    cluster = { name = "lab" }
  }
  expect_failures = [var.argocd, var.cluster]
}
