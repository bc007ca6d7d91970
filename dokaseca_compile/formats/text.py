"""Text with a syntax of its own: regular line ends and blanks, and the header as a comment."""

from __future__ import annotations

from dokaseca_compile.formats.body import CommentStyle, TextBody


def render(body: TextBody, header: tuple[str, ...] = ()) -> bytes:
    """Render the text with LF, without blanks at the end of lines, with one final newline."""
    text = body.text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip(" \t") for line in text.split("\n")]
    if body.comments is not CommentStyle.NONE:
        before, after = body.comments.value
        top = 1 if lines[0].startswith("#!") else 0
        lines[top:top] = [f"{before}{line}{after}" for line in header]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()
