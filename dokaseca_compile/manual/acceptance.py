"""The manual of faults of ``accept``: slug → page, in the form of a rule's docstring."""

from __future__ import annotations

from dokaseca_compile.manual.source import page

_ENTRY = (
    "accept:\n"
    "  metrics-by-cloud:\n"
    "    rule: {rule}\n"
    "    at: addons.kyverno.requires.*\n"
    "    reason: the cloud installs it\n"
    "    until: {until}"
)

MANUALS: dict[str, str] = {
    "unknown-rule": page(
        "An entry of `accept` names a rule that does not exist.",
        "`accept.<entry>.rule` is not the slug of any finding.",
        "The entry would accept nothing, and nothing would show it.",
        "Write the slug that is in brackets behind `error` or `warning`; `dokaseca explain` lists all.",
        _ENTRY.format(rule="missing-requirements  # unknown-rule", until="2027-06-30"),
    ),
    "unacceptable-rule": page(
        "An entry of `accept` names an error that cannot be accepted.",
        "Warnings can be accepted, and the few errors whose manual has a section Accept. The "
        "rule of the entry is another error.",
        "Such an error means that the output would be wrong, or that Argo CD, Kubernetes or "
        "Terraform would refuse it: that somebody knows of it does not make it work.",
        "Fix what the rule finds and delete the entry.",
        _ENTRY.format(rule="unknown-addon  # unacceptable-rule", until="2027-06-30"),
    ),
    "expired-accept": page(
        "The end date of an entry of `accept` has passed, and what it accepted is still found.",
        "`until` is the last day, in UTC, on which an entry holds. The finding is shown with "
        "the entry. An entry for files of the output gives no error of its own: the file is "
        "reported again.",
        "An accepted finding is a debt with a date. Without one, nobody would look at it again.",
        "Fix the finding and delete the entry. Or look at it again, and set a later date: "
        "`dokaseca set -w accept.<entry>.until 2027-12-31`.",
        _ENTRY.format(rule="missing-requirement", until="2026-01-31  # expired-accept"),
    ),
    "unused-accept": page(
        "An entry of `accept` accepts nothing.",
        "No finding of the rule is at a place that `at` covers; or the entry has ended, and "
        "another one accepts what it accepted. It is not reported while there are errors, or "
        "where a chart that the rule reads is missing: what the entry is for may be hidden. "
        "Entries for files of the output are looked at by `check` and `diff`. The warning "
        "itself cannot be accepted.",
        "The finding was fixed, or its place was renamed: then the finding is reported again "
        "at the new place. A forgotten entry would hide the next one.",
        "Delete the entry, or correct `at`.",
        _ENTRY.format(
            rule="missing-requirement  # unused-accept, once metrics-server is installed",
            until="2027-06-30",
        ),
    ),
}
