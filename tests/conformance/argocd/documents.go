package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	yamlreader "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

type fault struct {
	Object  string `json:"object"`
	Message string `json:"message"`
}

// documents are the objects of a folder, sorted by name. What the API server would refuse to decode is only a fault.
type documents struct {
	namespace    string
	all          []document
	secrets      []corev1.Secret
	sets         []v1alpha1.ApplicationSet
	projects     []v1alpha1.AppProject
	applications []v1alpha1.Application
	ignored      []string
	faults       []fault
}

type document struct {
	metav1.PartialObjectMetadata
	content []byte // as JSON
}

func (d document) String() string {
	return strings.TrimSpace(d.Kind + " " + d.Name)
}

func readDocuments(folder, namespace string) (*documents, error) {
	d := &documents{namespace: namespace, ignored: []string{}, faults: []fault{}}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml", ".yml", ".json":
			return d.read(path)
		}
		return nil
	})
	sortByName(d.secrets)
	d.secrets = applied(d.secrets)
	sortByName(d.sets)
	sortByName(d.projects)
	sortByName(d.applications)
	return d, err
}

func (d *documents) read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// Without YAML's reader in between, a large file of JSON is read many times faster.
	if filepath.Ext(path) == ".json" {
		d.add(path, text)
		return nil
	}
	reader := yamlreader.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := yaml.YAMLToJSONStrict(text)
		if err != nil {
			d.fault(path, err.Error())
			continue
		}
		d.add(path, content)
	}
}

func (d *documents) add(path string, content []byte) {
	if string(content) == "null" {
		return
	}
	document := document{content: content}
	// Values files and lists of JSON are no objects: they have no kind and are ignored below.
	_ = json.UnmarshalCaseSensitivePreserveInts(content, &document.PartialObjectMetadata)
	switch document.APIVersion + " " + document.Kind {
	case "v1 Secret":
		decode(d, document, &d.secrets)
	case "argoproj.io/v1alpha1 ApplicationSet":
		decode(d, document, &d.sets)
	case "argoproj.io/v1alpha1 AppProject":
		decode(d, document, &d.projects)
	case "argoproj.io/v1alpha1 Application":
		decode(d, document, &d.applications)
	default:
		d.ignored = append(d.ignored, strings.TrimSpace(fmt.Sprintf("%s: %s", path, document)))
	}
}

func (d *documents) fault(object, message string) {
	d.faults = append(d.faults, fault{object, message})
}

func decode[T any](d *documents, document document, objects *[]T) {
	var object T
	loose, err := json.UnmarshalStrict(document.content, &object)
	if err != nil {
		d.fault(document.String(), err.Error())
		return
	}
	for _, err := range loose {
		d.fault(document.String(), err.Error())
	}
	if document.Namespace == "" {
		document.Namespace = d.namespace
		metaOf(&object).SetNamespace(d.namespace)
	}
	d.all = append(d.all, document)
	*objects = append(*objects, object)
}

func metaOf(object any) metav1.Object {
	return object.(metav1.Object)
}

// sortByName compares in place: the objects are too large to be handed over by value, thousands of times.
func sortByName[T any](objects []T) {
	sort.SliceStable(objects, func(i, j int) bool {
		return metaOf(&objects[i]).GetName() < metaOf(&objects[j]).GetName()
	})
}

// applied are Secrets as a cluster stores them: the last of each name, with its stringData among the data.
func applied(secrets []corev1.Secret) []corev1.Secret {
	var stored []corev1.Secret
	index := map[string]int{}
	for _, secret := range secrets {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		for key, value := range secret.StringData {
			secret.Data[key] = []byte(value)
		}
		secret.StringData = nil
		key := secret.Namespace + "/" + secret.Name
		if i, found := index[key]; found {
			stored[i] = secret
			continue
		}
		index[key] = len(stored)
		stored = append(stored, secret)
	}
	return stored
}
