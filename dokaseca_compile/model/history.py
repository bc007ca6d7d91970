"""``removed`` and ``moved``: what a change takes away on purpose, and what comes back under another name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.common import Model, Name, Names
from dokaseca_compile.model.grammar import Maybe, grammar, mended_name, refusal

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


def _without_default(schema: dict[str, Any]) -> None:
    """Keep an editor from writing the empty list that stands for a list left out: it would speak of nothing."""
    del schema["default"]


class _Entry(Model):
    """What an entry speaks of: an addon (or a part of one), or a cluster, by the name it had."""

    addon: Maybe[PartName] = Field(None, description="Addon, or a part of one: `<addon>-<component>`.")
    cluster: Maybe[Name] = Field(None, description="Cluster, instead of `addon`.", examples=["edge-eu"])

    @model_validator(mode="after")
    def _exactly_one(self) -> _Entry:
        if self.addon is None and self.cluster is None:
            said = " names neither an addon nor a cluster"
            raise refusal("invalid-removal", said, "write `addon: …` or `cluster: …`", at_key=True)
        if self.addon is not None and self.cluster is not None:
            said = " names an addon and a cluster"
            raise refusal("invalid-removal", said, "keep one of them, or make two entries", at_key=True)
        return self

    @property
    def old(self) -> tuple[str, str]:
        """What it speaks of, as the section (``addons``, ``clusters``) and the name that it had there."""
        return ("clusters", self.cluster) if self.cluster is not None else ("addons", self.addon or "")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Offer one of both to editors."""
        body = handler.resolve_ref_schema(handler(schema))
        return body | {"oneOf": [{"required": ["addon"]}, {"required": ["cluster"]}]}


class Removal(_Entry):
    """What is gone on purpose: a cluster; or an addon, everywhere or in some places."""

    environments: Names = Field(
        (),
        min_length=1,
        description="With `addon`: only in these environments. Without this and `clusters`, everywhere.",
        json_schema_extra=_without_default,
    )
    clusters: Names = Field(
        (),
        min_length=1,
        description="With `addon`: only on these clusters, beside those of `environments`.",
        json_schema_extra=_without_default,
    )
    reason: Reason = Field(description="Why it goes.")

    @model_validator(mode="after")
    def _only_an_addon_is_narrowed(self) -> Removal:
        for key in ("environments", "clusters"):
            if self.cluster is not None and getattr(self, key):
                said = " goes with `addon` only: a cluster is gone as a whole"
                raise refusal("invalid-removal", said, "delete it", within=(key,), at_key=True)
        return self

    def covers(self, cluster: str, environment: str) -> bool:
        """Tell whether it speaks of a cluster of an environment: of every one, or of those in either list."""
        if not self.environments and not self.clusters:
            return True
        return environment in self.environments or cluster in self.clusters

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Offer the lists to editors only beside an addon."""
        body = super().__get_pydantic_json_schema__(schema, handler)
        return body | {"dependencies": {"environments": ["addon"], "clusters": ["addon"]}}


class Move(_Entry):
    """What Argo CD deletes and creates again, under another name or in another place."""

    to: Maybe[PartName] = Field(
        None,
        description="Its new name. Left out, the name stays, and hub, environment, namespace or release is another.",
        examples=["edge-us"],
    )
    reason: Reason = Field(description="Why it moves.", examples=["the site moved"])

    @property
    def new(self) -> str:
        """The name that it has now."""
        return self.to or self.old[1]

    @property
    def renames(self) -> bool:
        """Whether the name is another one."""
        return self.new != self.old[1]
