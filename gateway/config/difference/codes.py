"""Rows of code lists that differ, by their canonical word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import PurePosixPath

from gateway.config.difference.change import HOUSE, Agreed, Change, Kind
from gateway.config.difference.sides import Sides
from gateway.config.snapshot import PARTNERS
from gateway.mapping.codes import parse_codes
from gateway.problems import Place

_WORD = "canonical"
Rows = dict[str, list[str]]
"""What the rows of each word say, in their order."""


def code_rows(sides: Sides, lists: Mapping[str, Mapping[Agreed, None]]) -> Iterator[Change]:
    """Rows of the files of code lists, with the agreements that read them otherwise."""
    for name, (before, after) in sides.changed_files.items():
        listed = list_of(sides, name)
        if listed is None:
            continue
        partner, called = listed
        agreed = tuple(each for each in lists.get(called, {}) if partner in (HOUSE, each.partner))
        shown = sides.shown(name)
        file = PurePosixPath(name).name if partner else shown
        for word, was, now in _row_changes(*(_cells(data, shown) for data in (before, after))):
            kind: Kind = "changed" if was and now else "added" if now else "removed"
            place, path = Place(file=shown), f"{file} {word}"
            yield Change("code", kind, partner, path, was, now, place, agreements=agreed)


def _row_changes(old: Rows, new: Rows) -> Iterator[tuple[str, str, str]]:
    """(canonical word, row before, row now); of rows of one word, the same ones are no change."""
    for word in dict.fromkeys([*new, *old]):
        before, after = old.get(word, []), new.get(word, [])
        gone = list((Counter(before) - Counter(after)).elements())
        come = list((Counter(after) - Counter(before)).elements())
        if not gone and not come and before != after:  # which comes first decides
            yield word, before[0], after[0]
        for was, now in zip_longest(gone, come, fillvalue=""):
            yield word, was, now


def list_of(sides: Sides, name: str) -> tuple[str, str] | None:
    """Whose code list a file is, and its name; ``None`` where it is none."""
    parts = name.split("/")
    if not name.endswith(".csv"):
        return None
    if parts[:2] == ["mappings", "codes"]:
        return HOUSE, PurePosixPath(name).stem
    if parts[0] != PARTNERS or len(parts) < 3:
        return None
    inside = "/".join(parts[2:])
    for workspace in (sides.new, sides.old):
        partner = workspace.partners.get(parts[1])
        for called, written in ({} if partner is None else partner.codes).items():
            if PurePosixPath(written).as_posix() == inside:
                return parts[1], called
    # overlays may name a file of codes, too: its list is called like the file
    return (parts[1], PurePosixPath(name).stem) if "codes" in parts else None


def _cells(data: bytes | None, shown: str) -> Rows:
    """What the rows of each canonical word say, in their order."""
    if data is None:
        return {}
    rows, _ = parse_codes(data.decode("utf-8", "replace"), shown)
    found: Rows = {}
    for row in rows:
        cells = [f"{name} {cell}" for name, cell in row.cells.items() if cell and name != _WORD]
        found.setdefault(row.cells.get(_WORD, ""), []).append(", ".join(cells))
    return found
