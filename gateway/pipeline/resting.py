"""Pausing, draining and resuming: a partner, a channel, an agreement, the ERP, everything.

``pause``: files are still taken in, nothing else is done with them. ``drain``: nothing more is
taken in, what is here is finished. Messages under a paused inbound agreement are held one by one
and go on by themselves when it is resumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from gateway.config import Workspace
from gateway.config.models import MESSAGES
from gateway.documents import DOCUMENTS
from gateway.pipeline.house import ERP, SANDBOX, STATUSES, House
from gateway.pipeline.replay import replay_one
from gateway.pipeline.states import State
from gateway.store import audit, pauses
from gateway.store.pauses import EVERYTHING, Pause
from gateway.store.tables import delivery, message, problem
from gateway.telemetry import events

PAUSED_CODE = "P108"
_MOST = 1000


class UnknownScopeError(Exception):
    """Nothing of that name can be paused."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is still to be done in a scope."""

    files: int
    deliveries: int


def rest(house: House, scope: str, mode: str, reason: str, who: str) -> None:
    """Pause or drain. Raises :class:`UnknownScopeError`."""
    _known(house.workspace, scope)
    at = house.clock()
    with house.store.write("pause") as connection:
        pauses.add(connection, scope, mode, reason, who, at)
        audit.enter(connection, at, who, mode, scope, reason)
    events.intervened(who=who, action=mode, subject=scope, reason=reason)


def resume(house: House, scope: str, who: str, reason: str = "") -> int | None:
    """Let it go on; how many held messages go on with it, ``None`` when it did not rest."""
    at = house.clock()
    with house.store.write("resume") as connection:
        if not pauses.end(connection, scope):
            return None
        audit.enter(connection, at, who, "resume", scope, reason)
    events.intervened(who=who, action="resume", subject=scope, reason=reason)
    held = _held(house, scope)
    for id_ in held:
        replay_one(house, id_, f"{scope} was resumed")
    return len(held)


def resting(house: House) -> list[Pause]:
    """All that rests."""
    with house.store.read() as connection:
        return pauses.find(connection)


def still_open(house: House, scope: str) -> Open:
    """What a drain still has to finish."""
    counts = []
    with house.store.read() as connection:
        for table in (message, delivery):
            open_ = (
                select(table.c.lane, func.count())
                .where(table.c.due.is_not(None))
                .group_by(table.c.lane)
            )
            found = connection.execute(open_).all()
            counts.append(sum(number for lane, number in found if pauses.covers(scope, lane)))
    return Open(*counts)


def _known(workspace: Workspace, scope: str) -> None:
    """Raises :class:`UnknownScopeError` with a sentence that says what could be meant."""
    first, *rest_ = scope.split("/")
    partner = workspace.partners.get(first)
    folder, _, document = scope.rpartition("/")
    if scope in (EVERYTHING, ERP, SANDBOX, *STATUSES) or (
        folder in (ERP, SANDBOX) and document in DOCUMENTS
    ):
        return
    if partner is None:
        names = ", ".join(sorted(workspace.partners))
        raise UnknownScopeError(f"{first} is no partner; there are {names}, {ERP} and {EVERYTHING}")
    agreed = {f"{each.direction}/{each.document}" for each in partner.agreements}
    if not rest_ or "/".join(rest_) in agreed | set(partner.channels):
        return
    choices = ", ".join(sorted(agreed | set(partner.channels)))
    raise UnknownScopeError(f"{scope} is no channel or agreement of {first}; there are {choices}")


def _held(house: House, scope: str) -> list[int]:
    """Messages that were held because an inbound agreement of the scope was paused."""
    partner, _, rest_ = scope.partition("/")
    direction, _, document = rest_.partition("/")
    if direction != "inbound" or document not in MESSAGES["edifact"]:
        return []
    found = (
        select(message.c.id)
        .where(
            message.c.state == State.HELD.value,
            message.c.partner == partner,
            message.c.document == document,
            message.c.kind == "message",
            message.c.id.in_(select(problem.c.message).where(problem.c.code == PAUSED_CODE)),
            message.c.id.not_in(
                select(message.c.replay_of).where(message.c.replay_of.is_not(None))
            ),
        )
        .order_by(message.c.id)
        .limit(_MOST)
    )
    with house.store.read() as connection:
        return list(connection.scalars(found))
