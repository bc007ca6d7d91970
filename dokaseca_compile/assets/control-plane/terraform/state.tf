# One state for each cluster: a workspace of its name, or a key of a backend. Where it is kept is yours to say, in a
# file `backend.tf` beside this one, which the compiler leaves alone.

output "cluster_name" {
  description = "The cluster that this state is of."
  value       = var.cluster_name

  precondition {
    condition     = contains(["default", var.cluster_name], terraform.workspace)
    error_message = "The workspace ${terraform.workspace} is of another cluster: terraform workspace select -or-create ${var.cluster_name}."
  }
}
