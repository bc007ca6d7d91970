"""Which texts with braces are placeholders for facts of a cluster, and which are another program's."""

from __future__ import annotations

import pytest
from test_rules import findings

FACTS = [
    "{{ .metadata.annotations.aws_vpc_id }}", "{{.metadata.labels.env}}", "{{- .metadata.labels.env -}}",
    "{{metadata.labels.env}}", "{{ metadata.annotations.dns }}", "{{values.region}}", "{{ .values.region }}",
    "{{ .nameNormalized }}", "{{nameNormalized}}", '{{ index .metadata.annotations "a/b" }}',
    '{{ default "x" .metadata.labels.y }}', "{{ .metadata.labels.env | quote }}", "{{ (.metadata.labels.env) }}",
    '{{ get .metadata "labels" }}', "prefix-{{ .metadata.labels.env }}-suffix", "a: {{ .name }}\nb: {{.values.x}}\n",
    "{{ if .metadata.labels.env }}x{{ end }}",
    # a field of a cluster, by a name that other programs use, too: an error that `accept` can overrule
    "{{ .name }}", "{{.name}}", "{{name}}", "{{ .server }}", "{{server}}", "{{ .project }}", "{{ .name | quote }}",
    "https://{{ .name }}.acme.example",
]  # fmt: skip
OTHERS = [
    # Helm, for charts that run `tpl` over values
    "{{ .Values.x }}", "{{ .Release.Name }}", "{{ .Chart.AppVersion }}", '{{ include "x" . }}', "{{ tpl .Values.x . }}",
    "{{ range .Values.hosts }}{{ .name }}{{ end }}", "{{ with .Values.x }}{{ .server }}{{ end }}", "{{ $.Values.x }}",
    "{{ .Values.metadata.labels.x }}", "{{ .Release.Name }}-{{ .name }}", "{{ $x := 1 }}{{ .name }}",
    "{{/* a comment */}}{{ .name }}",
    # Prometheus, Alertmanager, Loki, Grafana
    "{{ $labels.instance }}", "{{ $value }}", "{{ .Labels.alertname }}", "{{ .CommonLabels.severity }}",
    "{{ .GroupLabels }}", "{{ .Status | toUpper }}", "{{ .Name }}", '| line_format "{{.name}} {{.message}}"',
    '| label_format dst="{{.server}}"', "{{.message}}", '{"legendFormat": "{{name}}"}', "{{ job }}", "{{namespace}}",
    # Kyverno, Argo CD, Argo Workflows, GitHub Actions, Backstage, kubectl
    "{{ request.object.metadata.labels.x }}", "{{ element.name }}", "{{.app.metadata.name}}", "{{workflow.name}}",
    "{{inputs.parameters.name}}", "${{ values.name }}", "${{ github.server }}", "${{ metadata.labels.x }}",
    "kubectl get pod -o go-template='{{.metadata.labels.app}}'", "kind: ApplicationSet\nx: {{ .metadata.labels.x }}\n",
    # no placeholder
    "{{", "}}", "{{}}", "{{ `{{ .name }}` }}", "{ .name }", "{{ .names }}", "{{ .serverless }}", "{{ .nameX }}",
    "{{ .x.name }}", "{{ .observed.metadata.labels }}", "{{ metadata.name }}", "{{ .Metadata.labels.x }}",
]  # fmt: skip
# Values in which a placeholder is another resource's own.
PLACES = [
    {"applicationsets": {"a": {"template": {"metadata": {"name": "{{name}}-{{ .metadata.labels.x }}"}}}}},
    {"extraObjects": [{"kind": "ApplicationSet", "spec": {"x": "{{ .values.x }}"}}]},
    {"extraObjects": [{"kind": "ExternalSecret", "spec": {"target": {"template": {"data": {"s": "{{ .server }}"}}}}}]},
    {"panels": [{"legendFormat": "{{name}}"}]},
]


def severities(values: object) -> list[str]:
    found = findings({"addons": {"kyverno": {"values": values}}}, "unrendered-template")
    return [str(each.severity) for each in found]


@pytest.mark.parametrize("text", FACTS)
def test_a_fact_of_a_cluster_is_an_error(text: str) -> None:
    assert severities({"a": text}) == ["error"]


@pytest.mark.parametrize("text", OTHERS)
def test_a_text_of_another_program_passes(text: str) -> None:
    assert severities({"a": text}) == []


@pytest.mark.parametrize("values", PLACES, ids=lambda values: next(iter(values)))
def test_a_resource_with_templates_of_its_own_passes(values: object) -> None:
    assert severities(values) == []
