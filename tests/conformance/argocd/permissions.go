package main

import (
	"context"
	"fmt"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/settings"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

// permissions are what the projects and the registered clusters of a folder allow.
type permissions struct {
	projects map[string]*v1alpha1.AppProject // nil: all is permitted
	database db.ArgoDB                       // nil: without a Secret there is no cluster, and nothing to be said
}

// everything stands in for the projects of a folder without any, for the checks that need none to be done.
var everything = &v1alpha1.AppProject{Spec: v1alpha1.AppProjectSpec{
	SourceRepos:  []string{"*"},
	Destinations: []v1alpha1.ApplicationDestination{{Server: "*", Name: "*", Namespace: "*"}},
}}

func newPermissions(ctx context.Context, documents *documents) permissions {
	var p permissions
	if len(documents.secrets) > 0 {
		p.database = newDatabase(ctx, documents)
	}
	if len(documents.projects) > 0 {
		p.projects = map[string]*v1alpha1.AppProject{}
	}
	for i, project := range documents.projects {
		if project.Namespace == documents.namespace {
			p.projects[project.Name] = &documents.projects[i]
		}
	}
	return p
}

// newDatabase is Argo CD's own, over a cluster that holds the Secrets of the folder and no settings.
func newDatabase(ctx context.Context, documents *documents) db.ArgoDB {
	settingsMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name:      common.ArgoCDConfigMapName,
		Namespace: documents.namespace,
		Labels:    map[string]string{"app.kubernetes.io/part-of": "argocd"},
	}}
	objects := []runtime.Object{settingsMap}
	for i := range documents.secrets {
		objects = append(objects, &documents.secrets[i])
	}
	clientset := fake.NewClientset(objects...)
	manager := settings.NewSettingsManager(ctx, clientset, documents.namespace)
	return db.NewDB(documents.namespace, manager, clientset)
}

func (p permissions) faults(ctx context.Context, application *v1alpha1.Application) []string {
	if p.database == nil {
		return nil
	}
	spec := &application.Spec
	project := everything
	if p.projects != nil {
		if project = p.projects[spec.Project]; project == nil {
			return []string{fmt.Sprintf("application references project %s which does not exist", spec.Project)}
		}
	}
	conditions, err := argo.ValidatePermissions(ctx, spec, project, p.database)
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for _, condition := range conditions {
		faults = append(faults, condition.Message)
	}
	if _, err := argo.GetRefSources(ctx, spec.Sources, spec.Project, unknownRepository, nil); err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

func unknownRepository(_ context.Context, url, _ string) (*v1alpha1.Repository, error) {
	return &v1alpha1.Repository{Repo: url}, nil
}
