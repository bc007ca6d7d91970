output "argocd" {
  description = "The Helm release of Argo CD: name, namespace and chart version; null where none is installed."
  value = one([for release in helm_release.argocd : {
    name      = release.name
    namespace = release.namespace
    version   = release.version
  }])
}

output "cluster_secret" {
  description = "The cluster Secret without its data: name, namespace, labels, annotations; null where none is written."
  value = one([for secret in kubernetes_secret_v1.cluster : {
    name        = secret.metadata[0].name
    namespace   = secret.metadata[0].namespace
    labels      = secret.metadata[0].labels
    annotations = secret.metadata[0].annotations
  }])
}

output "apps" {
  description = "The Helm releases of the manifests."
  value       = sort(concat(keys(helm_release.project), keys(helm_release.bootstrap)))
}
