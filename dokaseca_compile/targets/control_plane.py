"""The constant files of the control plane: Terraform's root and modules, and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.assets import assets
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

NAME = "control-plane"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield every file below ``assets/control-plane``."""
    del resolved
    for path, body in assets("control-plane"):
        yield Artifact(layout.in_control_plane(path).file, body, Origin(NAME))
