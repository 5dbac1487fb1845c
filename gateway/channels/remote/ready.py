"""Whether a file on a server is taken: one table of rules, tried from the top.

Pure: what the server tells, what was seen before and what was taken before come in, a
:class:`Decision` with its sentence comes out. The same table takes files and explains why one was
not taken. Ages are measured between two looks by our own clock; what time the server has, and how
finely it tells it, does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from typing import Literal

from gateway.channels.folder.names import is_temporary, shown
from gateway.channels.remote.directory import Entry
from gateway.config.mail import MailReceive
from gateway.config.remote import RemoteReceive
from gateway.problems import Problem, problem

Verdict = Literal["take", "wait", "ignore", "taken"]
SOON = 60.0
"""Seconds after which a file that is not complete is looked at again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file looked like at the last look, and since when (seconds of a clock of ours)."""

    size: int | None
    changed: int | None
    since: float
    missing: str = ""
    """What its end lacked when it was fetched."""
    failure: Problem | None = None
    """Why fetching it failed."""
    failures: int = 0
    retry: float = 0.0
    """When it is worth another attempt."""


@dataclass(frozen=True, slots=True)
class Taken:
    """That it is ours already, and what is still to be done with it."""

    message: int
    left: str = ""
    """``removing it failed: …``; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one entry of a folder at one look."""

    entry: Entry
    now: float
    marked: bool = False
    """Its marker is there."""
    before: Seen | None = None
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a file, and why."""

    verdict: Verdict
    rule: str
    """The row of the table."""
    why: str
    """A part of a sentence: ``its name does not fit *.edi``."""
    again: float | None = None
    """Seconds after which another look may decide otherwise by itself."""
    found: Problem | None = None
    """Where a person should hear of it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a channel says about the files that are taken. ``most``: bytes of a file."""

    match: re.Pattern[str]
    exclude: tuple[tuple[str, re.Pattern[str]], ...]
    stable_for: float
    marker: str | None
    complete: bool
    patience: float
    most: int
    pattern: str = "*"

    @classmethod
    def of(cls, receive: RemoteReceive | MailReceive, most: int) -> Rules:
        """As the settings say."""
        ready = receive.ready
        return cls(
            match=_pattern_of(receive.match),
            exclude=tuple((each, _pattern_of(each)) for each in receive.exclude),
            stable_for=ready.stable_for.total_seconds(),
            marker=ready.marker,
            complete=ready.complete,
            patience=ready.patience.total_seconds(),
            most=most,
            pattern=receive.match,
        )

    def marker_of(self, name: str) -> str | None:
        """The name of the marker of a file."""
        return None if self.marker is None else self.marker.replace("{name}", name)

    def marks(self, name: str) -> str | None:
        """The file that a marker belongs to; ``None``: it is no marker."""
        if self.marker is None:
            return None
        before, _, after = self.marker.partition("{name}")
        fits = name.startswith(before) and name.endswith(after)
        return name[len(before) : len(name) - len(after)] or None if fits else None


def decide(rules: Rules, facts: Facts) -> Decision:
    """The first row that applies; without one the file is taken."""
    for row in TABLE:
        decision = row(rules, facts)
        if decision is not None:
            return decision
    return Decision("take", "finished", _finished(rules, facts))


def whole(rules: Rules, seen: Seen, missing: str, now: float) -> Decision:
    """Whether a file that was fetched is taken, by what its end lacks."""
    if not rules.complete or rules.marker is not None or not missing:
        return Decision("take", "complete", "its end is there")
    waited = now - seen.since
    if waited < rules.patience:
        left = rules.patience - waited
        why = f"{missing}; it is waited for, at most {_seconds(left)} more"
        return Decision("wait", "complete", why, min(SOON, left))
    found = problem("T336", missing=missing, seconds=round(waited))
    why = f"{missing}, but it has not changed for {_seconds(waited)}: it is taken as it is"
    return Decision("take", "patience", why, found=found)


def still(before: Seen | None, entry: Entry, now: float) -> Seen:
    """What is seen now; it goes on from before while size and time stay the same."""
    same = before is not None and (before.size, before.changed) == (entry.size, entry.changed)
    return before if before is not None and same else Seen(entry.size, entry.changed, now)


# ---- the table ----------------------------------------------------------------------------------

_Row = Callable[[Rules, Facts], Decision | None]


def _kind(_rules: Rules, facts: Facts) -> Decision | None:
    entry = facts.entry
    if entry.kind == "file":
        return None
    if entry.kind == "link":
        found = problem("T339", name=shown(entry.called))
        return Decision("ignore", "kind", "it is a link; links are not followed", found=found)
    if entry.kind == "folder":
        return Decision("ignore", "kind", "it is a folder")
    return Decision("ignore", "kind", "it is neither a file nor a folder")


def _name(_rules: Rules, facts: Facts) -> Decision | None:
    name = facts.entry.name
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        return Decision("ignore", "name", "it has no name that a file can have")
    return None


def _marker(rules: Rules, facts: Facts) -> Decision | None:
    marked = rules.marks(facts.entry.name)
    if marked is None:
        return None
    return Decision("ignore", "marker", f"it is the marker of {shown(marked)}")


def _temporary(_rules: Rules, facts: Facts) -> Decision | None:
    if not is_temporary(facts.entry.called):
        return None
    return Decision("ignore", "temporary name", "its name says that it is not finished")


def _pattern(rules: Rules, facts: Facts) -> Decision | None:
    if rules.match.match(facts.entry.called):
        return None
    return Decision("ignore", "match", f"its name does not fit match: {rules.pattern}")


def _excluded(rules: Rules, facts: Facts) -> Decision | None:
    for written, pattern in rules.exclude:
        if pattern.match(facts.entry.called):
            return Decision("ignore", "exclude", f"its name fits exclude: {written}")
    return None


def _taken(_rules: Rules, facts: Facts) -> Decision | None:
    if facts.taken is None:
        return None
    left = f"; {facts.taken.left}" if facts.taken.left else ""
    return Decision("taken", "taken", f"it was taken before as message {facts.taken.message}{left}")


def _size(rules: Rules, facts: Facts) -> Decision | None:
    size = facts.entry.size
    if size is None:
        found = problem("T338", name=shown(facts.entry.called))
        return Decision("ignore", "size", "the server does not say how large it is", found=found)
    if size > rules.most:
        found = problem("T335", name=shown(facts.entry.called), size=size, most=rules.most)
        why = f"it holds {size} bytes; limits.file allows {rules.most}"
        return Decision("ignore", "size", why, found=found)
    return None


def _unmarked(rules: Rules, facts: Facts) -> Decision | None:
    marker = rules.marker_of(facts.entry.name)
    if marker is None or facts.marked:
        return None
    return Decision("wait", "marker", f"its marker {shown(marker)} is not there")


def _failed(_rules: Rules, facts: Facts) -> Decision | None:
    before = facts.before
    if before is None or facts.now >= before.retry or not _same(before, facts.entry):
        return None
    left = before.retry - facts.now
    if before.failure is None:
        why = f"{before.missing}; it is looked at again in {_seconds(left)}"
        return Decision("wait", "complete", why, left)
    why = f"{before.failure.sentence}; it is tried again in {_seconds(left)}"
    return Decision("wait", "failed", why, left, before.failure)


def _stable(rules: Rules, facts: Facts) -> Decision | None:
    if rules.marker is not None or rules.stable_for <= 0:
        return None
    before, entry = facts.before, facts.entry
    needed = _seconds(rules.stable_for)
    if before is None:
        why = f"it was seen for the first time; it has to stay the same for {needed}"
        return Decision("wait", "stable", why, rules.stable_for)
    if not _same(before, entry):
        told = f" ({before.size} bytes, now {entry.size})" if before.size != entry.size else ""
        why = f"it changed since the last look{told}; it has to stay the same for {needed}"
        return Decision("wait", "stable", why, rules.stable_for)
    age = facts.now - before.since
    if age < rules.stable_for:
        why = f"it has been the same for {_seconds(age)}; {needed} are needed"
        return Decision("wait", "stable", why, rules.stable_for - age)
    return None


TABLE: tuple[_Row, ...] = (
    _kind,
    _name,
    _marker,
    _temporary,
    _pattern,
    _excluded,
    _taken,
    _size,
    _unmarked,
    _failed,
    _stable,
)
"""Each row decides, or leaves it to the next one."""


def _finished(rules: Rules, facts: Facts) -> str:
    if rules.marker is not None:
        return "its marker is there"
    if facts.before is None or rules.stable_for <= 0:
        return "its name says that it is finished"
    return f"it has been the same for {_seconds(facts.now - facts.before.since)}"


def _pattern_of(written: str) -> re.Pattern[str]:
    """As folders match names: in any case of letters."""
    return re.compile(translate(written), re.IGNORECASE)


def _same(before: Seen, entry: Entry) -> bool:
    return (before.size, before.changed) == (entry.size, entry.changed)


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{max(0, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"
