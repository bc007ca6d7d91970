"""The name of an addon's component is longer than Helm allows.

Problem
    ``<addon>-<component>``, which names the component's Application, its values files and (unless
    it has a ``releaseName``) its Helm release, has more than 53 characters.

Why
    Helm refuses release names over 53 characters, since charts append to them and Kubernetes ends
    many names at 63. Application names, ``<cluster>-<part>``, stay below Kubernetes' 253 by this.

Fix
    Shorten the addon's or the component's name. A long chart name can be given as the component's
    ``name``.

Example
    .. code-block:: yaml

        addons:
          aws-controllers-for-kubernetes:
            components:
              elastic-container-registry-chart: {}     # 63 characters: release-too-long
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.base import Context

SLUG = "release-too-long"
_BUDGET = 53


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each part whose joined name is too long; single names are the schema's."""
    for resolved in context.resolved.addons.values():
        for part in resolved.parts:
            excess = len(part.name) - _BUDGET
            if excess > 0:
                yield error(
                    SLUG,
                    f"`{part.name}` has {len(part.name)} characters; Helm allows a release {_BUDGET}",
                    Label(part.route, At.KEY),
                    help=f"shorten the addon's or the component's name by {excess}",
                )
