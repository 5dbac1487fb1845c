"""A person knows that the partner has a message, whatever its receipt says: it is settled."""

from __future__ import annotations

from sqlalchemy import Connection

from gateway.pipeline.arrival import COUNTED, LEFT, arrived, tell
from gateway.pipeline.as2.settle import lock_message
from gateway.pipeline.destination import AS2
from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.store import Delivery, audit, deliveries, messages
from gateway.store.as2 import sent


def settle(house: House, id_: int, reason: str, who: str) -> str:
    """Enter that a message arrived, which nothing proves; why it cannot be, or nothing.

    What waits for its receipt is not sent again, and what was held or given up is delivered. A
    receipt that comes later is kept and told, as ever.
    """
    at = house.clock()
    with house.store.write("as2 settled by a person") as connection:
        one = _last(connection, id_)
        why_not = _why_not(connection, id_, one)
        if why_not or one is None:
            return why_not
        text = f"{one.name} is settled, the partner has it: {reason}"
        arrived(house, connection, [(one, text)], at, before=LEFT)
        audit.enter(connection, at, who, "settle", f"message {id_}", reason)
    house.tally.counts[COUNTED.get(one.purpose, "sent")] += 1
    tell(one, at)
    return ""


def _last(connection: Connection, id_: int) -> Delivery | None:
    """The last delivery of a message by AS2."""
    lock_message(connection, id_)
    found = [one for one in deliveries.of_message(connection, id_) if one.outlet == AS2]
    return found[-1] if found else None


def _why_not(connection: Connection, id_: int, one: Delivery | None) -> str:
    row = messages.get(connection, id_)
    if row is None:
        return f"there is no message {id_}"
    wire = None if one is None else sent.latest(connection, one.id)
    if wire is None:
        return f"message {id_} was never sent by AS2"
    if row.state not in LEFT:
        return f"message {id_} is {row.state}, there is nothing to settle"
    if row.state == State.HELD and wire.state != "mismatch":
        return f"message {id_} is held for another reason than its receipt"
    return ""
