"""One difference between two guides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "removed", "changed"]
Effect = Literal["breaking", "compatible", "neutral"]
"""``compatible``: every message that was right stays right; ``neutral``: nothing is refused or
allowed by it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, seen from the first guide to the second."""

    what: str
    """``base``, ``segment``, ``group``, ``slot``, ``usage``, ``codes``, ``length``, …"""
    kind: Kind
    path: str
    """``SG2:buyer/NAD.3039``; empty for the whole guide."""
    effect: Effect
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """``breaking    BGM.1225  codes  1, 4, 9 → 4, 9``."""
        told = " → ".join((self.before or "nothing", self.after or "nothing"))
        return f"{self.effect:10}  {self.path}  {self.what} {self.kind}: {told}"

    def as_json(self) -> dict[str, str]:
        """For ``--json``; what is empty is left out."""
        texts = {"before": self.before, "after": self.after}
        known = {"what": self.what, "kind": self.kind, "path": self.path, "effect": self.effect}
        return known | {name: text for name, text in texts.items() if text}
