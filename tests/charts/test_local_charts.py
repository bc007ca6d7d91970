"""Local charts: found by name and exact version, read within limits, and never through a link."""

from __future__ import annotations

from pathlib import Path

import pytest
from charts.packages import HEAD, packed
from command import BASE, dokaseca, platform

from dokaseca_compile.charts import ChartError, Charts
from dokaseca_compile.charts import archive as archives
from dokaseca_compile.charts.archive import unpack
from dokaseca_compile.charts.chart import read_chart
from dokaseca_compile.workspace import ChartFiles, WorkspaceError


def test_files_of_an_archive() -> None:
    """By their path below the chart's folder; a link is no file, wherever it leads."""
    files = {"Chart.yaml": HEAD, "charts/a/Chart.yaml": b"x"}
    assert unpack(packed(files, links={"values.yaml": "/etc/passwd"})) == files


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b" + b"x" * 40], ids=["empty", "text", "half"])
def test_no_archive(content: bytes) -> None:
    with pytest.raises(ChartError):
        unpack(content)


def test_an_archive_that_is_cut_off() -> None:
    whole = packed({"Chart.yaml": HEAD, "values.yaml": b"a: 1\n" * 5000})
    with pytest.raises(ChartError, match="is cut off"):
        unpack(whole[:-20])


def test_an_archive_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to more than Helm accepts is refused before it is in memory."""
    with pytest.raises(ChartError, match="more than 5 MiB"):
        unpack(packed({"values.yaml": b"\0" * (6 * 1024 * 1024)}))
    monkeypatch.setattr(archives, "CHART_ARCHIVE", 1000)
    with pytest.raises(ChartError, match="unpacks to more"):
        unpack(packed({"values.yaml": b"\0" * 5000}))


def test_aliases_cannot_explode() -> None:
    bomb = b"a: &a [1,1,1,1,1,1,1,1,1,1]\n" + b"".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n".encode() for old, new in zip("abcdef", "bcdefg", strict=True)
    )
    with pytest.raises(ChartError, match=r"has a values\.yaml that cannot be read"):
        read_chart({"Chart.yaml": HEAD, "values.yaml": bomb})


def test_values_are_read_as_helm_reads_them() -> None:
    """A date is text, keys are strings, an empty file has no values."""
    chart = read_chart({"Chart.yaml": HEAD, "values.yaml": b"day: 2024-01-02\n8080: a\ntrue: b\n"})
    assert chart.values == {"day": "2024-01-02", "8080": "a", "true": "b"}
    assert read_chart({"Chart.yaml": HEAD, "values.yaml": b"# nothing\n"}).values == {}


@pytest.mark.parametrize(
    ("place", "version"),
    [
        (".charts/redis-1.2.3.tgz", "1.2.3"),
        ("charts/redis-1.2.3.tgz", "v1.2.3"),
        (".charts/redis/Chart.yaml", "1.2.3"),
        ("charts/redis-1.2.3/Chart.yaml", "1.2.3"),
    ],
)
def test_found(place: str, version: str) -> None:
    content = packed({"Chart.yaml": HEAD}) if place.endswith(".tgz") else HEAD
    chart = Charts({place: content}).named("redis", version)
    assert chart is not None
    assert chart.title == "redis 1.2.3"


@pytest.mark.parametrize("version", ["1.2.4", "1.2", "1.2.3-rc.1"])
def test_another_version_is_not_used(version: str) -> None:
    files = {".charts/redis-1.2.3.tgz": packed({"Chart.yaml": HEAD}), ".charts/redis/Chart.yaml": HEAD}
    assert Charts(files).named("redis", version) is None


def test_an_archive_that_is_something_else() -> None:
    with pytest.raises(ChartError, match=r"contains the chart redis 1\.2\.3, which its name does not match"):
        Charts({".charts/redis-2.0.0.tgz": packed({"Chart.yaml": HEAD})}).named("redis", "2.0.0")


def test_a_chart_is_read_once() -> None:
    charts = Charts({".charts/redis-1.2.3.tgz": packed({"Chart.yaml": HEAD})})
    assert charts.named("redis", "1.2.3") is charts.named("redis", "1.2.3")


# ── on disk ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_lies_beside_the_platform(tmp_path: Path) -> None:
    """Files of both folders, no links, nothing of Git, nothing of other folders."""
    for name in ("charts/a/Chart.yaml", "charts/a/.git/config", ".charts/b.tgz", "out/c.tgz", "secret"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "charts/link.tgz").symlink_to(tmp_path / "secret")
    (tmp_path / "charts/linked").symlink_to(tmp_path / "out")
    found = ChartFiles(tmp_path / "platform.yaml")
    assert dict(found) == {"charts/a/Chart.yaml": b"charts/a/Chart.yaml", ".charts/b.tgz": b".charts/b.tgz"}
    with pytest.raises(KeyError):
        _ = found["../secret"]


def test_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.tgz").write_text("x")
    (tmp_path / "charts").symlink_to(tmp_path / "elsewhere")
    assert len(ChartFiles(tmp_path / "platform.yaml")) == 0


def test_a_file_that_became_a_link(tmp_path: Path) -> None:
    """Only listed files are read: a link that replaces one is refused."""
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "x.tgz").write_text("x")
    found = ChartFiles(tmp_path / "platform.yaml")
    (tmp_path / "charts" / "x.tgz").unlink()
    (tmp_path / "charts" / "x.tgz").symlink_to("/etc/hostname")
    with pytest.raises(WorkspaceError):
        _ = found["charts/x.tgz"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A platform with values of kyverno, and its local chart with a strict schema."""
    folder = platform(tmp_path / "workspace")
    (folder / ".charts").mkdir()
    files = {
        "Chart.yaml": b"name: kyverno\nversion: 3.3.7\n",
        "values.yaml": b"replicas: 1\n",
        "values.schema.json": b'{"additionalProperties": false, "properties": {"replicas": {"type": "integer"}}}',
    }
    (folder / ".charts" / "kyverno-3.3.7.tgz").write_bytes(packed(files))
    return folder


@pytest.mark.parametrize("command", ["validate", "compile", "check", "diff", "apps"])
def test_commands_look_at_them(workspace: Path, command: str) -> None:
    """Every command that compiles reports values that the chart would refuse, with their place."""
    assert "{words: {one: two}}" in BASE
    ran = dokaseca(workspace, command)
    assert ran.code == 1
    assert "invalid-values" in ran.out + ran.err
    (workspace / ".charts" / "kyverno-3.3.7.tgz").unlink()
    assert "invalid-values" not in str(dokaseca(workspace, command))


def test_an_edit_that_the_chart_refuses(workspace: Path) -> None:
    """An edit is checked with the same charts."""
    (workspace / "platform.yaml").write_text(
        BASE.replace("{words: {one: two}}", "{replicas: 2}").replace("{zone: eu-west-1}", "{replicas: 3}")
    )
    assert dokaseca(workspace, "validate").code == 0
    ran = dokaseca(workspace, "set", "addons.kyverno.values.replica", "2")
    assert ran.code == 1
    assert "invalid-values" in ran.out + ran.err
