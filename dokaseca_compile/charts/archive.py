"""Read the files of a packaged chart (``<name>-<version>.tgz``) in memory, never on disk.

The archive is read as a stream and only the wanted files are kept: the other files cost time and
no memory. ``tarfile`` is not used: it keeps a record of each member, expands sparse files, and
some of its versions read a damaged header endlessly (CVE-2025-8194) or in quadratic time
(CVE-2024-6232).
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
_LONGEST_HEADER = 64 * 1024  # bytes of a long name or of a PAX header
_REGULAR = frozenset({b"0", b"\0", b"7"})
# Links, devices, folders and pipes have no content.
_EMPTY = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})
_SPARSE = b"S"
_PAX, _GNU_LONG_NAME = b"x", b"L"


def unpack(content: bytes, wanted: Callable[[str], bool] = lambda _: True) -> Mapping[str, bytes]:
    """Return the ``wanted`` regular files of an archive, by their path below the chart's folder.

    Links are left out. Raises ``ChartError`` when the content is not a chart archive, or is larger
    than Helm accepts.
    """
    try:
        return _files(_Stream(content), wanted)
    except (zlib.error, ValueError) as wrong:
        raise ChartError("is not a chart archive") from wrong


def _files(stream: _Stream, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
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
    return found


@dataclass(slots=True)
class _Header:
    name: str
    length: int
    kind: bytes


class _Stream:
    """The unpacked content of a gzip file, read once from start to end. Raises ``ChartError``."""

    def __init__(self, content: bytes) -> None:
        self._unpacker = zlib.decompressobj(_GZIP)
        self._rest = memoryview(content)
        self._ready = b""
        self._left = CHART_ARCHIVE

    def take(self, count: int) -> bytes:
        """Return exactly ``count`` bytes."""
        parts = []
        while count:
            part = self._next(count)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Skip ``count`` bytes."""
        while count:
            count -= len(self._next(count))

    def finish(self) -> None:
        """Read to the end, to notice a truncated archive."""
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
    """Yield the name and length of each regular file.

    The stream is then at the start of its content; the caller moves it past the content.
    """
    long_name = ""
    while (header := _header(stream)) is not None:
        # A separate header carries the name of the next member when it is long.
        if header.kind == _PAX:
            long_name = _pax_name(_extension(stream, header.length)) or long_name
            continue
        if header.kind == _GNU_LONG_NAME:
            long_name = _text(_extension(stream, header.length))
            continue
        if header.kind == _SPARSE:
            raise ChartError("has a sparse file")
        if header.kind in _REGULAR:
            yield long_name or header.name, header.length
        elif header.kind not in _EMPTY:
            stream.skip(header.length + -header.length % _BLOCK)
        long_name = ""


def _header(stream: _Stream) -> _Header | None:
    """Return the next header, or ``None`` at the block of zeros that ends an archive.

    Raises ``ValueError`` when the block is not a header.
    """
    block = stream.take(_BLOCK)
    if not any(block):
        return None
    # The checksum is computed with eight blanks in place of its own field.
    checksum = int(_text(block[148:156]), 8)
    if checksum != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise ValueError("checksum")
    name, prefix = _text(block[:100]), ""
    if block[257:263] == b"ustar\0":
        prefix = _text(block[345:500])
    if prefix:
        name = f"{prefix}/{name}"
    return _Header(name, _number(block[124:136]), block[156:157])


def _number(field: bytes) -> int:
    """Return a size: octal digits, or binary after a first byte of 0x80."""
    if field[0] & 0x80:
        found = int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1
    else:
        found = int(_text(field).strip() or "0", 8)
    if found < 0:
        raise ValueError("size")
    return found


def _extension(stream: _Stream, length: int) -> bytes:
    if length > _LONGEST_HEADER:
        raise ChartError("has a header that is too long")
    content = stream.take(length)
    stream.skip(-length % _BLOCK)
    return content


def _pax_name(content: bytes) -> str:
    """Return the ``path`` of a PAX header, or ``""``. A record is ``<length> <key>=<value>\\n``."""
    found = ""
    while content.strip(b"\0"):
        digits, _, _ = content[:20].partition(b" ")
        length = int(digits)
        if not len(digits) + 2 < length <= len(content):
            raise ValueError("record")
        key, _, value = content[len(digits) + 1 : length - 1].partition(b"=")
        if key.startswith(b"GNU.sparse.") or key == b"size":
            raise ChartError("has a sparse file, or a file with an extended size")
        if key == b"path":
            found = value.decode("utf-8", "replace")
        content = content[length:]
    return found


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
