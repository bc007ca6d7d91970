"""Paths in data, findings, and what every room needs: texts, versions, URLs, secrets, limits."""
