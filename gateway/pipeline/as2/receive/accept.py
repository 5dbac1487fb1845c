"""The one transaction that takes a message over: its row, its files, its receipt, its repeat key.

Before it nothing of the message counts, after it everything does. Unique indexes decide between two
that came at once: the one that loses finds the other's row and answers the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.channels.as2.mdn.write import Mdn
from gateway.pipeline import lanes
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.as2.receive.opening import Arrival, Kept, Outcome, found_text
from gateway.pipeline.as2.receive.standing import OTHER
from gateway.pipeline.house import House
from gateway.pipeline.seen import of_partner
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import NewDelivery, NewMessage, alarms, contents, deliveries, messages
from gateway.store.as2 import envelopes, received
from gateway.store.as2.received import NewReceived, Received
from gateway.store.as2.retained import doom, let_go
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace

KEPT = 16 << 20
"""Bytes up to which the body of a message is kept that may be anybody's; above it, its hash is."""
OUTLET = "mdn"
"""Of the deliveries that are receipts."""
Policy = Literal["hold", "drop", "pass"]
"""What becomes of content that came before under another Message-ID."""
_STATES = {"hold": State.HELD, "drop": State.REFUSED, "pass": State.RECEIVED}


class LostRaceError(Exception):
    """Somebody else settled the same message at this moment: look again."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A message as it was entered."""

    id: int
    """Of its row."""
    messages: tuple[int, ...]
    """The files made of it."""


def spool(house: House, arrival: Arrival, url: str, before: Received | None) -> int:
    """Enter a message that is opened later: its receipt goes to ``url``. The number of its row."""
    at = house.clock()
    lane = lanes.unpack(arrival.link.partner, arrival.link.channel)
    with house.store.write("as2 spooled") as connection:
        values: dict[str, Any] = {"lane": lane, "due": at, "mdn_to": url}
        values |= {"message": None, "found": "", "disposition": "", "mdn": None}
        _keep(connection, arrival, None)
        return _enter(connection, house, arrival, before, at, state="spooled", **values)


def enter(
    house: House,
    arrival: Arrival,
    outcome: Outcome,
    mdn: Mdn | None,
    policy: Policy,
    before: Received | None = None,
    *,
    first: Received | None = None,
    url: str = "",
) -> Entered:
    """Enter what became of a message, and its receipt, which goes to ``url`` or is the reply.

    ``before``: its row, where it was spooled or refused. ``first``: the message whose Message-ID
    it uses for other content; a person is told. Raises :class:`LostRaceError` or
    ``IntegrityError`` when another one was quicker, with this message or with its encrypted key.
    """
    at, wire = house.clock(), arrival.wire.sha
    with house.store.write("as2 received") as connection:
        if not envelopes.bind(connection, outcome.keys, wire, at, accepted=outcome.accepted):
            raise LostRaceError
        ids = _files(connection, house, arrival, outcome, policy, at)
        whole = None if mdn is None else mdn.whole
        _keep(connection, arrival, whole)
        values: dict[str, Any] = {
            "message": ids[0] if ids else None,
            "found": found_text(arrival, outcome),
            "disposition": "" if mdn is None else str(mdn.disposition),
            "mdn": None if whole is None else contents.sha_of(whole),
            "mdn_to": url,
        }
        known = outcome.accepted or outcome.authenticated
        if not known and arrival.wire.size > KEPT:
            values["wire"] = None
            doom(connection, at, [wire])
        state = "accepted" if outcome.accepted else "refused"
        number = _enter(connection, house, arrival, before, at, state=state, **values)
        if before is not None and url and whole is not None and known:
            send_later(connection, replace(before, **values), at)
        if first is not None:
            _tell(connection, arrival, first, at)
    source = source_of(arrival)
    house.tally.counts["files"] += len(ids)
    for id_, kept in zip(ids, outcome.payloads, strict=True):
        events.received(message=id_, source=source, name=kept.name, size=kept.stored.size)
    return Entered(number, tuple(ids))


def add_receipt(house: House, row: Received, mdn: Mdn, url: str) -> None:
    """Keep a receipt that was not asked for when the message was taken over."""
    at = house.clock()
    values: dict[str, Any] = {"mdn": contents.sha_of(mdn.whole), "mdn_to": url}
    told = {"disposition": str(mdn.disposition), **values}
    with house.store.write("as2 receipt") as connection:
        contents.put(connection, [mdn.whole])
        if not received.settle(connection, row, at, repeats=row.repeats + 1, **told):
            raise LostRaceError
        if url:
            send_later(connection, replace(row, **values), at)


def send_later(connection: Connection, row: Received, at: datetime) -> None:
    """Plan the receipt of a message to its address; one that was sent already goes once more."""
    assert row.mdn is not None
    key = f"{OUTLET}:{row.id}:{row.mdn[:16]}"
    if received.send_again(connection, key, at):
        return
    planned = NewDelivery(
        key=key,
        message=row.message,
        purpose=OUTLET,
        lane=lanes.partner(row.partner, row.channel, OUTLET),
        outlet=OUTLET,
        folder=f"{OUTLET}:{row.partner}/{row.channel}",
        name=f"{row.id}-{row.mdn[:12]}.mdn",
        sha=row.mdn,
        due=at,
    )
    deliveries.add(connection, [planned], at)


def source_of(arrival: Arrival) -> str:
    """Where its files come in: ``acme-retail/as2``."""
    return f"{arrival.link.partner}/{arrival.link.channel}"


def _enter(
    connection: Connection,
    house: House,
    arrival: Arrival,
    before: Received | None,
    at: datetime,
    **values: Any,
) -> int:
    """The row of the message: a new one, or the one that is there, as it is now."""
    new: dict[str, Any] = {
        "headers": received.headers_text(arrival.headers.items),
        "wire": arrival.wire.sha,
        "wire_size": arrival.wire.size,
        "config": house.workspace.hash,
        **values,
    }
    if before is None:
        row = NewReceived(
            key=arrival.key,
            partner=arrival.link.partner,
            channel=arrival.link.channel,
            as2_from=arrival.as2_from,
            as2_to=arrival.as2_to,
            message_id=arrival.message_id,
            **new,
        )
        return received.add(connection, row, at)
    new = {"due": None, "attempts": 0, "failing": None, **new}
    if not received.settle(connection, before, at, **new):
        raise LostRaceError
    let_go(connection, at, before, NewReceived(**{**received.as_new(before), **_known(new)}))
    return before.id


def _keep(connection: Connection, arrival: Arrival, receipt: bytes | None) -> None:
    """The receipt, and a body that is not in the archive."""
    receipts = [] if receipt is None else [receipt]
    bodies = [] if arrival.small is None else [arrival.small]
    if receipts or bodies:
        contents.put(connection, receipts, bodies)


def _tell(connection: Connection, arrival: Arrival, first: Received, at: datetime) -> None:
    """A135: one alarm for a channel, about the latest of them."""
    link = arrival.link
    facts: dict[str, Any] = {"message_id": shown(arrival.message_id), "before": first.id}
    found = problem("A135", partner=link.partner, channel=link.channel, **facts)
    key = f"{OTHER}{link.partner}/{link.channel}"
    alarms.raise_alarm(connection, at, key, found, link.partner, first.message)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ("attempts", "failing")}


def _files(
    connection: Connection,
    house: House,
    arrival: Arrival,
    outcome: Outcome,
    policy: Policy,
    at: datetime,
) -> list[int]:
    """The files of a message: what the pipeline goes on with."""
    if not outcome.payloads:
        return []
    earlier = of_partner(
        connection, arrival.link.partner, [each.stored.sha for each in outcome.payloads]
    )
    rows = [
        _file(house, arrival, kept, number, earlier.get(kept.stored.sha), policy, at)
        for number, kept in enumerate(outcome.payloads)
    ]
    texts = [_text(arrival, kept, row) for kept, row in zip(outcome.payloads, rows, strict=True)]
    ways = [_way(row) for row in rows]
    ids = messages.add(connection, rows, at, texts, ways)
    found = _problems(outcome, rows, ids)
    messages.add_problems(connection, found)
    return ids


def _file(
    house: House,
    arrival: Arrival,
    kept: Kept,
    number: int,
    earlier: int | None,
    policy: Policy,
    at: datetime,
) -> NewMessage:
    source = source_of(arrival)
    state = State.RECEIVED if earlier is None else _STATES[policy]
    return NewMessage(
        kind="file",
        direction="in",
        state=state,
        intake=f"as2:{arrival.key}:{number}",
        replaces=earlier,
        source=source,
        lane=lanes.files(source),
        name=kept.name,
        partner=arrival.link.partner,
        payload=kept.stored.sha,
        payload_size=kept.stored.size,
        config=house.workspace.hash,
        due=at if state is State.RECEIVED else None,
        trace=new_trace(house.token),
    )


def _way(row: NewMessage) -> Sequence[State]:
    """The states that a new file goes through at once."""
    if row.state == State.RECEIVED:
        return (State.RECEIVED,)
    return (State.RECEIVED, way(State.RECEIVED, State(row.state)))


def _text(arrival: Arrival, kept: Kept, row: NewMessage) -> str:
    told = f"{kept.stored.size} bytes came by AS2 in {shown(arrival.message_id)}"
    return told if row.replaces is None else f"{told}; the same as in message {row.replaces}"


def _problems(
    outcome: Outcome, rows: Sequence[NewMessage], ids: Sequence[int]
) -> dict[int, list[Problem]]:
    """What is told with each file: that it came before; with the first one, what was found."""
    found: dict[int, list[Problem]] = {ids[0]: list(outcome.findings)}
    for id_, row in zip(ids, rows, strict=True):
        if row.replaces is not None:
            found.setdefault(id_, []).append(problem("T265", before=row.replaces))
    return found
