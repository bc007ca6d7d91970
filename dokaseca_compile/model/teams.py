"""``teams``: who works on the platform."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dokaseca_compile.model.common import Model, Name, Quantity, Text

Role = Literal["admin", "editor", "viewer"]
Group = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:@/-]*$", max_length=128)]
Email = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=254)]


class Contact(Model):
    """Where to reach a team."""

    email: Email | None = Field(None, description="Address of the team.", examples=["payments@example.com"])
    chat: Text | None = Field(None, description="Channel of the team.", examples=["#payments"])


class Team(Model):
    """A team: its groups in the identity provider and what they may do in each environment."""

    description: Text = Field("", description="One line for people.")
    groups: Annotated[tuple[Group, ...], Field(strict=False)] = Field((), description="Identity-provider groups.")
    roles: dict[Name, Role] = Field(default_factory=dict, description="Environment → role.")
    quotas: dict[Literal["cpu", "memory", "storage", "pods"], Quantity] = Field(
        default_factory=dict, description="Limits per cluster.", examples=[{"cpu": "8", "memory": "32Gi"}]
    )
    cost_center: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=63)] | None = Field(
        None, description="Who pays."
    )
    contact: Contact = Field(Contact(), description="How to reach it.")
