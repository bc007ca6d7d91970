variable "config" {
  description = "A Kind configuration (kind.x-k8s.io/v1alpha4) as data: `yamldecode(file(...))` of what `kind create cluster --config` takes."
  type        = any
  nullable    = false

  # What the module does not pass on would be lost without a word.
  validation {
    condition     = length(setsubtract(keys(var.config), ["apiVersion", "kind", "name", "nodes"])) == 0
    error_message = "config has a key besides apiVersion, kind, name and nodes, which this module does not know."
  }
  validation {
    condition     = alltrue([for node in var.config.nodes : length(setsubtract(keys(node), ["image", "role"])) == 0])
    error_message = "a node of config has a key besides role and image, which this module does not know."
  }
}

variable "kubeconfig_path" {
  description = "Kubeconfig that the cluster's context, kind-<name>, is added to."
  type        = string
  nullable    = false
}
