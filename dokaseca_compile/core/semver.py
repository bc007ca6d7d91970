"""SemVer 2 versions, and the ranges that Helm charts write for Kubernetes versions.

A range has the meaning that Helm gives it: the grammar and its corner cases are those of
``github.com/Masterminds/semver/v3``, which a test compares with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import total_ordering
from itertools import takewhile

_NUMBER = r"(?:0|[1-9][0-9]{0,17})"
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
# SemVer 2, item 9: numeric identifiers of a pre-release have no leading zero.
_PRE_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"(?P<v>v?)(?P<major>{_NUMBER})(?:\.(?P<minor>{_NUMBER}))?(?:\.(?P<patch>{_NUMBER}))?"
    rf"(?:-(?P<pre>{_PRE_IDENTIFIER}(?:\.{_PRE_IDENTIFIER})*))?(?:\+(?P<build>{_IDENTIFIERS}))?\Z"
)

# Masterminds' own class, with its stray `|`: it makes Helm refuse `1||2 - 3` without blanks.
_PART = r"[0-9xX*|]+"
_OPERATOR = r"=>|>=|=<|<=|!=|~>|[=<>~^]|"
# Each part can match in one way only, blanks possessively: two ways for a part would be 2**n ways
# for n parts.
_PARTIAL = rf"v?{_PART}(?:\.{_PART}(?:\.{_PART})?)?(?:-{_IDENTIFIERS})?(?:\+{_IDENTIFIERS})?"
_HYPHEN = re.compile(rf"\s*({_PARTIAL})\s+-\s+({_PARTIAL})\s*", re.ASCII)
_ONE = re.compile(
    rf"(?P<operator>{_OPERATOR})\s*(?P<version>v?(?P<major>{_PART})"
    rf"(?:\.(?P<minor>{_PART})(?:\.(?P<patch>{_PART}))?)?(?P<pre>-{_IDENTIFIERS})?"
    rf"(?:\+{_IDENTIFIERS})?)",
    re.ASCII,
)
_OPEN_NUMBERS = frozenset({None, "x", "X", "*"})
_GROUP = re.compile(
    rf"\s*+(?:{_OPERATOR})\s*+{_PARTIAL}(?:(?:\s++(?!,)|\s*+,\s*+)(?:{_OPERATOR})\s*+{_PARTIAL})*+\s*+\Z",
    re.ASCII,
)
_MAX_LENGTH = 500  # long enough for any real range, short enough for the patterns above


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version. Equality and order are SemVer's precedence, without build metadata and ``v``."""

    major: int
    minor: int = 0
    patch: int = 0
    pre: str = ""
    build: str = ""
    exact: bool = True
    """Whether all three numbers were given."""
    prefixed: bool = False
    """Whether it was written with a leading ``v``."""

    @property
    def core(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        # A release is newer than its pre-releases; numeric identifiers are older than others.
        identifiers = self.pre.split(".") if self.pre else []
        keys = tuple((0, int(each), "") if each.isdigit() else (1, 0, each) for each in identifiers)
        return *self.core, not self.pre, keys


def is_older(text: str, other: str) -> bool:
    """Return whether both texts are versions, and the first is older."""
    version, limit = parse_version(text), parse_version(other)
    if version is None or limit is None:
        return False
    return version < limit


def parse_version(text: str) -> Version | None:
    """Read a version of one to three numbers, with or without ``v``; ``None`` if it is not one."""
    if len(text) > _MAX_LENGTH:
        return None
    found = _VERSION.match(text)
    if found is None:
        return None
    parts = found.groupdict(default="")
    return Version(
        int(parts["major"]),
        int(parts["minor"] or 0),
        int(parts["patch"] or 0),
        parts["pre"],
        parts["build"],
        exact=bool(parts["patch"]),
        prefixed=bool(parts["v"]),
    )


@dataclass(frozen=True, slots=True)
class Range:
    """Alternatives (``||``) of constraints that must all hold (space or comma)."""

    text: str
    _groups: tuple[tuple[_Constraint, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read a range. Raises ``ValueError`` with the reason."""
        if len(text) > _MAX_LENGTH:
            message = f"a range has {_MAX_LENGTH} characters at most"
            raise ValueError(message)
        if not text.strip():
            message = "the range is empty"
            raise ValueError(message)
        groups = _HYPHEN.sub(r">= \1, <= \2 ", text).split("||")
        if not all(map(_GROUP.match, groups)):
            message = f"`{text}` is not a range of versions"
            raise ValueError(message)
        return cls(text, tuple(map(_group, groups)))

    def contains(self, version: Version) -> bool:
        """Return whether a version is in the range.

        A pre-release (``1.30.4-gke.100`` too) is only in a range that names a pre-release itself.
        """
        return any(_holds(group, version) for group in self._groups)


def _holds(group: tuple[_Constraint, ...], version: Version) -> bool:
    if version.pre and not any(each.version.pre for each in group):
        return False
    return all(each.holds(version) for each in group)


def is_range(text: str) -> bool:
    """Return whether Argo CD and Helm read a version or revision as a range (``1.x``).

    Argo CD resolves every Git revision this way (``util/versions.MaxVersion``): an exact version is
    a pin, any other constraint becomes its newest tag, and a branch with that name is ignored
    (argo-cd#20083, argo-cd#17566).
    """
    if parse_version(text) is not None:
        return False
    try:
        Range.parse(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Constraint:
    """An operator and a version, whose last numbers may be open (``1.x``, ``1.2``)."""

    operator: str
    version: Version
    given: int
    """How many numbers were given: 0 (``*``) to 3."""

    def holds(self, version: Version) -> bool:
        return _CHECKS[self.operator](version, self)


def _group(text: str) -> tuple[_Constraint, ...]:
    return tuple(map(_constraint, _ONE.finditer(text)))


def _constraint(found: re.Match[str]) -> _Constraint:
    given = found.group("major", "minor", "patch")
    numbers = list(takewhile(lambda number: number not in _OPEN_NUMBERS, given))
    core = ".".join([*numbers, "0", "0", "0"][:3])
    version = parse_version(core + (found["pre"] or ""))
    if version is None:
        message = f"`{found['version']}` is not a version"
        raise ValueError(message)
    return _Constraint(found["operator"], version, len(numbers))


def _equal(version: Version, limit: _Constraint) -> bool:
    if limit.given < 3:
        return _tilde(version, limit)
    return version == limit.version


def _not_equal(version: Version, limit: _Constraint) -> bool:
    given = limit.given
    if given in {0, 3}:  # Masterminds reads `!=*` as `!=0.0.0`
        return version != limit.version
    if version.core[:given] != limit.version.core[:given]:
        return True
    return given == 2 and version.pre != limit.version.pre


def _greater(version: Version, limit: _Constraint) -> bool:
    """``>1.2`` begins at 1.3.0, not at 1.2.1."""
    if limit.given in {1, 2}:
        return version.core[: limit.given] > limit.version.core[: limit.given]
    return version > limit.version


def _at_most(version: Version, limit: _Constraint) -> bool:
    """``<=1.2`` ends before 1.3.0, not after 1.2.0."""
    if limit.given == 3:
        return version <= limit.version
    compared = limit.given or 2  # Masterminds reads `<=*` as `<=0.0`
    return version.core[:compared] <= limit.version.core[:compared]


def _tilde(version: Version, limit: _Constraint) -> bool:
    if version < limit.version:
        return False
    if limit.version.core == (0, 0, 0) and limit.given in {0, 3}:
        return True  # `*` is any version, and Masterminds reads `~0.0.0` like it
    kept = 1 if limit.given == 1 else 2
    return version.core[:kept] == limit.version.core[:kept]


def _caret(version: Version, limit: _Constraint) -> bool:
    """``^`` keeps the first number that is not zero, as far as numbers are given."""
    if version < limit.version:
        return False
    kept = limit.given or 3
    for count, number in enumerate(limit.version.core[:kept], start=1):
        if number:
            kept = count
            break
    return version.core[:kept] == limit.version.core[:kept]


_CHECKS: dict[str, Callable[[Version, _Constraint], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": lambda version, limit: version < limit.version,
    ">=": lambda version, limit: version >= limit.version,
    "=>": lambda version, limit: version >= limit.version,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
