package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/db"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/json"
)

type faults []fault

func (f *faults) add(object string, messages ...string) {
	for _, message := range messages {
		*f = append(*f, fault{object, message})
	}
}

// check tells what the API server or Argo CD would refuse in a folder and in what it generates.
func (o *oracle) check(documents *documents, sets []set) faults {
	var found faults
	o.checkDocuments(&found, documents)
	for i := range documents.secrets {
		found.add("Secret "+documents.secrets[i].Name, clusterFaults(&documents.secrets[i], o.namespace)...)
	}
	for i := range documents.projects {
		if err := documents.projects[i].ValidateProject(); err != nil {
			found.add("AppProject "+documents.projects[i].Name, err.Error())
		}
	}
	for i := range documents.sets {
		found.add("ApplicationSet "+documents.sets[i].Name, nestedFaults(documents.sets[i].Spec.Generators)...)
	}
	o.checkApplications(&found, documents, sets)
	return found
}

func (o *oracle) checkDocuments(found *faults, documents *documents) {
	seen := map[string]bool{}
	for _, document := range documents.all {
		object := document.String()
		found.add(object, metadataFaults(&document.ObjectMeta)...)
		if schema, known := o.schemas[document.Kind]; known {
			found.add(object, schema.faults(document.content)...)
			if document.Namespace != o.namespace {
				found.add(object, fmt.Sprintf("is outside the namespace %s, where Argo CD looks", o.namespace))
			}
		}
		key := object + " in " + document.Namespace
		if seen[key] {
			found.add(object, "is defined more than once")
		}
		seen[key] = true
	}
}

func (o *oracle) checkApplications(found *faults, documents *documents, sets []set) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	permissions := newPermissions(ctx, documents)
	owners := map[string]string{}
	for i := range documents.applications {
		application := &documents.applications[i]
		object := "Application " + application.Name
		owners[application.QualifiedName()] = "a document"
		found.add(object, permissions.faults(ctx, application)...)
	}
	for _, set := range sets {
		owner := "ApplicationSet " + set.Name
		for i := range set.generated {
			application := &set.generated[i]
			object := "Application " + application.Name
			if other, taken := owners[application.QualifiedName()]; taken {
				found.add(object, fmt.Sprintf("comes from %s and from %s", other, owner))
			}
			owners[application.QualifiedName()] = owner
			found.add(object, metadataFaults(&application.ObjectMeta)...)
			found.add(object, o.schemas["Application"].faults(set.Applications[i])...)
			found.add(object, permissions.faults(ctx, application)...)
		}
	}
}

func metadataFaults(meta *metav1.ObjectMeta) []string {
	return messages(validation.ValidateObjectMeta(meta, true, validation.NameIsDNSSubdomain, field.NewPath("metadata")))
}

func messages(errs field.ErrorList) []string {
	var texts []string
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	return texts
}

func clusterFaults(secret *corev1.Secret, namespace string) []string {
	if secret.Namespace != namespace || secret.Labels[common.LabelKeySecretType] != common.LabelValueSecretTypeCluster {
		return nil
	}
	cluster, err := db.SecretToCluster(secret)
	if err == nil {
		_, err = cluster.RESTConfig()
	}
	// Only inside a pod is there a configuration for the cluster that Argo CD itself runs in.
	if err == nil || errors.Is(err, rest.ErrNotInCluster) {
		return nil
	}
	return []string{err.Error()}
}

// nestedFaults decodes a combination inside a combination: raw JSON to the schema and to the type around it.
func nestedFaults(generators []v1alpha1.ApplicationSetGenerator) []string {
	var faults []string
	for _, generator := range generators {
		var children []v1alpha1.ApplicationSetNestedGenerator
		if generator.Matrix != nil {
			children = append(children, generator.Matrix.Generators...)
		}
		if generator.Merge != nil {
			children = append(children, generator.Merge.Generators...)
		}
		for _, child := range children {
			if child.Matrix != nil {
				faults = append(faults, rawFaults(child.Matrix.Raw, &v1alpha1.NestedMatrixGenerator{})...)
			}
			if child.Merge != nil {
				faults = append(faults, rawFaults(child.Merge.Raw, &v1alpha1.NestedMergeGenerator{})...)
			}
		}
	}
	return faults
}

func rawFaults(content []byte, into any) []string {
	errs, err := json.UnmarshalStrict(content, into)
	if err != nil {
		errs = append(errs, err)
	}
	var faults []string
	for _, err := range errs {
		faults = append(faults, "in a nested generator: "+err.Error())
	}
	return faults
}
