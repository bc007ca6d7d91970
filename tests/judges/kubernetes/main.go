// What the API server of Kubernetes finds in an object when it is created: one JSON object in, a JSON list of errors out,
// for each line. It decodes strictly, sets defaults and validates, with Kubernetes' own code.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/kubernetes/pkg/capabilities"
)

func main() {
	// Whether privileged containers are allowed at all is a flag of the API server, which clusters set.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		answer, err := json.Marshal(errorsOf(decoder, lines.Bytes()))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(answer))
	}
}

func errorsOf(decoder runtime.Decoder, text []byte) []string {
	object, _, err := decoder.Decode(text, nil, nil)
	if err != nil {
		return []string{err.Error()}
	}
	found := []string{}
	for _, each := range validate(object) {
		found = append(found, each.Error())
	}
	return found
}

func validate(object runtime.Object) field.ErrorList {
	switch each := object.(type) {
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(each, corevalidation.PodValidationOptions{})
	case *autoscaling.HorizontalPodAutoscaler:
		options := autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions{MinReplicasLowerBound: 1}
		return autoscalingvalidation.ValidateHorizontalPodAutoscaler(each, options)
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(each)
	case *core.Service:
		return corevalidation.ValidateServiceCreate(each)
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(each)
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(each)
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(each, networkingvalidation.NetworkPolicyValidationOptions{})
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(each, policyvalidation.PodDisruptionBudgetValidationOptions{})
	}
	return field.ErrorList{field.InternalError(nil, fmt.Errorf("no validation of %T is known here", object))}
}
