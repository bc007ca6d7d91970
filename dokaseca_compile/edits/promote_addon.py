"""Promote an addon: give an environment the versions of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.routes import Edit, Put, Remove, Route, format_route
from dokaseca_compile.edits.promotion import Promotion, downgrade, out_of_order
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.resolve.resolved import NARROW_SCOPES, Profile, Resolved

_NOTHING = AddonSettings.model_construct()
Versions = Mapping[str, str]
"""Component → version; ``""`` is the addon itself."""


def promote_addon(
    resolved: Resolved,
    addon: str,
    source: str,
    target: str,
    *,
    pin: bool | None = None,
    skip: bool = False,
) -> Promotion:
    """Plan the promotion of an addon between two environments.

    ``skip`` allows versions that the source and the environments in between do not run. If the
    wanted version is the default, the pin of the target is removed, unless ``pin`` keeps it;
    ``None`` keeps it in a hardened environment, which must not follow the default when that is
    raised.
    """
    wanted, there = (_versions(resolved, addon, each) for each in (source, target))
    refusal = _refusal(resolved, addon, source, target, wanted) or _downgrade(wanted, there, target)
    if not refusal and not skip:
        refusal = _unproven(resolved, addon, source, target, wanted)
    if refusal:
        return Promotion(addon, refusal=refusal)
    if pin is None:
        pin = resolved.platform.environments[target].purpose == "hardened"
    edits = tuple(_edits(resolved, addon, target, wanted, pin=pin))
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
    """Return the profiles of an environment that have the addon."""
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
    """Return the route of the pin, or of the parent that has only the pin."""
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
            advice = f"; run `dokaseca enable {addon} --on {target}` first"
            refusal = f"no cluster of `{environment}` runs `{addon}`"
            return refusal if environment == source else refusal + advice
    return ""


def _downgrade(wanted: Versions, there: Versions, target: str) -> str:
    for component, version in wanted.items():
        if refusal := downgrade(version, there.get(component, ""), target):
            return refusal
    return ""


def _unproven(resolved: Resolved, addon: str, source: str, target: str, wanted: Versions) -> str:
    """Return why the versions are unproven: an environment before the target does not run them."""
    order = list(resolved.environments)
    for environment in order[order.index(source) : order.index(target)]:
        if not any(each.environment == environment for each in resolved.profiles):
            continue
        profiles = _profiles(resolved, addon, environment)
        if not profiles:
            advice = "enable and promote it there first, or use --skip"
            return f"`{environment}` does not run `{addon}`; {advice}"
        there = _versions(resolved, addon, environment)
        if there != wanted:
            advice = "promote it there first, or use --skip"
            return f"`{environment}` runs {_shown(there)}, not {_shown(wanted)}; {advice}"
        if refusal := _pinned(profiles, addon, environment, wanted):
            return refusal
    return ""


def _pinned(profiles: list[Profile], addon: str, environment: str, wanted: Versions) -> str:
    """Return why no cluster runs the versions of its environment: all pin others."""
    for component, version in wanted.items():
        running = _running(profiles, addon, component, wanted)
        if running and version not in running:
            pins = ", ".join(sorted(running))
            return f"no cluster of `{environment}` runs {version}: they pin {pins}; or use --skip"
    return ""


def _running(profiles: list[Profile], addon: str, component: str, wanted: Versions) -> set[str]:
    """Return the versions that clusters run, of the parts that follow a component or the addon."""
    found = set()
    for profile in profiles:
        for part in profile.installs[addon].parts:
            follows = part.part.component if part.part.component in wanted else ""
            if follows == component and part.version is not None:
                found.add(part.version.value)
    return found


def _shown(versions: Versions) -> str:
    texts = (f"{name} {version}".strip() for name, version in versions.items())
    return ", ".join(texts) or "no version"


def _overridden(resolved: Resolved, addon: str, target: str) -> Iterator[str]:
    """Yield a note for each pin of a region, type or cluster of the target, with its clusters."""
    found: dict[str, list[str]] = {}
    for profile in _profiles(resolved, addon, target):
        for part in profile.installs[addon].parts:
            if part.version is not None and part.version.layer.scope in NARROW_SCOPES:
                found.setdefault(format_route(part.version.route), []).extend(profile.clusters)
    for route, names in sorted(found.items()):
        yield f"not affected: {', '.join(sorted(set(names)))}, where `{route}` pins another version"


def _unpinned(edits: tuple[Edit, ...], addon: str, target: str) -> Iterator[str]:
    if any(isinstance(each, Remove) for each in edits):
        yield f"`{target}` now follows the default version of `{addon}`; --pin keeps a pin"
