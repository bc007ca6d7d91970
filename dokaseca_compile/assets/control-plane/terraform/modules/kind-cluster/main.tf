resource "kind_cluster" "this" {
  name            = var.config.name
  kubeconfig_path = var.kubeconfig_path
  wait_for_ready  = true

  kind_config {
    kind        = var.config.kind
    api_version = var.config.apiVersion

    dynamic "node" {
      for_each = var.config.nodes

      content {
        role  = node.value.role
        image = try(node.value.image, null)
      }
    }
  }

  # Kind changes nothing of a cluster: another image would delete it, and all that runs on it, within a plan for
  # something else. To renew it: teardown.sh, then bootstrap.sh.
  lifecycle {
    ignore_changes = [kind_config]
  }
}
