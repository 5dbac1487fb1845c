"""One list, told in two ways: flat, or in groups that share some fields.

A sales report lists what was sold: each sale with its place. EDIFACT tells the place once and
then what was sold there; X12 852 tells the article once and then where. The document keeps the
flat list. It also takes the grouped form when it is built, and gives it to a map that writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_EMPTY: tuple[object, ...] = (None, "", (), [], {})


@dataclass(frozen=True)
class Arrangement:
    """A grouped form of a flat list."""

    name: str
    """Field with the groups: ``places``."""
    entries: str
    """Field of a group with its entries: ``lines``."""
    flat: str
    """Field with the flat list: ``lines``."""
    shared: Mapping[str, str]
    """Field of the group → field of each entry of the flat list."""
    gathered: bool = False
    """Entries that stand apart come into one group; otherwise only neighbours do."""

    def flattened(self, groups: Any, above: Mapping[str, Any] | None = None) -> list[Any]:
        """The flat list. A group without entries is an entry that has only what is shared.

        A group may hold groups under the same name; what it lacks it shares with the one above.
        """
        found: list[Any] = []
        for group in groups:
            own = {to: group[name] for name, to in self.shared.items() if name in group}
            shared = {**(above or {}), **own}
            entries = group.get(self.entries) or ()
            inner = group.get(self.name) or ()
            found += [{**shared, **entry} for entry in entries]
            found += self.flattened(inner, shared)
            if shared and not entries and not inner:
                found.append(shared)
        return found

    def grouped(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The groups of a flat list."""
        found: list[dict[str, Any]] = []
        known: dict[str, dict[str, Any]] = {}
        last = None
        for entry in entries:
            shared = {
                name: entry[to] for name, to in self.shared.items() if entry.get(to) not in _EMPTY
            }
            key = repr(sorted(shared.items()))
            if key != last and not (self.gathered and key in known):
                known[key] = shared
                found.append(shared)
            last = key
            rest = {
                name: one
                for name, one in entry.items()
                if name not in self.shared.values() and one not in _EMPTY
            }
            if rest:
                known[key].setdefault(self.entries, []).append(rest)
        return found


def flat(data: Mapping[str, Any], arrangements: tuple[Arrangement, ...]) -> dict[str, Any]:
    """The data with every grouped form put into its flat list."""
    found = dict(data)
    for one in arrangements:
        groups = found.pop(one.name, None)
        if isinstance(groups, list | tuple) and all(isinstance(it, Mapping) for it in groups):
            found[one.flat] = [*found.get(one.flat, ()), *one.flattened(groups)]
        elif groups is not None:
            found[one.name] = groups  # the model says what is wrong with it
    return found


def arranged(
    data: dict[str, Any], arrangements: tuple[Arrangement, ...], names: frozenset[str]
) -> dict[str, Any]:
    """The data as a map writes it that has rows for these fields of the document."""
    for one in _wanted(arrangements, names):
        if one.flat in data:
            entries = data.pop(one.flat)
            data[one.name] = one.grouped(entries)
    return data


def _wanted(arrangements: tuple[Arrangement, ...], names: frozenset[str]) -> Iterator[Arrangement]:
    for one in arrangements:
        if one.name in names and one.flat not in names:
            yield one
