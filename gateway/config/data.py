"""Where the data lives: first the workspace the user runs in, then what was installed.

Data (``grammars/``, ``mappings/``, ``samples/``) is not code: a file in the workspace wins over
the file of the same name that came with the package. In a wheel the data lies in
``gateway/_data``, in a source checkout in the root of the repository.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import gateway


def data_roots(workspace_root: Path, kind: str) -> list[Path]:
    """The folders that hold ``kind`` (``grammars``, ``mappings``, …), in the order to look.

    With ``kind=""`` the folders that hold the kinds. Only folders that exist are given.
    """
    known = (_resolved(base / kind if kind else base) for base in (workspace_root, installed()))
    return [folder for folder in dict.fromkeys(known) if folder.is_dir()]


@lru_cache(maxsize=256)
def _resolved(folder: Path) -> Path:
    """Asked for every agreement of a house; where links lead to does not change while we run."""
    return folder.resolve()


_BESIDE = ("samples", "tables")
"""Folders that decide nothing: samples, and tables of numbers that the ERP renews."""


def is_beside(name: str) -> bool:
    """Whether a file or folder of this name is no rule; editors and systems leave such, too."""
    return name in _BESIDE or name.startswith(".")


@cache
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
