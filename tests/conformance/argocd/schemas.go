package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

// schemas are those of Argo CD's kinds, by kind.
type schemas map[string]schema

type schema struct {
	structural *structuralschema.Structural
	validator  validation.SchemaValidator
}

func readSchemas(folder string) (schemas, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*-crd.yaml"))
	if err != nil {
		return nil, err
	}
	all := schemas{}
	for _, path := range paths {
		kind, schema, err := readSchema(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all[kind] = schema
	}
	for _, kind := range []string{"Application", "ApplicationSet", "AppProject"} {
		if _, found := all[kind]; !found {
			return nil, fmt.Errorf("%s: no schema of %s", folder, kind)
		}
	}
	return all, nil
}

func readSchema(path string) (string, schema, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", schema{}, err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		return "", schema{}, err
	}
	if len(crd.Spec.Versions) != 1 {
		return "", schema{}, errors.New("more than one version, or none")
	}
	var properties apiextensions.JSONSchemaProps
	source := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	err = apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(source, &properties, nil)
	if err != nil {
		return "", schema{}, err
	}
	structural, err := structuralschema.NewStructural(&properties)
	if err != nil {
		return "", schema{}, err
	}
	validator, _, err := validation.NewSchemaValidator(&properties)
	return crd.Spec.Names.Kind, schema{structural, validator}, err
}

// faults tells what the API server refuses of an object, given as JSON, when no unknown field is let pass.
func (s schema) faults(content []byte) []string {
	var object map[string]any
	if err := json.Unmarshal(content, &object); err != nil {
		return []string{err.Error()}
	}
	var faults []string
	track := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(object, s.structural, true, track) {
		faults = append(faults, fmt.Sprintf("not in the schema: %s", path))
	}
	invalid := validation.ValidateCustomResource(nil, object, s.validator)
	invalid = append(invalid, listtype.ValidateListSetsAndMaps(nil, s.structural, object)...)
	return append(faults, messages(invalid)...)
}
