"""The manuals of the faults that are found while a file is read: slug → page, in the form of a rule's docstring."""

from __future__ import annotations

from textwrap import fill, indent


def page(
    summary: str,
    problem: str,
    why: str,
    fix: str,
    example: str,
    *,
    broken: str = "",
    accept: str = "",
) -> str:
    """Lay out a manual. ``broken`` is what no YAML reader would take; ``example`` then is the same mended.

    ``accept`` says when an error may be accepted; without it, it cannot be.
    """
    parts = [summary]
    headings = [("Problem", problem), ("Why", why), ("Fix", fix)]
    if accept:
        headings.append(("Accept", accept))
    for heading, text in headings:
        parts.append(
            f"{heading}\n{indent(fill(text, 92, break_long_words=False, break_on_hyphens=False), '    ')}"
        )
    blocks = [("text", broken), ("yaml", f"# mended\n{example}")] if broken else [("yaml", example)]
    shown = [
        f"    .. code-block:: {language}\n\n{indent(code.strip(), ' ' * 8)}"
        for language, code in blocks
    ]
    return "\n\n".join([*parts, "Example\n" + "\n\n".join(shown)])


WARNINGS = frozenset({"ambiguous-scalar"})
"""What is only warned of while a file is read."""

MANUALS: dict[str, str] = {
    "file-too-large": page(
        "A source file is larger than 5 MiB, or all together than 10 MiB.",
        "`platform.yaml` or a fragment has more bytes than are read, or all of them have more than 10 MiB together.",
        "A fleet of 10,000 clusters fits into 5 MiB; a larger file is mostly the wrong file. Reading takes sixty times "
        "as much memory.",
        "Move parts of it to fragments: any section may also stand in `platform.d/*.yaml`. Above 10 MiB, look for what "
        "is repeated, or divide the platform.",
        "# platform.d/clusters-eu.yaml\nclusters:\n  spoke-eu: {environment: dev, region: eu, hub: hub}",
    ),
    "invalid-utf8": page(
        "A source file is not UTF-8.",
        "The bytes at this place are no UTF-8, or the file is UTF-16 or UTF-32.",
        "Guessing an encoding would turn names into other names without a word.",
        "Save the file as UTF-8 in your editor.",
        "metadata: {name: acme, description: Plattform für alle}  # saved as UTF-8",
    ),
    "control-character": page(
        "A raw character stands in the file that YAML readers refuse or take for a line end.",
        "The text holds a control character, a line or paragraph separator, or a byte order mark that is not at the "
        "start of the file.",
        "It cannot be seen, and readers disagree: what is one line to this compiler is two to another.",
        "Remove it. It often comes from a copied web page or terminal.",
        'metadata: {name: acme, description: "one line"}  # no U+2028 between the words',
    ),
    "yaml-syntax": page(
        "The file is not valid YAML.",
        "A bracket or quote is never closed, the indentation does not fit, a tab indents, or a value begins with a "
        "character that has a meaning in YAML.",
        "What the rest of the file means cannot be known, so nothing after it is read.",
        "Look at the line and at the one above: indentation, quotes, colons. Quote values that contain `: ` or begin "
        "with one of `@%*&!|>{[`.",
        'metadata: {name: acme, description: "note: internal"}',
        broken="metadata:\n  name: acme\n  description: note: internal  # yaml-syntax",
    ),
    "yaml-directive": page(
        "A `%` directive is not supported.",
        "The file begins with a directive of another version of YAML, or an unknown one.",
        "YAML 1.2 is read, whatever a file asks for.",
        "Remove the line.",
        "kind: Platform",
        broken="%YAML 3.0  # yaml-directive\n---\nkind: Platform",
    ),
    "yaml-tag": page(
        "Tags are not supported.",
        "A value has a tag such as `!Ref` or `!!str`, or the file declares tags with `%TAG`.",
        "A tag makes a reader build something else than data; each reader knows other tags.",
        "Remove the tag. Quote the value if it is text that begins with `!`.",
        "addons:\n  kyverno: {version: !!str 3.3.7}  # yaml-tag",
    ),
    "several-documents": page(
        "A file holds more than one document.",
        "A second document starts at a line `---`.",
        "The platform is one document; which of two would win is not for a reader to guess.",
        "Put everything into one document, or into several files below `platform.d/`.",
        "kind: Platform\n---\nregions: {eu: {}}  # several-documents",
    ),
    "empty-document": page(
        "A file holds no document.",
        "The file is empty, or holds blanks and comments only.",
        "An emptied file is a mistake more often than a wish.",
        "Write the document, or delete the fragment.",
        "regions: {eu: {}}",
        broken="# regions: {eu: {}}  (empty-document)",
    ),
    "not-a-mapping": page(
        "A file does not hold a mapping.",
        "The top level is a list or a single value.",
        "Sections are found by their keys.",
        "Write `key: value` lines at the top level.",
        "- regions\n- clusters",
    ),
    "duplicate-key": page(
        "A key is given twice.",
        "A mapping has one key twice, or two files give the same entry of a section.",
        "Most YAML readers keep the last one and say nothing, so an edit of the first one does nothing.",
        "Remove or rename one of them. Both places are shown.",
        "regions:\n  eu: {}\n  eu: {description: Europe}  # duplicate-key",
    ),
    "unread-file": page(
        "A file below `platform.d` looks like a part of the source and is not read.",
        "Read are the files directly in `platform.d/` whose names end in `.yaml` or `.yml`. A YAML file in a folder "
        "below it, one behind a link to a folder, or one whose suffix is in upper case is an error; one that is hidden "
        "or named as a backup (`x.yaml.bak`, `x.yaml~`) is a warning.",
        "What it declares would be missing without a word, its faults included.",
        "Move or rename the file, so that it is read, or move it out of `platform.d`.",
        "# platform.d/teams/shop.yaml: unread-file; teams-shop.yaml is read\nteams: {shop: {groups: [shop]}}",
    ),
    "section-conflict": page(
        "Two files say different things that cannot be merged.",
        "`apiVersion` or `kind` differs between files, or a section is a mapping in one file only.",
        "Sections are merged key by key; where there are no keys, one file would silently win.",
        "Give it in one file only, or write a mapping in both.",
        "# platform.d/regions.yaml\nkind: Regions  # section-conflict: platform.yaml says Platform",
    ),
    "key-not-a-string": page(
        "A key is not a string.",
        "A key is a number, a boolean, nothing, a list or a mapping.",
        "JSON and Helm have string keys only: each tool would write such a key in its own way.",
        "Quote the key.",
        "addons:\n  proxy:\n    values:\n      ports: {8080: http}  # key-not-a-string",
    ),
    "merge-key": page(
        "Merge keys are not supported.",
        "A mapping has the key `<<`.",
        "It is no part of YAML 1.2: some readers merge, others keep a key called `<<`.",
        "Say shared settings once in a weaker layer (the addon, the environment, the region, the cluster type), or "
        "repeat them.",
        "regions:\n  eu: &eu {description: Europe}\n  eu-2: {<<: *eu}  # merge-key",
    ),
    "number-out-of-range": page(
        "A number cannot be held by every reader.",
        "A number is infinite, not a number, beyond 64 bits, or has more digits than a float64 holds: an integer such "
        "as `9007199254740993`, beyond 2^53, or a fraction of more than 17 digits.",
        "Helm and Argo CD read every number as a float64 and would round it without a word (helm#1707); Terraform and "
        "Kubernetes refuse what is infinite or too large.",
        "Quote it if it is text, as account numbers, channel IDs and hashes are; else write a number that is not "
        "rounded.",
        "addons:\n  proxy: {values: {channelId: 9007199254740993}}  # number-out-of-range",
    ),
    "forbidden-character": page(
        "A string holds a character that some reader loses or changes.",
        "A string holds a control character, or one that reorders text on the screen (U+202E and the like), written "
        "raw or as an escape.",
        "kustomize drops DEL and turns NEL into a blank; reordering marks show a reviewer another text than the one "
        "that is deployed.",
        "Remove it.",
        'metadata: {name: acme, description: "invoice\\u202Efdp.exe"}  # forbidden-character',
    ),
    "not-nfc": page(
        "A string is not in Unicode normal form C.",
        "An accented letter is written as a letter and a mark, where one character exists.",
        "Both look the same. Terraform returns strings in form C, so two keys can become one.",
        "Write the composed character that the help line names.",
        'metadata: {name: acme, description: "Cafe\\u0301"}  # not-nfc: write \\u00E9',
    ),
    "duplicate-anchor": page(
        "An anchor is given twice.",
        "Two values are named by the same `&name`.",
        "An alias means the nearest one before it, which is easily another than was meant.",
        "Rename one of them.",
        "regions:\n  eu: &eu {description: A}\n  us: &us {description: B}",
        broken="regions:\n  eu: &shared {description: A}\n  us: &shared {description: B}  # duplicate-anchor",
    ),
    "unknown-alias": page(
        "An alias repeats nothing.",
        "No anchor `&name` stands before the alias `*name` in the same file.",
        "Anchors do not reach into other files, nor backwards.",
        "Name the value with `&name` before it is repeated, or quote text that begins with `*`.",
        "regions:\n  eu: &shared {description: A}\n  us: *shared",
        broken="regions:\n  us: *shared  # unknown-alias",
    ),
    "recursive-alias": page(
        "An alias stands inside of what it repeats.",
        "The value that `*name` stands for contains that very alias.",
        "Such data has no end and cannot be written to any file.",
        "Write the value out.",
        "addons:\n  proxy: {values: &all {copy: *all}}  # recursive-alias",
    ),
    "alias-bomb": page(
        "Aliases repeat far more data than the file holds.",
        "Followed to their ends, the aliases add more than 10,000 values and ten times what is written.",
        "Aliases of aliases grow exponentially: a few lines once stopped Kubernetes' API server (CVE-2019-11253).",
        "Write the values out, or say shared settings once in a weaker layer.",
        "values:\n  a: &a [x, x, x, x]\n  b: &b [*a, *a, *a, *a]\n  c: &c [*b, *b, *b, *b]  # and so on, 8 levels",
    ),
    "too-deep": page(
        "The data is nested deeper than 64 levels.",
        "Mappings and lists stand inside each other in more than 64 levels, aliases followed.",
        "Readers of the compiled files stop or crash at some depth; nobody writes such data on purpose.",
        "Make it flatter, or give a deep structure as one block of text.",
        "values: {a: {b: {c: {}}}}  # and so on, more than 64 levels",
    ),
}
"""Slug → manual."""
