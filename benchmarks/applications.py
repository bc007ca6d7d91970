"""Compare ``dokaseca apps`` with Argo CD's own code on the same input.

    make conformance                # builds Argo CD's code; without it, only our side is measured
    python -m benchmarks.applications --clusters 500 --addons 100

The time of Argo CD is that of its generators and templates, without reading and printing. Ours is
that of a whole process, which also reads, checks and compiles the source, and prints every
Application.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet import fleet, write
from benchmarks.measure import Sample, run

ORACLE = Path(__file__).parent.parent / ".tools" / "bin" / "argocd-oracle"


@dataclass(frozen=True, slots=True)
class Found:
    """The Applications of both sides, our process, Argo CD's seconds (``None`` if not built)."""

    applications: int
    ours: Sample
    theirs: float | None
    made_by_theirs: int


def measure(clusters: int, addons: int, folder: Path, oracle: Path | None) -> Found:
    """List the Applications of a fleet, and generate them with Argo CD's code from its bundle."""
    write(folder, fleet(clusters, addons))
    dokaseca = [
        sys.executable,
        "-m",
        "dokaseca_compile",
        "apps",
        "-f",
        str(folder / "platform.yaml"),
    ]
    ours = run([*dokaseca, "--format", "json"], folder)
    listed = subprocess.run([*dokaseca, "--format", "json"], capture_output=True, check=True)
    applications = len(json.loads(listed.stdout)["applications"])
    if oracle is None:
        return Found(applications, ours, None, 0)
    run([*dokaseca, "--bundle", str(folder / "bundle")], folder)
    hubs = sorted(map(str, (folder / "bundle").iterdir()))
    done = subprocess.run(
        [str(oracle), "-generate-only", "-time", *hubs], capture_output=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    made = sum(len(each["applications"] or ()) for answer in answers for each in answer["sets"])
    return Found(applications, ours, sum(answer["seconds"] for answer in answers), made)


def markdown(clusters: int, addons: int, found: Found) -> str:
    """Return a table of both sides, and their ratio."""
    per = 1e6 / max(found.applications, 1)
    ours = f"{found.ours.seconds:.2f} | {found.ours.seconds * per:.0f} | {found.ours.peak:.0f} MiB"
    lines = [
        f"{clusters} clusters, {addons} addons: {found.applications:,} Applications",
        "",
        "| | seconds | µs an Application | peak |",
        "|---|---:|---:|---:|",
        f"| `dokaseca apps`, the whole process | {ours} |",
    ]
    if found.theirs is not None:
        theirs = f"{found.theirs:.2f} | {found.theirs * per:.0f}"
        lines.append(f"| Argo CD's code, generating alone | {theirs} | |")
        lines += ["", f"Argo CD's time is {found.theirs / found.ours.seconds:.1f} x ours."]
        if found.made_by_theirs != found.applications:
            lines.append(f"They differ: Argo CD makes {found.made_by_theirs:,}.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one fleet and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.applications", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--clusters", type=int, default=500)
    parser.add_argument("--addons", type=int, default=100)
    given = parser.parse_args(arguments)
    oracle = ORACLE if ORACLE.exists() else None
    if oracle is None:
        print("Argo CD's code is not built: `make conformance` does that", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="dokaseca-bench-") as folder:
        print(
            markdown(
                given.clusters,
                given.addons,
                measure(given.clusters, given.addons, Path(folder), oracle),
            )
        )


if __name__ == "__main__":
    main()
