"""``removed`` and ``moved``: deletions and renames that are intended."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.common import Model, Name, Names, without_default
from dokaseca_compile.model.grammar import (
    Maybe,
    fixed_category,
    fixed_name,
    grammar,
    refusal,
)

# Two names of 53 characters, joined: only the release name of a component must be shorter.
PartName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
        "a cluster, addon or component name (`<addon>-<component>`) has lower-case letters, "
        "digits and `-`",
        "kepler",
        "istio-base",
        longest=107,
        fix=fixed_name,
    ),
]
WorkloadName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "a workload is `<team>/<workload>`, both with lower-case letters, digits and `-`",
        "payments/api",
        longest=107,
        fix=fixed_category,
    ),
]
NewName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(/[a-z0-9]([a-z0-9-]*[a-z0-9])?)?$",
        "a new name has lower-case letters, digits and `-`; for a workload it is "
        "`<team>/<workload>`",
        "edge-us",
        longest=107,
        fix=fixed_category,
    ),
]
Reason = Annotated[
    str,
    grammar(
        "invalid-value",
        r"\S",
        "a reason is a text for the people who review the change",
        "replaced by opencost, PLAT-123",
        longest=1000,
    ),
]


class _Entry(Model):
    """The old name of an addon, a component, a cluster or a workload."""

    addon: Maybe[PartName] = Field(
        None, description="Addon, or one of its components: `<addon>-<component>`."
    )
    cluster: Maybe[Name] = Field(
        None, description="Cluster, instead of `addon`.", examples=["edge-eu"]
    )
    workload: Maybe[WorkloadName] = Field(
        None, description="Workload, instead of `addon`: `<team>/<workload>`."
    )

    namespaces: Names = Field(
        (),
        min_length=1,
        description="With `addon` or `workload`: namespaces that the AppProjects of addons or of "
        "the team keep allowing until the entry is deleted, so that Argo CD can delete what is "
        "there.",
        json_schema_extra=without_default,
    )

    @model_validator(mode="after")
    def _clusters_have_no_namespaces(self) -> _Entry:
        if self.namespaces and self.cluster is not None:
            message = " is only for `addon` and `workload`"
            raise refusal(
                "invalid-removal", message, "delete it", within=("namespaces",), at_key=True
            )
        return self

    @model_validator(mode="after")
    def _exactly_one(self) -> _Entry:
        missing = "write `addon: …`, `cluster: …` or `workload: …`"
        surplus = "keep one of them, or write an entry for each"
        self.check_one("invalid-removal", *_SUBJECTS, missing=missing, surplus=surplus)
        return self

    @property
    def kind(self) -> str:
        """The kind of the subject: ``addon``, ``cluster`` or ``workload``."""
        return self.given(*_SUBJECTS)[0]

    @property
    def old(self) -> tuple[str, str]:
        """The section (``addons``, ``clusters``, ``workloads``) and the old name."""
        return f"{self.kind}s", getattr(self, self.kind)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Require exactly one of them in editors."""
        body = handler.resolve_ref_schema(handler(schema))
        return body | {"oneOf": [{"required": [key]} for key in _SUBJECTS]}


_SUBJECTS = ("addon", "cluster", "workload")
_ARTICLES = {"addon": "an", "cluster": "a", "workload": "a"}


class Removal(_Entry):
    """An intended deletion: a cluster, or an addon or workload everywhere or in some places."""

    environments: Names = Field(
        (),
        min_length=1,
        description="With `addon` or `workload`: only in these environments. Without "
        "`environments` and `clusters`, everywhere.",
        json_schema_extra=without_default,
    )
    clusters: Names = Field(
        (),
        min_length=1,
        description="With `addon` or `workload`: only on these clusters and in `environments`.",
        json_schema_extra=without_default,
    )
    reason: Reason = Field(description="Why it is deleted.")

    @model_validator(mode="after")
    def _clusters_are_whole(self) -> Removal:
        if self.cluster is None:
            return self
        for key in ("environments", "clusters"):
            if getattr(self, key):
                message = " is only for `addon` and `workload`: a cluster is deleted as a whole"
                raise refusal("invalid-removal", message, "delete it", within=(key,), at_key=True)
        return self

    def covers(self, cluster: str, environment: str) -> bool:
        """Return whether the deletion applies to a cluster: everywhere, or in either list."""
        if not self.environments and not self.clusters:
            return True
        return environment in self.environments or cluster in self.clusters

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Forbid the lists beside ``cluster`` in editors."""
        body = super().__get_pydantic_json_schema__(schema, handler)
        no_cluster = {"not": {"required": ["cluster"]}}
        return body | {"dependencies": {"environments": no_cluster, "clusters": no_cluster}}


class Move(_Entry):
    """An intended move: Argo CD deletes it and creates it with another name or in another place."""

    to: Maybe[NewName] = Field(
        None,
        description="New name. Leave it out if the name stays and the hub, environment, namespace "
        "or release changes.",
        examples=["edge-us"],
    )
    reason: Reason = Field(description="Why it is moved.", examples=["the site moved"])

    @model_validator(mode="after")
    def _new_name_of_its_kind(self) -> Move:
        if self.to is None or ("/" in self.to) is (self.workload is not None):
            return self
        message = f" must be the name of {_ARTICLES[self.kind]} {self.kind}"
        advice = "remove the part before `/`"
        if self.workload is not None:
            advice = f"write `{self.workload.partition('/')[0]}/{self.to}`"
        raise refusal("invalid-removal", message, advice, within=("to",))

    @property
    def new(self) -> str:
        """The new name; the old one if it stays."""
        return self.to or self.old[1]

    @property
    def renames(self) -> bool:
        """Whether the name changes."""
        return self.new != self.old[1]
