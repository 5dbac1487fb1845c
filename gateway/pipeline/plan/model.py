"""A plan: what differs between what runs and the files, and what that does to messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from gateway.config.difference import WHOLE, Agreed, Change, Difference
from gateway.pipeline.replay import Comparison
from gateway.problems import Problem, errors

Verdict = Literal["same", "output", "new", "gone", "refused", "held", "accepted"]
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "same": ("the same", "the same"),
    "output": ("output changes", "outputs change"),
    "new": ("has new problems", "have new problems"),
    "gone": ("loses problems", "lose problems"),
    "refused": ("refused now", "refused now"),
    "held": ("held for a person now", "held for a person now"),
    "accepted": ("accepted now", "accepted now"),
}
"""What may become of a message, in words for one and for many."""


@dataclass(slots=True)
class Outcome:
    """The stored messages of one agreement, judged by the old and by the new rules."""

    agreed: Agreed
    stored: int = 0
    """Of the days that are looked at."""
    judged: int = 0
    """The newest of them; each once on both sides."""
    lost: int = 0
    """Their bytes were deleted when their time had come."""
    counts: Counter[Verdict] = field(default_factory=Counter)
    shown: list[Comparison] = field(default_factory=list)
    """The first ones that differ, with all their differences."""

    @property
    def differs(self) -> int:
        """How many would come out otherwise."""
        return sum(count for verdict, count in self.counts.items() if verdict != "same")

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "agreement": str(self.agreed),
            "stored": self.stored,
            "judged": self.judged,
            "lost": self.lost,
            "counts": {name: self.counts[name] for name in VERDICTS if self.counts[name]},
            "shown": [each.as_json() for each in self.shown],
        }


@dataclass(frozen=True, slots=True)
class Archive:
    """How far the archive was looked at."""

    days: timedelta
    limit: int
    """The most messages of an agreement."""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def differs(self) -> int:
        """Messages that would come out otherwise."""
        return sum(each.differs for each in self.outcomes)

    @property
    def judged(self) -> int:
        """Messages that were judged."""
        return sum(each.judged for each in self.outcomes)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that applying the files would do. Making one changes nothing."""

    before: str
    """Hash of what runs; empty where nothing ever ran."""
    after: str
    """Hash of the files."""
    against: str
    """``applied 2026-03-02 09:14 by anna``."""
    difference: Difference
    stays: tuple[str, ...] = ()
    """Partners and shops whose files cannot be used: they stay as they run."""
    left_out: tuple[str, ...] = ()
    """Those whose files cannot be used and that do not run either."""
    problems: tuple[Problem, ...] = ()
    """Of the files, as far as they were looked at."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """By partner (``erp`` for the ERP): files that came and are processed with the new settings."""
    restarts: tuple[str, ...] = ()
    """Settings that hold only when the processes are started anew."""
    archive: Archive | None = None
    """``None`` where messages were not judged again."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them."""
        return self.difference.changes

    @property
    def empty(self) -> bool:
        """Whether applying would change nothing."""
        return not self.changes

    @property
    def obstacles(self) -> list[Problem]:
        """What has to be mended before all of it can be applied."""
        return errors(self.problems)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Partners and shops to add, change, remove; the house itself is one to change."""
        kinds = {each.partner: each.kind for each in self.changes if each.what in WHOLE}
        others = {each.partner for each in self.changes} - kinds.keys()
        added = sum(kind == "added" for kind in kinds.values())
        return added, len(others), len(kinds) - added

    @property
    def summary(self) -> str:
        """One line: ``0 to add, 1 to change, 0 to remove; 3 of 12 messages come out otherwise``."""
        if self.empty:
            return "nothing to change"
        added, changed, removed = self.counts
        text = f"{added} to add, {changed} to change, {removed} to remove"
        if self.archive is None or not self.archive.judged:
            return text
        judged = self.archive.judged
        messages = "message comes" if judged == 1 else "messages come"
        return f"{text}; {self.archive.differs} of {judged} {messages} out otherwise"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``. Nothing secret is in it: settings hold references."""
        added, changed, removed = self.counts
        return {
            "empty": self.empty,
            "before": self.before or None,
            "after": self.after,
            "against": self.against,
            "summary": self.summary,
            "add": added,
            "change": changed,
            "remove": removed,
            "changes": [each.as_json() for each in self.changes],
            "agreements": [str(each) for each in self.difference.touched],
            "stays": list(self.stays),
            "left_out": list(self.left_out),
            "problems": [each.as_json() for each in self.problems],
            "waiting": dict(self.waiting),
            "restarts": list(self.restarts),
            "archive": None if self.archive is None else _archive(self.archive),
        }


def _archive(archive: Archive) -> dict[str, Any]:
    return {
        "days": archive.days.total_seconds() / 86400,
        "limit": archive.limit,
        "judged": archive.judged,
        "differs": archive.differs,
        "agreements": [each.as_json() for each in archive.outcomes],
    }
