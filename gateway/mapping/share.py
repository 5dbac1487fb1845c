"""The share of an input that a map reads, over one document or many.

Counted are values: elements and components of segments that hold something (qualifiers too), or
fields of records. Service segments count on neither side.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.tree import Tree
from gateway.mapping.compiled import CompiledMap
from gateway.mapping.coverage import held_spots
from gateway.syntax.record import Record


@dataclass(slots=True)
class Share:
    """Counts that can be added up."""

    documents: int = 0
    held: int = 0
    """Values that were there."""
    read: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    """What no row read: how often, by the name of the place."""
    examples: dict[str, str] = field(default_factory=dict)
    """One value of each."""

    @property
    def ratio(self) -> float:
        """Read of held, from 0 to 1; 1 where there was nothing."""
        return self.read / self.held if self.held else 1.0

    def add(self, other: Share) -> None:
        """Count what another one counted, too."""
        self.documents += other.documents
        self.held += other.held
        self.read += other.read
        self.unread.update(other.unread)
        for name, value in other.examples.items():
            self.examples.setdefault(name, value)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        unread = [
            {"path": name, "count": count, "example": self.examples[name]}
            for name, count in self.unread.most_common()
        ]
        counts = {"documents": self.documents, "held": self.held, "read": self.read}
        return {**counts, "share": round(self.ratio, 4), "unread": unread}


def share(compiled: CompiledMap, source: Tree | Record) -> Share:
    """The share of one message or record."""
    problems = compiled.unread(source)
    held = _held(source) if isinstance(source, Record) else sum(1 for _ in _values(source))
    found = Share(1, held, held - len(problems))
    for one in problems:
        name = _general(str(one.facts["name"]))
        found.unread[name] += 1
        found.examples.setdefault(name, str(one.facts["value"]))
    return found


def _values(tree: Tree) -> Any:
    return held_spots(tree.segments)


def _held(record: Record) -> int:
    kids = sum(_held(kid) for kids in record.kids.values() for kid in kids)
    return sum(1 for value in record.fields.values() if value) + kids


def _general(name: str) -> str:
    """The name of a place without the numbers of records: ``order.line.note``."""
    pieces = name.split("[")
    return pieces[0] + "".join(piece.partition("]")[2] for piece in pieces[1:])
