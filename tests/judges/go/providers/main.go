// Stand-ins for the Terraform providers that the compiled control plane uses: their schemas, and nothing behind them.
//
// Terraform itself checks every argument, block and type against the schemas, and plans. What a plan cannot know before
// an apply stays unknown, as with the real providers. An apply is refused.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type provider struct {
	config    *tfprotov6.SchemaBlock
	resources map[string]*tfprotov6.Schema
}

// The methods that are not written here are never called for a resource that is only planned.
type server struct {
	tfprotov6.ProviderServer
	provider
}

func main() {
	// Terraform finds a provider by the name of its executable: terraform-provider-<name>.
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-"), "_")
	found, known := providers[name]
	if !known {
		fmt.Fprintf(os.Stderr, "no schemas for the provider %q\n", name)
		os.Exit(2)
	}
	factory := func() tfprotov6.ProviderServer { return &server{provider: found} }
	if err := tf6server.Serve("judge.local/"+name, factory); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	response := &tfprotov6.GetMetadataResponse{}
	for name := range s.resources {
		response.Resources = append(response.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	return response, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:        &tfprotov6.Schema{Block: s.config},
		ResourceSchemas: s.resources,
	}, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) ValidateProviderConfig(_ context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (s *server) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (s *server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s *server) ReadResource(_ context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState}, nil
}

func (s *server) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return nil, errors.New("there is only a schema here: nothing can be applied")
}

// PlanResourceChange leaves what is given, and makes unknown what the provider would fill in.
func (s *server) PlanResourceChange(_ context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema, known := s.resources[request.TypeName]
	if !known {
		return nil, fmt.Errorf("no schema for %s", request.TypeName)
	}
	proposed, err := request.ProposedNewState.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	if proposed.IsNull() {
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: request.ProposedNewState}, nil
	}
	planned, err := tftypes.Transform(proposed, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsNull() && isComputed(schema.Block, path) {
			return tftypes.NewValue(value.Type(), tftypes.UnknownValue), nil
		}
		return value, nil
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(schema.ValueType(), planned)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &state}, err
}

// isComputed tells whether a path ends in a computed attribute of a block.
func isComputed(of *tfprotov6.SchemaBlock, path *tftypes.AttributePath) bool {
	steps := path.Steps()
	for index, step := range steps {
		name, named := step.(tftypes.AttributeName)
		if !named {
			continue // an element of a list of blocks
		}
		for _, attribute := range of.Attributes {
			if attribute.Name == string(name) {
				return attribute.Computed && index == len(steps)-1
			}
		}
		for _, nested := range of.BlockTypes {
			if nested.TypeName == string(name) {
				of = nested.Block
			}
		}
	}
	return false
}
