"""The bare loop: a process that only reads and writes the bytes of an output.

``pack`` puts the files of a folder into one file. ``write`` loads that file and writes every file
with ``open`` into an empty folder. ``compare`` loads it, reads every file and compares. There are
no other imports: this is the floor that ``dokaseca`` is compared with.
"""

import marshal
import os
import sys


def pack(tree: str, packed: str) -> None:
    """Put path and bytes of every file below ``tree`` into the file ``packed``, sorted by path."""
    files = []
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - pathlib alone would double the floor at 3 clusters
            with open(path, "rb") as stream:  # noqa: PTH123
                files.append((os.path.relpath(path, tree), stream.read()))
    with open(packed, "wb") as stream:  # noqa: PTH123
        marshal.dump(sorted(files), stream)


def write(tree: str, packed: str) -> None:
    """Write every packed file below ``tree``, and create that folder."""
    made = set()
    for path, content in _load(packed):
        target = f"{tree}/{path}"
        folder = target.rpartition("/")[0]
        if folder not in made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            made.add(folder)
        with open(target, "wb") as stream:  # noqa: PTH123
            stream.write(content)


def compare(tree: str, packed: str) -> None:
    """Read every packed file below ``tree``; exit 1 at the first difference."""
    for path, content in _load(packed):
        with open(f"{tree}/{path}", "rb") as stream:  # noqa: PTH123
            if stream.read() != content:
                sys.exit(f"{path} differs")


def _load(packed: str) -> list[tuple[str, bytes]]:
    with open(packed, "rb") as stream:  # noqa: PTH123
        files: list[tuple[str, bytes]] = marshal.load(stream)
    return files


if __name__ == "__main__":
    {"pack": pack, "write": write, "compare": compare}[sys.argv[1]](sys.argv[2], sys.argv[3])
