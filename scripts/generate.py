"""The generated pages of ``docs/``: the reference of ``platform.yaml``, the manuals of all findings, the command line.

Usage::

    python scripts/generate.py --write   # write what is out of date
    python scripts/generate.py --check   # exit 1 and name what is out of date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent, fill
from typing import Annotated, Any, get_origin

import click
from pydantic import TypeAdapter

from dokaseca_compile.cli.app import app
from dokaseca_compile.manual import ACCEPTABLE, LAYERS, MANUALS
from dokaseca_compile.model import acceptance, addons, clusters, common, history, teams, workloads
from dokaseca_compile.model.grammar import GRAMMARS
from dokaseca_compile.model.schema import platform_schema
from dokaseca_compile.render.manual import markdown, summary
from dokaseca_compile.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
REPAIR = "python scripts/generate.py --write"
HEADER = f"<!-- Generated; edit the source and run `{REPAIR}`. -->\n\n"
Schema = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Every generated page: path below the root → text."""
    made = {"docs/platform-yaml.md": "".join(reference()), "docs/cli.md": "".join(command_line())}
    made["docs/rules/README.md"] = rule_index()
    made |= {f"docs/rules/{slug}.md": markdown(slug, page) for slug, page in MANUALS.items()}
    return {path: HEADER + text.rstrip() + "\n" for path, text in made.items()}


# ── platform.yaml ────────────────────────────────────────────────────────────────────────────────────────────────────

INTRODUCTION = """\
# `platform.yaml`

Every section and key. `apiVersion: dokaseca.dev/v1alpha1` and `kind: Platform` come first; keys are camelCase; a key
that is not listed here is an error, and the nearest known one is suggested. Names are mapping keys, so they are unique.
Versions and Kubernetes versions are strings: quote what looks like a number (`"1.33"`).

Large platforms may keep part of a top-level mapping in `platform.d/*.yaml` beside the file: every file holds any of the
sections below, and they are merged by key. The same key in two files is an error that names both. Only files directly
in `platform.d/` whose names end in `.yaml` or `.yml` are read; another YAML file below it is a finding.

An addon's settings for a cluster go through five layers; the later one wins, and each resolved value keeps the chain of
places it beat:

```text
addons.<addon>  →  environments.<env>.addons  →  regions.<region>.addons  →  clusterTypes.<type>.addons
                →  clusters.<cluster>.addons
```

Helm values merge as Helm merges values files: maps merge, lists and scalars replace, `null` deletes.

"""


def reference() -> Iterator[str]:
    """The page about ``platform.yaml``, a section for each kind of mapping in the order it is met."""
    root = platform_schema()
    places = _places(root)
    yield INTRODUCTION
    yield "## Sections\n\n" + _table(root, places)
    for name, paths in places.items():
        definition = root["definitions"][name]
        body = _object(definition)
        yield f"\n## `{paths[0]}`\n\n{definition['description']}\n"
        if len(paths) > 1:
            yield (
                "\n" + fill(f"Also at {', '.join(f'`{path}`' for path in paths[1:])}.", 120) + "\n"
            )
        if body.get("properties"):
            yield "\n" + _table(body, places)
    yield "\n## Kinds of text\n\n" + _kinds_table()


def _places(root: Schema) -> dict[str, list[str]]:
    """Definition → every path at which it stands, in the order of the file."""
    found: dict[str, list[str]] = {}

    def walk(node: Schema, path: str) -> None:
        for key, value in node.get("properties", {}).items():
            visit(value, f"{path}.{key}" if path else key)

    def visit(node: Schema, path: str) -> None:
        if "$ref" in node:
            name = _name(node)
            first = name not in found
            found.setdefault(name, []).append(path)
            if first:
                walk(_object(root["definitions"][name]), path)
        for inner in (*node.get("allOf", ()), *node.get("anyOf", ())):
            visit(inner, path)
        if "items" in node:
            visit(node["items"], f"{path}[]")
        for inner in _values_of(node):
            visit(inner, f"{path}.<name>")

    walk(root, "")
    return found


def _name(reference_: Schema) -> str:
    return str(reference_["$ref"]).rsplit("/", 1)[1]


def _object(definition: Schema) -> Schema:
    """The alternative that is a mapping, where a short form may stand in its place."""
    return next((each for each in definition.get("anyOf", ()) if "properties" in each), definition)


def _values_of(node: Schema) -> list[Schema]:
    """The schemas of a mapping's values; none where any data may stand."""
    inner = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return [each for each in inner if isinstance(each, dict)]


def _table(body: Schema, places: Mapping[str, list[str]]) -> str:
    required = body.get("required", ())
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, node in body["properties"].items():
        default = "**required**" if key in required else _default(node)
        rows.append(f"| `{key}` | {_type(node, places)} | {default} | {_meaning(node)} |")
    return "\n".join(rows) + "\n"


def _default(node: Schema) -> str:
    value = node.get("default")
    if value in (None, "", [], {}) or isinstance(value, dict):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(node: Schema) -> str:
    text = str(node.get("description", ""))
    if not text:
        references = [each for each in (node, *node.get("allOf", ())) if "$ref" in each]
        text = (
            str(platform_schema()["definitions"][_name(references[0])]["description"])
            if references
            else ""
        )
    options = [node, *node.get("anyOf", ())]
    # The examples of a grammar stand in its own table.
    found = [
        each["examples"][0]
        for each in options
        if each.get("examples") not in (None, *_grammar_examples())
    ]
    shown = f" Example: `{found[0]}`" if found and isinstance(found[0], str) else ""
    return (text + shown).replace("|", "\\|").replace("\n", " ")


def _type(node: Schema, places: Mapping[str, list[str]]) -> str:
    """A type in words, with links to the sections of this page."""
    if "$ref" in node:
        name = _name(node)
        short = [
            each
            for each in platform_schema()["definitions"][name].get("anyOf", ())
            if "properties" not in each
        ]
        return " or ".join(
            [*(_type(each, places) for each in short), f"[mapping](#{anchor(places[name][0])})"]
        )
    options = [
        each
        for each in (*node.get("allOf", ()), *node.get("anyOf", ()))
        if each.get("type") != "null"
    ]
    if options:
        return " or ".join(dict.fromkeys(_type(each, places) for each in options))
    if "const" in node or "enum" in node:
        return ", ".join(f"`{each}`" for each in node.get("enum", [node.get("const")]))
    if "pattern" in node:
        kind = kinds().get(node["pattern"])
        return f"[{kind}](#kinds-of-text)" if kind else "string"
    return _container(node, places)


def _container(node: Schema, places: Mapping[str, list[str]]) -> str:
    kind = node.get("type", "any")
    if kind == "array":
        return f"list of {_type(node['items'], places)}"
    if kind == "object":
        values = [_type(each, places) for each in _values_of(node)]
        return f"{_key_type(node)} → {values[0]}" if values else "any mapping"
    if kind == "integer" and "minimum" in node:
        return f"integer, {node['minimum']} to {node['maximum']}"
    return str(kind)


def _key_type(node: Schema) -> str:
    named = node.get("propertyNames", {}).get("enum")
    if named:
        return ", ".join(f"`{each}`" for each in named)
    kind = kinds().get(next(iter(node.get("patternProperties", ())), ""))
    return f"[{kind}](#kinds-of-text)" if kind else "any key"


def _texts() -> dict[str, Any]:
    """What the modules of the model call something, a module's own names before those that another imports."""
    return (
        vars(acceptance)
        | vars(workloads)
        | vars(history)
        | vars(teams)
        | vars(clusters)
        | vars(addons)
        | vars(common)
    )


@cache
def kinds() -> dict[str, str]:
    """Pattern → the name of its grammar in ``model/``."""
    named = {}
    for name, kind in _texts().items():
        if get_origin(kind) is Annotated:
            pattern = TypeAdapter(kind).json_schema().get("pattern")
            if pattern in GRAMMARS:
                named[pattern] = name
    return named


@cache
def _grammar_examples() -> list[list[str]]:
    return [
        TypeAdapter(_texts()[name]).json_schema().get("examples", []) for name in kinds().values()
    ]


def _kinds_table() -> str:
    rows = ["| kind | form | longest | examples |", "|---|---|---|---|"]
    for pattern, name in kinds().items():
        schema = TypeAdapter(_texts()[name]).json_schema()
        examples = ", ".join(f"`{each}`" for each in schema.get("examples", ()))
        rows.append(
            f"| {name} | {GRAMMARS[pattern].rule} | {schema.get('maxLength', '')} | {examples} |"
        )
    return "\n".join(rows).replace("\\", "\\\\") + "\n"


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rule_index() -> str:
    """The list of findings with one line each: rules first, then what is found before they run."""
    rows = ["| rule | severity | finds |", "|---|---|---|"]
    for rule in sorted(RULES, key=lambda each: each.SLUG):
        # A rule builds its findings with one of these two functions, or with both.
        severity = " or ".join(each for each in ("error", "warning") if hasattr(rule, each))
        if rule.SLUG in ACCEPTABLE:
            severity += ", can be accepted"
        rows.append(f"| {_link(rule.SLUG)} | {severity} | {summary(MANUALS[rule.SLUG])} |")
    text = (
        "# Rules\n\nEvery finding has a manual page, here and in `dokaseca explain <slug>`. A rule sees the resolved\n"
        "platform, so it can judge what a cluster really gets. An error stops the compile; a warning does not,\n"
        "unless `--strict` is given. A warning can be accepted, and an error where the table says so: see\n"
        "[accepting findings](../your-own-platform.md#accepting-findings).\n\n"
    )
    text += "\n".join(rows) + (
        "\n\n## Reading and schema\n\n"
        "Found before the rules run: while a file is read, and while its data is compared with\n"
        "the schema. All are errors; strings that are an `ambiguous-scalar` are found then, too.\n\n"
        "| fault | found while | finds |\n|---|---|---|\n"
    )
    for found, manuals in (
        ("reading", LAYERS["source"]),
        ("comparing with the schema", LAYERS["model"]),
    ):
        text += "".join(
            f"| {_link(slug)} | {found} | {summary(page)} |\n"
            for slug, page in sorted(manuals.items())
        )
    text += (
        "\n## Accepted findings\n\nFound when the entries of `accept` are held against what was found. All are errors\n"
        "but `unused-accept`, a warning; none can be accepted.\n\n"
        "| fault | finds |\n|---|---|\n"
    )
    text += "".join(
        f"| {_link(slug)} | {summary(page)} |\n" for slug, page in LAYERS["acceptance"].items()
    )
    text += (
        "\n## Output\n\nFound by `check`, `diff` and `compile` when files are compared.\n"
        "A `foreign-file` that is in nobody's way can be accepted.\n\n"
        "| state | finds |\n|---|---|\n"
    )
    text += "".join(
        f"| {_link(slug)} | {summary(page)} |\n" for slug, page in LAYERS["output"].items()
    )
    return text


def _link(slug: str) -> str:
    return f"[`{slug}`]({slug}.md)"


# ── command line ─────────────────────────────────────────────────────────────────────────────────────────────────────


def command_line() -> Iterator[str]:
    """The page about the commands. Made from their parameters: the look of ``--help`` differs between versions."""
    context = click.Context(app, info_name="dokaseca")
    yield (
        "# Command line\n\n`dokaseca` and `python -m dokaseca_compile` are the same. Results go to standard output,\n"
        "everything else to standard error.\n\n"
        "| exit code | meaning |\n|---|---|\n"
        "| 0 | nothing to act on |\n"
        "| 1 | findings: invalid input, drift, a file in the way, a change with `--fail-on-change` |\n"
        "| 2 | could not do the job: usage, unreadable or unwritable files |\n"
        "| 3 | a bug of ours, with a ready issue text |\n"
        "| 130 | interrupted (143 when terminated) |\n"
    )
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        if command is None:
            raise KeyError(name)
        yield f"\n## `dokaseca {name}`\n\n{_help(command.help or '')}\n\n" + _parameters(
            command, context
        )


def _help(text: str) -> str:
    """The help text; what ``\\b`` keeps as it is becomes a code block."""
    paragraphs = []
    for paragraph in cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            title, _, lines = paragraph.removeprefix("\b\n").partition("\n")
            paragraphs.append(f"{title}\n\n```shell\n{dedent(lines).rstrip()}\n```")
        else:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def _parameters(command: click.Command, context: click.Context) -> str:
    rows = ["| option | default | meaning |", "|---|---|---|"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = ", ".join(f"`{name}`" for name in parameter.opts)
            values = "" if parameter.is_flag else f" {_values(parameter)}"
            default = f"`{parameter.get_default(context)}`" if parameter.show_default else ""
            rows.append(f"| {names}{values} | {default} | {parameter.help or ''} |")
        else:
            rows.append(
                f"| {_values(parameter)} | {'' if parameter.required else 'optional'} | argument |"
            )
    return "\n".join([*rows, "| `-h`, `--help` | | Show the help and exit. |"]) + "\n"


def _values(parameter: click.Parameter) -> str:
    if isinstance(parameter.type, click.Choice):
        return " \\| ".join(f"`{each}`" for each in parameter.type.choices)
    return f"`{parameter.metavar or (parameter.name or '').upper().strip('_')}`"


# ── the script ───────────────────────────────────────────────────────────────────────────────────────────────────────


def out_of_date() -> dict[str, str | None]:
    """Path → text that it should have, or ``None`` for a page whose rule is gone."""
    made = pages()
    stale: dict[str, str | None] = {
        path: text
        for path, text in made.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text() != text
    }
    left = (str(path.relative_to(ROOT)) for path in (ROOT / "docs/rules").glob("*.md"))
    return stale | {path: None for path in left if path not in made}


def main(arguments: list[str]) -> int:
    """Write or check; the exit code."""
    if arguments not in (["--write"], ["--check"]):
        sys.stderr.write(__doc__ or "")
        return 2
    stale = out_of_date()
    if arguments == ["--check"]:
        for path in sorted(stale):
            print(f"out of date: {path}")
        if stale:
            print(f"run `{REPAIR}`")
        return 1 if stale else 0
    for path, text in stale.items():
        target = ROOT / path
        if text is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        print(f"{'deleted' if text is None else 'wrote'} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
