"""Untrusted packaged charts are read like ``tarfile`` reads valid ones, and within limits."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable

import pytest
from charts.packages import HEAD, packed
from hypothesis import given, settings
from hypothesis import strategies as st

from dokaseca_compile.charts import ChartError
from dokaseca_compile.charts.archive import unpack
from dokaseca_compile.charts.chart import is_read

LONG = "templates/" + "/".join(["d" * 60] * 4) + "/a.yaml"
FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def member(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.type = size, kind
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def raw(name: str, size: bytes, kind: bytes = b"0", content: bytes = b"") -> bytes:
    """Return a member with any header fields and a valid checksum."""
    block = bytearray(512)
    block[: len(name)] = name.encode()
    block[124 : 124 + len(size)] = size
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + b"\0" * (-len(content) % 512)


def pax(records: bytes) -> bytes:
    return raw("x", b"%011o" % len(records), b"x", records) + raw("redis/a", b"1".rjust(11, b"0"), b"0", b"x")


END = b"\0" * 1024


@pytest.mark.parametrize("form", FORMATS)
def test_long_names(form: str) -> None:
    name = LONG if form != "ustar" else "/".join(["d" * 60] * 2)  # of which the beginning has a field of its own
    content = tar((member(f"redis/{name}", 1), b"x"), (member("redis/b", 1), b"y"), form=FORMATS[form])
    assert unpack(gzip.compress(content)) == {name: b"x", "b": b"y"}


def test_what_is_left_out() -> None:
    """Links, devices, pipes and folders are no files; a name is only a name, wherever it leads."""
    kinds = (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)
    members = [(member(f"redis/{number}", 0, kind, linkname="/etc/passwd"), b"") for number, kind in enumerate(kinds)]
    names = ("redis/../../etc/passwd", "/etc/passwd", "redis", "./redis/b")
    members += [(member(name, 1), b"x") for name in names]
    assert unpack(gzip.compress(tar(*members))) == {"../../etc/passwd": b"x", "etc/passwd": b"x", "b": b"x"}
    assert not any(map(is_read, ("../../etc/passwd", "etc/passwd", "b", "docs/film.mp4")))


def test_only_what_is_wanted() -> None:
    assert unpack(packed({"Chart.yaml": HEAD, "docs/a": b"x" * 5000, "templates/b": b"y"}), is_read) == {
        "Chart.yaml": HEAD,
        "templates/b": b"y",
    }


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zeros": (lambda: gzip.compress(b"\0" * (200 << 20)), ""),
    "a bomb": (lambda: gzip.compress(raw("redis/a", b"%011o" % (200 << 20)) + b"\0" * (200 << 20)), "more than 5 MiB"),
    "a bomb in what is left out": (
        lambda: gzip.compress(raw("redis", b"%011o" % (200 << 20)) + b"\0" * (200 << 20)), "more than 100 MiB",
    ),
    "many entries": (lambda: gzip.compress(raw("redis/a", b"0" * 11) * 150_000 + END), "more than 20,000 files"),
    "many folders": (lambda: gzip.compress(raw("redis/a", b"0" * 11, b"5") * 300_000 + END), "more than 100 MiB"),
    "many files": (
        lambda: gzip.compress(raw("redis/templates/a", b"%011o" % (4 << 20), b"0", b"x" * (4 << 20)) * 10 + END),
        "more than 30 MiB of templates and values",
    ),
    "a size without measure": (lambda: gzip.compress(raw("redis/a", b"\x80" + b"\xff" * 11) + END), "more than 5 MiB"),
    "a size below zero": (lambda: gzip.compress(raw("redis/a", b"\xff" * 12) + END), "is not a chart archive"),
    "an invalid size": (lambda: gzip.compress(raw("redis/a", b"99999999999") + END), "is not a chart archive"),
    "a minus": (lambda: gzip.compress(raw("redis/a", b"-0000000001") + END), "is not a chart archive"),
    "a wrong sum": (lambda: gzip.compress(raw("redis/a", b"0" * 11).replace(b"redis/a", b"redis/b") + END), "is not a chart archive"),
    "holes": (lambda: gzip.compress(raw("redis/a", b"0" * 11, b"S") + END), "has a sparse file"),
    "holes in a header": (lambda: gzip.compress(pax(b"22 GNU.sparse.major=1\n") + END), "has a sparse file"),
    "a size in a header": (lambda: gzip.compress(pax(b"10 size=9\n") + END), "an extended size"),
    "a header that is too long": (
        lambda: gzip.compress(raw("x", b"%011o" % (50 << 20), b"x", b"9" * (50 << 20)) + END), "a header that is too long",
    ),
    "a name without measure": (
        lambda: gzip.compress(raw("x", b"%011o" % (50 << 20), b"L", b"9" * (50 << 20)) + END), "a header that is too long",
    ),
    "an invalid record": (lambda: gzip.compress(pax(b"9" * 60_000) + END), "is not a chart archive"),
    "a record of no length": (lambda: gzip.compress(pax(b"0 path=a\n" * 1000) + END), "is not a chart archive"),
    "a record that is too long": (lambda: gzip.compress(pax(b"99999 path=a\n") + END), "is not a chart archive"),
    "cut off in a file": (lambda: gzip.compress(raw("redis/a", b"%011o" % 9000, b"0", b"x" * 512)), "is cut off"),
    "cut off at a header": (lambda: gzip.compress(raw("redis/a", b"0" * 11)[:300]), "is cut off"),
    "no end": (lambda: gzip.compress(raw("redis/a", b"0" * 11)), "is cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    """The error gives the reason, and memory is used only for the kept files."""
    make, message = BOMBS[name]
    content = make()
    tracemalloc.start()
    try:
        if message:
            with pytest.raises(ChartError, match=message):
                unpack(content, is_read)
        else:
            with pytest.raises(ChartError):
                unpack(content, is_read)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 << 20


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0/", exclude_categories=("Cs",)), min_size=1, max_size=120),
            st.binary(max_size=1500),
            st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.AREGTYPE]),
        ),
        max_size=5,
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_as_tarfile_reads_it(entries: list[tuple[str, bytes, bytes]], form: int) -> None:
    """Both readers agree on every archive that ``tarfile`` writes."""
    members = []
    for name, content, kind in entries:
        held = content if kind in {tarfile.REGTYPE, tarfile.AREGTYPE} else b""
        members.append((member(f"redis/{name}", len(held), kind), held))
    plain = tar(*members, form=form)
    expected = {}
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        for each in archive:
            path = each.name.partition("/")[2]
            stream = archive.extractfile(each) if each.isreg() and path else None
            if stream is not None:
                expected[path] = stream.read()
    assert unpack(gzip.compress(plain)) == expected


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000), st.integers(0, 3000), st.binary(min_size=1, max_size=12))
def test_any_bytes(content: bytes, place: int, patch: bytes) -> None:
    """Damaged archives are read, or refused with a reason."""
    sound = tar((member(f"redis/{LONG}", 3), b"abc"), (member("redis/values.yaml", 3), b"a: "))
    damaged = sound[:place] + patch + sound[place + len(patch) :]
    for each in (content, gzip.compress(content), gzip.compress(damaged)):
        try:
            unpack(each)
        except ChartError as wrong:
            assert str(wrong).isprintable()  # noqa: PT017 - some are sound
