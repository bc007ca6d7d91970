mock_provider "kind" {}

variables {
  kubeconfig_path = "/tmp/kubeconfig"
  config = {
    kind       = "Cluster"
    apiVersion = "kind.x-k8s.io/v1alpha4"
    name       = "lab"
    nodes      = [{ role = "control-plane", image = "kindest/node:v1.33.4" }, { role = "worker" }]
  }
}

run "every_node_is_passed_on" {
  command = plan

  assert {
    condition     = tolist([for node in kind_cluster.this.kind_config[0].node : node.role]) == tolist(["control-plane", "worker"])
    error_message = "A node is missing, or has another role."
  }
  assert {
    condition     = kind_cluster.this.kind_config[0].node[0].image == "kindest/node:v1.33.4"
    error_message = "The first node has another image."
  }
  assert {
    condition     = kind_cluster.this.name == "lab"
    error_message = "The cluster has another name."
  }
}

run "an_unknown_key_is_an_error" {
  command = plan

  variables {
    config = {
      kind       = "Cluster"
      apiVersion = "kind.x-k8s.io/v1alpha4"
      name       = "lab"
      networking = { ipFamily = "dual" }
      nodes      = []
    }
  }
  expect_failures = [var.config]
}

run "an_unknown_key_of_a_node_is_an_error" {
  command = plan

  variables {
    config = {
      kind       = "Cluster"
      apiVersion = "kind.x-k8s.io/v1alpha4"
      name       = "lab"
      nodes      = [{ role = "control-plane", labels = { zone = "a" } }]
    }
  }
  expect_failures = [var.config]
}
