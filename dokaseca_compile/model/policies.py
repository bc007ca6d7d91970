"""``policies``: how each environment governs the teams' namespaces."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.common import LabelKey, Model, Quantity, UniqueList, with_registry
from dokaseca_compile.model.grammar import Maybe, grammar, refusal, require
from dokaseca_compile.model.urls import policy_registry


def amount(quantity: str) -> Decimal:
    """Return the number that a quantity means: ``500m`` is 0.5, ``1Ki`` is 1024.

    Raises ``ArithmeticError`` for a text that is not a quantity.
    """
    number = quantity.rstrip("mkKMGTPEi")
    return Decimal(number) * _SUFFIXES[quantity.removeprefix(number)]


_SUFFIXES = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", start=1)},
}


_OF_BYTES = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<suffix>[numkMGTPE]?|[KMGTPE]i)"
)
_SMALL = {"n": Decimal("1e-9"), "u": Decimal("1e-6")}


def whole_bytes(quantity: str) -> str | None:
    """Return what was probably intended by a fraction of a byte, or ``""`` if that is unclear.

    ``512m`` is half a byte (kubernetes#49442) and was intended as ``512Mi``. Return ``None`` for
    whole bytes, and for a text that is not a quantity.
    """
    found = _OF_BYTES.fullmatch(quantity)
    if found is None:
        return None
    number, suffix = found.group("number", "suffix")
    if Decimal(number) * (_SMALL.get(suffix) or _SUFFIXES[suffix]) % 1 == 0:
        return None
    if suffix == "m":
        return f"{number}Mi"
    return "" if suffix else f"{number}Gi"


def _amounts_of_bytes(amounts: dict[str, str]) -> dict[str, str]:
    for resource in ("memory", "storage"):
        better = whole_bytes(amounts.get(resource, "0"))
        if better is None:
            continue
        message = ": the amount is not a whole number of bytes"
        advice = f"write `{better}`" if better else "write whole bytes, such as `512Mi`"
        raise refusal("invalid-quantity", message, advice, within=(resource,))
    return amounts


def _whole_pods(quotas: dict[str, str]) -> dict[str, str]:
    # Kubernetes counts objects (ValidateResourceQuantityValue, IsIntegerResourceName).
    is_whole = amount(dict[str, str](quotas).get("pods", "0")) % 1 == 0
    message, advice = ": the number of Pods must be whole", "write a whole number"
    require(is_whole, "invalid-quantity", message, advice, within=("pods",))
    return quotas


Level = Literal["privileged", "baseline", "restricted"]
"""A Pod Security Standard (kubernetes.io/docs/concepts/security/pod-security-standards)."""
Amounts = Annotated[dict[Literal["cpu", "memory"], Quantity], AfterValidator(_amounts_of_bytes)]
Quotas = Annotated[
    dict[Literal["cpu", "memory", "storage", "pods"], Quantity],
    AfterValidator(_whole_pods),
    AfterValidator(_amounts_of_bytes),
]
KyvernoPolicy = Literal[
    "disallow-host-path",
    "disallow-latest-tag",
    "disallow-node-port",
    "require-labels",
    "require-probes",
    "require-requests-and-limits",
    "restrict-image-registries",
]
REQUIRE_LABELS: Final[KyvernoPolicy] = "require-labels"
RESTRICT_REGISTRIES: Final[KyvernoPolicy] = "restrict-image-registries"
# Kyverno compares images with patterns, in which `*` and `?` are wildcards.
Registry = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*$",
        "a registry is a host with an optional port and path: `ghcr.io/acme`",
        "ghcr.io/acme",
        longest=255,
    ),
    AfterValidator(with_registry),
    AfterValidator(policy_registry),
]


class PodSecurity(Model):
    """The Pod Security Standards of the teams' namespaces. A level alone is `enforce`."""

    enforce: Level = Field("baseline", description="Level that Pods must meet; others are refused.")
    warn: Maybe[Level] = Field(
        None, description="Level below which the API server warns; without it, `enforce`."
    )
    audit: Maybe[Level] = Field(
        None, description="Level below which the audit log has a note; without it, `enforce`."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"enforce": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow a level alone, so that editors accept ``podSecurity: restricted``."""
        body = handler.resolve_ref_schema(handler(schema))
        short = {"enum": ["privileged", "baseline", "restricted"]}
        return {"description": body.pop("description", ""), "anyOf": [short, body]}


class ContainerLimits(Model):
    """Defaults and bounds for the teams' containers: a LimitRange in each of their namespaces."""

    default: Amounts = Field(
        default_factory=dict, description="Limits of a container that sets none."
    )
    default_request: Amounts = Field(
        default_factory=dict, description="Requests of a container that sets none."
    )
    min: Amounts = Field(default_factory=dict, description="Minimum requests of a container.")
    max: Amounts = Field(
        default_factory=dict,
        description="Maximum limits of a container.",
        examples=[{"memory": "8Gi"}],
    )

    def filled(self, resource: str) -> dict[str, tuple[str, str]]:
        """Return the bounds as Kubernetes completes them (SetDefaults_LimitRangeItem).

        Each bound has the key that sets it and the amount.
        """
        bounds = {
            "default": self.default,
            "defaultRequest": self.default_request,
            "min": self.min,
            "max": self.max,
        }
        filled: dict[str, tuple[str, str]] = {}
        for key, amounts in bounds.items():
            written = dict[str, str](amounts.items())
            if resource in written:
                filled[key] = (key, written[resource])
        for bound, source in _DEFAULT_BOUNDS:
            if source in filled:
                filled.setdefault(bound, filled[source])
        return filled


_DEFAULT_BOUNDS = (
    ("default", "max"),
    ("defaultRequest", "default"),
    ("defaultRequest", "min"),
)
"""A bound that is not set, and the bound that Kubernetes uses for it, in this order."""


class Kyverno(Model):
    """Kyverno's policies for the teams' namespaces."""

    action: Literal["audit", "enforce"] = Field(
        "audit", description="Report violations of the policies (`audit`), or refuse them."
    )
    policies: UniqueList[KyvernoPolicy] = Field(
        (), description="The policies that apply.", examples=[["disallow-latest-tag"]]
    )
    registries: UniqueList[Registry] = Field(
        (),
        description="With `restrict-image-registries`: allowed registries. Images must then be "
        "written with their registry (`docker.io/library/nginx`): `nginx` matches none.",
    )
    labels: UniqueList[LabelKey] = Field(
        (), description="With `require-labels`: the labels that every Pod must have."
    )


class PolicySet(Model):
    """How one environment governs the namespaces of teams; those of addons are not affected."""

    pod_security: Maybe[PodSecurity] = Field(
        None, description="Pod Security Standards of the teams' namespaces."
    )
    network: Literal["open", "default-deny"] = Field(
        "open",
        description="With `default-deny`, a team's Pods reach only each other and DNS until a "
        "NetworkPolicy allows more.",
    )
    quotas: Quotas = Field(
        default_factory=dict,
        description="Quota of each team on each cluster, for resources that the team's own "
        "`quotas` do not set.",
        examples=[{"cpu": "8", "memory": "32Gi"}],
    )
    limits: ContainerLimits = Field(
        ContainerLimits(), description="Defaults and bounds of containers."
    )
    kyverno: Kyverno = Field(Kyverno(), description="Kyverno's policies.")
