"""The base model of all sections, and the grammars of names, versions, paths and other texts."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from dokaseca_compile.core.semver import is_range
from dokaseca_compile.model.grammar import (
    fixed_category,
    fixed_kubernetes_version,
    fixed_name,
    fixed_version,
    grammar,
    refusal,
    require,
)
from dokaseca_compile.model.hosts import dns_name


class Model(BaseModel):
    """Base of every section: frozen, strict about types, camelCase keys, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        serialize_by_alias=True,
        defer_build=True,  # only the root validates; a validator for each model slows the start
    )

    def given(self, *fields: str) -> list[str]:
        """Return those of the optional ``fields`` that are set."""
        return [field for field in fields if getattr(self, field) is not None]

    def check_one(self, slug: str, *fields: str, missing: str, surplus: str) -> None:
        """Refuse all but exactly one of the optional ``fields``, with a help line for either fault.

        Raises ``PydanticCustomError``.
        """
        given, quoted = self.given(*fields), [f"`{field}`" for field in fields]
        needed = f"{', '.join(quoted[:-1])} or {quoted[-1]}"
        require(given, slug, f" needs {needed}", missing, at_key=True)
        keys = " and ".join(f"`{field}`" for field in given)
        require(len(given) == 1, slug, f" has {keys}", surplus, at_key=True)


# Windows reserves these names for devices, with any ending, and drops a dot at the end of a name.
_NOT_PORTABLE = re.compile(
    r"(?:.*/)?(?:(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.[^/]*)?|[^/]*\.)(?:/.*)?", re.IGNORECASE
)


class UniqueItems:
    """Metadata of a list without duplicates, for the model and for the JSON Schema."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check for duplicates after each item is validated."""
        return core_schema.no_info_after_validator_function(_without_duplicates, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add ``uniqueItems`` for editors."""
        return {**handler(schema), "uniqueItems": True}


def _without_duplicates(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse the first duplicate item. Raises ``PydanticCustomError``."""
    if len(set(items)) == len(items):
        return items
    second = next(index for index, item in enumerate(items) if item in items[:index])
    item = f"`{items[second]}`" if isinstance(items[second], str) else "this item"
    message = f": {item} is already in the list, at [{items.index(items[second])}]"
    raise refusal("duplicate-item", message, "delete one of them", within=(second,))


def _portable(text: str) -> str:
    is_portable = not _NOT_PORTABLE.fullmatch(text)
    require(is_portable, "invalid-path", ": Windows does not allow this name in a path")
    return text


def git_reference(text: str) -> str:
    """Refuse a text that Git does not accept as a revision. Raises ``PydanticCustomError``."""
    if ".." in text or any(part.endswith((".", ".lock")) for part in text.split("/")):
        message = ": a Git revision has no `..`, and no part that ends with `.` or `.lock`"
        raise refusal("invalid-revision", message)
    return text


def with_registry(text: str) -> str:
    """Refuse an image, or a prefix of images, without a registry: runtimes would use Docker Hub.

    Whether the first part is a host is decided as container runtimes do (``splitDockerDomain`` of
    distribution/reference). Raises ``PydanticCustomError``.
    """
    first = text.partition("/")[0]
    is_host = first == "localhost" or not {".", ":"}.isdisjoint(first)
    message = f": `{first}` is not a registry, so container runtimes would use Docker Hub"
    advice = f"write `docker.io/{text}`, or add the registry"
    require(is_host, "invalid-image", message, advice)
    return text


def _no_range(text: str) -> str:
    message = f": Argo CD reads `{text}` as a range and would follow the newest tag in it"
    advice = f"pin a tag or a commit, or write `refs/heads/{text}` to follow a branch"
    require(not is_range(text), "invalid-revision", message, advice)
    return text


def _prefixed(key: str) -> str:
    message = ": the prefix of a label or annotation key has at most 253 characters"
    require(len(key.rpartition("/")[0]) <= 253, "invalid-label", message)
    return key


_DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"

# Every name becomes a Kubernetes label value, which has at most 63 characters.
Name = Annotated[
    str,
    grammar(
        "invalid-name",
        _DNS_LABEL,
        "a name has lower-case letters, digits and `-`, and begins and ends with a letter or digit",
        "payments",
        longest=63,
        fix=fixed_name,
    ),
]
# Helm refuses release names over 53 characters
# (helm.sh/helm pkg/chart/common/util ValidateReleaseName).
ReleaseName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$",
        "an addon, component or release name has at most 53 lower-case letters, digits and `-`",
        "cert-manager",
        longest=53,
        fix=fixed_name,
    ),
]
# `team_<name>` is the name of a label, which has at most 63 characters.
TeamName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[0-9a-z]([-a-z0-9]*[a-z0-9])?$",
        "a team name has at most 53 lower-case letters, digits and `-`, and begins and ends with a "
        "letter or digit",
        "payments",
        longest=53,
        fix=fixed_name,
    ),
]
Category = Annotated[
    str,
    grammar(
        "invalid-category",
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$",
        "a category is one lower-case name, or two joined by `/`",
        "security",
        "observability/logs",
        longest=63,
        fix=fixed_category,
    ),
]
KubernetesVersion = Annotated[
    str,
    grammar(
        "invalid-kubernetes-version",
        r"^1\.[0-9]{1,3}(\.[0-9]{1,3})?$",
        "a Kubernetes version is `1.MINOR` or `1.MINOR.PATCH`, in quotes",
        "1.33.1",
        fix=fixed_kubernetes_version,
    ),
]
Version = Annotated[
    str,
    grammar(
        "invalid-version",
        r"^[A-Za-z0-9][A-Za-z0-9.+_-]*$",
        "a version is exact, not a range: letters, digits, `.`, `+`, `-` and `_`",
        "3.8.2",
        "v1.5.0",
        longest=63,
        fix=fixed_version,
    ),
]
Revision = Annotated[
    str,
    grammar(
        "invalid-revision",
        r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$",
        "a revision is a branch, a tag or a commit: letters, digits, `.`, `_`, `+`, `-` and "
        "single `/`",
        "main",
        "v1.4.0",
        longest=200,
    ),
    AfterValidator(git_reference),
    AfterValidator(_no_range),
]
RelativePath = Annotated[
    str,
    grammar(
        "invalid-path",
        r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$",
        "a path is relative, has no empty, `.` or `..` part, and has only letters, digits, `.`, "
        "`_` and `-`",
        "appsets",
        longest=200,
    ),
    AfterValidator(_portable),
]
KustomizePath = Annotated[
    str,
    grammar(
        "invalid-path",
        r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/([A-Za-z0-9_][A-Za-z0-9._-]*|\{version\}))*$",
        "a Kustomize path is relative, without `.` or `..`; one whole part may be `{version}`",
        "kustomize/gateway-api/{version}",
        longest=200,
    ),
    AfterValidator(_portable),
]
LabelKey = Annotated[
    str,
    grammar(
        "invalid-label",
        r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?"
        r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        "a label or annotation key is `[prefix/]name`; the prefix is a domain, the name has at "
        "most 63 characters",
        "cost-centre",
        "example.com/owner",
        longest=317,
    ),
    AfterValidator(_prefixed),
]
LabelValue = Annotated[
    str,
    grammar(
        "invalid-label",
        r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        "a label value has at most 63 letters, digits, `-`, `_` and `.`; put anything else in an "
        "annotation",
        "cc-1042",
    ),
]
Domain = Annotated[
    str,
    grammar(
        "invalid-domain",
        r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$",
        "a domain is lower-case DNS labels joined by dots",
        "k8s-home.lab",
        longest=253,
    ),
    AfterValidator(dns_name),
]
ChartName = Annotated[
    str,
    grammar(
        "invalid-chart",
        r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
        "a chart name has letters, digits, `.`, `_` and `-`",
        "kyverno",
        longest=128,
        help="write only the last part of a name with `/`; in a registry, the parts before it "
        "belong to `repository`",
    ),
]
Quantity = Annotated[
    str,
    grammar(
        "invalid-quantity",
        r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
        "a quantity is a number with a Kubernetes suffix, in quotes: `500m`, `4`, `16Gi`",
        "16Gi",
    ),
]
# Plain text for people. It never passes through a template engine.
Text = Annotated[str, Field(max_length=1000)]

Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, Annotated[str, Field(max_length=16384)]]
Values = dict[str, Any]

X = TypeVar("X")
UniqueList = Annotated[tuple[X, ...], Field(strict=False), UniqueItems()]
"""A list without an order and without duplicates."""

Names = UniqueList[Name]
ReleaseNames = UniqueList[ReleaseName]


def without_default(schema: dict[str, Any]) -> None:
    """Drop the default, so that editors do not write the empty list, which the model refuses."""
    del schema["default"]
