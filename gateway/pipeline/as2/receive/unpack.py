"""Open a message that was spooled: what the reply could not wait for.

Safe to repeat at any point: the row is settled in the transaction that enters what was in it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mime.headers import Headers
from gateway.config.operation import Retry
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.accept import LostRaceError, enter
from gateway.pipeline.as2.receive.answer import build
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.as2.receive.opening import Arrival, open_up
from gateway.pipeline.as2.receive.spool import Spools
from gateway.pipeline.as2.receive.standing import FAILED, UNOPENED
from gateway.pipeline.house import House
from gateway.pipeline.retry import next_attempt
from gateway.problems import problem
from gateway.store import Stored, alarms, contents
from gateway.store.as2 import received
from gateway.store.as2.received import Received, headers_of
from gateway.store.lanes import FencedError
from gateway.telemetry import events

RETRY = Retry(ceiling=timedelta(minutes=15), attempts=1000)
"""It was taken over, so it is never given up."""


def unpack(house: House, row: Received) -> None:
    """One message: opened, entered, and its receipt planned; or put off."""
    links = links_for(house.workspace)
    try:
        link = links.of(row.partner, row.channel)
    except KeyError:  # the channel is gone from the settings
        _put_off(house, row, KeyError(f"the channel {row.partner}/{row.channel} is not set"))
        return
    headers = Headers.of(headers_of(row))
    wire = Stored(row.wire or "", row.wire_size)
    arrival = Arrival(link, headers, row.as2_from, row.as2_to, row.message_id, row.key, wire)
    try:
        _open(house, row, arrival, links.settings(link).receive.repeat)
    except LostRaceError:
        return  # somebody else settled it
    except (OSError, IntegrityError) as failure:
        _put_off(house, row, failure)
    except (SQLAlchemyError, FencedError):
        raise  # the database's trouble, or somebody else's lane: not the message's fault
    except Exception as bug:  # it must not keep what lies behind it from being opened
        events.bug(where="as2 unpack", message=None, failure=bug)
        _put_off(house, row, bug)


def _open(house: House, row: Received, arrival: Arrival, policy: Any) -> None:
    request = ReceiptRequest.of(arrival.headers)
    with Spools.beside(house.store.archive) as spools:
        outcome = open_up(house, arrival, _body(house, row, spools), spools)
        if not (outcome.accepted or outcome.authenticated):
            unsent = problem("T271", url=shown(row.mdn_to))
            outcome = replace(outcome, problems=(*outcome.problems, unsent))
        mdn = None if request is None else build(house, request, arrival, outcome)
        house.checkpoint("as2 unpack: receipt built")
        enter(house, arrival, outcome, mdn, policy, row, url=row.mdn_to)
    if not outcome.accepted:
        told = {"partner": row.partner, "channel": row.channel}
        events.as2_refused(received=row.id, code=outcome.code, **told)
    if row.attempts >= FAILED:
        with house.store.write("alarm over") as connection:
            alarms.resolve(connection, house.clock(), [f"{UNOPENED}{row.id}"])


def _body(house: House, row: Received, spools: Spools) -> Extent:
    """The stored body, as a stream in which one can go back."""
    assert row.wire is not None
    with house.store.read() as connection:
        small = contents.read(connection, row.wire)
    if small is not None:
        return Extent.of(small)
    stream = spools()
    for piece in house.store.archive.chunks(row.wire):
        stream.write(piece)
    return Extent(stream, 0, row.wire_size)


def _put_off(house: House, row: Received, failure: Exception) -> None:
    """Try again later; the partner has been told that it arrived."""
    at, attempts = house.clock(), row.attempts + 1
    failing = row.failing or at
    due = next_attempt(RETRY, min(attempts, 900), failing, at, house.dice()) or at + RETRY.ceiling
    with house.store.write("as2 postponed") as connection:
        values = {"attempts": attempts, "due": due, "failing": failing}
        if not received.settle(connection, row, at, **values):
            return
        if attempts >= FAILED:
            told: dict[str, Any] = {"attempts": FAILED, "failure": shown(str(failure))}
            found = problem("A137", id=row.id, partner=row.partner, channel=row.channel, **told)
            alarms.raise_alarm(connection, at, f"{UNOPENED}{row.id}", found, row.partner)
    facts: dict[str, Any] = {"id": row.id, "partner": row.partner, "lane": row.lane}
    events.retried(kind="file", attempt=attempts, due=due, failure=failure, **facts)
