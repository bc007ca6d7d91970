"""The objects that keep what a hub reads from becoming empty."""

from __future__ import annotations

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.difference import DisagreementError, same, same_data
from dokaseca_compile.proof.expected import Intent


def check_markers(intent: Intent, output: Output) -> set[str]:
    """Return the names of the markers that are ApplicationSets, and so have no Application.

    Raises ``DisagreementError`` for a marker that is missing or another.
    """
    found: set[str] = set()
    for path, meant in intent.markers():
        if path not in output:
            message = f"{path} is not written"
            raise DisagreementError(message)
        documents = output.documents(path)
        same(f"{path}: documents", len(documents), 1)
        same_data(path, documents[0], meant)
        if meant["kind"] == "ApplicationSet":
            found.add(meant["metadata"]["name"])
    return found
