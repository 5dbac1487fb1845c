"""Cases of readers in files: a record, and what has to be found in its canonical form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any


def cases(folder: Path) -> list[Path]:
    """The case files of a folder."""
    return sorted(folder.glob("*.json"))


def loaded(path: Path) -> dict[str, Any]:
    """A case; numbers with a fraction as they are written."""
    data: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    return data


def missing(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where something wanted is not found. Lists have to be of the same length."""
    if isinstance(wanted, Mapping):
        if not isinstance(found, Mapping):
            return [f"{path} is {found!r}, no object"]
        return [
            told
            for name, one in wanted.items()
            for told in missing(one, found.get(name), f"{path}.{name}")
        ]
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return [f"{path} is {found!r}, not {len(wanted)} entries"]
        return [
            told
            for index, (one, two) in enumerate(zip(wanted, found, strict=True))
            for told in missing(one, two, f"{path}[{index + 1}]")
        ]
    return [] if wanted == found else [f"{path} is {found!r}, not {wanted!r}"]
