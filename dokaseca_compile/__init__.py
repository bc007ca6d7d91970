"""dokaseca: compile one typed ``platform.yaml`` into the repositories of a GitOps platform.

As a library::

    from dokaseca_compile import SourceFile, compile, render

    compilation = compile([SourceFile("platform.yaml", content)])
    files = dict(render(compilation.tree, "platform.yaml"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dokaseca_compile.compiler import Compilation, SourceFile, compile, render, validate  # noqa: A004
    from dokaseca_compile.core.diagnostics import Diagnostic, Severity

__version__ = "0.1.0"
__all__ = [
    "Compilation",
    "Diagnostic",
    "Severity",
    "SourceFile",
    "__version__",
    "compile",
    "render",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that ``dokaseca --version`` does not import them."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module = "core.diagnostics" if name in {"Diagnostic", "Severity"} else "compiler"
    return getattr(import_module(f"{__name__}.{module}"), name)
