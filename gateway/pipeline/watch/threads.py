"""Threads that changed are compared, and what does not fit becomes an alarm.

A thread is claimed, compared outside of any write transaction, and settled together with its
alarms. What became due meanwhile is compared again. An alarm of a thread is open exactly as long
as its finding is there; only threads in the state ``differs`` have any.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.documents import DOCUMENTS
from gateway.documents.threads import TOLERANCE, Entry, Finding, Rules, Thread, compare
from gateway.pipeline.house import House
from gateway.problems import Problem, problem
from gateway.store import alarms, contents, threads
from gateway.store.threads import DocumentRow, ThreadRow

LOG = logging.getLogger(__name__)

BATCH = 50
"""Threads that are compared between two write transactions."""
_BATCHES = 20
MOST_DOCUMENTS = 500
"""Of one thread; every new one is compared with all others."""
_LONGEST_KEY = 250


@dataclass(frozen=True, slots=True)
class View:
    """A thread with its documents, compared now."""

    row: ThreadRow
    documents: tuple[DocumentRow, ...]
    thread: Thread | None
    """``None`` when there are too many documents, or not all of them are kept any more."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    row: ThreadRow
    state: str
    again: datetime | None
    alarms: Mapping[str, tuple[Problem, int | None]]
    """By key: what does not fit, and the message that it is about."""


def refresh(house: House) -> None:
    """Compare the threads that are due, a bounded number of them."""
    for _ in range(_BATCHES):
        if not _batch(house):
            return


def _batch(house: House) -> bool:
    """Compare some; whether there may be more."""
    at = house.clock()
    with house.store.read() as connection:
        if not threads.any_due(connection, at):
            return False
    # A claim that a power cut undoes was never made: the thread is due as it was before.
    with house.store.note() as connection:
        claimed = threads.claim(connection, at, BATCH)
    with house.store.read() as connection:
        sizes = threads.sizes(connection, [row.id for row in claimed])
        outcomes = [
            _outcome(connection, house.workspace, row, sizes.get(row.id, 0), at) for row in claimed
        ]
    with house.store.write("threads") as connection:
        for outcome in outcomes:
            _settle(connection, outcome, at)
    return len(claimed) == BATCH


def listed(
    house: House, *, state: str | None = None, partner: str | None = None, limit: int = 200
) -> list[tuple[ThreadRow, int]]:
    """Threads that fit, with the numbers of their documents; see :func:`threads.find`."""
    with house.store.read() as connection:
        rows = threads.find(connection, state=state, partner=partner, limit=limit)
        sizes = threads.sizes(connection, [row.id for row in rows])
    return [(row, sizes.get(row.id, 0)) for row in rows]


def views(house: House, number: str, partner: str | None = None) -> list[View]:
    """The threads of an order number, each compared now: one per partner who has such an order."""
    at = house.clock()
    with house.store.read() as connection:
        rows = threads.named(connection, number, partner)
        return [view(connection, house.workspace, row, at) for row in rows]


def view(connection: Connection, workspace: Workspace, row: ThreadRow, at: datetime) -> View:
    """A thread as it is now, for a person."""
    documents = tuple(threads.documents_of(connection, [row.id]).get(row.id, ()))
    few = len(documents) <= MOST_DOCUMENTS
    entries = _entries(connection, documents) if few else None
    rules = rules_of(workspace, row.partner, at)
    thread = None if entries is None else compare(row.number, entries, rules)
    return View(row, documents, thread)


def rules_of(workspace: Workspace, partner: str, at: datetime) -> Rules:
    """What a partner exchanges with us, and how exact prices have to be."""
    known = workspace.partners.get(partner)
    live = [] if known is None else [one for one in known.agreements if one.mode != "test"]
    tolerances = [one.checks.totals_within for one in live if one.document == "invoice"]
    return Rules(
        at=at,
        exchanged=frozenset(one.document for one in live),
        tolerance=max(tolerances, default=TOLERANCE),
        grace=workspace.settings.threads.grace,
    )


def _outcome(
    connection: Connection, workspace: Workspace, row: ThreadRow, size: int, at: datetime
) -> _Outcome:
    if size > MOST_DOCUMENTS:
        found = problem("A211", number=row.number, documents=size, most=MOST_DOCUMENTS)
        return _Outcome(row, "differs", None, {f"thread:{row.id}:A211:size": (found, None)})
    thread = view(connection, workspace, row, at).thread
    if thread is None:
        LOG.warning("thread %s of order %s cannot be compared any more", row.id, row.number)
        return _Outcome(row, row.state, None, {})
    found_now = {_key(row, one): (one.problem, one.entry.message) for one in thread.findings}
    return _Outcome(row, thread.state, thread.again, found_now)


def _settle(connection: Connection, outcome: _Outcome, at: datetime) -> None:
    row, wanted = outcome.row, outcome.alarms
    if not threads.settle(connection, row, outcome.state, at, outcome.again):
        return
    known = {}
    if row.state == "differs":
        known = {one.key: one for one in alarms.open_alarms(connection, f"thread:{row.id}:")}
    alarms.resolve(connection, at, keys=sorted(set(known) - set(wanted)))
    for key, (found, message) in sorted(wanted.items()):
        if key not in known or known[key].found != found:
            alarms.raise_alarm(connection, at, key, found, row.partner, message)


def _key(row: ThreadRow, found: Finding) -> str:
    key = f"thread:{row.id}:{found.key}"
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"{key[: _LONGEST_KEY - 17]}:{digest}"


def _entries(connection: Connection, rows: Sequence[DocumentRow]) -> list[Entry] | None:
    """The documents themselves; ``None`` when one of them cannot be read any more."""
    texts = contents.read_all(connection, {row.content for row in rows if row.content})
    entries = []
    for row in rows:
        text = texts.get(row.content or "")
        if text is None:
            return None
        try:
            document = DOCUMENTS[row.document].from_json(text)
        except (KeyError, ValueError, ValidationError):
            LOG.warning("document %s was kept by a version that wrote it differently", row.message)
            return None
        entries.append(
            Entry(
                message=row.message,
                document=document,
                at=row.first,
                state=row.state,
                replaces=row.replaces,
            )
        )
    return entries
