"""Packages of charts, made as ``helm package`` makes them."""

import io
import tarfile
from collections.abc import Mapping

HEAD = b"name: redis\nversion: 1.2.3\n"


def packed(files: Mapping[str, bytes], *, links: Mapping[str, str] | None = None) -> bytes:
    """An archive as ``helm package`` makes it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"redis/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for path, target in (links or {}).items():
            member = tarfile.TarInfo(f"redis/{path}")
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return stream.getvalue()
