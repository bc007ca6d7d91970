"""Promotion: an environment gets the versions that the one before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dokaseca_compile.model.addons import Addon, AddonSettings
from dokaseca_compile.resolve.resolved import NARROW_SCOPES, Resolved
from dokaseca_compile.routes import Edit, Put, Remove, Route, format_route

_NOTHING = AddonSettings.model_construct()


@dataclass(frozen=True, slots=True)
class Promotion:
    """What to edit for one addon. ``refusal`` says why it may not be; ``notes`` what it does not reach."""

    addon: str
    edits: tuple[Edit, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


def promote(resolved: Resolved, addon: str, source: str, target: str, *, pin: bool, skip: bool) -> Promotion:
    """Plan one addon's promotion between two environments of the platform.

    With ``skip``, environments in between need not run the version. Where the target would say what is the
    default anyway, its pin goes, unless ``pin`` keeps it.
    """
    versions = _versions(resolved, addon, source)
    refusal = _refusal(resolved, addon, source, target) or ("" if skip else _skipped(resolved, addon, source, target))
    if not versions:
        refusal = f"`{addon}` has no version: it follows a revision of its repository"
    if refusal:
        return Promotion(addon, refusal=refusal)
    edits = tuple(_edits(resolved, addon, source, target, pin=pin))
    return Promotion(addon, edits, notes=tuple(_not_reached(resolved, addon, target)) if edits else ())


def promotable(resolved: Resolved, source: str, target: str) -> list[str]:
    """The addons whose versions differ between two environments that both run them, by name."""
    return [
        name
        for name in resolved.addons
        if _runs(resolved, name, source)
        and _runs(resolved, name, target)
        and _versions(resolved, name, source) != _versions(resolved, name, target)
    ]


def _versions(resolved: Resolved, addon: str, environment: str) -> dict[str, str]:
    """The versions of an environment, by default or by its own pins: component (``""``: the addon's) → version."""
    declared = resolved.addons[addon].addon
    settings = _settings(resolved, addon, environment)
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


def _edits(resolved: Resolved, addon: str, source: str, target: str, *, pin: bool) -> Iterator[Edit]:
    wanted, there = _versions(resolved, addon, source), _versions(resolved, addon, target)
    declared = resolved.addons[addon].addon
    entry: Route = ("environments", target, "addons", addon)
    for component in sorted({*wanted, *there}):
        if wanted.get(component) == there.get(component):
            continue
        route = (*entry, "components", component) if component else entry
        version, default = wanted.get(component), _default(declared, component)
        if version is None or (version == default and not pin):
            yield Remove(_emptied(resolved, addon, target, route))
        else:
            yield Put((*route, "version"), version)


def _default(declared: Addon, component: str) -> str | None:
    return declared.components[component].version if component else declared.version


def _emptied(resolved: Resolved, addon: str, target: str, route: Route) -> Route:
    """The pin, or the whole entry when the pin is all that it says."""
    settings = _settings(resolved, addon, target)
    is_all = settings.model_fields_set == {"version"}
    return route if is_all and len(route) == 4 else (*route, "version")


def _runs(resolved: Resolved, addon: str, environment: str) -> bool:
    return any(
        profile.environment == environment and profile.installs[addon].enabled.value for profile in resolved.profiles
    )


def _refusal(resolved: Resolved, addon: str, source: str, target: str) -> str:
    order = list(resolved.environments)
    if order.index(source) >= order.index(target):
        return f"`{target}` does not come after `{source}`; to go back, use `dokaseca set`"
    for environment in (source, target):
        if not _runs(resolved, addon, environment):
            advice = "" if environment == source else f"; `dokaseca enable {addon} --on {target}` first"
            return f"no cluster of `{environment}` runs `{addon}`{advice}"
    return ""


def _skipped(resolved: Resolved, addon: str, source: str, target: str) -> str:
    """The first environment in between that has clusters and does not run what is promoted."""
    order = list(resolved.environments)
    wanted = _versions(resolved, addon, source)
    for between in order[order.index(source) + 1 : order.index(target)]:
        if not any(profile.environment == between for profile in resolved.profiles):
            continue
        if not _runs(resolved, addon, between):
            return f"`{between}` does not run `{addon}`; enable and promote it there first, or say --skip"
        there = _versions(resolved, addon, between)
        if there != wanted:
            return f"`{between}` runs {_shown(there)}, not {_shown(wanted)}; promote it there first, or say --skip"
    return ""


def _shown(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}".strip() for name, version in versions.items()) or "no version"


def _not_reached(resolved: Resolved, addon: str, target: str) -> Iterator[str]:
    """Clusters of the target that follow a pin of their region, their type or their own."""
    found: dict[str, list[str]] = {}
    for profile in resolved.profiles:
        if profile.environment != target or not profile.installs[addon].enabled.value:
            continue
        for part in profile.installs[addon].parts:
            if part.version is not None and part.version.layer.scope in NARROW_SCOPES:
                found.setdefault(format_route(part.version.route), []).extend(profile.clusters)
    for route, names in sorted(found.items()):
        yield f"`{route}` pins {', '.join(sorted(set(names)))}"
