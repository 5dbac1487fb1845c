"""An IDoc in memory: its control record and the tree of its segments, in the order of the file.

Nothing of a file is lost here: what the type does not know stands in ``rest``, and what a flat file
had otherwise than the type says is kept beside each segment, so that it can be written again byte
for byte. Maps see less: :mod:`gateway.grammar.idoc.records`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SDATA = "SDATA"
"""The field that holds the whole data of a segment that the type does not know."""


@dataclass(slots=True)
class Segment:
    """One segment."""

    type: str
    """``E1EDK01``; a name with slashes as XML spells it, ``_-RB04_-YP3_E1EDK01``."""
    fields: dict[str, str] = field(default_factory=dict)
    """Without the blanks that fill a field; XML may hold empty ones."""
    kids: list[Segment] = field(default_factory=list)
    line: int = 0
    """In the file, from 1; 0 for a segment that was made."""
    known: bool = True
    """Whether the type has this segment here."""
    definition: str = ""
    """SEGNAM in the flat file it came from."""
    header: str = ""
    """MANDT to HLEVEL in that file."""
    width: int = 0
    """Characters of its record in that file."""
    rest: str = ""
    """Characters after its last known field."""

    def walk(self) -> Iterator[Segment]:
        """The segment and all below, in the order of the file."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


@dataclass(slots=True)
class Idoc:
    """One IDoc."""

    control: dict[str, str]
    """Fields of EDI_DC40."""
    segments: list[Segment] = field(default_factory=list)
    line: int = 0
    width: int = 0
    """Characters of its control record in the flat file it came from."""
    rest: str = ""
    """Characters after its last field."""
    ends: list[str] = field(default_factory=list)
    """What ends each line in that file, the control record's first."""

    def walk(self) -> Iterator[Segment]:
        """All segments in the order of the file."""
        for segment in self.segments:
            yield from segment.walk()

    @property
    def type(self) -> str:
        """``ORDERS05``."""
        return self.control.get("IDOCTYP", "")

    @property
    def message(self) -> str:
        """``ORDERS``, ``ORDRSP``."""
        return self.control.get("MESTYP", "")
