"""One difference between two configurations, in the words of the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.problems import Place

Kind = Literal["added", "removed", "changed"]
What = Literal[
    "partner",
    "shop",
    "agreement",
    "channel",
    "setting",
    "map",
    "map row",
    "code",
    "guide",
    "format",
    "functions",
    "certificate",
    "file",
]
"""``file``: a file of which nothing follows, like notes, or settings that mean the same."""

HOUSE = ""
"""Instead of a partner: ``gateway.yaml``, and what is shared by all (maps, code lists, formats)."""
WHOLE: tuple[What, ...] = ("partner", "shop")
"""Changes of everything in one folder."""
OWN = "_own"
"""Instead of a partner: ``partners/_own.yaml``."""
SIGNS: dict[Kind, str] = {"added": "+", "removed": "-", "changed": "~"}


@dataclass(frozen=True, slots=True, order=True)
class Agreed:
    """An agreement by its name: whose, about what, which way."""

    partner: str
    document: str
    direction: str
    """``inbound`` or ``outbound``."""

    def __str__(self) -> str:
        """``acme-retail order inbound``."""
        return f"{self.partner} {self.document} {self.direction}"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, seen from what runs to what the files say."""

    what: What
    kind: Kind
    partner: str
    """Whose folder it is in (a partner's or a shop's), :data:`OWN` or :data:`HOUSE`."""
    path: str
    """``agreements[order inbound].mode``, ``orders.map note``, ``codes/unit.csv barrel``."""
    before: str = ""
    after: str = ""
    place: Place | None = None
    """Where it is written now; what is removed has the place of what it was written in."""
    note: str = ""
    """What has to be known about it: ``breaking``, ``code that will run``."""
    agreements: tuple[Agreed, ...] = ()
    """The agreements that it touches."""
    decides: bool = True
    """Whether documents or messages can come out otherwise because of it."""
    setting: tuple[str, ...] = field(default=(), repr=False)
    """Of a setting: its path, ``("agreements", "order inbound", "mode")``."""

    @property
    def values(self) -> str:
        """``test -> live``; the new value of what is added, the old one of what is removed."""
        if self.kind == "changed" and (self.before or self.after):
            return f"{self.before or '(none)'} -> {self.after or '(none)'}"
        return self.after or self.before

    def as_json(self) -> dict[str, Any]:
        """For ``--json``; what is empty is left out."""
        known: dict[str, Any] = {
            "what": self.what,
            "kind": self.kind,
            "partner": self.partner,
            "path": self.path,
            "before": self.before,
            "after": self.after,
            "note": self.note,
            "place": None if self.place is None else self.place.as_json(),
            "agreements": [str(each) for each in self.agreements],
        }
        return {name: value for name, value in known.items() if value or name == "partner"}


def merged(changes: Iterable[Change]) -> list[Change]:
    """What was found for several agreements is said once, with all of them."""
    found: dict[tuple[object, ...], Change] = {}
    agreed: dict[tuple[object, ...], dict[Agreed, None]] = {}
    for each in changes:
        key = (each.what, each.kind, each.partner, each.path, each.before, each.after, each.note)
        found.setdefault(key, each)
        agreed.setdefault(key, {}).update(dict.fromkeys(each.agreements))
    return [
        Change(
            each.what,
            each.kind,
            each.partner,
            each.path,
            each.before,
            each.after,
            each.place,
            each.note,
            tuple(agreed[key]),
            each.decides,
            each.setting,
        )
        for key, each in found.items()
    ]
