"""What a schema of an IDoc type does not say, from the types of the package."""

from __future__ import annotations

import re

from gateway.grammar.idoc import IdocField, IdocSegment, IdocType
from gateway.grammar.idoc.places import Place, places
from gateway.grammar.idoc.records import QUALIFIERS
from gateway.grammar.library import packaged

_CUSTOMER = re.compile(r"[A-Z]1(?P<rest>.+)")


class KnownSegments:
    """What the types of the package say about segments."""

    def __init__(self) -> None:
        self.segments: dict[str, list[IdocSegment]] = {}
        self.root: Place | None = None
        """Of the type of the same name, else of one that the name contains."""
        self.guessed: set[str] = set()
        """Segments whose definition is none of the package."""

    @classmethod
    def of(cls, name: str) -> KnownSegments:
        """For a type of this name: the segments of all types, the places of its own kin."""
        made = cls()
        for path in sorted((packaged() / "idoc").glob("*/segments.txt")):
            found = IdocType.read(path.parent)
            for segment in found.segments.values():
                made.segments.setdefault(segment.type, []).append(segment)
            if found.name == name or (
                made.root is None and found.name.rstrip("0123456789") in name
            ):
                made.root = places(found)
        return made

    def segment(self, name: str, fields: tuple[IdocField, ...]) -> IdocSegment:
        """A segment with the definition that has just these fields, or a guessed one."""
        same = self.segments.get(name, [])
        for one in same:
            if one.fields == fields:
                return one
        self.guessed.add(name)
        qualified = any(one.qualified for one in same) if same else _qualified(fields)
        return IdocSegment(name, _definition(name), qualified, fields)


def _qualified(fields: tuple[IdocField, ...]) -> bool:
    return bool(fields) and fields[0].name in QUALIFIERS


def _definition(name: str) -> str:
    """``E1EDK01`` → ``E2EDK01``, ``Z1PROMO`` → ``Z2PROMO000``, ``ZPROMO`` → ``ZPROMO000``."""
    known = _CUSTOMER.fullmatch(name)
    front = f"{name[0]}2{known['rest']}" if known else name
    return front if name[0] == "E" else f"{front}000"
