#!/usr/bin/env bash
# One would guess that helm, built from its own Go module at a released version, draws a chart as the
# release of that version does. It takes Kubernetes for version 1.20, whatever its own version is: the
# number is a default in the source, which helm's makefile replaces by flags of the linker, and
# `go install` gives none. `helm lint` is content; `helm template` refuses each chart whose Chart.yaml
# asks for a later Kubernetes, until --kube-version names one.
# Source: pkg/chartutil/capabilities.go and the Makefile of helm (LDFLAGS).
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
GOBIN=$folder go install helm.sh/helm/v3/cmd/helm@v3.19.2
mkdir -p chart/templates
cat >chart/Chart.yaml <<'YAML'
apiVersion: v2
name: chart
version: 1.0.0
kubeVersion: ">=1.21.0-0"
icon: https://chart.example/icon.svg
YAML
cat >chart/templates/config.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: made}
YAML
touch chart/values.yaml
{
    echo "helm 3.19.2 by go install"
    echo "lint: $(./helm lint --strict chart | tail -n 1)"
    echo "template: $(./helm template try chart 2>&1 | head -n 1)"
    echo "template --kube-version: $(./helm template try chart --kube-version 1.34.0 | grep kind)"
} | tee seen
grep -qx 'lint: 1 chart(s) linted, 0 chart(s) failed' seen
grep -q '^template: .*chart requires kubeVersion: >=1.21.0-0 which is incompatible with Kubernetes v1.20.0' seen
grep -qx 'template --kube-version: kind: ConfigMap' seen
