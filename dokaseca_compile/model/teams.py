"""``teams``: the teams that work on the platform."""

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
        "a group has letters, digits, blanks and `.`, `_`, `:`, `@`, `/`, `=`, `,`, `-`; it begins "
        "with a letter, a digit or `/`, and does not end with a blank",
        longest=128,
    ),
]
Email = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$",
        "an e-mail address is `name@domain`, with a lower-case domain",
        longest=254,
    ),
    AfterValidator(email_address),
]
CostCenter = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9](?:[A-Za-z0-9._-])*$",
        "a cost center has letters, digits, `.`, `_` and `-`, and begins with a letter or digit",
        longest=63,
    ),
]


class Contact(Model):
    """How to contact a team."""

    email: Maybe[Email] = Field(
        None, description="E-mail address.", examples=["payments@example.com"]
    )
    chat: Maybe[Text] = Field(None, description="Chat channel.", examples=["#payments"])


class ServiceAccount(Model):
    """A ServiceAccount in the team's namespace, for example for a deployment pipeline."""

    description: Text = Field("", description="One line for people.")
    roles: dict[Name, Role] = Field(
        min_length=1,
        description="Environment → role. The account does not exist in other environments.",
        examples=[{"dev": "editor"}],
    )
    annotations: Annotations = Field(
        default_factory=dict,
        description="Annotations, for example for a cloud identity (IRSA, workload identity).",
    )


class Team(Model):
    """A team: its groups in the identity provider, and their role in each environment."""

    description: Text = Field("", description="One line for people.")
    groups: UniqueList[Group] = Field((), description="Groups in the identity provider.")
    roles: dict[Name, Role] = Field(default_factory=dict, description="Environment → role.")
    namespace: Maybe[Name] = Field(
        None,
        description="Namespace on every cluster of the team; without it, the team's name.",
    )
    quotas: Quotas = Field(
        default_factory=dict,
        description="Quota on each cluster: requests of cpu, memory and storage, limits of memory, "
        "number of Pods.",
        examples=[{"cpu": "8", "memory": "32Gi"}],
    )
    own_rbac: bool = Field(
        False,
        description="Whether its workloads may contain Roles and RoleBindings, as operators need. "
        "Argo CD applies them with its own rights, so the team can grant itself every right in its "
        "namespace, including access to the secret store.",
    )
    service_accounts: dict[Name, ServiceAccount] = Field(
        default_factory=dict, description="ServiceAccounts in its namespace, for machines."
    )
    cost_center: Maybe[CostCenter] = Field(None, description="Cost center that pays.")
    contact: Contact = Field(Contact(), description="How to contact the team.")
