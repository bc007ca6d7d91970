"""Promotion of an addon: an environment gets the versions that the one before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.routes import Edit, Put, Remove, Route, format_route
from dokaseca_compile.edits.promotion import Promotion, downgrade, out_of_order
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.resolve.resolved import NARROW_SCOPES, Profile, Resolved

_NOTHING = AddonSettings.model_construct()
Versions = Mapping[str, str]
"""Component → version; ``""`` is the addon's own."""


def promote_addon(
    resolved: Resolved,
    addon: str,
    source: str,
    target: str,
    *,
    pin: bool | None = None,
    skip: bool = False,
) -> Promotion:
    """Plan one addon's promotion between two environments of the platform.

    With ``skip``, what the source and environments in between run is not asked. Where the target would say what is
    the default anyway, its pin goes, unless ``pin`` keeps it; without a word it is kept in a hardened environment,
    which shall not move when the default is raised.
    """
    wanted, there = (_versions(resolved, addon, each) for each in (source, target))
    refusal = _refusal(resolved, addon, source, target, wanted) or _downgrade(wanted, there, target)
    refusal = refusal or ("" if skip else _unproven(resolved, addon, source, target, wanted))
    if refusal:
        return Promotion(addon, refusal=refusal)
    pinned = (
        pin if pin is not None else resolved.platform.environments[target].purpose == "hardened"
    )
    edits = tuple(_edits(resolved, addon, target, wanted, pin=pinned))
    notes = (
        [*_not_reached(resolved, addon, target), *_unpinned(edits, addon, target)] if edits else ()
    )
    return Promotion(addon, edits, notes=tuple(notes))


def promotable_addons(resolved: Resolved, source: str, target: str) -> list[str]:
    """The addons whose versions differ between two environments that both run them, by name."""
    return [
        name
        for name in resolved.addons
        if _profiles(resolved, name, source)
        and _profiles(resolved, name, target)
        and _versions(resolved, name, source) != _versions(resolved, name, target)
    ]


def _versions(resolved: Resolved, addon: str, environment: str) -> Versions:
    """The versions of an environment, by default or by its own pins."""
    declared, settings = resolved.addons[addon].addon, _settings(resolved, addon, environment)
    main = settings.version or declared.version
    found = {"": main} if main is not None else {}
    for name, component in declared.components.items():
        pinned = settings.components[name].version if name in settings.components else None
        version = pinned or component.version
        if version is not None:
            found[name] = version
    return found


def _settings(resolved: Resolved, addon: str, environment: str) -> AddonSettings:
    return resolved.platform.environments[environment].addons.get(addon, _NOTHING)


def _profiles(resolved: Resolved, addon: str, environment: str) -> list[Profile]:
    """The profiles of an environment that have the addon."""
    return [
        each
        for each in resolved.profiles
        if each.environment == environment and each.installs[addon].enabled.value
    ]


def _edits(
    resolved: Resolved, addon: str, target: str, wanted: Versions, *, pin: bool
) -> Iterator[Edit]:
    declared, there = resolved.addons[addon].addon, _versions(resolved, addon, target)
    entry: Route = ("environments", target, "addons", addon)
    for component in sorted({*wanted, *there}):
        version = wanted.get(component)
        if version == there.get(component):
            continue
        route = (*entry, "components", component) if component else entry
        default = declared.components[component].version if component else declared.version
        if version is not None and (version != default or pin):
            yield Put((*route, "version"), version)
        else:
            yield Remove(_all_of(resolved, addon, target, component))


def _all_of(resolved: Resolved, addon: str, target: str, component: str) -> Route:
    """The pin, or what holds nothing but the pin."""
    settings, entry = _settings(resolved, addon, target), ("environments", target, "addons", addon)
    if not component:
        return entry if settings.model_fields_set == {"version"} else (*entry, "version")
    if settings.components[component].model_fields_set != {"version"}:
        return (*entry, "components", component, "version")
    if len(settings.components) > 1:
        return (*entry, "components", component)
    return entry if settings.model_fields_set == {"components"} else (*entry, "components")


def _refusal(resolved: Resolved, addon: str, source: str, target: str, wanted: Versions) -> str:
    order = list(resolved.environments)
    if not wanted:
        return f"`{addon}` has no version: it follows a revision of its repository"
    if refusal := out_of_order(order, source, target):
        return refusal
    for environment in (source, target):
        if not any(each.environment == environment for each in resolved.profiles):
            return f"`{environment}` has no clusters"
        if not _profiles(resolved, addon, environment):
            advice = (
                "" if environment == source else f"; `dokaseca enable {addon} --on {target}` first"
            )
            return f"no cluster of `{environment}` runs `{addon}`{advice}"
    return ""


def _downgrade(wanted: Versions, there: Versions, target: str) -> str:
    found = (
        downgrade(version, there.get(component, ""), target)
        for component, version in wanted.items()
    )
    return next(filter(None, found), "")


def _unproven(resolved: Resolved, addon: str, source: str, target: str, wanted: Versions) -> str:
    """Why the environments before the target do not stand for the versions: none of their clusters runs them."""
    order = list(resolved.environments)
    for environment in order[order.index(source) : order.index(target)]:
        if not any(each.environment == environment for each in resolved.profiles):
            continue
        profiles = _profiles(resolved, addon, environment)
        if not profiles:
            return f"`{environment}` does not run `{addon}`; enable and promote it there first, or say --skip"
        there = _versions(resolved, addon, environment)
        if there != wanted:
            return f"`{environment}` runs {_shown(there)}, not {_shown(wanted)}; promote it there first, or say --skip"
        for component, version in wanted.items():
            running = _running(profiles, addon, component, wanted)
            if running and version not in running:
                pinned = ", ".join(sorted(running))
                return f"no cluster of `{environment}` runs {version}, since they pin {pinned}; else say --skip"
    return ""


def _running(profiles: list[Profile], addon: str, component: str, wanted: Versions) -> set[str]:
    """The versions that clusters really run, of the parts that follow a component's version or the addon's."""
    parts = (part for each in profiles for part in each.installs[addon].parts)
    own = [
        part
        for part in parts
        if (part.part.component if part.part.component in wanted else "") == component
    ]
    return {part.version.value for part in own if part.version is not None}


def _shown(versions: Versions) -> str:
    return (
        ", ".join(f"{name} {version}".strip() for name, version in versions.items()) or "no version"
    )


def _not_reached(resolved: Resolved, addon: str, target: str) -> Iterator[str]:
    """Clusters of the target that follow a pin of their region, their type or their own."""
    found: dict[str, list[str]] = {}
    for profile in _profiles(resolved, addon, target):
        for part in profile.installs[addon].parts:
            if part.version is not None and part.version.layer.scope in NARROW_SCOPES:
                found.setdefault(format_route(part.version.route), []).extend(profile.clusters)
    for route, names in sorted(found.items()):
        yield f"not reached: `{route}` pins {', '.join(sorted(set(names)))}"


def _unpinned(edits: tuple[Edit, ...], addon: str, target: str) -> Iterator[str]:
    if any(isinstance(each, Remove) for each in edits):
        yield f"`{target}` follows the default of `{addon}` from now on; --pin keeps a pin"
