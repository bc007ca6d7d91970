// Oracle prints what Argo CD makes of a folder of Kubernetes documents, one line of JSON a folder.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/sirupsen/logrus"
	"k8s.io/klog/v2"
)

type oracle struct {
	namespace string
	schemas   schemas // nil: generate only
	timed     bool
	output    *json.Encoder
}

type answer struct {
	Folder   string            `json:"folder"`
	Sets     []set             `json:"sets"`
	Given    []json.RawMessage `json:"given"`
	Projects bool              `json:"projects"`
	Ignored  []string          `json:"ignored"`
	Faults   []fault           `json:"faults"`
	Seconds  *float64          `json:"seconds,omitempty"`
}

func main() {
	crds := flag.String("crds", "", "`folder` of Argo CD's CustomResourceDefinitions")
	namespace := flag.String("namespace", "argocd", "the `namespace` Argo CD runs in")
	generateOnly := flag.Bool("generate-only", false, "generate Applications and check nothing")
	timed := flag.Bool("time", false, "tell the seconds that generating took")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: oracle -crds FOLDER [flags] FOLDER|- ...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 || *crds == "" && !*generateOnly {
		flag.Usage()
		os.Exit(2)
	}
	silence()
	oracle := oracle{namespace: *namespace, timed: *timed, output: json.NewEncoder(os.Stdout)}
	oracle.output.SetEscapeHTML(false)
	if !*generateOnly {
		var err error
		oracle.schemas, err = readSchemas(*crds)
		exitOn(err)
	}
	for _, path := range flag.Args() {
		if path == "-" {
			exitOn(oracle.serve(os.Stdin))
		} else {
			exitOn(oracle.answer(path))
		}
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// silence stops the logs of Argo CD and of Kubernetes' client: what they tell of errors is in the answer too.
func silence() {
	logrus.SetLevel(logrus.PanicLevel)
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
}

func (o *oracle) serve(input io.Reader) error {
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		if err := o.answer(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (o *oracle) answer(folder string) error {
	documents, err := readDocuments(folder, o.namespace)
	if err != nil {
		return err
	}
	sets, seconds := generate(documents)
	answer := answer{
		Folder:   folder,
		Sets:     sets,
		Given:    printed(documents.applications),
		Projects: len(documents.projects) > 0,
		Ignored:  documents.ignored,
		Faults:   documents.faults,
	}
	if o.timed {
		answer.Seconds = &seconds
	}
	if o.schemas != nil {
		answer.Faults = append(answer.Faults, o.check(documents, sets)...)
	}
	return o.output.Encode(answer)
}
