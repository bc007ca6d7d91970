// What Kubernetes' own admission of Pods finds: one JSON object {"level": …, "version": …, "metadata": …, "spec": …} in,
// a JSON list of what the Pod Security Standard of that level forbids in that version out, for each line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	exitOn(err)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var question struct {
			Level   string `json:"level"`
			Version string `json:"version"`
			corev1.PodTemplateSpec
		}
		exitOn(json.Unmarshal(lines.Bytes(), &question))
		version, err := api.ParseVersion(question.Version)
		exitOn(err)
		level := api.LevelVersion{Level: api.Level(question.Level), Version: version}
		found := []string{}
		for _, each := range evaluator.EvaluatePod(level, &question.ObjectMeta, &question.Spec) {
			if !each.Allowed {
				found = append(found, each.ForbiddenReason+": "+each.ForbiddenDetail)
			}
		}
		answer, err := json.Marshal(found)
		exitOn(err)
		fmt.Println(string(answer))
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
