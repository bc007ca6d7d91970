"""Every class of hostile case, by name."""

from __future__ import annotations

from hostile.hostile_cases import Case
from hostile.hostile_meaning import GRAPHS, SCHEMA, SECRETS
from hostile.hostile_names import LABELS, NAMES, PATHS, TERRAFORM
from hostile.hostile_text import BOMBS, BYTES, DUPLICATES, SCALARS, SYNTAX
from hostile.hostile_values import HOSTS, STRINGS, URLS, VERSIONS

TABLES: dict[str, list[Case]] = {
    "syntax": SYNTAX,
    "duplicates": DUPLICATES,
    "bytes": BYTES,
    "scalars": SCALARS,
    "bombs": BOMBS,
    "names": NAMES,
    "paths": PATHS,
    "labels": LABELS,
    "terraform": TERRAFORM,
    "strings": STRINGS,
    "versions": VERSIONS,
    "urls": URLS,
    "hosts": HOSTS,
    "graphs": GRAPHS,
    "schema": SCHEMA,
    "secrets": SECRETS,
}
