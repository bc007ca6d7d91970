{{- define "common.image" -}}
{{- with .Values.image -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end -}}

{{- /* A probe: its settings, of which `enabled` and `path` are ours and all others Kubernetes' own. */ -}}
{{- define "common.probe" -}}
{{- if .path -}}
httpGet:
  path: {{ .path | quote }}
  port: http
{{- else -}}
tcpSocket:
  port: http
{{- end }}
{{ toYaml (omit . "enabled" "path") }}
{{- end -}}

{{- /* Helm reads every number as a float, which `quote` alone would print as 1e+06. */ -}}
{{- define "common.env" -}}
{{- if kindIs "string" . }}{{ . | quote }}{{ else }}{{ toJson . | quote }}{{ end -}}
{{- end -}}
