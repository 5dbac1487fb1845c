"""Markers: empty files that say that the file beside them is whole.

An ERP that cannot rename writes ``orders.csv`` and then ``orders.csv.done``. We write them, too,
for receivers that wait for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

GRAIN = 2.0
"""Seconds: the coarsest times of files that file systems keep (FAT)."""


@dataclass(frozen=True, slots=True)
class Marker:
    """``{name}.done`` or ``{stem}.ok``; ``stem`` is the name without its last ending."""

    template: str
    keep: bool = False
    """Whether it stays when the file was taken; then an old one does not vouch for a new file."""

    def of(self, name: str) -> str:
        """The name of the marker of a file."""
        return self.template.replace("{name}", name).replace("{stem}", PurePath(name).stem)

    def is_one(self, name: str) -> bool:
        """Whether a file of that name is a marker, and no file to be taken."""
        front, _, end = self.template.partition("{")
        end = end.partition("}")[2]
        name = name.lower()
        return name.startswith(front.lower()) and name.endswith(end.lower())

    def vouches(self, marked: float, changed: float) -> bool:
        """Whether a marker of that time speaks of a file of this time (seconds)."""
        return not self.keep or marked + GRAIN >= changed
