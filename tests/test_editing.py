"""``set``, ``enable``, ``disable`` and ``promote``: what they edit, what they show, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import fast_yaml
import pytest
from command import BASE, dokaseca, platform
from test_check import git

# Three environments; the spokes show who is reached. Comments stand where an edit could lose them.
PLATFORM = """\
# A platform in three steps.
apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {name: acme}
repositories: {organization: https://github.com/acme}
environments:
  dev:  # first
    addons:
      kyverno: {version: 3.4.0}   # on trial
      reloader: true
  staging:
    addons:
      # Proven here before production gets it.
      kyverno: {values: {replicas: 2}}
  production:
    addons:
      kyverno:
        version: 3.2.0  # the oldest
      cert-manager: {version: 1.16.0}
regions: {eu: {}, us: {addons: {reloader: true}}}
clusterTypes: {hub: {addons: {cert-manager: {version: 1.15.0}}}}
clusters:
  hub: {type: hub, environment: production, region: eu, auth: in-cluster}
  dev-eu: &dev
    environment: dev
    region: eu
    cloud: gcp
    server: https://dev-eu.acme.example
    auth: gcp-workload-identity
  staging-eu: {environment: staging, region: eu, cloud: gcp, server: "https://s.example", auth: gcp-workload-identity}
  prod-eu: {environment: production, region: eu, cloud: gcp, server: "https://p.example", auth: gcp-workload-identity}
  prod-us:
    environment: production
    region: us
    cloud: gcp
    server: https://p-us.acme.example
    auth: gcp-workload-identity
    addons: {kyverno: {version: 3.1.0}}  # waits for a fix
addons:
  kyverno:
    category: security
    chart: {name: kyverno, repository: https://kyverno.github.io/kyverno}
    version: 3.3.0
    namespace: kyverno
  cert-manager:
    category: security
    chart: {name: cert-manager, repository: https://charts.jetstack.io}
    version: 1.17.0
    namespace: cert-manager
  reloader:
    category: utilities
    enabled: false
    chart: {name: reloader, repository: https://stakater.github.io/stakater-charts}
    version: 2.0.0
    namespace: reloader
  istio:
    category: networking/mesh
    version: 1.26.0
    namespace: istio-system
    components:
      base: {repository: "https://istio-release.storage.googleapis.com/charts", wave: -1}
      istiod: {repository: "https://istio-release.storage.googleapis.com/charts", version: 1.26.1}
  gateways:
    category: networking
    namespace: gateways
    chart: {path: gateways}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return platform(tmp_path, PLATFORM)


def source(folder: Path) -> str:
    return (folder / "platform.yaml").read_text()


def edited(*pairs: tuple[str, str]) -> str:
    """The platform with some lines replaced, each of which stands there once."""
    text = PLATFORM
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


# Arguments, and the lines of the source before and after.
EDITS: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "a scalar keeps its comment": (
        ("set", "environments.production.addons.kyverno.version", "3.2.1"),
        ("version: 3.2.0  # the oldest", "version: 3.2.1  # the oldest"),
    ),
    "a number that is a version is quoted": (
        ("set", "clusters.dev-eu.kubernetesVersion", "1.30"),
        (
            "dev-eu.acme.example\n    auth: gcp-workload-identity\n",
            'dev-eu.acme.example\n    auth: gcp-workload-identity\n    kubernetesVersion: "1.30"\n',
        ),
    ),
    "a number stays a number": (
        ("set", "environments.dev.sync.retries", "3"),
        ("      reloader: true\n", "      reloader: true\n    sync: {retries: 3}\n"),
    ),
    "a number that would lose a digit is text": (
        ("set", "environments.staging.addons.kyverno.values.tag", "1.10"),
        ("values: {replicas: 2}}", 'values: {replicas: 2, tag: "1.10"}}'),
    ),
    "a number that loses nothing is one": (
        ("set", "environments.staging.addons.kyverno.values.share", "1.5"),
        ("values: {replicas: 2}}", "values: {replicas: 2, share: 1.5}}"),
    ),
    "a number where nothing else fits": (
        ("set", "environments.dev.sync.retries", "0x5"),
        ("      reloader: true\n", "      reloader: true\n    sync: {retries: 5}\n"),
    ),
    "numbers inside of what is set": (
        ("set", "environments.staging.addons.kyverno.values", "{share: 1.10, all: [0x1F, 2, 1.5]}"),
        ("values: {replicas: 2}}", 'values: {share: "1.10", all: ["0x1F", 2, 1.5]}}'),
    ),
    "an exponent is text": (
        ("set", "environments.staging.addons.kyverno.values.share", "12345e6"),
        ("values: {replicas: 2}", 'values: {replicas: 2, share: "12345e6"}'),
    ),
    "a hash that looks like a number is text": (
        ("set", "environments.staging.addons.kyverno.values.sha", "0e1234"),
        ("values: {replicas: 2}", 'values: {replicas: 2, sha: "0e1234"}'),
    ),
    "a number that would be rounded is text": (
        ("set", "environments.staging.addons.kyverno.values.share", "9007199254740993"),
        ("values: {replicas: 2}", 'values: {replicas: 2, share: "9007199254740993"}'),
    ),
    "a fraction that would be rounded is text": (
        ("set", "environments.staging.addons.kyverno.values.share", "0.1234567890123456789"),
        ("values: {replicas: 2}", 'values: {replicas: 2, share: "0.1234567890123456789"}'),
    ),
    "a commit of seven digits is text": (
        ("set", "environments.staging.addons.kyverno.values.commit", "1234567"),
        ("values: {replicas: 2}", 'values: {replicas: 2, commit: "1234567"}'),
    ),
    "a million is a number": (
        ("set", "environments.staging.addons.kyverno.values.share", "1000000"),
        ("values: {replicas: 2}", "values: {replicas: 2, share: 1000000}"),
    ),
    "a key of a flow mapping": (
        ("set", "environments.staging.addons.kyverno.values.logging", "{level: debug}"),
        ("values: {replicas: 2}}", "values: {replicas: 2, logging: {level: debug}}}"),
    ),
    "an addon that was only switched": (
        ("set", "environments.dev.addons.reloader.version", "2.1.0"),
        ("      reloader: true\n", "      reloader: {enabled: true, version: 2.1.0}\n"),
    ),
    "a layer that said nothing": (
        ("set", "clusters.prod-eu.addons.kyverno.version", "3.2.9"),
        (
            'server: "https://p.example", auth: gcp-workload-identity}',
            'server: "https://p.example", auth: gcp-workload-identity, addons: {kyverno: {version: 3.2.9}}}',
        ),
    ),
    "an entry goes": (
        ("set", "--delete", "environments.production.addons.cert-manager"),
        ("      cert-manager: {version: 1.16.0}\n", ""),
    ),
    "enable in an environment": (
        ("enable", "reloader", "--on", "staging"),
        ("values: {replicas: 2}}\n", "values: {replicas: 2}}\n      reloader: true\n"),
    ),
    "enable on a cluster": (
        ("enable", "reloader", "--on", "prod-us"),
        ("", ""),
    ),
    "disable what a mapping holds": (
        ("disable", "kyverno", "--on", "staging"),
        ("kyverno: {values: {replicas: 2}}", "kyverno: false"),
    ),
    "disable takes back what enabled": (
        ("disable", "reloader", "--on", "dev"),
        ("      reloader: true\n", ""),
    ),
    "promote replaces a pin": (
        ("promote", "kyverno", "--from", "dev", "--to", "staging"),
        ("{values: {replicas: 2}}", "{values: {replicas: 2}, version: 3.4.0}"),
    ),
    "promote drops a pin that the default says": (
        ("promote", "kyverno", "--from", "staging", "--to", "production"),
        ("      kyverno:\n        version: 3.2.0  # the oldest\n", ""),
    ),
    "promote keeps it with --pin": (
        ("promote", "kyverno", "--from", "staging", "--to", "production", "--pin"),
        ("version: 3.2.0  # the oldest", "version: 3.3.0  # the oldest"),
    ),
    "promote past an environment when told": (
        ("promote", "kyverno", "--from", "dev", "--to", "production", "--skip"),
        ("version: 3.2.0  # the oldest", "version: 3.4.0  # the oldest"),
    ),
    "promote what differs": (
        ("promote", "--all", "--from", "dev", "--to", "staging"),
        ("{values: {replicas: 2}}", "{values: {replicas: 2}, version: 3.4.0}"),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_edits(folder: Path, name: str) -> None:
    """Shown first and written with ``-w``: exactly the lines that were meant, all others to the byte."""
    arguments, (old, new) = EDITS[name]
    wanted = edited((old, new)) if old else PLATFORM
    shown = dokaseca(folder, *arguments)
    assert shown.code == 0, shown.err
    assert source(folder) == PLATFORM
    if not old:
        assert "Nothing to change" in shown.out
        return
    assert "Nothing was written" in shown.out
    written = dokaseca(folder, *arguments, "-w")
    assert written.code == 0
    assert "Wrote platform.yaml" in written.out
    assert source(folder) == wanted
    assert dokaseca(folder, "validate").code == 0
    again = dokaseca(folder, *arguments, "-w")
    assert source(folder) == wanted or "--delete" in arguments, again.out


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("12345e6", "note: `12345e6` is written as text: as a number it would become `12345000000`"),
        ("1.0", "note: `1.0` is written as text: as a number it would become `1`"),
        ("9007199254740993", "they read `9007199254740992`; it is written as text"),
        ("{a: [1.0]}", "note: `1.0` is written as text"),
    ],
)
def test_set_reports_a_number_that_it_keeps_as_text(folder: Path, value: str, note: str) -> None:
    done = dokaseca(folder, "set", "environments.staging.addons.kyverno.values.share", value)
    assert note in done.out
    assert "written as text" not in dokaseca(folder, "set", "clusters.dev-eu.kubernetesVersion", "1.30").out


REACHED: list[tuple[tuple[str, ...], list[str]]] = [
    (
        ("promote", "kyverno", "--from", "dev", "--to", "staging"),
        ["~ kyverno 3.3.0 → 3.4.0 (minor) on staging: staging-eu"],
    ),
    (
        ("promote", "kyverno", "--from", "staging", "--to", "production"),
        [
            "~ kyverno 3.2.0 → 3.3.0 (minor) on production: hub, prod-eu\n",
            "not affected: prod-us, where `clusters.prod-us.addons.kyverno.version` pins another version",
        ],
    ),
    (("enable", "reloader", "--on", "eu"), ["+ reloader 2.0.0 on production: hub, prod-eu; staging: staging-eu"]),
    (
        ("disable", "reloader", "--on", "regions.us"),
        ["Deleted: reloader is disabled there; 1 Application, their resources stay", "- prod-us-reloader "],
    ),
    (("enable", "cert-manager", "--on", "hub"), ["--on: `hub` is ambiguous; use `clusterTypes.hub` or `clusters.hub`"]),
    (
        ("set", "environments.staging.addons.kyverno.values.replicas", "3"),
        ["~ kyverno 3.3.0 on staging: staging-eu\n      values replicas: 2 → 3\n"],
    ),
    (
        ("set", "addons.kyverno.namespace", "policies"),
        ["Deleted and created again: kyverno moves from namespace kyverno to policies; 5 Applications"],
    ),
    (
        ("set", "environments.dev.deletion", "delete"),
        ["on dev: dev-eu\n      deletesResources: false → true\n"],
    ),
    (
        ("set", "clusters.prod-eu.labels.owner", "retail"),
        ["Only the files of 1 cluster change (registration, variables, pages): prod-eu"],
    ),
    (
        ("set", "environments.dev.revisions.charts", "v2"),
        ["Affects 1 of 5 clusters", "~ gateways main → v2 (other) on dev: dev-eu\n"],
    ),
    (
        ("set", "environments.dev.rollout", "[{regions: [eu]}]"),
        ["Rollout of dev: all at once → 1 step", "on dev: dev-eu\n      syncPolicy.automated.enabled: + false\n"],
    ),
    (("set", "metadata.description", "Ours"), ["Affects no cluster"]),
    (("set", "addons.istio.version", "1.26.2"), ["~ istio-base 1.26.0 → 1.26.2 (patch)"]),
]


@pytest.mark.parametrize(("arguments", "effects"), REACHED)
def test_reach(folder: Path, arguments: tuple[str, ...], effects: list[str]) -> None:
    """Every effect with the clusters that have it, and what is not reached."""
    done = dokaseca(folder, *arguments)
    for effect in effects:
        assert effect in done.out + done.err


@pytest.mark.parametrize(
    "arguments", [arguments for arguments, effects in REACHED if not effects[0].startswith("--on")]
)
def test_an_edit_says_no_less_than_a_plan(folder: Path, arguments: tuple[str, ...]) -> None:
    """Every line of the plan of the written edit but its tables, which count by environment and owner."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "platform.yaml")
    git(folder, "commit", "-qm", "x")
    shown = dokaseca(folder, *arguments, "-w").out.splitlines()
    plan = dokaseca(folder, "plan", "--base", "HEAD").out.splitlines()
    for line in plan[: next((at for at, each in enumerate(plan) if each.startswith("  ENVIRONMENT")), None)]:
        assert line in shown
    blocked = next((at for at, each in enumerate(plan) if each.startswith("Blocked: ")), len(plan))
    assert "\n".join(plan[blocked:]) in "\n".join(shown)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("promote", "kyverno", "--from", "dev", "--to", "production"), 1, "`staging` runs 3.3.0, not 3.4.0"),
        (("promote", "reloader", "--from", "dev", "--to", "production"), 1, "`staging` does not run `reloader`"),
        (("promote", "reloader", "--from", "dev", "--to", "staging"), 1, "dokaseca enable reloader --on staging"),
        (("promote", "kyverno", "--from", "production", "--to", "dev"), 1, "does not come after"),
        (("promote", "kyverno", "--from", "dev", "--to", "dev"), 1, "does not come after"),
        (("promote", "gateways", "--from", "dev", "--to", "staging"), 1, "has no version"),
        (("promote", "kyvrno", "--from", "dev", "--to", "staging"), 2, "did you mean `kyverno`?"),
        (("promote", "kyverno", "--from", "dve", "--to", "staging"), 2, "did you mean `dev`?"),
        (("promote", "--from", "dev", "--to", "staging"), 2, "name addons or workloads, or use --all"),
        (
            ("promote", "kyverno", "--all", "--from", "dev", "--to", "staging"),
            2,
            "name addons or workloads, or use --all",
        ),
        (("enable", "kyverno", "--on", "nowhere"), 2, "--on: unknown name `nowhere`"),
        (("enable", "kyvrno", "--on", "dev"), 2, "did you mean `kyverno`?"),
        (("set", "clusters.hub.region", "ue"), 1, "error[unknown-region]"),
        (("set", "clusters.hub.regoin", "eu"), 1, "error[unknown-key]"),
        (("set", "clusters.hub.region.deep", "eu"), 1, "clusters.hub.region"),
        (("set", "--delete", "clusters.nowhere"), 1, "`clusters` has no key `nowhere`"),
        (("set", "clusters..hub", "eu"), 2, "ROUTE: "),
        (("set", "clusters.hub.region"), 2, "give a VALUE, or --delete"),
        (("set", "--delete", "clusters.hub.region", "eu"), 2, "give a VALUE, or --delete"),
    ],
)
def test_refusals(folder: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """Each says why and what to do, and nothing is written."""
    done = dokaseca(folder, *arguments, "-w")
    assert done.code == code, done.out
    assert said in done.err
    assert source(folder) == PLATFORM


def test_components_are_promoted_with_their_addon(tmp_path: Path) -> None:
    """A component with a version of its own goes along."""
    text = PLATFORM.replace("      reloader: true\n", (
        "      reloader: true\n      istio: {version: 1.27.0, components: {istiod: {version: 1.27.1}}}\n"
    ))  # fmt: skip
    folder = platform(tmp_path, text)
    done = dokaseca(folder, "promote", "istio", "--from", "dev", "--to", "staging", "-w")
    assert done.code == 0, done.err
    assert "      istio: {version: 1.27.0, components: {istiod: {version: 1.27.1}}}\n  production:" in source(folder)
    assert "istio-istiod 1.26.1 → 1.27.1 (minor) on staging: staging-eu" in done.out


def test_an_edit_goes_to_the_file_that_holds_it(folder: Path) -> None:
    """What a fragment says is edited there; the platform file stays as it is."""
    (folder / "platform.d").mkdir()
    fragment = folder / "platform.d" / "edge.yaml"
    fragment.write_text(
        "# The edge.\nclusters:\n  edge:  # far away\n    environment: dev\n    region: eu\n    cloud: gcp\n"
        "    server: https://edge.acme.example\n    auth: gcp-workload-identity\n"
    )
    done = dokaseca(folder, "set", "-w", "clusters.edge.region", "us")
    assert done.code == 0, done.err
    assert "Wrote platform.d/edge.yaml" in done.out
    assert "    region: us\n" in fragment.read_text()
    assert "# far away" in fragment.read_text()
    assert source(folder) == PLATFORM


def test_bytes_around_an_edit_survive(tmp_path: Path) -> None:
    """A byte order mark, CRLF line ends and the mode of the file."""
    folder = platform(tmp_path, "")
    file = folder / "platform.yaml"
    before = b"\xef\xbb\xbf" + PLATFORM.replace("\n", "\r\n").encode()
    file.write_bytes(before)
    file.chmod(0o640)
    done = dokaseca(folder, "promote", "kyverno", "--from", "dev", "--to", "staging", "-w")
    assert done.code == 0, done.err
    assert file.read_bytes() == before.replace(b"{values: {replicas: 2}}", b"{values: {replicas: 2}, version: 3.4.0}")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_broken_source_can_be_mended(tmp_path: Path) -> None:
    """A fault that is there already does not forbid an edit; one that is new does."""
    folder = platform(tmp_path, PLATFORM.replace("region: us\n", "region: su\n"))
    worse = dokaseca(folder, "set", "clusters.hub.region", "ue", "-w")
    assert worse.code == 1
    assert "ue" in worse.err
    assert "`su`" not in worse.err
    done = dokaseca(folder, "set", "clusters.prod-us.region", "us", "-w")
    assert done.code == 0, done.err
    assert source(folder) == PLATFORM


def test_what_repeats_is_not_edited_through(tmp_path: Path) -> None:
    """An anchor that an alias repeats says two things at once: refused, with the reason."""
    text = PLATFORM.replace("  prod-us:\n", "  dev-eu-2: *dev\n  prod-us:\n")
    folder = platform(tmp_path, text)
    done = dokaseca(folder, "set", "clusters.dev-eu.region", "us", "-w")
    assert done.code == 1
    assert done.err.startswith("error: ")
    assert source(folder) == text


def test_promote_and_check_fit_together(folder: Path) -> None:
    """After a written promotion the output is stale, and compiled it is not."""
    assert dokaseca(folder, "compile").code == 0
    assert dokaseca(folder, "promote", "kyverno", "--from", "dev", "--to", "staging", "-w").code == 0
    done = dokaseca(folder, "check")
    assert done.code == 1
    assert "3.3.0 → 3.4.0" in done.out
    assert dokaseca(folder, "compile").code == 0
    assert dokaseca(folder, "check").code == 0


def test_base_is_what_the_other_tests_think(tmp_path: Path) -> None:
    """Both platforms are sound: no finding at all."""
    for text in (BASE, PLATFORM):
        done = dokaseca(platform(tmp_path, text), "validate")
        assert (done.code, done.out.count("warning[")) == (0, 0), done.out


def test_production_gets_only_what_clusters_of_staging_run(tmp_path: Path) -> None:
    """By the environment staging runs the default; its only cluster pins another: that proves nothing."""
    text = PLATFORM.replace(
        'server: "https://s.example", auth: gcp-workload-identity}',
        'server: "https://s.example", auth: gcp-workload-identity, addons: {kyverno: {version: 3.2.5}}}',
    )
    folder = platform(tmp_path, text)
    arguments = ("promote", "kyverno", "--from", "staging", "--to", "production")
    done = dokaseca(folder, *arguments)
    assert done.code == 1
    assert "no cluster of `staging` runs 3.3.0: they pin 3.2.5" in done.err
    assert dokaseca(folder, *arguments, "--skip").code == 0


def test_a_promotion_never_goes_back(tmp_path: Path) -> None:
    """Neither for one addon nor for all: an older version is set by hand or not at all."""
    folder = platform(tmp_path, PLATFORM.replace("{version: 3.4.0}   # on trial", "{version: 3.2.9}   # on trial"))
    one = dokaseca(folder, "promote", "kyverno", "--from", "dev", "--to", "staging")
    assert one.code == 1
    assert "`staging` already runs 3.3.0, newer than 3.2.9" in one.err
    every = dokaseca(folder, "promote", "--all", "--from", "dev", "--to", "staging")
    assert every.code == 0
    assert "left out: kyverno: " in every.err
    assert "Nothing to change" in every.out


def test_a_hardened_environment_keeps_its_pin(tmp_path: Path) -> None:
    """It shall not move when the default is raised; elsewhere a pin that says the same goes, and that is said."""
    arguments = ("promote", "kyverno", "--from", "staging", "--to", "production")
    hardened = platform(tmp_path / "a", PLATFORM.replace("  production:\n", "  production:\n    purpose: hardened\n"))
    assert "+        version: 3.3.0  # the oldest" in dokaseca(hardened, *arguments).out
    assert "+        version" not in dokaseca(hardened, *arguments, "--no-pin").out
    plain = platform(tmp_path / "b", PLATFORM)
    assert "`production` now follows the default version of `kyverno`; --pin" in dokaseca(plain, *arguments).out


def test_an_environment_without_clusters(tmp_path: Path) -> None:
    text = PLATFORM.replace("  production:\n", "  spare: {}\n  production:\n")
    folder = platform(tmp_path, text)
    done = dokaseca(folder, "promote", "kyverno", "--from", "dev", "--to", "spare")
    assert (done.code, done.err) == (1, "error: kyverno: `spare` has no clusters\n")
    skipped = dokaseca(folder, "promote", "kyverno", "--from", "staging", "--to", "production")
    assert skipped.code == 0, skipped.err


def test_a_pin_of_a_component_goes_whole(tmp_path: Path) -> None:
    """Nothing empty is left of it."""
    text = PLATFORM.replace(
        "      kyverno: {values: {replicas: 2}}\n",
        "      kyverno: {values: {replicas: 2}}\n      istio: {components: {istiod: {version: 1.26.0}}}\n",
    )
    folder = platform(tmp_path, text)
    done = dokaseca(folder, "promote", "istio", "--from", "dev", "--to", "staging", "-w")
    assert done.code == 0, done.err
    assert source(folder) == PLATFORM


def test_disabling_loses_only_what_it_must(tmp_path: Path) -> None:
    """Of two addons only the one whose settings would be dead loses them, and that is said."""
    text = PLATFORM.replace(
        "      kyverno: {version: 3.4.0}   # on trial\n",
        "      kyverno: {version: 3.4.0}   # on trial\n      cert-manager: {version: 1.16.5}\n",
    ).replace("  dev-eu: &dev\n", "  dev-eu: &dev\n    addons: {cert-manager: true}\n")
    folder = platform(tmp_path, text)
    done = dokaseca(folder, "disable", "kyverno", "cert-manager", "--on", "dev")
    assert done.code == 0, done.err
    assert "+      kyverno: false   # on trial" in done.out
    assert "+      cert-manager: {version: 1.16.5, enabled: false}" in done.out
    assert "note: deletes version of `environments.dev.addons.kyverno`, too" in done.out
    assert "note: not affected: dev-eu, where `clusters.dev-eu.addons.cert-manager.enabled` overrides it" in done.out


def test_the_hint_repeats_how_it_was_called(tmp_path: Path) -> None:
    folder = platform(tmp_path / "deep", PLATFORM)
    done = dokaseca(tmp_path, "set", "-C", "deep", "-w", "environments.dev.sync.retries", "3")
    assert done.out.splitlines()[-1] == "Wrote platform.yaml; run `dokaseca compile -C deep` to compile it"
    assert (folder / "platform.yaml").read_text() != PLATFORM


def test_reach_counts_the_files_of_the_output(folder: Path) -> None:
    """Whatever is edited: a cluster whose own files change is reached."""
    domain = dokaseca(folder, "set", "metadata.domain", "acme.example")
    assert "Affects 5 of 5 clusters; 9 files of the output change" in domain.out
    own = "Only the files of 5 clusters change (registration, variables, pages): "
    assert f"{own}dev-eu, hub, prod-eu, prod-us, staging-eu\n" in domain.out
    major = dokaseca(folder, "set", "environments.dev.addons.kyverno.version", "4.0.0")
    assert "kyverno 3.4.0 → 4.0.0 (major) on dev: dev-eu" in major.out


# ---- workloads

WORKLOADS = """\
teams: {shop: {roles: {dev: admin, staging: editor, production: viewer}}}
workloads:
  shop:
    cart:
      image: ghcr.io/acme/cart
      environments:
        dev: {version: 1.3.0}  # what is tried
        staging: {version: 1.2.0}
        production:
          version: 1.1.0
    status: {chart: {path: charts/status}, environments: {dev: {}, staging: {}}}
    # Nobody has put it into production yet.
    search: {image: ghcr.io/acme/search, version: 0.1.0, environments: {dev: {version: 0.2.0}, staging: {}}}
"""


@pytest.fixture
def shop(folder: Path) -> Path:
    """The platform with a team on every cluster, and workloads."""
    text = PLATFORM.replace("auth: in-cluster}", "auth: in-cluster, teams: [shop]}")
    text = text.replace("gcp-workload-identity}", "gcp-workload-identity, teams: [shop]}")
    text = (
        text.replace("    auth: gcp-workload-identity\n", "    auth: gcp-workload-identity\n    teams: [shop]\n")
        + WORKLOADS
    )
    (folder / "platform.yaml").write_text(text)
    assert dokaseca(folder, "validate").code == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "old", "new", "effects"),
    [
        (
            ("shop/cart", "--from", "dev", "--to", "staging"),
            "staging: {version: 1.2.0}",
            "staging: {version: 1.3.0}",
            ["shop-cart 1.2.0 → 1.3.0 (minor) on staging: staging-eu"],
        ),
        (
            ("shop/cart", "--from", "staging", "--to", "production"),
            "version: 1.1.0",
            "version: 1.2.0",
            ["shop-cart 1.1.0 → 1.2.0 (minor) on production: hub, prod-eu, prod-us"],
        ),
        (
            ("shop/search", "--from", "dev", "--to", "staging"),
            "{version: 0.2.0}, staging: {}}",
            "{version: 0.2.0}, staging: {version: 0.2.0}}",
            ["shop-search 0.1.0 → 0.2.0 (minor) on staging: staging-eu"],
        ),
        (
            ("shop/cart", "--from", "dev", "--to", "production", "--skip"),
            "version: 1.1.0",
            "version: 1.3.0",
            ["shop-cart 1.1.0 → 1.3.0"],
        ),
    ],
)
def test_a_workload_is_promoted(shop: Path, arguments: tuple[str, ...], old: str, new: str, effects: list[str]) -> None:
    """Its version in one environment becomes its version in the next, and whom that reaches is told."""
    before = source(shop)
    done = dokaseca(shop, "promote", *arguments, "-w")
    assert done.code == 0, done.err
    assert all(effect in done.out for effect in effects), done.out
    assert source(shop) == before.replace(old, new, 1)
    assert dokaseca(shop, "promote", *arguments).out.startswith("Nothing to change")


ONE, TWO = (f'"sha256:{digit * 64}"' for digit in "12")


@pytest.mark.parametrize(
    ("dev", "staging", "promoted"),
    [
        (
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
            f"{{version: 1.2.0, values: {{image: {{digest: {TWO}}}}}}}",
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
        ),
        (
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
            "{version: 1.2.0}",
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
        ),
        (
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
            f"{{version: 1.3.0, values: {{image: {{digest: {TWO}}}}}}}",
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
        ),
        ("{version: 1.3.0}", f"{{version: 1.2.0, values: {{image: {{digest: {TWO}}}}}}}", "{version: 1.3.0}"),
        (
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
            "{}",
            f"{{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}",
        ),
    ],
    ids=["another", "one more", "of one version", "none any more", "where the default was"],
)
def test_the_digest_goes_with_the_version(shop: Path, dev: str, staging: str, promoted: str) -> None:
    """Whatever stands beside the old version, what runs is the image that was tried, and nothing is left to do."""
    base = source(shop).replace("image: ghcr.io/acme/cart\n", "image: ghcr.io/acme/cart\n      version: 1.3.0\n")
    base = base.replace("dev: {version: 1.3.0}", f"dev: {dev}")
    (shop / "platform.yaml").write_text(base.replace("staging: {version: 1.2.0}", f"staging: {staging}"))
    assert dokaseca(shop, "validate").code == 0
    arguments = ("promote", "--all", "--from", "dev", "--to", "staging")
    done = dokaseca(shop, *arguments, "-w")
    assert done.code == 0, done.err
    meant, found = (fast_yaml.load(text)["workloads"]["shop"]["cart"] for text in (base, source(shop)))
    assert found["environments"]["staging"] == fast_yaml.load(promoted)
    assert found["environments"]["dev"] == meant["environments"]["dev"]
    assert dokaseca(shop, *arguments).out.startswith("Nothing to change")


def test_another_digest_in_between_proves_nothing(shop: Path) -> None:
    text = source(shop).replace(
        "dev: {version: 1.3.0}", f"dev: {{version: 1.3.0, values: {{image: {{digest: {ONE}}}}}}}"
    )
    text = text.replace(
        "staging: {version: 1.2.0}", f"staging: {{version: 1.3.0, values: {{image: {{digest: {TWO}}}}}}}"
    )
    (shop / "platform.yaml").write_text(text)
    done = dokaseca(shop, "promote", "shop/cart", "--from", "dev", "--to", "production")
    assert done.code == 1
    assert "`staging` runs another digest of 1.3.0; promote it there first" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("shop/cart", "--from", "dev", "--to", "production"), 1, "`staging` runs 1.2.0, not 1.3.0"),
        (("shop/cart", "--from", "staging", "--to", "dev"), 1, "`dev` does not come after `staging`"),
        (("shop/search", "--from", "staging", "--to", "production"), 1, "add `production` to its `environments` first"),
        (("shop/status", "--from", "dev", "--to", "staging"), 1, "has no version in `dev`"),
        (("shop/crat", "--from", "dev", "--to", "staging"), 2, "did you mean `shop/cart`?"),
        (("cart", "--from", "dev", "--to", "staging"), 2, "unknown workload `cart`; did you mean `shop/cart`?"),
    ],
)
def test_a_workload_that_may_not_be_promoted(shop: Path, arguments: tuple[str, ...], code: int, complaint: str) -> None:
    """It is told why, and nothing is written."""
    before = source(shop)
    done = dokaseca(shop, "promote", *arguments, "-w")
    assert (done.code, source(shop)) == (code, before)
    assert complaint in done.err


EVERYWHERE = "dev: dev-eu; staging: staging-eu; production: hub, prod-eu, prod-us"
CONFIGURED = "changes (namespaces, quotas, access, policies):"


@pytest.mark.parametrize(
    ("arguments", "effects"),
    [
        (("policies.dev.podSecurity", "restricted"), [f"{CONFIGURED} dev: dev-eu"]),
        (("policies.staging.network", "default-deny"), [f"{CONFIGURED} staging: staging-eu"]),
        (("policies.production.limits.max.memory", "1Gi"), [f"{CONFIGURED} production: hub, prod-eu, prod-us"]),
        (
            ("policies.staging.kyverno", "{policies: [require-probes]}"),
            [f"{CONFIGURED} staging: staging-eu"],
        ),
        (("teams.shop.serviceAccounts.ci.roles.dev", "admin"), [f"{CONFIGURED} dev: dev-eu"]),
        (
            ("teams.shop.contact.email", "shop@acme.example"),
            [f"{CONFIGURED} {EVERYWHERE}"],
        ),
        (("metadata.domain", "acme.example"), [f"{CONFIGURED} {EVERYWHERE}"]),
        # Not what Kustomize reads: how a cluster is registered, pages, AppProjects.
        (
            ("clusters.prod-eu.labels.owner", "retail"),
            ["Only the files of 1 cluster change (registration, variables, pages): prod-eu"],
        ),
        (("metadata.description", "Ours"), ["Affects no cluster; 1 file of the output changes"]),
        (("teams.shop.description", "Sells"), ["Affects no cluster"]),
        (
            ("workloads.shop.cart.environments.dev.version", "1.4.0"),
            ["Affects 1 of 5 clusters", "shop-cart 1.3.0 → 1.4.0 (minor) on dev: dev-eu"],
        ),
    ],
)
def test_what_is_applied_to_clusters_reaches_them(shop: Path, arguments: tuple[str, ...], effects: list[str]) -> None:
    """Whatever file says it: of the environment, of the team there, or of the cluster itself."""
    done = dokaseca(shop, "set", *arguments)
    assert done.code == 0, done.err
    assert all(effect in done.out for effect in effects), done.out
    assert (CONFIGURED in done.out) is any(CONFIGURED in each for each in effects)


def test_a_workload_is_never_promoted_to_an_older_version(shop: Path) -> None:
    """To go back is another thing."""
    (shop / "platform.yaml").write_text(source(shop).replace("staging: {version: 1.2.0}", "staging: {version: 2.0.0}"))
    done = dokaseca(shop, "promote", "shop/cart", "--from", "dev", "--to", "staging")
    assert (done.code, "already runs 2.0.0, newer than 1.3.0" in done.err) == (1, True)


def test_workloads_are_promoted_with_all(shop: Path) -> None:
    """Whatever both environments run in different versions."""
    done = dokaseca(shop, "promote", "--all", "--from", "dev", "--to", "staging", "-w")
    assert done.code == 0, done.err
    assert "staging: {version: 1.3.0}" in source(shop)
    assert "staging: {version: 0.2.0}" in source(shop)
    assert "version: 3.4.0" in source(shop)
