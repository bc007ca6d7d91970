"""What another tool needs to evaluate the ApplicationSets of each hub itself, without a credential in it.

A folder for each hub: ``secrets/`` (what argocd-diff-preview takes as ``--secrets-folder``),
``projects/`` and ``applicationsets/``; one object in a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo.inventory import Inventory, without_credentials
from dokaseca_compile.formats import Renderer
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain

_FOLDERS = {"Secret": "secrets", "AppProject": "projects", "ApplicationSet": "applicationsets"}


def bundle(inventory: Inventory) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file, by hub."""
    renderer = Renderer("")
    for hub in inventory.hubs:
        for document in hub.documents:
            path = f"{hub.name}/{_FOLDERS[document['kind']]}/{document['metadata']['name']}.yaml"
            body = YamlBody((plain(without_credentials(document)),), header=False)
            yield path, renderer.render(body)
