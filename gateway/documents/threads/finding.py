"""What a comparison needs to know, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.documents.threads.entry import Counted, Entry
from gateway.documents.threads.lines import Line
from gateway.problems import Problem

GRACE = timedelta(hours=24)
TOLERANCE = Decimal("0.02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the partner's agreements say, and what time it is."""

    at: datetime
    exchanged: frozenset[str] = frozenset()
    """Documents that the partner exchanges with us; another one is not missed."""
    tolerance: Decimal = TOLERANCE
    """How far the price of a whole line may be off, in its currency."""
    grace: timedelta = GRACE
    """How long to wait for a document that may still come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit."""

    problem: Problem
    subject: str
    """What tells it from others of its code in the thread: a line, an invoice."""
    entry: Entry
    """The document that it is about."""
    line: str = ""
    """The name of the line that it is about, if it is about one."""
    column: str = ""
    """What of the line: ``shipped``, ``invoiced``, ``price``."""
    patient: bool = False
    """A document that may still come would heal it, so it counts only after the time of grace."""

    @property
    def key(self) -> str:
        """``A204:1``."""
        return f"{self.problem.code}:{self.subject}"

    def ripe_at(self, grace: timedelta) -> datetime:
        """When it counts."""
        return self.entry.at + grace if self.patient else self.entry.at


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at: one order with all that was said about it."""

    number: str
    counted: Counted
    lines: tuple[Line, ...]
    rules: Rules

    def documents(self, name: str) -> list[Entry]:
        """The documents of a kind that count, oldest first."""
        return [one for one in self.counted.entries if one.document.name == name]

    def missed(self, name: str) -> bool:
        """Whether a document of this kind is exchanged, and there is none."""
        return name in self.rules.exchanged and not self.documents(name)

    def invoices(self) -> list[Entry]:
        """Invoices for goods, oldest first; credit notes and the like are none."""
        billed = {
            one.entry.message for line in self.lines for one in line.of("invoiced") if one.sign > 0
        }
        return [one for one in self.documents("invoice") if one.message in billed]
