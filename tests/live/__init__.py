"""The live validator: a real Argo CD on real Kubernetes API servers runs the compiled repositories (docs/live.md)."""
