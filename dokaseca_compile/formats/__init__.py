"""Turn bodies into bytes: YAML, JSON, HCL, Markdown and text; always the same for the same body."""

from __future__ import annotations

from dokaseca_compile.formats import json, markdown, text
from dokaseca_compile.formats.body import (
    Body,
    HclBody,
    JsonBody,
    MarkdownBody,
    TextBody,
    TfvarsBody,
    YamlBody,
)
from dokaseca_compile.formats.hcl import HclWriter
from dokaseca_compile.formats.header import header
from dokaseca_compile.formats.yaml import YamlWriter


class Renderer:
    """Render any body. Make one for each compile: it keeps the text of shared parts.

    ``source`` is the file to edit, as the header of generated files names it.
    """

    def __init__(self, source: str) -> None:
        self._header = header(source)
        self._yaml = YamlWriter(self._header)
        self._hcl = HclWriter(self._header)

    def render(self, body: Body) -> bytes:
        """Return the bytes of a file. Raise ``ValueError`` or ``TypeError`` for an invalid body."""
        match body:
            case YamlBody():
                return self._yaml.render(body)
            case TfvarsBody():
                return self._hcl.render_tfvars(body)
            case HclBody():
                return self._hcl.render(body)
            case JsonBody():
                return json.render(body)
            case MarkdownBody():
                return markdown.render(body, self._header)
            case TextBody():
                return text.render(body, self._header)


__all__ = ["Renderer"]
