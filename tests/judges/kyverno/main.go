// Whether Kyverno's own engine finds that a resource satisfies the pattern of a rule: one JSON object
// {"pattern": …, "resource": …} in, `true` or `false` out, for each line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-logr/logr"
	"github.com/kyverno/kyverno/pkg/engine/validate"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var question struct {
			Pattern  any `json:"pattern"`
			Resource any `json:"resource"`
		}
		if err := json.Unmarshal(lines.Bytes(), &question); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(validate.MatchPattern(logr.Discard(), question.Resource, question.Pattern) == nil)
	}
}
