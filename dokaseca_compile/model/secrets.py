"""Names of entries in a secret store, and the Secrets that are filled from them.

The platform holds no secret value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dokaseca_compile.model.common import Model, Names, Text, without_default
from dokaseca_compile.model.grammar import grammar, refusal

# As the providers of External Secrets name entries: a path (Vault), a path with a leading `/`
# (AWS Parameter Store), an ARN (AWS Secrets Manager).
StoreKey = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^/?\.?[A-Za-z0-9_][A-Za-z0-9._:-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._:-]*)*$",
        "an entry of the secret store has letters, digits, `.`, `_`, `:`, `-` and single `/`, and "
        "no `..` parts",
        longest=253,
    ),
]
PropertyName = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        "a field of an entry has letters, digits, `.`, `_` and `-`, and begins with a letter or "
        "digit",
        longest=253,
    ),
]
SecretKey = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[-._a-zA-Z0-9]*[-_a-zA-Z0-9][-._a-zA-Z0-9]*$",
        "a key of a Secret has letters, digits, `.`, `_` and `-`",
        longest=253,
    ),
]


# The API server refuses a Secret of the type without one of each set of keys (ValidateSecret).
_NEEDED: Mapping[str, tuple[frozenset[str], ...]] = {
    "Opaque": (),
    "kubernetes.io/dockerconfigjson": (frozenset({".dockerconfigjson"}),),
    "kubernetes.io/tls": (frozenset({"tls.crt"}), frozenset({"tls.key"})),
    "kubernetes.io/basic-auth": (frozenset({"username", "password"}),),
}


class SecretTemplate(Model):
    """A Secret in the teams' namespaces that External Secrets fills from the secret store."""

    description: Text = Field("", description="One line for people.")
    key: StoreKey = Field(description="Entry in the secret store.", examples=["dev/registry"])
    data: dict[SecretKey, PropertyName] = Field(
        min_length=1,
        description="Key of the Secret → field of the entry.",
        examples=[{".dockerconfigjson": "dockerconfig"}],
    )
    type: Literal[
        "Opaque", "kubernetes.io/dockerconfigjson", "kubernetes.io/tls", "kubernetes.io/basic-auth"
    ] = Field("Opaque", description="Type of the Secret.")
    teams: Names = Field(
        (),
        min_length=1,
        description="Teams whose namespaces get the Secret; without it, every team.",
        json_schema_extra=without_default,
    )

    @model_validator(mode="after")
    def _has_the_keys_of_its_type(self) -> SecretTemplate:
        for either in _NEEDED[self.type]:
            if either.isdisjoint(self.data):
                keys = " or ".join(f"`{key}`" for key in sorted(either))
                message = f" needs {keys} for the type `{self.type}`"
                raise refusal("invalid-secret", message, f"add {keys}", within=("data",))
        return self
