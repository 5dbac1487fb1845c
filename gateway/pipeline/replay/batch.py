"""Many rows again: those a person names, or all that a filter means, a batch per transaction.

A filter that was interrupted goes on where it stopped, because it leaves out what was replayed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.config.asthen import warnings
from gateway.config.snapshot import Snapshot
from gateway.pipeline.house import House
from gateway.pipeline.replay.again import NothingToReplayError, Wish, again, is_sent_again
from gateway.pipeline.replay.choose import chosen, is_empty, replayed_as, text_of
from gateway.pipeline.replay.obstacle import may_be_forced, named, obstacle
from gateway.problems import Problem, Severity, problem
from gateway.store import Filter, Message, StateChangedError, audit, messages, snapshots

BATCH = 50
"""Rows of one transaction: short enough that others are not kept waiting."""
_ACTIONS = {False: "replay", True: "resend"}


@dataclass(slots=True)
class Replayed:
    """What was made due, and what was not."""

    rows: list[tuple[int, int]] = field(default_factory=list)
    """(message that was asked for, row to look at)."""
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    """(message, why not); 0 where the wish as a whole was refused."""
    warned: list[tuple[int, Problem]] = field(default_factory=list)
    """(message, what a person insisted on)."""
    skipped: list[tuple[int, Problem]] = field(default_factory=list)
    """(message, the replay of it that there is already)."""


def replay(
    house: House,
    which: Sequence[int] | Filter,
    reason: str,
    *,
    as_then: bool = False,
    resend: bool = False,
    who: str = "",
    force: bool = False,
) -> Replayed:
    """Make rows due again, those of the numbers given or all that a filter means.

    Every row says so in its timeline; the audit has one entry, when anything was done. What the
    receiver has already is refused (P201 to P203) unless ``force``; what a filter finds replayed
    is skipped (P205).
    """
    wish, done = Wish(reason, as_then, resend, force), Replayed()
    if isinstance(which, Filter) and is_empty(which):
        done.refused.append((0, problem("P207")))
        return done
    rows = list(_asked(house, which, wish, done))
    work = _Work(house, wish, done)
    for first in range(0, len(rows), BATCH):
        with house.store.write("replay") as connection:
            at = house.clock()
            before = len(done.rows)
            work.batch(connection, rows[first : first + BATCH], at)
            if not before and done.rows:
                detail = {"rows": len(rows), "as": "then" if as_then else "now", "force": force}
                entry = (_ACTIONS[resend], _subject(which), reason, json.dumps(detail))
                audit.enter(connection, at, who, *entry)
    return done


def replay_one(house: House, id_: int, reason: str, *, who: str = "") -> int:
    """As now and whatever the receiver has; the row to look at.

    Raises :class:`NothingToReplayError`.
    """
    done = replay(house, [id_], reason, who=who, force=True)
    for _, found in done.refused:
        raise NothingToReplayError(found.sentence)
    return done.rows[0][1]


class _Work:
    """The rows of one wish."""

    def __init__(self, house: House, wish: Wish, done: Replayed) -> None:
        self.house = house
        self.wish = wish
        self.done = done
        self.then: dict[str, Snapshot | Problem] = {}

    def batch(self, connection: Connection, ids: Iterable[int], at: datetime) -> None:
        """As many as one transaction holds."""
        for id_ in ids:
            row = messages.get(connection, id_, lock=True)
            if row is None:
                self._nothing(id_, f"there is no message {id_}")
                continue
            found = list(self._against(connection, row))
            refused = [each for each in found if each.severity is Severity.ERROR]
            if refused:
                self.done.refused.append((id_, refused[0]))
                continue
            self._again(connection, row, found, at)

    def _again(
        self, connection: Connection, row: Message, warned: list[Problem], at: datetime
    ) -> None:
        try:
            new = again(connection, row, self.wish, at, self.house.workspace.hash)
        except (NothingToReplayError, StateChangedError) as nothing:
            self._nothing(row.id, str(nothing))
            return
        result = messages.get(connection, new)
        if result is not None:
            lines = [(new, result.state, result.state, f"{each}") for each in warned]
            messages.record(connection, lines, at)
        self.done.rows.append((row.id, new))
        self.done.warned += [(row.id, each) for each in warned]

    def _against(self, connection: Connection, row: Message) -> Iterator[Problem]:
        """What is against a replay: errors refuse it, warnings go with it."""
        found = obstacle(connection, row, self.wish)
        if found is not None:
            insisted = self.wish.force and may_be_forced(found)
            yield replace(found, severity=Severity.WARNING) if insisted else found
        if not self.wish.as_then or is_sent_again(row, self.wish):
            return
        if row.config == self.house.workspace.hash:
            return
        if row.config not in self.then:
            self.then[row.config] = snapshots.read(connection, row.config)
        then = self.then[row.config]
        if isinstance(then, Problem):
            yield replace(then, facts={**then.facts, "id": str(row.id)})
        else:
            yield from warnings(then)

    def _nothing(self, id_: int, reason: str) -> None:
        self.done.refused.append((id_, problem("P206", id=id_, reason=reason)))


def _asked(
    house: House, which: Sequence[int] | Filter, wish: Wish, done: Replayed
) -> Iterator[int]:
    """The numbers of the rows, those of a filter without what was replayed already."""
    if not isinstance(which, Filter):
        yield from dict.fromkeys(which)
        return
    with house.store.read() as connection:
        for row in chosen(connection, which):
            before = replayed_as(connection, row, wish)
            if before is None:
                yield row.id
                continue
            facts: dict[str, Any] = {"what": named(row), "again": before, "id": row.id}
            done.skipped.append((row.id, problem("P205", **facts)))


def _subject(which: Sequence[int] | Filter) -> str:
    if isinstance(which, Filter):
        return f"messages {text_of(which)}"
    return f"message {', '.join(map(str, which))}"
