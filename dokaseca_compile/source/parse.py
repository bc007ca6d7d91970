"""YAML text to a document: plain data with the place of every part."""

from __future__ import annotations

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.source.document import Document
from dokaseca_compile.source.nodes import Nodes
from dokaseca_compile.source.reader import Reader
from dokaseca_compile.source.text import (
    MAX_BYTES,
    Lines,
    control_characters,
    normalise_lines,
)


def parse(text: str, file: str) -> tuple[Document, list[Diagnostic]]:
    """Read the one YAML document in ``text``; never raises for the content of the text.

    ``text`` is the result of ``decode``. The faults are sorted by line and column. With an error,
    refused entries are missing from the data; if the text could not be read to its end, the data is
    an empty mapping.
    """
    text = normalise_lines(text)
    lines = Lines(text)
    faults = _unreadable(text, file)
    if faults:
        return Document(file, text, {}, Nodes(), lines), faults
    reader = Reader(file, lines)
    if not reader.read(text):
        return Document(file, text, {}, Nodes(), lines), reader.faults.in_order()
    data = reader.root[0]
    reader.faults.add_routes(data)
    document = Document(file, text, data, reader.nodes, lines, frozenset(reader.respelled))
    return document, reader.faults.in_order()


def _unreadable(text: str, file: str) -> list[Diagnostic]:
    if len(text) > MAX_BYTES:
        message = f"the text has {len(text):,} characters; the limit is {MAX_BYTES:,}"
        return [error("file-too-large", message, Label(place=Place(file, 1, 1)))]
    return control_characters(text, file)
