"""The files of a packaged chart (``<name>-<version>.tgz``), read in memory: nothing is unpacked to a disk."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Mapping

from dokaseca_compile.charts.chart import ChartError

# Helm's own limits are 100 MiB for a chart and 5 MiB for a file (helm.sh/helm pkg/chart/loader/archive).
_MOST = 100 * 1024 * 1024
_MOST_OF_A_FILE = 5 * 1024 * 1024
_GZIP = 31  # the window of zlib, with the header of gzip


def unpack(content: bytes) -> Mapping[str, bytes]:
    """The regular files of an archive, by their path below the chart's folder. Links are left out.

    Raises ``ChartError`` for what is no archive of a chart, or unpacks to more than Helm would take.
    """
    try:
        stream = zlib.decompressobj(_GZIP)
        plain = stream.decompress(content, _MOST)
        if stream.unconsumed_tail:
            raise ChartError("unpacks to more than 100 MiB")
        if not stream.eof:
            raise ChartError("is cut off")
        with tarfile.TarFile(fileobj=io.BytesIO(plain)) as archive:
            return dict(_files(archive))
    except (zlib.error, tarfile.TarError, ValueError, EOFError) as wrong:
        raise ChartError("is no archive of a chart") from wrong


def _files(archive: tarfile.TarFile) -> list[tuple[str, bytes]]:
    found = []
    for member in archive:
        _, _, path = member.name.removeprefix("./").partition("/")
        if not member.isreg() or not path:
            continue
        if member.size > _MOST_OF_A_FILE:
            raise ChartError("has a file of more than 5 MiB")
        stream = archive.extractfile(member)
        found.append((path, stream.read() if stream else b""))
    return found
