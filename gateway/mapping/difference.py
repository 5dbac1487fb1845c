"""What differs between two maps: rows that one has and the other has not, or has otherwise.

And the code lists that both use: a list may say something else though no row does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.mapping.merged import Merged
from gateway.mapping.plan import RowInfo

_WAYS = {"<->": "both", "<-": "read", "->": "written", "==": "verified"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One row. ``old`` or ``new`` is ``None`` where only the other map has it."""

    field: str
    old: RowInfo | None
    new: RowInfo | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """Seen from the old map."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


def differences(old: Iterable[RowInfo], new: Iterable[RowInfo]) -> list[Difference]:
    """All differences, in the order of the new map; removed rows stand where they stood."""
    before, after = _keyed(old), _keyed(new)
    found = []
    for key in _merged(list(before), list(after)):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or _says(was) != _says(now):
            found.append(Difference(key[0], was, now))
    return found


def _keyed(rows: Iterable[RowInfo]) -> dict[tuple[str, str, int], RowInfo]:
    """Rows by field and direction; rows of one field and direction are counted."""
    found: dict[tuple[str, str, int], RowInfo] = {}
    for row in rows:
        way = _WAYS.get(row.operator, row.operator)
        nth = 0
        while (row.field, way, nth) in found:
            nth += 1
        found[row.field, way, nth] = row
    return found


def _says(row: RowInfo) -> tuple[str, str, str]:
    return row.operator, row.wire, row.modifiers


def _merged(
    old: list[tuple[str, str, int]], new: list[tuple[str, str, int]]
) -> Iterator[tuple[str, str, int]]:
    """Both orders in one: a key that only the old one has comes before its old successor."""
    known, waiting = set(new), iter(old)
    position = {key: at for at, key in enumerate(old)}
    done = -1
    for key in new:
        at = position.get(key, -1)
        if at > done:
            for one in waiting:
                done += 1
                if one == key:
                    break
                if one not in known:
                    yield one
        yield key
    yield from (one for one in waiting if one not in known)


def code_changes(old: Merged, new: Merged, among: Collection[str]) -> list[str]:
    """Of some code lists, those that both maps use and that say something else to them."""
    both = [name for name in new.lists if name in among and name in old.lists]
    return [name for name in both if old.code_list(name) != new.code_list(name)]
