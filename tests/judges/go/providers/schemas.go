package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The schemas of what the compiled root and modules use, transcribed from the providers' sources and documentation:
//
//	tehcyx/kind 0.11           kind/resource_cluster.go, kind/schema_kind_config.go
//	hashicorp/helm 3.1         helm/resource_helm_release.go, docs/index.md
//	hashicorp/kubernetes 3.0   docs/index.md, docs/resources/secret_v1.md
//
// They are read by a person and typed by hand. The providers themselves are never run.
var providers = map[string]provider{
	"kind": {
		config:    block(nil),
		resources: map[string]*tfprotov6.Schema{"kind_cluster": schema(0, kindCluster())},
	},
	"helm": {
		config: block([]*tfprotov6.SchemaAttribute{
			optional("debug", tftypes.Bool),
			nested("kubernetes", tfprotov6.SchemaObjectNestingModeSingle, connection(
				nested("exec", tfprotov6.SchemaObjectNestingModeSingle, execPlugin()))),
			nested("registries", tfprotov6.SchemaObjectNestingModeList, []*tfprotov6.SchemaAttribute{
				required("url", tftypes.String), required("username", tftypes.String), secret(required("password", tftypes.String)),
			}),
		}),
		resources: map[string]*tfprotov6.Schema{"helm_release": schema(2, helmRelease())},
	},
	"kubernetes": {
		config: block(connection(
			optional("config_context_auth_info", tftypes.String), optional("config_context_cluster", tftypes.String),
			optional("ignore_annotations", list(tftypes.String)), optional("ignore_labels", list(tftypes.String)),
		), blocks("exec", 1, block(execPlugin()))),
		resources: map[string]*tfprotov6.Schema{"kubernetes_secret_v1": schema(0, kubernetesSecret())},
	},
}

func connection(more ...*tfprotov6.SchemaAttribute) []*tfprotov6.SchemaAttribute {
	attributes := []*tfprotov6.SchemaAttribute{
		optional("config_path", tftypes.String), optional("config_paths", list(tftypes.String)),
		optional("config_context", tftypes.String), optional("host", tftypes.String),
		optional("username", tftypes.String), secret(optional("password", tftypes.String)),
		secret(optional("token", tftypes.String)), optional("insecure", tftypes.Bool),
		optional("tls_server_name", tftypes.String), optional("client_certificate", tftypes.String),
		secret(optional("client_key", tftypes.String)), optional("cluster_ca_certificate", tftypes.String),
		optional("proxy_url", tftypes.String),
	}
	return append(attributes, more...)
}

func execPlugin() []*tfprotov6.SchemaAttribute {
	return []*tfprotov6.SchemaAttribute{
		required("api_version", tftypes.String), required("command", tftypes.String),
		optional("args", list(tftypes.String)), optional("env", tftypes.Map{ElementType: tftypes.String}),
	}
}

func kindCluster() *tfprotov6.SchemaBlock {
	port := block([]*tfprotov6.SchemaAttribute{
		optional("container_port", tftypes.Number), optional("host_port", tftypes.Number),
		optional("listen_address", tftypes.String), optional("protocol", tftypes.String),
	})
	mount := block([]*tfprotov6.SchemaAttribute{
		optional("host_path", tftypes.String), optional("container_path", tftypes.String),
	})
	node := block([]*tfprotov6.SchemaAttribute{
		optional("role", tftypes.String), optional("image", tftypes.String),
		optional("labels", tftypes.Map{ElementType: tftypes.String}),
		optional("kubeadm_config_patches", list(tftypes.String)),
	}, blocks("extra_mounts", 0, mount), blocks("extra_port_mappings", 0, port))
	networking := block([]*tfprotov6.SchemaAttribute{
		optional("ip_family", tftypes.String), optional("api_server_address", tftypes.String),
		optional("api_server_port", tftypes.Number), optional("pod_subnet", tftypes.String),
		optional("service_subnet", tftypes.String), optional("disable_default_cni", tftypes.Bool),
		optional("kube_proxy_mode", tftypes.String), optional("dns_search", list(tftypes.String)),
	})
	config := block([]*tfprotov6.SchemaAttribute{
		required("kind", tftypes.String), required("api_version", tftypes.String),
		optional("containerd_config_patches", list(tftypes.String)),
	}, blocks("node", 0, node), blocks("networking", 1, networking))
	return block([]*tfprotov6.SchemaAttribute{
		computed("id", tftypes.String), required("name", tftypes.String),
		either("node_image", tftypes.String), optional("wait_for_ready", tftypes.Bool),
		either("kubeconfig_path", tftypes.String), computed("kubeconfig", tftypes.String),
		computed("client_certificate", tftypes.String), computed("client_key", tftypes.String),
		computed("cluster_ca_certificate", tftypes.String), computed("endpoint", tftypes.String),
		computed("completed", tftypes.Bool),
	}, blocks("kind_config", 1, config))
}

func helmRelease() *tfprotov6.SchemaBlock {
	attributes := []*tfprotov6.SchemaAttribute{
		computed("id", tftypes.String), required("name", tftypes.String), required("chart", tftypes.String),
		either("description", tftypes.String), either("namespace", tftypes.String), either("version", tftypes.String),
		optional("repository", tftypes.String), optional("repository_ca_file", tftypes.String),
		optional("repository_cert_file", tftypes.String), optional("repository_key_file", tftypes.String),
		optional("repository_username", tftypes.String), secret(either("repository_password", tftypes.String)),
		optional("values", list(tftypes.String)), optional("devel", tftypes.Bool), optional("keyring", tftypes.String),
		either("max_history", tftypes.Number), either("timeout", tftypes.Number),
		computed("manifest", tftypes.String), computed("status", tftypes.String),
		computed("resources", tftypes.Map{ElementType: tftypes.String}),
		nested("set", tfprotov6.SchemaObjectNestingModeList, []*tfprotov6.SchemaAttribute{
			required("name", tftypes.String), optional("value", tftypes.String), either("type", tftypes.String),
		}),
		nested("set_list", tfprotov6.SchemaObjectNestingModeList, []*tfprotov6.SchemaAttribute{
			required("name", tftypes.String), required("value", list(tftypes.String)),
		}),
		nested("set_sensitive", tfprotov6.SchemaObjectNestingModeList, []*tfprotov6.SchemaAttribute{
			required("name", tftypes.String), secret(required("value", tftypes.String)), optional("type", tftypes.String),
		}),
		nested("postrender", tfprotov6.SchemaObjectNestingModeSingle, []*tfprotov6.SchemaAttribute{
			required("binary_path", tftypes.String), optional("args", list(tftypes.String)),
		}),
	}
	for _, name := range []string{
		"atomic", "cleanup_on_fail", "create_namespace", "dependency_update", "disable_crd_hooks",
		"disable_openapi_validation", "disable_webhooks", "force_update", "lint", "pass_credentials", "recreate_pods",
		"render_subchart_notes", "replace", "reset_values", "reuse_values", "skip_crds", "take_ownership",
		"upgrade_install", "verify", "wait", "wait_for_jobs",
	} {
		attributes = append(attributes, either(name, tftypes.Bool))
	}
	return block(attributes)
}

func kubernetesSecret() *tfprotov6.SchemaBlock {
	texts := tftypes.Map{ElementType: tftypes.String}
	metadata := block([]*tfprotov6.SchemaAttribute{
		optional("annotations", texts), optional("labels", texts), optional("generate_name", tftypes.String),
		either("name", tftypes.String), optional("namespace", tftypes.String), computed("generation", tftypes.Number),
		computed("resource_version", tftypes.String), computed("uid", tftypes.String),
	})
	once := blocks("metadata", 1, metadata)
	once.MinItems = 1
	return block([]*tfprotov6.SchemaAttribute{
		computed("id", tftypes.String), secret(either("data", texts)), secret(optional("binary_data", texts)),
		optional("type", tftypes.String), optional("immutable", tftypes.Bool),
		optional("wait_for_service_account_token", tftypes.Bool),
	}, once)
}

func schema(version int64, of *tfprotov6.SchemaBlock) *tfprotov6.Schema {
	return &tfprotov6.Schema{Version: version, Block: of}
}

func block(attributes []*tfprotov6.SchemaAttribute, nested ...*tfprotov6.SchemaNestedBlock) *tfprotov6.SchemaBlock {
	return &tfprotov6.SchemaBlock{Attributes: attributes, BlockTypes: nested}
}

// A block that may be repeated, or (most = 1) given once.
func blocks(name string, most int64, of *tfprotov6.SchemaBlock) *tfprotov6.SchemaNestedBlock {
	return &tfprotov6.SchemaNestedBlock{
		TypeName: name, Block: of, MaxItems: most, Nesting: tfprotov6.SchemaNestedBlockNestingModeList,
	}
}

func list(of tftypes.Type) tftypes.Type { return tftypes.List{ElementType: of} }

func required(name string, of tftypes.Type) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{Name: name, Type: of, Required: true}
}

func optional(name string, of tftypes.Type) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{Name: name, Type: of, Optional: true}
}

func computed(name string, of tftypes.Type) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{Name: name, Type: of, Computed: true}
}

// Optional, and computed where it is not given.
func either(name string, of tftypes.Type) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{Name: name, Type: of, Optional: true, Computed: true}
}

func nested(name string, mode tfprotov6.SchemaObjectNestingMode, of []*tfprotov6.SchemaAttribute) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{
		Name: name, Optional: true, NestedType: &tfprotov6.SchemaObject{Attributes: of, Nesting: mode},
	}
}

func secret(attribute *tfprotov6.SchemaAttribute) *tfprotov6.SchemaAttribute {
	attribute.Sensitive = true
	return attribute
}
