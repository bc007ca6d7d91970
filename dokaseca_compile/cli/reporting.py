"""Write a report in the formats that were asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import text
from dokaseca_compile.render.style import Style

if TYPE_CHECKING:
    from dokaseca_compile.output.root_plan import RootPlan

# Format → module and function. A run needs one of them, and each costs start-up time.
_FORMATS = {
    "json": ("json", "report"),
    "sarif": ("sarif", "sarif"),
    "junit": ("junit", "junit"),
    "markdown": ("markdown", "markdown"),
    "github": ("github", "workflow_commands"),
}


def publish(found: Report, format_: str, reports: Sequence[tuple[str, Path]], color: str) -> int:
    """Write a report to standard output and to files, and return the exit code."""
    _check_paths_differ(reports)
    for name, path in reports:
        _check_not_ours(found, path)
        content = in_format(found, name, Style()).rstrip("\n") + "\n"
        output.write_report(path, content)
    if format_ == "text" and found.plan is not None and not found.compilation.failed:
        _show_comparison(found, color)
    else:
        output.result(in_format(found, format_, output.style(color)))
    return FINDINGS if found.failed and format_ != "sarif" else OK


def show_findings(found: Report, format_: str, color: str) -> bool:
    """Show the findings of a source to be used, and return whether they stop the command."""
    compilation = found.compilation
    stops = compilation.failed or found.warnings_fail
    if format_ == "json":
        if stops:
            output.result(in_format(found, format_, Style()))
        return stops
    note_findings(compilation, color)
    if stops and not compilation.failed:
        errors = output.style(color, sys.stderr)
        output.note(f"{text.too_many_warnings(found, errors)}; nothing was written")
    return stops


def note_findings(compilation: Compilation, color: str) -> None:
    """Write the findings of the source, if there are any, to standard error."""
    if compilation.diagnostics:
        output.note(text.findings(compilation, output.style(color, sys.stderr)) + "\n")


def _show_comparison(found: Report, color: str) -> None:
    """Write the comparison to standard output, and warnings about the source to standard error."""
    note_findings(found.compilation, color)
    output.result(_comparison(found, output.style(color)))
    if found.warnings_fail:
        output.note(text.too_many_warnings(found, output.style(color, sys.stderr)))


def _check_paths_differ(reports: Sequence[tuple[str, Path]]) -> None:
    """Raise ``click.UsageError`` for two reports in one file: one would replace the other."""
    seen: set[str] = set()
    for _, path in reports:
        place = os.path.realpath(path)
        is_stream = str(path) == "-" or (path.exists() and not path.is_file())
        if place in seen and not is_stream:
            message = f"--report: {path} is given twice"
            raise click.UsageError(message)
        seen.add(place)


def _check_not_ours(found: Report, path: Path) -> None:
    """Raise ``click.UsageError`` for a report that would replace a file of the platform."""
    place = os.path.realpath(path)
    sources = {os.path.realpath(document.file) for document in found.compilation.sources.documents}
    roots = found.plan.roots if found.plan is not None else ()
    if place in sources or any(_is_in(root, found, place) for root in roots):
        message = f"--report: {path} is a file of the platform"
        raise click.UsageError(message)


def _is_in(root: RootPlan, found: Report, place: str) -> bool:
    """Return whether a path is that of a generated file."""
    folder = os.path.realpath(found.folders.get(root.root, root.root))
    path = place.removeprefix(folder + os.sep)
    return path != place and path in root.paths


def in_format(found: Report, name: str, style: Style) -> str:
    """Return a report in one format."""
    if name not in _FORMATS:
        return in_words(found, style)
    module, function = _FORMATS[name]
    rendered = str(getattr(import_module(f"dokaseca_compile.render.{module}"), function)(found))
    if name == "github":
        # The log has everything, while GitHub limits the number of annotations.
        return "\n".join(filter(None, [rendered, in_words(found, style)]))
    return rendered


def in_words(found: Report, style: Style) -> str:
    """Return the report as text: the findings, then the comparison, or that all is valid."""
    findings = [text.findings(found.compilation, style)] if found.compilation.diagnostics else []
    if found.compilation.failed:
        return findings[0]
    parts = [_comparison(found, style)] if found.plan is not None else []
    if found.warnings_fail:
        parts.append(text.too_many_warnings(found, style))
    elif not parts:
        parts.append(text.valid(found, style))
    return "\n\n".join([*findings, *parts])


def _comparison(found: Report, style: Style) -> str:
    # Late: `validate` compares no files.
    from dokaseca_compile.render import drift  # noqa: PLC0415

    return drift.checked(found, style)
