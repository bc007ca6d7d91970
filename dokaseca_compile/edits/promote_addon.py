"""Promote an addon: give an environment the versions of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.groups import grouped
from dokaseca_compile.core.routes import Edit, Put, Remove, Route, format_route
from dokaseca_compile.edits.promotion import Promotion, downgrade, holder, out_of_order
from dokaseca_compile.model.addons import AddonSettings, ComponentSettings
from dokaseca_compile.resolve.resolved import Part, Profile, Resolved
from dokaseca_compile.resolve.setting import NARROW_SCOPES, Setting

_NOTHING = AddonSettings.model_construct()
_NOT_PINNED = ComponentSettings.model_construct()
Versions = Mapping[str, str]
"""Component → version; ``""`` is the addon itself."""


def promote_addon(
    resolved: Resolved,
    addon: str,
    source: str,
    target: str,
    *,
    pin: bool | None,
    skip: bool,
) -> Promotion:
    """Plan the promotion of an addon between two environments.

    ``skip`` allows versions that the source and the environments in between do not run. If the
    wanted version is the default, the pin of the target is removed, unless ``pin`` keeps it;
    ``None`` keeps it in a hardened environment, which must not follow the default when that is
    raised.
    """
    reasons = _refusals(resolved, addon, source, target, skip=skip)
    if refusal := next(reasons, ""):
        return Promotion(addon, refusal=refusal)
    if pin is None:
        pin = resolved.platform.environments[target].purpose == "hardened"
    edits = tuple(_edits(resolved, addon, source, target, pin=pin))
    if not edits:
        return Promotion(addon)
    notes = (*_overridden(resolved, addon, target), *_unpinned(edits, addon, target))
    return Promotion(addon, edits, notes=notes)


def promotable_addons(resolved: Resolved, source: str, target: str) -> list[str]:
    """Return the addons that both environments run in different versions."""
    return [
        name
        for name in resolved.addons
        if _profiles(resolved, name, source)
        and _profiles(resolved, name, target)
        and _versions(resolved, name, source) != _versions(resolved, name, target)
    ]


def _versions(resolved: Resolved, addon: str, environment: str) -> Versions:
    """Return the versions in an environment, by default or by its own pins."""
    return _pinned_versions(resolved, addon, _settings(resolved, addon, environment))


def _pinned_versions(resolved: Resolved, addon: str, settings: AddonSettings) -> Versions:
    """Return the versions with the pins of some settings, else the default ones."""
    declared = resolved.addons[addon].addon
    found = {"": settings.version or declared.version}
    for name, component in declared.components.items():
        pinned = settings.components.get(name, _NOT_PINNED).version
        found[name] = pinned or component.version
    return {name: version for name, version in found.items() if version is not None}


def _settings(resolved: Resolved, addon: str, environment: str) -> AddonSettings:
    return resolved.platform.environments[environment].addons.get(addon, _NOTHING)


def _profiles(resolved: Resolved, addon: str, environment: str) -> list[Profile]:
    """Return the profiles of an environment that have the addon."""
    every = _all_profiles(resolved, environment)
    return [each for each in every if each.installs[addon].enabled.value]


def _all_profiles(resolved: Resolved, environment: str) -> list[Profile]:
    return [each for each in resolved.profiles if each.environment == environment]


def _pins(profiles: list[Profile], addon: str) -> Iterator[tuple[Profile, Part, Setting[str]]]:
    """Yield the parts of an addon that have a version, in each profile."""
    for profile in profiles:
        for install in profile.installs[addon].parts:
            if install.version is not None:
                yield profile, install.part, install.version


def _edits(
    resolved: Resolved, addon: str, source: str, target: str, *, pin: bool
) -> Iterator[Edit]:
    wanted, there = (_versions(resolved, addon, each) for each in (source, target))
    default = _pinned_versions(resolved, addon, _NOTHING)
    settings = _settings(resolved, addon, target).model_dump(exclude_unset=True)
    entry: Route = ("environments", target, "addons", addon)
    for component in sorted({name for name, _ in wanted.items() ^ there.items()}):
        route: Route = ("components", component, "version") if component else ("version",)
        version = wanted.get(component)
        if version != default.get(component) or (pin and version is not None):
            yield Put((*entry, *route), version)
        else:
            yield Remove((*entry, *holder(settings, route)))


def _refusals(
    resolved: Resolved, addon: str, source: str, target: str, *, skip: bool
) -> Iterator[str]:
    """Yield reasons to refuse a promotion, each if there is none before it."""
    order = list(resolved.environments)
    wanted, there = (_versions(resolved, addon, each) for each in (source, target))
    if not wanted:
        yield f"`{addon}` has no version: it follows a revision of its repository"
    yield from out_of_order(order, source, target)
    yield from _absent(resolved, addon, source)
    enable = f"; run `dokaseca enable {addon} --on {target}` first"
    yield from _absent(resolved, addon, target, enable)
    for component, version in wanted.items():
        yield from downgrade(version, there.get(component, ""), target)
    if skip:
        return
    for environment in order[order.index(source) : order.index(target)]:
        if _all_profiles(resolved, environment):
            yield from _unproven(resolved, addon, environment, wanted)


def _absent(resolved: Resolved, addon: str, environment: str, advice: str = "") -> Iterator[str]:
    if not _all_profiles(resolved, environment):
        yield f"`{environment}` has no clusters"
    elif not _profiles(resolved, addon, environment):
        yield f"no cluster of `{environment}` runs `{addon}`{advice}"


def _unproven(resolved: Resolved, addon: str, environment: str, wanted: Versions) -> Iterator[str]:
    """Yield why the versions are unproven: an environment before the target does not run them."""
    profiles = _profiles(resolved, addon, environment)
    there = _versions(resolved, addon, environment)
    if not profiles:
        advice = "enable and promote it there first, or use --skip"
        yield f"`{environment}` does not run `{addon}`; {advice}"
    elif there != wanted:
        advice = "promote it there first, or use --skip"
        yield f"`{environment}` runs {_shown(there)}, not {_shown(wanted)}; {advice}"
    for component, version in wanted.items():
        running = _running(profiles, addon, component, wanted)
        if running and version not in running:
            pins = ", ".join(sorted(running))
            yield f"no cluster of `{environment}` runs {version}: they pin {pins}; or use --skip"


def _running(profiles: list[Profile], addon: str, component: str, wanted: Versions) -> set[str]:
    """Return the versions that clusters run, of the parts that follow a component or the addon."""
    return {
        version.value
        for _, part, version in _pins(profiles, addon)
        if component == (part.component if part.component in wanted else "")
    }


def _shown(versions: Versions) -> str:
    texts = (f"{name} {version}".strip() for name, version in versions.items())
    return ", ".join(texts) or "no version"


def _overridden(resolved: Resolved, addon: str, target: str) -> Iterator[str]:
    """Yield a note for each pin of a region, type or cluster of the target, with its clusters."""
    found = grouped(
        (format_route(version.route), cluster)
        for profile, _, version in _pins(_profiles(resolved, addon, target), addon)
        if version.layer.scope in NARROW_SCOPES
        for cluster in profile.clusters
    )
    for route, names in sorted(found.items()):
        yield f"not affected: {', '.join(sorted(set(names)))}, where `{route}` pins another version"


def _unpinned(edits: tuple[Edit, ...], addon: str, target: str) -> Iterator[str]:
    if any(isinstance(each, Remove) for each in edits):
        yield f"`{target}` now follows the default version of `{addon}`; --pin keeps a pin"
