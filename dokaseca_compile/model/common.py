"""The words of the schema: one base model, and the grammars that names and texts must keep.

Each grammar carries its own explanation, so that a person who breaks one is told the rule and not
a regular expression.
"""

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
    grammar,
    mended_category,
    mended_kubernetes,
    mended_name,
    mended_version,
    refusal,
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
        defer_build=True,  # only the root is validated; building every model by itself costs start-up time
    )


# Names that Windows keeps for devices, with any ending; and it drops a dot at the end.
_NOT_PORTABLE = re.compile(
    r"(?:.*/)?(?:(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.[^/]*)?|[^/]*\.)(?:/.*)?", re.IGNORECASE
)


class UniqueItems:
    """Metadata of a list: no item is given twice, in the model and in the JSON Schema."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the items after each of them is checked by itself."""
        return core_schema.no_info_after_validator_function(_without_duplicates, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say it to editors as well."""
        return {**handler(schema), "uniqueItems": True}


def _without_duplicates(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse the first item that is given before. Raises ``PydanticCustomError``."""
    if len(set(items)) < len(items):
        second = next(index for index, item in enumerate(items) if item in items[:index])
        same = f"`{items[second]}`" if isinstance(items[second], str) else "the same"
        said = f": {same} is in the list already, at [{items.index(items[second])}]"
        raise refusal("duplicate-item", said, "delete one of them", within=(second,))
    return items


def _portable(text: str) -> str:
    if _NOT_PORTABLE.fullmatch(text):
        raise refusal("invalid-path", ": Windows cannot have a path with this name in it")
    return text


def git_reference(text: str) -> str:
    """Refuse what Git would not take for a name. Raises ``PydanticCustomError``."""
    if ".." in text or any(part.endswith((".", ".lock")) for part in text.split("/")):
        message = ": Git has no revision with `..`, or with a part that ends in `.` or `.lock`"
        raise refusal("invalid-revision", message)
    return text


def with_registry(text: str) -> str:
    """Refuse an image or a prefix of images without a registry: it would be one at Docker Hub.

    Whether the first part is a host is decided as container runtimes do (``splitDockerDomain`` of
    distribution/reference). Raises ``PydanticCustomError``.
    """
    first = text.partition("/")[0]
    if "." not in first and ":" not in first and first != "localhost":
        said = f": `{first}` is no registry, and container runtimes would look at Docker Hub"
        raise refusal(
            "invalid-image", said, f"write `docker.io/{text}`, or the registry that has it"
        )
    return text


def _no_range(text: str) -> str:
    if is_range(text):
        said = f": Argo CD reads `{text}` as a range, and would follow the newest tag in it"
        advice = f"pin a tag or a commit, or write `refs/heads/{text}` to follow a branch"
        raise refusal("invalid-revision", said, advice)
    return text


def _prefixed(key: str) -> str:
    if len(key.rpartition("/")[0]) > 253:
        raise refusal(
            "invalid-label", ": the prefix of a label or annotation key has 253 characters at most"
        )
    return key


_DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"

# Kubernetes label values end at 63 characters, and every name here becomes one.
Name = Annotated[
    str,
    grammar(
        "invalid-name",
        _DNS_LABEL,
        "a name is lower-case letters, digits and `-`, and begins and ends with a letter or digit",
        "payments",
        longest=63,
        mend=mended_name,
    ),
]
# Helm refuses release names over 53 characters (helm.sh/helm pkg/chart/common/util ValidateReleaseName).
ReleaseName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$",
        "an addon, component or Helm release is lower-case letters, digits and `-`, 53 at most",
        "cert-manager",
        longest=53,
        mend=mended_name,
    ),
]
# `team_<name>` is the name of a label, of which Kubernetes takes 63 characters.
TeamName = Annotated[
    str,
    grammar(
        "invalid-name",
        r"^[0-9a-z]([-a-z0-9]*[a-z0-9])?$",
        "a team is lower-case letters, digits and `-`, 53 at most, and begins and ends with a letter or digit",
        "payments",
        longest=53,
        mend=mended_name,
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
        mend=mended_category,
    ),
]
KubernetesVersion = Annotated[
    str,
    grammar(
        "invalid-kubernetes-version",
        r"^1\.[0-9]{1,3}(\.[0-9]{1,3})?$",
        "a Kubernetes version is `1.MINOR` or `1.MINOR.PATCH`, in quotes",
        "1.33.1",
        mend=mended_kubernetes,
    ),
]
Version = Annotated[
    str,
    grammar(
        "invalid-version",
        r"^[A-Za-z0-9][A-Za-z0-9.+_-]*$",
        "a version is one exact version: letters, digits, `.`, `+`, `-` and `_`; ranges are not pins",
        "3.8.2",
        "v1.5.0",
        longest=63,
        mend=mended_version,
    ),
]
Revision = Annotated[
    str,
    grammar(
        "invalid-revision",
        r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$",
        "a revision is a branch, a tag or a commit: letters, digits, `.`, `_`, `+`, `-` and single `/`",
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
        "a path is relative, has no empty, `.` or `..` part, and uses letters, digits, `.`, `_` and `-`",
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
        "a Kustomize path is relative, without `.` or `..`; `{version}` may stand for a whole part",
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
        "a label or annotation key is `[prefix/]name`; the prefix is a domain, the name has 63 characters at most",
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
        "a label value is letters, digits, `-`, `_` and `.`, 63 at most; put anything else in an annotation",
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
        "a chart is named by letters, digits, `.`, `_` and `-`",
        "kyverno",
        longest=128,
        help="keep the last part of a name with `/`; in a registry, the parts before it belong to `repository`",
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
# Plain text for people. It never reaches a template engine.
Text = Annotated[str, Field(max_length=1000)]

Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, Annotated[str, Field(max_length=16384)]]
Values = dict[str, Any]

X = TypeVar("X")
UniqueList = Annotated[tuple[X, ...], Field(strict=False), UniqueItems()]
"""A list that is a set: its order says nothing, and an item that is given twice is a fault."""

Names = UniqueList[Name]
ReleaseNames = UniqueList[ReleaseName]


def without_default(schema: dict[str, Any]) -> None:
    """Keep an editor from writing the empty list that stands for a list left out: it would speak of nothing."""
    del schema["default"]
