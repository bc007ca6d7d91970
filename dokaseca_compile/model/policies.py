"""``policies``: how the clusters of each environment are governed, as far as teams work on them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.common import LabelKey, Model, Quantity, UniqueList, with_registry
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
from dokaseca_compile.model.urls import policy_registry


def amount(quantity: str) -> Decimal:
    """What a quantity is worth: ``500m`` is 0.5, ``1Ki`` is 1024. Raises ``ArithmeticError`` for what is none."""
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
    """Return ``None`` where a quantity is whole bytes, or none at all; else what was probably meant, or ``""``.

    ``512m`` is half a byte (kubernetes#49442): ``512Mi`` was meant.
    """
    found = _OF_BYTES.fullmatch(quantity)
    if found is None:
        return None
    number, suffix = found.group("number", "suffix")
    if Decimal(number) * (_SMALL.get(suffix) or _SUFFIXES[suffix]) % 1 == 0:
        return None
    if suffix == "m":
        return f"{number}Mi"
    return f"{number}Gi" if not suffix else ""


def _amounts_of_bytes(amounts: dict[str, str]) -> dict[str, str]:
    for resource in ("memory", "storage"):
        better = whole_bytes(amounts[resource]) if resource in amounts else None
        if better is not None:
            advice = f"write `{better}`" if better else "write whole bytes, as `512Mi`"
            raise refusal(
                "invalid-quantity", ": there is no fraction of a byte", advice, within=(resource,)
            )
    return amounts


def _whole_pods(quotas: dict[str, str]) -> dict[str, str]:
    # Kubernetes counts objects (ValidateResourceQuantityValue, IsIntegerResourceName).
    if "pods" in quotas and amount(quotas["pods"]) % 1:
        raise refusal(
            "invalid-quantity",
            ": there is no part of a Pod",
            "write a whole number",
            within=("pods",),
        )
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
# Kyverno compares images with patterns, in which `*` and `?` would mean something.
Registry = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*$",
        "a registry is a host, with or without a port and a path: `ghcr.io/acme`",
        "ghcr.io/acme",
        longest=255,
    ),
    AfterValidator(with_registry),
    AfterValidator(policy_registry),
]


class PodSecurity(Model):
    """The Pod Security Standards of the teams' namespaces. A level alone is what is enforced."""

    enforce: Level = Field("baseline", description="Pods that break it are refused.")
    warn: Maybe[Level] = Field(
        None, description="Who applies a Pod that breaks it is told; without it, `enforce`."
    )
    audit: Maybe[Level] = Field(
        None, description="It is noted in the audit log; without it, `enforce`."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"enforce": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say that a level alone is a full setting, so that editors accept ``podSecurity: restricted``."""
        body = handler.resolve_ref_schema(handler(schema))
        short = {"enum": ["privileged", "baseline", "restricted"]}
        return {"description": body.pop("description", ""), "anyOf": [short, body]}


class ContainerLimits(Model):
    """What containers of the teams may ask for: a LimitRange in every namespace of theirs."""

    default: Amounts = Field(
        default_factory=dict, description="Limits of a container that names none."
    )
    default_request: Amounts = Field(
        default_factory=dict, description="Requests of a container that names none."
    )
    min: Amounts = Field(
        default_factory=dict, description="The least that a container may ask for."
    )
    max: Amounts = Field(
        default_factory=dict,
        description="The most that a container may ask for.",
        examples=[{"memory": "8Gi"}],
    )

    def filled(self, resource: str) -> dict[str, tuple[str, str]]:
        """Bound → the key that says it and its amount, with what Kubernetes fills in (SetDefaults_LimitRangeItem)."""
        bounds = {
            "default": self.default,
            "defaultRequest": self.default_request,
            "min": self.min,
            "max": self.max,
        }
        said: dict[str, tuple[str, str]] = {
            key: (key, amounts[name])
            for key, amounts in bounds.items()
            for name in amounts
            if name == resource
        }
        for bound, source in (
            ("default", "max"),
            ("defaultRequest", "default"),
            ("defaultRequest", "min"),
        ):
            if source in said:
                said.setdefault(bound, said[source])
        return said


class Kyverno(Model):
    """Kyverno's policies for the teams' namespaces."""

    action: Literal["audit", "enforce"] = Field(
        "audit", description="Report what breaks a policy, or refuse it."
    )
    policies: UniqueList[KyvernoPolicy] = Field(
        (), description="Which policies.", examples=[["disallow-latest-tag"]]
    )
    registries: UniqueList[Registry] = Field(
        (),
        description="With `restrict-image-registries`: where images may come from. Images must be written with their "
        "registry: `docker.io/library/nginx`, since `nginx` matches none.",
    )
    labels: UniqueList[LabelKey] = Field(
        (), description="With `require-labels`: the labels that every Pod must have."
    )


class PolicySet(Model):
    """How the clusters of one environment are governed. It is about the namespaces of teams, not about addons'."""

    pod_security: Maybe[PodSecurity] = Field(
        None, description="Pod Security Standards of the teams' namespaces."
    )
    network: Literal["open", "default-deny"] = Field(
        "open",
        description="With `default-deny`, Pods of a team reach each other and DNS, and nothing else until a "
        "NetworkPolicy allows it.",
    )
    quotas: Quotas = Field(
        default_factory=dict,
        description="Quota of each team on each cluster, for what the team's own `quotas` do not name.",
        examples=[{"cpu": "8", "memory": "32Gi"}],
    )
    limits: ContainerLimits = Field(
        ContainerLimits(), description="Defaults and bounds of containers."
    )
    kyverno: Kyverno = Field(Kyverno(), description="Kyverno's policies.")
