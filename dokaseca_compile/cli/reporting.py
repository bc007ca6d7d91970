"""A report in the formats that were asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import drift, text
from dokaseca_compile.render.style import Style


def publish(found: Report, format_: str, reports: Sequence[tuple[str, Path]], color: str) -> int:
    """Write a report to standard output and to files; give the exit code."""
    _refuse_twice(reports)
    for name, path in reports:
        _refuse_own(found, path)
        content = in_format(found, name, Style()).rstrip("\n") + "\n"
        output.write_report(path, content)
    if format_ == "text" and found.plan is not None and not found.compilation.failed:
        # The result is what was compared; warnings of the source stand beside it, as those of a compile do.
        if found.compilation.diagnostics:
            output.note(text.findings(found.compilation, output.style(color, sys.stderr)) + "\n")
        output.result(drift.checked(found, output.style(color)))
        if found.warnings_fail:
            output.note(text.too_many_warnings(found, output.style(color, sys.stderr)))
    else:
        output.result(in_format(found, format_, output.style(color)))
    return FINDINGS if found.failed and format_ != "sarif" else OK


def _refuse_twice(reports: Sequence[tuple[str, Path]]) -> None:
    """The second of two reports in one file would replace the first."""
    seen: set[str] = set()
    for _, path in reports:
        there = os.path.realpath(path)
        is_stream = str(path) == "-" or (path.exists() and not path.is_file())
        if there in seen and not is_stream:
            message = f"--report: {path} is given twice"
            raise click.UsageError(message)
        seen.add(there)


def _refuse_own(found: Report, path: Path) -> None:
    """A report must not overwrite what it is about."""
    there = os.path.realpath(path)
    own = there in (
        os.path.realpath(document.file) for document in found.compilation.sources.documents
    )
    for root in found.plan.roots if found.plan is not None else ():
        folder = os.path.realpath(found.folders.get(root.root, root.root))
        below = there.removeprefix(folder + os.sep)
        own = own or (
            below != there
            and (below in root.known or below in root.release.files.get(root.root, ()))
        )
    if own:
        message = f"--report: {path} is a file of the platform"
        raise click.UsageError(message)


def in_format(found: Report, name: str, style: Style) -> str:
    """One report in one format; only the format's own module is imported."""
    # ruff: noqa: PLC0415
    if name == "json":
        from dokaseca_compile.render import json

        return json.report(found)
    if name == "github":
        from dokaseca_compile.render import github

        # The log has everything; annotations are only so many.
        return "\n".join(filter(None, [github.workflow_commands(found), in_words(found, style)]))
    if name == "sarif":
        from dokaseca_compile.render import sarif

        return sarif.sarif(found)
    if name == "junit":
        from dokaseca_compile.render import junit

        return junit.junit(found)
    if name == "markdown":
        from dokaseca_compile.render import markdown

        return markdown.markdown(found)
    return in_words(found, style)


def in_words(found: Report, style: Style) -> str:
    """The report as text: the findings, then what was compared, or that all is well."""
    findings = [text.findings(found.compilation, style)] if found.compilation.diagnostics else []
    if found.compilation.failed:
        return findings[0]
    parts = [drift.checked(found, style)] if found.plan is not None else []
    if found.warnings_fail:
        parts.append(text.too_many_warnings(found, style))
    elif not parts:
        parts.append(text.valid(found, style))
    return "\n\n".join([*findings, *parts])
