"""What documents of the ERP mean for shops, entered in the transaction that stores them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from gateway.documents import InventoryReport
from gateway.pipeline.house import House, Rules, is_sandbox
from gateway.pipeline.shops.back import order
from gateway.pipeline.shops.back.order import Finder, Ordered, nobody
from gateway.pipeline.shops.back.plan import known_calls, plan
from gateway.pipeline.shops.back.told import Planned, written
from gateway.pipeline.shops.stock import report
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import Message, messages
from gateway.store.shops import stock

if TYPE_CHECKING:
    from gateway.pipeline.export import Exported

STOCK = "inventory"
Entered = Sequence[tuple[int, "Exported"]]
"""Documents with the numbers of their rows."""


def finder_of(rules: Rules) -> Finder:
    """How orders of shops are looked up; where nothing is stored, none is known."""
    if not isinstance(rules, House) or not rules.workspace.shops:
        return nobody
    store = rules.store

    def find(numbers: Collection[str]) -> Sequence[Ordered]:
        with store.read() as connection:
            return order.find(connection, numbers)

    return find


def settled(each: Exported) -> bool:
    """Whether a document for shops is done with as soon as it is stored."""
    return (
        bool(each.shops) and each.partner is None and not each.calls and each.state is State.MAPPED
    )


def enter(
    house: House, connection: Connection, file: Message, entered: Entered, at: datetime
) -> None:
    """Plan the calls of shops; put stock into the ledger."""
    test = is_sandbox(file.source)
    found: dict[int, list[Problem]] = {}
    for id_, each in entered:
        if each.calls:
            found[id_] = _calls(connection, id_, each, at, test=test)
        if each.shops:
            text = f"for {', '.join(each.shops)}: {_said(each)}"
            messages.record(connection, [(id_, *_states(each), text)], at)
    reports = [
        (id_, each.document)
        for id_, each in entered
        if each.shops and isinstance(each.document, InventoryReport)
    ]
    taken = report.take(house, connection, file, reports, at, test=test)
    for id_, told in taken.items():
        found[id_] = [*found.get(id_, ()), *told]
    messages.add_problems(connection, found)


def _states(each: Exported) -> tuple[str, str]:
    state = State.DELIVERED if settled(each) else each.state
    return state, state


def _said(each: Exported) -> str:
    if each.document is not None and each.document.name == STOCK:
        return "entered into the stock of shops"
    counts = Counter(type(one.what).__name__.lower() for one in each.calls)
    return ", ".join(f"{n} × {name}" for name, n in sorted(counts.items())) or "nothing to tell"


def _calls(
    connection: Connection, id_: int, each: Exported, at: datetime, *, test: bool
) -> list[Problem]:
    """Plan what was never told; what was is said (W409)."""
    assert each.document is not None
    known = {} if test else known_calls(connection, each.calls)
    new = [one for one in each.calls if one.what.key not in known]
    plan(connection, id_, each.document.name, new, at, test=test)
    for one in new:
        if one.whole and not test:
            stock.ship(connection, one.shop, [one.order], at)
    facts: dict[str, Any] = {"document": each.document.name, "number": each.number, "id": id_}
    told = [
        problem("W409", order=one.number, before=known[one.what.key], **facts)
        for one in each.calls
        if one.what.key in known
    ]
    if told and not new and each.state is State.MAPPED:
        row = messages.get(connection, id_)
        assert row is not None
        text = "the shop was told all of it before"
        messages.change(connection, row, way(State.MAPPED, State.DELIVERED), at, text, due=None)
    return told


def shown(calls: Sequence[Planned]) -> bytes:
    """What shops would be told, for a person."""
    return b"".join(written(one.what) + b"\n" for one in calls)


def renew(house: House, row: Message) -> Callable[[Connection, datetime], None]:
    """A stock report with the bytes of an earlier one says that all is so again, or still.

    What it says is to be entered in the transaction that enters the repeat.
    """
    from gateway.pipeline.export import read_export  # noqa: PLC0415 (imports this)

    if row.document != STOCK or not house.workspace.shops or row.payload is None:
        return _nothing
    data, test = house.store.payload(row.payload), is_sandbox(row.source)
    reading = read_export(
        house.workspace, house.translation, data, row.name, row.document, test=test
    )
    documents = [
        each.document
        for each in reading.documents
        if each.shops and isinstance(each.document, InventoryReport)
    ]

    def enter_again(connection: Connection, at: datetime) -> None:
        # as if it had come for the first time
        report.take(
            house, connection, replace(row, replay_of=None), [(row.id, one) for one in documents],
            at, test=test,
        )  # fmt: skip

    return enter_again


def _nothing(_connection: Connection, _at: datetime) -> None:
    return None
