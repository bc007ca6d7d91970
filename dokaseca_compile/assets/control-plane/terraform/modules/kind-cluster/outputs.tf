output "name" {
  description = "Name of the cluster."
  value       = kind_cluster.this.name
}

output "endpoint" {
  description = "API server, as this machine reaches it."
  value       = kind_cluster.this.endpoint
}

output "cluster_ca_certificate" {
  description = "CA of the API server (PEM)."
  value       = kind_cluster.this.cluster_ca_certificate
}

output "client_certificate" {
  description = "Client certificate of the cluster's administrator (PEM)."
  value       = kind_cluster.this.client_certificate
}

output "client_key" {
  description = "Key of the client certificate (PEM)."
  value       = kind_cluster.this.client_key
  sensitive   = true
}
