"""How far a file for a server has come, as ``delivery.temporary`` keeps it between attempts.

``PLACE:HIDDEN``: its temporary name on the server, which may be there (nothing: the file is written
under its name). With ``?`` before it the file may have arrived: it is looked what lies there before
anything is sent. PLACE is a mark of server and folder, so that one looks in the right place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEXT = re.compile(r"(\??)([0-9a-f]{6}):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one delivery."""

    place: str
    hidden: str
    """Empty: written under its name."""
    unsure: bool = False
    """It may have arrived."""

    def __str__(self) -> str:
        """As it is kept."""
        return f"{'?' if self.unsure else ''}{self.place}:{self.hidden}"

    @classmethod
    def of(cls, text: str) -> Progress | None:
        """From what is kept; ``None`` where nothing was begun."""
        found = _TEXT.fullmatch(text)
        return None if found is None else cls(found[2], found[3], bool(found[1]))
