# What depends on the machine that runs Terraform: no tfvars file says it, and no credential stands anywhere.

variable "kubeconfig_path" {
  description = "Kubeconfig that Kind clusters are added to, and that clusters which exist already are found in."
  type        = string
  default     = "~/.kube/config"
  nullable    = false
}

variable "kubeconfig_context" {
  description = "Context of the cluster that runs Argo CD (of a spoke: its hub); without it, as Kind names it: kind-<hub>."
  type        = string
  default     = null
}
