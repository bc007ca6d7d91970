"""Generate pages of ``docs/``: the reference of ``platform.yaml``, manual pages, the command line.

Usage::

    python scripts/generate.py --write   # write the pages that are out of date
    python scripts/generate.py --check   # exit 1 and list the pages that are out of date
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
    """Return every generated page: its path below the root → its text."""
    made = {"docs/platform-yaml.md": "".join(reference()), "docs/cli.md": "".join(command_line())}
    made["docs/rules/README.md"] = rule_index()
    made |= {f"docs/rules/{slug}.md": markdown(slug, page) for slug, page in MANUALS.items()}
    return {path: HEADER + text.rstrip() + "\n" for path, text in made.items()}


# ── platform.yaml ───────────────────────────────────────────────────────────────────────────

INTRODUCTION = """\
# `platform.yaml`

This page lists every section and key. Begin the file with `apiVersion: dokaseca.dev/v1alpha1` and
`kind: Platform`. Keys are in camelCase. An unknown key is an error, and the message suggests the
nearest known key. Names are mapping keys, so they are unique. Versions are strings: quote a version
that looks like a number (`"1.33"`).

A large platform can be split into several files: `platform.d/*.yaml` beside `platform.yaml` can
hold entries of any section below, and all files are merged by key. The same key in two files is an
error that names both places. Only files directly in `platform.d/` whose names end in `.yaml` or
`.yml` are read; any other YAML file below it is reported.

The settings of an addon on a cluster are merged from five layers. A later layer overrides an
earlier one, and each resolved value keeps the chain of settings that it overrides:

```text
addons.<addon>  →  environments.<env>.addons   →  regions.<region>.addons
                →  clusterTypes.<type>.addons  →  clusters.<cluster>.addons
```

Helm values are merged as Helm merges values files: maps are merged, lists and scalars are replaced,
and `null` deletes a key.

"""


def reference() -> Iterator[str]:
    """Yield the page about ``platform.yaml``: a section for each definition, in order of use."""
    root = platform_schema()
    places = _places(root)
    yield INTRODUCTION
    yield "## Sections\n\n" + _table(root, places)
    for name, paths in places.items():
        definition = root["definitions"][name]
        body = _object(definition)
        yield f"\n## `{paths[0]}`\n\n{definition['description']}\n"
        if len(paths) > 1:
            others = ", ".join(f"`{path}`" for path in paths[1:])
            yield "\n" + fill(f"Also at {others}.", 120) + "\n"
        if body.get("properties"):
            yield "\n" + _table(body, places)
    yield "\n## Kinds of text\n\n" + _kinds_table()


def _places(root: Schema) -> dict[str, list[str]]:
    """Return the paths at which each definition is used, in the order of the file."""
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
    """Return the mapping form of a definition that also has a short form."""
    return next((each for each in definition.get("anyOf", ()) if "properties" in each), definition)


def _values_of(node: Schema) -> list[Schema]:
    """Return the schemas of a mapping's values; none if any data is allowed."""
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
    text = _description(node) + _example(node)
    return text.replace("|", "\\|").replace("\n", " ")


def _description(node: Schema) -> str:
    """Return the description of a key, or else that of the definition it refers to."""
    definitions = platform_schema()["definitions"]
    referred = [definitions[_name(each)] for each in _with_all_of(node) if "$ref" in each]
    return next(
        (str(each["description"]) for each in (node, *referred) if "description" in each), ""
    )


def _with_all_of(node: Schema) -> tuple[Schema, ...]:
    return (node, *node.get("allOf", ()))


def _example(node: Schema) -> str:
    """Return the first example of a key, unless it is one of its kind of text."""
    # The table of kinds of text shows those.
    elsewhere = (None, *_grammar_examples())
    for each in (node, *node.get("anyOf", ())):
        if each.get("examples") not in elsewhere:
            first = each["examples"][0]
            return f" Example: `{first}`" if isinstance(first, str) else ""
    return ""


def _type(node: Schema, places: Mapping[str, list[str]]) -> str:
    """Return a type in words, with links to the sections of this page."""
    if "$ref" in node:
        return _referred_type(_name(node), places)
    alternatives = (*node.get("allOf", ()), *node.get("anyOf", ()))
    options = [each for each in alternatives if each.get("type") != "null"]
    if options:
        return " or ".join(dict.fromkeys(_type(each, places) for each in options))
    if "const" in node or "enum" in node:
        return ", ".join(f"`{each}`" for each in node.get("enum", [node.get("const")]))
    if "pattern" in node:
        kind = kinds().get(node["pattern"])
        return f"[{kind}](#kinds-of-text)" if kind else "string"
    return _container(node, places)


def _referred_type(name: str, places: Mapping[str, list[str]]) -> str:
    """Return the short forms of a definition in words, and a link to its section."""
    forms = platform_schema()["definitions"][name].get("anyOf", ())
    short = [_type(each, places) for each in forms if "properties" not in each]
    return " or ".join([*short, f"[mapping](#{anchor(places[name][0])})"])


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
    """Return the names of the model's modules; the module that defines a name comes last."""
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
    """Return the name in ``model/`` of each pattern with a grammar."""
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
    """Return the anchor that GitHub generates for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# ── rules ───────────────────────────────────────────────────────────────────────────────────


RULES_PAGE = """\
# Rules

Every finding has a manual page, here and in `dokaseca explain <slug>`. Rules check the resolved
platform: the settings that each cluster really gets. An error stops the compilation. A warning does
not, unless `--strict` is given. Warnings can be accepted, and so can the errors that are marked in
the table: see [accepting findings](../your-own-platform.md#accepting-findings).

| rule | severity | problem |
|---|---|---|
{rules}

## Reading and schema

These are reported before the rules run: while a file is parsed, or when its data is validated
against the schema. All are errors, except an `unread-file` that is hidden or a backup, which is a
warning. Strings that are an `ambiguous-scalar` are reported at this stage, too.

| finding | stage | problem |
|---|---|---|
{reading}

## Accepted findings

These are reported when the entries of `accept` are compared with the findings. All are errors
except `unused-accept`, which is a warning. None of them can be accepted.

| finding | problem |
|---|---|
{acceptance}

## Output

These are reported when `check`, `diff` and `compile` compare files. A `foreign-file` that does not
block an output path can be accepted, and so can a `foreign-manifest`.

| finding | problem |
|---|---|
{output}
"""


def rule_index() -> str:
    """Return the list of all findings with one line each, by the stage that reports them."""
    rules = (_row(rule.SLUG, _severity(rule)) for rule in sorted(RULES, key=lambda each: each.SLUG))
    reading = [_row(slug, "parsing") for slug in sorted(LAYERS["source"])]
    reading += [_row(slug, "schema") for slug in sorted(LAYERS["model"])]
    return RULES_PAGE.format(
        rules="\n".join(rules),
        reading="\n".join(reading),
        acceptance="\n".join(map(_row, LAYERS["acceptance"])),
        output="\n".join(map(_row, LAYERS["output"])),
    )


def _severity(rule: Any) -> str:
    # A rule builds its findings with one of these two functions, or with both.
    severity = " or ".join(each for each in ("error", "warning") if hasattr(rule, each))
    return f"{severity}, can be accepted" if rule.SLUG in ACCEPTABLE else severity


def _row(slug: str, *cells: str) -> str:
    return f"| {' | '.join((_link(slug), *cells, summary(MANUALS[slug])))} |"


def _link(slug: str) -> str:
    return f"[`{slug}`]({slug}.md)"


# ── command line ────────────────────────────────────────────────────────────────────────────


def command_line() -> Iterator[str]:
    """Yield the page about the commands.

    It is made from their parameters, since the output of ``--help`` differs between Click versions.
    """
    context = click.Context(app, info_name="dokaseca")
    yield (
        "# Command line\n\n"
        "`dokaseca` and `python -m dokaseca_compile` are the same command. Results are written to\n"
        "standard output, everything else to standard error.\n\n"
        "| exit code | meaning |\n|---|---|\n"
        "| 0 | success: nothing to act on |\n"
        "| 1 | findings: invalid input, drift, a file that blocks an output path, "
        "a change with `--fail-on-change` |\n"
        "| 2 | the command could not run: wrong usage, files that cannot be read or written |\n"
        "| 3 | an internal error, with a prepared issue report |\n"
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
    """Return a help text as Markdown; a block after ``\\b`` becomes a code block."""
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
            default = "" if parameter.required else "optional"
            rows.append(f"| {_values(parameter)} | {default} | argument |")
    return "\n".join([*rows, "| `-h`, `--help` | | Show the help and exit. |"]) + "\n"


def _values(parameter: click.Parameter) -> str:
    if isinstance(parameter.type, click.Choice):
        return " \\| ".join(f"`{each}`" for each in parameter.type.choices)
    return f"`{parameter.metavar or (parameter.name or '').upper().strip('_')}`"


# ── the script ──────────────────────────────────────────────────────────────────────────────


def out_of_date() -> dict[str, str | None]:
    """Return the expected text of each outdated page; ``None`` where the slug no longer exists."""
    made = pages()
    stale: dict[str, str | None] = {
        path: text
        for path, text in made.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text() != text
    }
    existing = {str(path.relative_to(ROOT)) for path in (ROOT / "docs/rules").glob("*.md")}
    return stale | dict.fromkeys(existing - made.keys())


def main(arguments: list[str]) -> int:
    """Write or check the pages; return the exit code."""
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
