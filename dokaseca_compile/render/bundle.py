"""Files with which another tool can evaluate the ApplicationSets of each hub, without credentials.

Each hub has a folder with ``secrets/`` (for ``--secrets-folder`` of argocd-diff-preview),
``projects/`` and ``applicationsets/``, and one object in each file.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo.inventory import Inventory, without_credentials
from dokaseca_compile.formats import Renderer
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain

_FOLDERS = {"Secret": "secrets", "AppProject": "projects", "ApplicationSet": "applicationsets"}


def bundle(inventory: Inventory) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of every file, by hub."""
    renderer = Renderer("")
    for hub in inventory.hubs:
        for document in hub.documents:
            path = f"{hub.name}/{_FOLDERS[document['kind']]}/{document['metadata']['name']}.yaml"
            body = YamlBody((plain(without_credentials(document)),), header=False)
            yield path, renderer.render(body)
