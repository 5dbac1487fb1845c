"""Names of files: which we leave alone, and how we name our own.

Our names are plain ASCII without blanks, start with a letter or digit, are no device names of
Windows and are short enough for every file system, so that any ERP can read them.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath

TEMPORARY = (
    ".tmp", ".temp", ".part", ".filepart", ".partial", ".writing", ".uploading", ".crdownload",
    ".swp", ".lock", "~",
)  # fmt: skip
"""Endings of files that somebody is still writing."""
_LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
"""Files that desktops leave in folders they were shown."""
LONGEST = 120
_LONGEST_SUFFIX = 16
_MOST_BYTES = 255
"""Of a name on the usual file systems."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SPELLED = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def is_temporary(name: str) -> bool:
    """Whether a name says that its writer has not finished, or that it is not for us."""
    small = name.lower()
    return small.startswith((".", "~")) or small.endswith(TEMPORARY) or small in _LITTER


def shown(name: str) -> str:
    """A file name as text that can be stored and printed, whatever bytes it was made of."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def sanitised(text: str) -> str:
    """A piece of a file name: ASCII letters, digits, ``.``, ``_`` and ``-`` only."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    plain = plain.encode("ascii", "ignore").decode("ascii")
    return _UNSAFE.sub("-", plain).strip("-.")


def file_name(template: str, facts: Mapping[str, str]) -> str:
    """Fill ``{document}_{partner}_{number}_{seq}.{ext}``; an unknown or empty fact is left out.

    Only the facts are sanitised one by one, so a number such as ``../../x`` cannot leave the
    folder and ``4711/A`` stays readable as ``4711-A``.
    """
    filled = _PLACEHOLDER.sub(lambda found: sanitised(facts.get(found[1], "")), template)
    name = re.sub(r"([_-])[_-]+", r"\1", sanitised(filled)).strip("_-.")
    name = re.sub(r"[_-]+\.", ".", name) or "file"
    if PurePath(name).stem.split(".")[0].lower() in _DEVICES:
        name = f"file-{name}"
    return _short(name)


def with_suffix(name: str, number: int) -> str:
    """``orders.csv`` and 2 give ``orders-2.csv``; a name as long as allowed is shortened."""
    suffix = PurePath(name).suffix
    suffix = suffix if len(suffix) <= _LONGEST_SUFFIX else ""
    ending = f"-{number}{suffix}"
    stem = name.removesuffix(suffix)
    while stem and len(os.fsencode(stem + ending)) > _MOST_BYTES:
        stem = stem[:-1]
    return stem + ending


def _short(name: str) -> str:
    path = PurePath(name)
    if len(name) <= LONGEST:
        return name
    suffix = path.suffix[:_LONGEST_SUFFIX]
    return path.stem[: LONGEST - len(suffix)].rstrip("-._") + suffix
