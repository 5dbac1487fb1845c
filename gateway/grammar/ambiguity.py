"""Where a grammar leaves open to which slot a segment belongs, and what was decided there.

With one segment of look-ahead nearly all messages of the directories are unambiguous. Where two
slots can take the same tag from the same place, reading prefers the innermost open group that can
still take it (:mod:`gateway.grammar.structure`); whoever relies on the other slot must know. The
known cases stand in ``grammars/edifact/ambiguous.txt`` and ``grammars/x12/ambiguous.txt``::

    DELFOR LIN SG4/SG8/LIN SG18/LIN | D93A D94A D96A | a line item belongs to the place before it

message, tag, the slot that gets it, the slot that could have got it, the directories, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.grammar.model import Group, MessageGrammar
from gateway.grammar.structure import Place, Structure


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A tag that two slots can take after the same segment."""

    tag: str
    first: str
    """Path of the slot that gets it: ``SG12/SG15/LIN``."""
    second: str
    """Path of the slot that could have got it."""
    after: tuple[str, ...]
    """Paths of the slots after which that is so."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for an ambiguity of a message, in some directories."""

    message: str
    tag: str
    preferred: str
    other: str
    directories: tuple[str, ...]
    why: str

    def settles(self, message: str, directory: str, found: Ambiguity) -> bool:
        """Whether it is the decision for an ambiguity."""
        return (
            (message, found.tag, found.first, found.second)
            == (self.message, self.tag, self.preferred, self.other)
        ) and directory in self.directories


def ambiguities(grammar: MessageGrammar) -> list[Ambiguity]:
    """Pairs of slots that compete for a tag, sorted by tag and path; empty for most messages."""
    structure = Structure(grammar.root)
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for place in structure.places:
        by_tag: dict[str, Place] = {}
        for target in structure.reachable(place):
            tag = target.place.slot.tag
            first = by_tag.setdefault(tag, target.place)
            if first is not target.place:
                pair = (tag, path(first), path(target.place))
                found.setdefault(pair, {})[path(place)] = None
    return [Ambiguity(*pair, tuple(after)) for pair, after in sorted(found.items())]


def read_choices(file: Path) -> tuple[Choice, ...]:
    """The decisions of a standard; none where there is no file.

    Raises ``ValueError`` for a line that is not of the form above.
    """
    if not file.is_file():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(_choice(line) for line in lines if line.strip() and line[0] != "#")


def choices(roots: Iterable[Path], standard: str) -> tuple[Choice, ...]:
    """The decisions under some roots, those of the first root first."""
    files = [root / standard / "ambiguous.txt" for root in roots]
    return tuple(choice for file in files for choice in read_choices(file))


def path(place: Place) -> str:
    """Groups and tag of a slot: ``SG12/SG15/LIN``; the second of a name is ``LS#2``."""
    names = []
    for around, group in zip(place.chain, place.chain[1:], strict=False):
        same = [one for one in around.members if isinstance(one, Group) and one.name == group.name]
        number = next(at for at, one in enumerate(same, 1) if one is group)
        names.append(group.name if number == 1 else f"{group.name}#{number}")
    return "/".join([*names, place.slot.tag])


def _choice(line: str) -> Choice:
    parts = [part.strip() for part in line.split("|")]
    words = parts[0].split()
    if len(parts) != 3 or len(words) != 4 or not all(parts):
        raise ValueError(f"{line!r} is not MESSAGE TAG SLOT SLOT | DIRECTORIES | WHY")
    message, tag, preferred, other = words
    return Choice(message, tag, preferred, other, tuple(parts[1].split()), parts[2])
