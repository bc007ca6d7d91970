"""``removed`` and ``moved``: what a change takes away on purpose, and what comes back under another name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.common import Model, Name, Names, without_default
from dokaseca_compile.model.grammar import Maybe, grammar, mended_category, mended_name, refusal

# Two names of 53 characters, joined: only the release of a component has to be shorter.
PartName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
        "a cluster, an addon or a part of one (`<addon>-<component>`) is lower-case letters, digits and `-`",
        "kepler",
        "istio-base",
        longest=107,
        mend=mended_name,
    ),
]
WorkloadName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "a workload is `<team>/<workload>`, both lower-case letters, digits and `-`",
        "payments/api",
        longest=107,
        mend=mended_category,
    ),
]
NewName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(/[a-z0-9]([a-z0-9-]*[a-z0-9])?)?$",
        "a new name is lower-case letters, digits and `-`; a workload's is `<team>/<workload>`",
        "edge-us",
        longest=107,
        mend=mended_category,
    ),
]
Reason = Annotated[
    str,
    grammar(
        "invalid-value",
        r"\S",
        "a reason is a text that says why, for whoever reads the change",
        "replaced by opencost, PLAT-123",
        longest=1000,
    ),
]


class _Entry(Model):
    """What an entry speaks of, by the name it had: an addon (or a part of one), a cluster, or a workload."""

    addon: Maybe[PartName] = Field(
        None, description="Addon, or a part of one: `<addon>-<component>`."
    )
    cluster: Maybe[Name] = Field(
        None, description="Cluster, instead of `addon`.", examples=["edge-eu"]
    )
    workload: Maybe[WorkloadName] = Field(
        None, description="Workload, instead of `addon`: `<team>/<workload>`."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> _Entry:
        given = [key for key in _SUBJECTS if getattr(self, key) is not None]
        if not given:
            said = " names no addon, cluster or workload"
            raise refusal(
                "invalid-removal",
                said,
                "write `addon: …`, `cluster: …` or `workload: …`",
                at_key=True,
            )
        if len(given) > 1:
            said = f" names {' and '.join(f'{_ARTICLES[key]} {key}' for key in given)}"
            raise refusal(
                "invalid-removal", said, "keep one of them, or make an entry for each", at_key=True
            )
        return self

    @property
    def kind(self) -> str:
        """What it speaks of: ``addon``, ``cluster`` or ``workload``."""
        return next(key for key in _SUBJECTS if getattr(self, key) is not None)

    @property
    def old(self) -> tuple[str, str]:
        """What it speaks of, as the section (``addons``, ``clusters``, ``workloads``) and the name it had there."""
        return f"{self.kind}s", getattr(self, self.kind)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer one of them to editors."""
        body = handler.resolve_ref_schema(handler(schema))
        return body | {"oneOf": [{"required": [key]} for key in _SUBJECTS]}


_SUBJECTS = ("addon", "cluster", "workload")
_ARTICLES = {"addon": "an", "cluster": "a", "workload": "a"}


class Removal(_Entry):
    """What is gone on purpose: a cluster; or an addon or workload, everywhere or in some places."""

    environments: Names = Field(
        (),
        min_length=1,
        description="With `addon` or `workload`: only in these environments. Without this and `clusters`, everywhere.",
        json_schema_extra=without_default,
    )
    clusters: Names = Field(
        (),
        min_length=1,
        description="With `addon` or `workload`: only on these clusters, beside those of `environments`.",
        json_schema_extra=without_default,
    )
    reason: Reason = Field(description="Why it goes.")

    @model_validator(mode="after")
    def _no_cluster_is_narrowed(self) -> Removal:
        for key in ("environments", "clusters"):
            if self.cluster is not None and getattr(self, key):
                said = " goes with `addon` and `workload` only: a cluster is gone as a whole"
                raise refusal("invalid-removal", said, "delete it", within=(key,), at_key=True)
        return self

    def covers(self, cluster: str, environment: str) -> bool:
        """Tell whether it speaks of a cluster of an environment: of every one, or of those in either list."""
        if not self.environments and not self.clusters:
            return True
        return environment in self.environments or cluster in self.clusters

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer the lists to editors only beside what is not a cluster."""
        body = super().__get_pydantic_json_schema__(schema, handler)
        narrowed = {"not": {"required": ["cluster"]}}
        return body | {"dependencies": {"environments": narrowed, "clusters": narrowed}}


class Move(_Entry):
    """What Argo CD deletes and creates again, under another name or in another place."""

    to: Maybe[NewName] = Field(
        None,
        description="Its new name. Left out, the name stays, and hub, environment, namespace or release is another.",
        examples=["edge-us"],
    )
    reason: Reason = Field(description="Why it moves.", examples=["the site moved"])

    @model_validator(mode="after")
    def _new_name_of_its_kind(self) -> Move:
        if self.to is not None and ("/" in self.to) is not (self.workload is not None):
            if self.workload is not None:
                said, advice = (
                    " must be the name of a workload",
                    f"write `{self.workload.partition('/')[0]}/{self.to}`",
                )
            else:
                said, advice = (
                    f" must be the name of {_ARTICLES[self.kind]} {self.kind}",
                    "leave out what is before `/`",
                )
            raise refusal("invalid-removal", said, advice, within=("to",))
        return self

    @property
    def new(self) -> str:
        """The name that it has now."""
        return self.to or self.old[1]

    @property
    def renames(self) -> bool:
        """Whether the name is another one."""
        return self.new != self.old[1]
