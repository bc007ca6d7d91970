"""The files of a packaged chart (``<name>-<version>.tgz``), read in memory: nothing is unpacked to a disk.

The archive is read as a stream, and only the files that are asked for are kept, so that the size of what is left out
costs time and no memory. Not by ``tarfile``: it keeps a record of each member, fills holes, and some of its versions
read a damaged header without end (CVE-2025-8194) or take quadratic time for another (CVE-2024-6232).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.charts.chart import ChartError
from dokaseca_compile.core.limits import CHART, CHART_ARCHIVE, CHART_FILE, CHART_FILES, size

_GZIP = 31  # the window of zlib, with the header of gzip
_BLOCK = 512
_CHUNK = 64 * 1024
_MOST_OF_A_HEADER = 64 * 1024  # bytes of a long name or of a PAX header
_REGULAR = frozenset({b"0", b"\0", b"7"})
_EMPTY = frozenset(
    {b"1", b"2", b"3", b"4", b"5", b"6"}
)  # links, devices, folders and pipes have no content


def unpack(content: bytes, wanted: Callable[[str], bool] = lambda _: True) -> Mapping[str, bytes]:
    """Return the regular ``wanted`` files of an archive, by their path below the chart's folder; links are left out.

    Raises ``ChartError`` for what is no archive of a chart, or unpacks to more than Helm would take.
    """
    found: dict[str, bytes] = {}
    stream, total = _Stream(content), 0
    try:
        for number, (name, length) in enumerate(_members(stream)):
            if number >= CHART_FILES:
                message = f"has more than {CHART_FILES:,} files"
                raise ChartError(message)
            _, _, path = name.removeprefix("./").partition("/")
            if path and length > CHART_FILE:
                message = f"has a file of more than {size(CHART_FILE)}"
                raise ChartError(message)
            if path and wanted(path):
                total += length
                if total > CHART:
                    message = f"has more than {size(CHART)} of templates and values"
                    raise ChartError(message)
                found[path] = stream.take(length)
            else:
                stream.skip(length)
            stream.skip(-length % _BLOCK)
        stream.finish()
    except (zlib.error, ValueError) as wrong:
        raise ChartError("is no archive of a chart") from wrong
    return found


@dataclass(slots=True)
class _Header:
    name: str
    length: int
    kind: bytes


class _Stream:
    """What a gzip file unpacks to, from its beginning to its end. Raises ``ChartError``."""

    def __init__(self, content: bytes) -> None:
        self._unpacker = zlib.decompressobj(_GZIP)
        self._rest = memoryview(content)
        self._ready = b""
        self._left = CHART_ARCHIVE

    def take(self, count: int) -> bytes:
        """Return exactly so many bytes."""
        parts = []
        while count:
            part = self._next(count)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Leave so many bytes out."""
        while count:
            count -= len(self._next(count))

    def finish(self) -> None:
        """Read to the end, so that an archive that is cut off is noticed."""
        while not self._unpacker.eof:
            self._ready = b""
            self._fill()

    def _next(self, most: int) -> bytes:
        while not self._ready:
            if self._unpacker.eof:
                raise ChartError("is cut off")
            self._fill()
        part, self._ready = self._ready[:most], self._ready[most:]
        return part

    def _fill(self) -> None:
        source = self._unpacker.unconsumed_tail
        if not source:
            source, self._rest = bytes(self._rest[:_CHUNK]), self._rest[_CHUNK:]
            if not source:
                raise ChartError("is cut off")
        self._ready = self._unpacker.decompress(source, _CHUNK)
        self._left -= len(self._ready)
        if self._left < 0:
            message = f"unpacks to more than {size(CHART_ARCHIVE)}"
            raise ChartError(message)


def _members(stream: _Stream) -> Iterator[tuple[str, int]]:
    """Yield the name and length of each regular file; the stream is at its content then, and has to be moved on."""
    long_name = ""
    while (header := _header(stream)) is not None:
        if header.kind in {b"x", b"L"}:
            # A header of its own says the name of the next member, where that is long.
            content = _extension(stream, header.length)
            long_name = (_pax_name(content) or long_name) if header.kind == b"x" else _text(content)
            continue
        if header.kind in _REGULAR:
            yield long_name or header.name, header.length
        elif header.kind == b"S":
            raise ChartError("has a file with holes")
        elif header.kind not in {
            b"1",
            b"2",
            b"3",
            b"4",
            b"5",
            b"6",
        }:  # links, devices, folders and pipes have no content
            stream.skip(header.length + -header.length % _BLOCK)
        long_name = ""


def _header(stream: _Stream) -> _Header | None:
    """Return the next header; ``None`` at a block of zeros, the end. Raises ``ValueError`` for what is none."""
    block = stream.take(_BLOCK)
    if not any(block):
        return None
    if int(_text(block[148:156]).strip() or "x", 8) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise ValueError("checksum")
    length = _number(block[124:136])
    name, prefix = _text(block[:100]), _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return _Header(f"{prefix}/{name}" if prefix else name, length, block[156:157])


def _number(field: bytes) -> int:
    """Return a size: octal digits, or binary behind a first byte of 0x80."""
    if field[0] & 0x80:
        found = int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1
    else:
        found = int(_text(field).strip() or "0", 8)
    if found < 0:
        raise ValueError("size")
    return found


def _extension(stream: _Stream, length: int) -> bytes:
    if length > _MOST_OF_A_HEADER:
        raise ChartError("has a header without measure")
    content = stream.take(length)
    stream.skip(-length % _BLOCK)
    return content


def _pax_name(content: bytes) -> str:
    """Return the ``path`` of a PAX header, if it has one; its records are ``<length> <key>=<value>`` and a line end."""
    found = ""
    while content.strip(b"\0"):
        digits, _, _ = content[:20].partition(b" ")
        length = int(digits)
        if not len(digits) + 2 < length <= len(content):
            raise ValueError("record")
        key, _, value = content[len(digits) + 1 : length - 1].partition(b"=")
        if key.startswith(b"GNU.sparse.") or key == b"size":
            raise ChartError("has a file with holes, or of no plain size")
        found = value.decode("utf-8", "replace") if key == b"path" else found
        content = content[length:]
    return found


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
