"""Records of shops that wait for a person: the row of the record says it, and that of the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from gateway.pipeline.failure import numbered
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import Problem, errors
from gateway.store import Message, messages
from gateway.store.shops import orders, refunds
from gateway.telemetry import events


def hold_order(
    house: House, row: Message, found: Sequence[Problem], external_id: str, *, newest: bool
) -> None:
    """Hold a record of an order. ``newest``: no later revision decides about its state."""
    shop = row.source.partition("/")[0]
    with house.store.write("shop held") as connection:
        locked = orders.lock(connection, shop, [external_id]) if newest else {}
        for each in locked.values():
            reason = _reason(found)
            orders.change(connection, [replace(each, state="held", reason=reason)])
        _hold(connection, house, row, found)
    _count(house, row, found)


def hold_refund(house: House, row: Message, found: Sequence[Problem], id_: int | None) -> None:
    """Hold a record of a refund. ``id_``: of its row, where it has one."""
    with house.store.write("shop held") as connection:
        if id_ is not None:
            refunds.change(connection, id_, state="held", reason=_reason(found))
        _hold(connection, house, row, found)
    _count(house, row, found)


def _hold(connection: Connection, house: House, row: Message, found: Sequence[Problem]) -> None:
    placed = [each.at(file=row.name) for each in numbered(found, row.id)]
    messages.add_problems(connection, {row.id: placed})
    said = (errors(placed) or placed)[0].sentence
    state = way(State(row.state), State.HELD)
    messages.change(connection, row, state, house.clock(), said, due=None)


def _count(house: House, row: Message, found: Sequence[Problem]) -> None:
    house.tally.counts["held"] += 1
    code = (errors(found) or found)[0].code
    events.held(message=row.id, partner=row.partner, document=row.document, code=code)


def _reason(found: Sequence[Problem]) -> str:
    first = (errors(found) or found)[0]
    return f"{first.code}: {first.sentence}"
