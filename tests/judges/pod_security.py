"""Kubernetes' own admission code says what its Pod Security Standards forbid."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from engines import engine


def forbidden(level: str, templates: Sequence[Mapping[str, Any]], minor: int | None = None) -> list[list[str]]:
    """For each Pod template (metadata and spec) what a level forbids, in Kubernetes' words.

    ``minor`` is the version of Kubernetes, 28 for 1.28; without it, the newest that the judge knows.
    """
    asked = {"level": level, "version": "latest" if minor is None else f"v1.{minor}"}
    questions = "".join(json.dumps(asked | _without_resources(each)) + "\n" for each in templates)
    done = subprocess.run([engine("pod-security")], input=questions, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _without_resources(template: Mapping[str, Any]) -> dict[str, Any]:
    """No standard is about resources, and an amount that is none would only be a JSON error."""
    spec = template["spec"]
    containers = [{key: each[key] for key in each if key != "resources"} for each in spec["containers"]]
    return {"metadata": template["metadata"], "spec": {**spec, "containers": containers}}
