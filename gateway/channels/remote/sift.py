"""Choosing from a folder of any size: what is taken now, oldest first, in bounded memory.

Entries come in pieces, in no order. Of those that may be taken only the oldest are kept, so many
as one look takes; of those that have to wait only the oldest are watched. The rest is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from gateway.channels.remote.directory import Entry
from gateway.channels.remote.ready import Decision, Facts, Rules, Seen, Taken, decide, still
from gateway.problems import Problem

WATCHED = 10_000
"""Files whose change from look to look is watched."""
SAID = 20
"""Problems of one look that are told one by one."""
_NOBODY: Mapping[str, Taken] = {}

_Aged = tuple[int, str, int, Entry]
"""Time, name, a number that no other one has, entry."""


@dataclass(slots=True)
class Sifted:
    """What a look into a folder found."""

    take: list[Entry]
    """Oldest first."""
    seen: dict[str, Seen]
    """What waits or is taken now, by name: for the next look."""
    entries: int = 0
    taken: int = 0
    """Entries that are ours already."""
    ignored: int = 0
    waiting: int = 0
    more: int = 0
    """Files that could be taken and are left for the next look."""
    waits: list[tuple[Entry, Decision]] = field(default_factory=list)
    """The first of those that wait."""
    again: float | None = None
    """Seconds after which another look may take something."""
    problems: list[Problem] = field(default_factory=list)
    left: int = 0
    """Files that somebody should hear of."""


class Sieve:
    """One look into one folder: :meth:`add` its pieces, then :meth:`result`."""

    def __init__(self, rules: Rules, most: int, seen: Mapping[str, Seen], now: float) -> None:
        self._rules = rules
        self._most = most
        self._before = seen
        self._now = now
        self._ripe: list[_Aged] = []
        self._green: list[_Aged] = []
        self._could = 0
        self._markers: set[str] = set()
        self._unmarked: dict[str, tuple[Entry, Taken | None]] = {}
        self._number = 0
        self._found = Sifted([], {})

    def add(self, entries: Sequence[Entry], taken: Mapping[str, Taken] = _NOBODY) -> None:
        """A piece of the folder; ``taken`` by name: what of it is ours already."""
        self._found.entries += len(entries)
        if self._rules.marker is not None:
            for entry in entries:
                if self._rules.marks(entry.name) is None:
                    self._unmarked[entry.name] = (entry, taken.get(entry.name))
                else:
                    self._found.ignored += 1
                    self._markers.add(entry.name)
            return
        for entry in entries:
            self._sort(entry, taken.get(entry.name), marked=False)

    def result(self) -> Sifted:
        """What was found in all pieces."""
        for name, (entry, taken) in self._unmarked.items():
            self._sort(entry, taken, marked=self._rules.marker_of(name) in self._markers)
        self._unmarked.clear()
        found = self._found
        ripe, green = nsmallest(self._most, self._ripe), nsmallest(WATCHED, self._green)
        # a name that a server tells twice is one file
        found.take = list({name: entry for _, name, _, entry in ripe}.values())
        found.more = self._could - len(ripe)
        for _, name, _, entry in (*ripe, *green):
            found.seen[name] = still(self._before.get(name), entry, self._now)
        return found

    def _sort(self, entry: Entry, taken: Taken | None, *, marked: bool) -> None:
        before = self._before.get(entry.name)
        decision = decide(self._rules, Facts(entry, self._now, marked, before, taken))
        found = self._found
        if decision.verdict == "take":
            self._could += 1
            self._ripe = self._kept(self._ripe, entry, self._most)
        elif decision.verdict == "wait":
            found.waiting += 1
            self._green = self._kept(self._green, entry, WATCHED)
            if len(found.waits) < SAID:
                found.waits.append((entry, decision))
            if decision.again is not None:
                known = found.again
                found.again = decision.again if known is None else min(known, decision.again)
        elif decision.verdict == "taken":
            found.taken += 1
        else:
            found.ignored += 1
        if decision.found is not None:
            found.left += 1
            if len(found.problems) < SAID:
                found.problems.append(decision.found)

    def _kept(self, heap: list[_Aged], entry: Entry, most: int) -> list[_Aged]:
        """The oldest ones and this one; cut down now and then, so that it stays small."""
        self._number += 1
        heap.append((entry.changed or 0, entry.name, self._number, entry))
        return nsmallest(most, heap) if len(heap) > 4 * most + 1000 else heap
