{{- define "qiao.name" -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- end }}
{{- define "qiao.selector" -}}
app.kubernetes.io/name: qiao
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "qiao.labels" -}}
{{ include "qiao.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
{{- define "qiao.image" -}}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{- end }}
{{- define "qiao.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 640Mi} # files that are imported lie here meanwhile
{{- end }}
{{- define "qiao.container" -}}
image: {{ include "qiao.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - name: tmp
    mountPath: /tmp
envFrom:
  - secretRef: {name: {{ .Values.existingSecret | quote }}}
env:
  - name: QIAO_ISSUER
    value: {{ .Values.issuer | quote }}
  - name: QIAO_TRUSTED_PROXY_NETWORKS
    value: {{ join "," .Values.trustedProxyNetworks | quote }}
{{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | quote }}
{{- end }}
{{- end }}
