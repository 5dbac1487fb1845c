"""Characters that a partner's charset does not hold (``characters`` of ``syntax``).

A table names what is written instead: ``mappings/characters/NAME.csv`` in the workspace, or of
those that come with the gateway (``latin``, ``german``). Every change is told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from gateway.config.closed import Closed, Name
from gateway.syntax.fitting import Fitting

FOLDER = "characters"
MOST_BYTES = 1_000_000
REPLACEMENT = "?"
_HEAD = ["character", "written"]


class Characters(Closed):
    """What becomes of characters that the charset does not hold."""

    outside: Literal["refuse", "transliterate", "replace"] = Field(
        default="refuse",
        description="the document is refused; or the table says what is written, and accents go; "
        "or, besides, ? stands for what nothing covers",
    )
    table: Name = Field(
        default="latin",
        description="with transliterate or replace, what is written instead: a file of "
        "mappings/characters",
    )
    lower_case: Literal["keep", "upper"] = Field(
        default="keep", description="small letters that the charset does not hold (UNOA)"
    )


class X12Characters(Characters):
    """The same for X12, and which characters there are."""

    set: Literal["any", "basic", "extended"] = Field(
        default="any", description="which characters the partner takes (X12.6); any: all of codec"
    )


class TableError(OSError):
    """A table of characters that cannot be used; the text says why. It can be mended any time."""


def fitting_of(characters: Characters, path: Path | None) -> Fitting:
    """The rules of a partner. ``path``: of the table; without one there is none."""
    upper = characters.lower_case == "upper"
    if characters.outside == "refuse":
        return Fitting(upper=upper)
    table = {} if path is None else read_table(path)
    mark = REPLACEMENT if characters.outside == "replace" else ""
    return Fitting(table, fold=True, upper=upper, replacement=mark)


def read_table(path: Path) -> Mapping[str, str]:
    """A table: character → what is written. Raises :class:`TableError`, ``OSError``."""
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(64)
def _read(path: Path, _changed: int, size: int) -> Mapping[str, str]:
    if size > MOST_BYTES:
        raise TableError(f"it is larger than {MOST_BYTES} bytes")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("it is not UTF-8 text") from None
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != _HEAD:
        raise TableError(f"its first line is not {','.join(_HEAD)}")
    table: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != 2 or len(row[0]) != 1:
            raise TableError(f"line {number}: one character, a comma, and what is written for it")
        if row[0] in table:
            raise TableError(f"line {number}: {row[0]} has a row already")
        table[row[0]] = row[1]
    return table
