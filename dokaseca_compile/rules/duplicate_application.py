"""Two things would be one object of Argo CD, or one file.

Problem
    Names are joined by ``-``, and two different pairs give one name: an addon ``a-b`` and the
    component ``b`` of addon ``a``; the Application ``<cluster>-<part>`` of two clusters of one hub;
    or the ApplicationSet ``<part>-<environment>`` of two environments.

Why
    Of two Applications with one name Argo CD drops both, or refuses the second, and what was
    dropped is uninstalled. Of two ApplicationSets or values files the later replaces the earlier.

Fix
    Rename one: the component, the cluster or the environment.

Example
    .. code-block:: yaml

        clusters: {edge: {}, edge-oauth: {}}
        addons:
          proxy: {}          # on edge-oauth: Application edge-oauth-proxy
          oauth-proxy: {}    # on edge: Application edge-oauth-proxy
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.resolved import Part
from dokaseca_compile.rules.base import Context
from dokaseca_compile.rules.fleet import sound_profiles

SLUG = "duplicate-application"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each name of a part, an Application or an ApplicationSet that two would have."""
    parts: dict[str, Part] = {}
    for resolved in context.resolved.addons.values():
        for part in resolved.parts:
            other = parts.setdefault(part.name, part)
            if other is not part:
                yield _same_part(part, other)
    yield from _applications(context, parts)
    yield from _application_sets(context, parts)


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a name at a ``-``."""
    return ((name[:at], name[at + 1 :]) for at, character in enumerate(name) if character == "-")


def _same_part(part: Part, other: Part) -> Diagnostic:
    component, addon = (part, other) if part.component is not None else (other, part)
    return error(
        SLUG,
        f"component `{component.component}` of addon `{component.addon}` and {_described(addon)} "
        f"would both be the Application `{part.name}`",
        Label(component.route, At.KEY),
        Label(addon.route if addon.component is not None else ("addons", addon.addon), At.KEY, "the same name"),
        help="rename one of them",
    )


def _described(part: Part) -> str:
    if part.component is None:
        return f"addon `{part.addon}`"
    return f"component `{part.component}` of addon `{part.addon}`"


def _applications(context: Context, parts: Mapping[str, Part]) -> Iterator[Diagnostic]:
    """`a-b` + `c` and `a` + `b-c`: only cluster names that continue another by what a part begins with."""
    pairs: dict[str, list[tuple[Part, Part]]] = {}
    for name, part in parts.items():
        for begin, rest in _splits(name):
            if rest in parts:
                pairs.setdefault(begin, []).append((parts[rest], part))
    clusters, sound = context.resolved.clusters, set(sound_profiles(context))
    for long in clusters if pairs else ():
        for short, between in _splits(long):
            if between not in pairs or short not in clusters:
                continue
            if clusters[long].hub != clusters[short].hub:
                continue  # two Argo CDs, which know nothing of each other
            one, other = clusters[long].profile, clusters[short].profile
            if one not in sound or other not in sound:
                continue
            meeting = [
                pair
                for pair in pairs[between]
                if one.installs[pair[0].addon].enabled.value and other.installs[pair[1].addon].enabled.value
            ]
            if meeting:
                yield _same_application(long, short, *meeting[0])


def _same_application(long: str, short: str, end: Part, whole: Part) -> Diagnostic:
    return error(
        SLUG,
        f"`{end.name}` on cluster `{long}` and `{whole.name}` on cluster `{short}` "
        f"would both be the Application `{long}-{end.name}`",
        Label(("clusters", long), At.KEY),
        Label(("clusters", short), At.KEY, f"with `{whole.name}`"),
        help="rename one of the clusters, or one of the addons",
    )


def _application_sets(context: Context, parts: Mapping[str, Part]) -> Iterator[Diagnostic]:
    """`a` + `b-c` and `a-b` + `c`: only environments whose name ends in another's."""
    environments = context.platform.environments
    used: dict[str, set[str]] = {}
    overlaps = [(name, *split) for name in environments for split in _splits(name) if split[1] in environments]
    for profile in sound_profiles(context) if overlaps else ():
        used.setdefault(profile.environment, set()).update(install.addon for install in profile.enabled())
    for long, between, short in overlaps:
        for name, part in parts.items():
            whole = parts.get(f"{name}-{between}")
            if whole and part.addon in used.get(long, ()) and whole.addon in used.get(short, ()):
                yield error(
                    SLUG,
                    f"`{name}` in environment `{long}` and `{whole.name}` in `{short}` "
                    f"would both be the ApplicationSet `{name}-{long}`",
                    Label(("environments", long), At.KEY),
                    Label(("environments", short), At.KEY, f"with `{whole.name}`"),
                    help="rename one of the environments, or one of the addons",
                )
                break
