variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "install" {
  description = "Whether to install Argo CD."
  type        = bool
  default     = true
  nullable    = false
}

variable "argocd" {
  description = "The Helm release of Argo CD: name, namespace, chart, chart_version, repository, values and the like."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.argocd), [
      "atomic", "chart", "chart_version", "create_namespace", "description", "max_history", "name", "namespace",
      "repository", "repository_password", "repository_username", "set", "skip_crds", "timeout", "values", "wait",
    ])) == 0
    error_message = "argocd has a key that this module does not know."
  }
}

variable "cluster" {
  description = "The cluster to register: cluster_name, environment, server, config, addons (labels), metadata (annotations), secret_name, secret_namespace. Without it, none."
  type        = any
  default     = null

  validation {
    condition = var.cluster == null ? true : length(setsubtract(keys(var.cluster), [
      "addons", "cluster_name", "config", "environment", "metadata", "secret_name", "secret_namespace", "server",
    ])) == 0
    error_message = "cluster has a key that this module does not know."
  }
}

variable "cluster_config" {
  description = "Argo CD's connection settings (JSON) with a credential, instead of those of `cluster`."
  type        = string
  default     = null
  sensitive   = true
}

variable "apps" {
  description = "Name of a Helm release => a manifest to apply once Argo CD knows its cluster: one YAML document."
  type        = map(string)
  default     = {}
  nullable    = false
}
