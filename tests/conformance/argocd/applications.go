package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

type byKind = map[string]generators.Generator

// set is an ApplicationSet with what it generates. After an error the controller applies none of its Applications.
type set struct {
	Name         string            `json:"name"`
	Namespace    string            `json:"namespace"`
	Applications []json.RawMessage `json:"applications"`
	Error        string            `json:"error"`
	Reason       string            `json:"reason"`
	generated    []v1alpha1.Application
}

// generate tells the seconds too that Argo CD's own code took.
func generate(documents *documents) ([]set, float64) {
	started := time.Now()
	client := newClient(documents.secrets)
	generators := newGenerators(client, documents.namespace)
	sets := make([]set, len(documents.sets))
	for i, source := range documents.sets {
		sets[i] = set{Name: source.Name, Namespace: source.Namespace}
		sets[i].generate(source, generators, client)
	}
	seconds := time.Since(started).Seconds()
	for i := range sets {
		sortByName(sets[i].generated)
		sets[i].Applications = printed(sets[i].generated)
	}
	return sets, seconds
}

func (s *set) generate(source v1alpha1.ApplicationSet, generators byKind, client client.Client) {
	// The controller recovers too: a panic is an error of this ApplicationSet alone.
	defer func() {
		if cause := recover(); cause != nil {
			s.Error = fmt.Sprintf("panic: %v", cause)
		}
	}()
	log := logrus.NewEntry(logrus.StandardLogger())
	applications, reason, err := template.GenerateApplications(log, source, generators, &utils.Render{}, client)
	s.generated = applications
	if err != nil {
		s.Error, s.Reason = err.Error(), string(reason)
	}
}

func newClient(secrets []corev1.Secret) client.Client {
	builder := fake.NewClientBuilder()
	for i := range secrets {
		builder.WithObjects(&secrets[i])
	}
	return builder.Build()
}

// newGenerators nests them as Argo CD does: a combination may hold another, which holds none.
func newGenerators(client client.Client, namespace string) byKind {
	terminal := byKind{
		"List":     generators.NewListGenerator(),
		"Clusters": generators.NewClusterGenerator(client, namespace),
	}
	return withCombinations(terminal, withCombinations(terminal, terminal))
}

func withCombinations(terminal, children byKind) byKind {
	all := maps.Clone(terminal)
	all["Matrix"] = generators.NewMatrixGenerator(children)
	all["Merge"] = generators.NewMergeGenerator(children)
	return all
}

type application struct {
	Metadata metadata                 `json:"metadata"`
	Spec     v1alpha1.ApplicationSpec `json:"spec"`
}

type metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty"`
}

func printed(applications []v1alpha1.Application) []json.RawMessage {
	texts := make([]json.RawMessage, len(applications))
	for i, a := range applications {
		meta := metadata{a.Name, a.Namespace, a.Labels, a.Annotations, a.Finalizers}
		text, err := json.Marshal(application{meta, a.Spec})
		if err != nil {
			// Only a raw value that is no JSON fails, and it was read from JSON.
			panic(err)
		}
		texts[i] = text
	}
	return texts
}
