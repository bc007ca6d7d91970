"""``teams``: who works on the platform."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dokaseca_compile.model.common import Annotations, Model, Name, Text, UniqueList
from dokaseca_compile.model.grammar import Maybe, grammar
from dokaseca_compile.model.hosts import email_address
from dokaseca_compile.model.policies import Quotas

Role = Literal["admin", "editor", "viewer"]
# LDAP names a group by its whole path (`CN=devs,OU=teams,DC=acme`), and so does Keycloak (`/devs`).
Group = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9/]([A-Za-z0-9 ._:@/=,-]*[A-Za-z0-9._:@/=,-])?$",
        "a group is letters, digits, blanks and `.`, `_`, `:`, `@`, `/`, `=`, `,`, `-`; it begins with a letter, a "
        "digit or `/`, and does not end with a blank",
        longest=128,
    ),
]
Email = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$",
        "an address is `name@domain`, the domain in lower case",
        longest=254,
    ),
    AfterValidator(email_address),
]
CostCenter = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9](?:[A-Za-z0-9._-])*$",
        "a cost center is letters, digits, `.`, `_` and `-`, and begins with a letter or digit",
        longest=63,
    ),
]


class Contact(Model):
    """Where to reach a team."""

    email: Maybe[Email] = Field(
        None, description="Address of the team.", examples=["payments@example.com"]
    )
    chat: Maybe[Text] = Field(None, description="Channel of the team.", examples=["#payments"])


class ServiceAccount(Model):
    """An account of a team for machines, as a pipeline that deploys, in the team's namespace."""

    description: Text = Field("", description="One line for people.")
    roles: dict[Name, Role] = Field(
        min_length=1,
        description="Environment → role. In other environments there is no such account.",
        examples=[{"dev": "editor"}],
    )
    annotations: Annotations = Field(
        default_factory=dict,
        description="Annotations, as for the identities of a cloud (IRSA, workload identity).",
    )


class Team(Model):
    """A team: its groups in the identity provider and what they may do in each environment."""

    description: Text = Field("", description="One line for people.")
    groups: UniqueList[Group] = Field((), description="Identity-provider groups.")
    roles: dict[Name, Role] = Field(default_factory=dict, description="Environment → role.")
    namespace: Maybe[Name] = Field(
        None,
        description="Its namespace on every cluster that it works on; without it, the team's name.",
    )
    quotas: Quotas = Field(
        default_factory=dict,
        description="Quota on each cluster: requests of cpu, memory and storage, limits of memory, number of Pods.",
        examples=[{"cpu": "8", "memory": "32Gi"}],
    )
    own_rbac: bool = Field(
        False,
        description="Its workloads may bring Roles and RoleBindings, as operators do. Argo CD applies them with "
        "its own rights: such a team can give itself anything in its namespace, the secret store included.",
    )
    service_accounts: dict[Name, ServiceAccount] = Field(
        default_factory=dict, description="Accounts for machines, in its namespace."
    )
    cost_center: Maybe[CostCenter] = Field(None, description="Who pays.")
    contact: Contact = Field(Contact(), description="How to reach it.")
