"""Where the data lives: first the workspace the user runs in, then what was installed.

Data (``grammars/``, ``mappings/``, ``samples/``) is not code: a file in the workspace wins over
the file of the same name that came with the package. In a wheel the data lies in
``gateway/_data``, in a source checkout in the root of the repository.
"""

from __future__ import annotations

from pathlib import Path

import gateway


def data_roots(workspace_root: Path, kind: str) -> list[Path]:
    """The folders that hold ``kind`` (``grammars``, ``mappings``, …), in the order to look.

    With ``kind=""`` the folders that hold the kinds. Only folders that exist are given.
    """
    found: list[Path] = []
    for base in (workspace_root, installed()):
        folder = (base / kind if kind else base).resolve()
        if folder.is_dir() and folder not in found:
            found.append(folder)
    return found


def installed() -> Path:
    """The data that came with the package."""
    package = Path(gateway.__file__).resolve().parent
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent


def find(workspace_root: Path, kind: str, name: str) -> Path | None:
    """The first file ``<kind>/<name>`` in the order of :func:`data_roots`."""
    for root in data_roots(workspace_root, kind):
        if (root / name).is_file():
            return root / name
    return None
