"""What a step looks up by number or reference is found by that, however much a partner sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.pipeline.world import World, contrl, invoices, orders, purchase_orders

_OPEN_WORK = re.compile(r"SCAN message USING (COVERING )?INDEX ix_message_lane")
LED_BY_MUCH = (
    "ix_message_partner",
    "ix_message_state",
    "ix_message_document",
    "ix_message_replaces (",
    "SCAN message",
)
"""What occurs so often that reading it takes longer with every message."""


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_no_step_reads_more_the_more_there_is(world: World) -> None:
    world.erp("0.csv", invoices(["I0"]))
    world.run()
    engine = world.gateway.house.store.engine
    with asked(engine) as statements:
        world.acme("a.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "1O"}))
        world.acme("b.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "1O"}))
        world.acme("c.edi", contrl("77", "000000001"))
        world.northwind("d.x12", purchase_orders(88, ["N1"]))
        world.erp("f.csv", invoices(["I1", "I2"], quantity={"I2": "x"}))
        world.run()
    checked = 0
    with world.gateway.house.store.read() as connection:
        for statement, values in statements:
            if not statement.lstrip().startswith(("SELECT", "UPDATE", "INSERT INTO event")):
                continue
            one = values[0] if isinstance(values, list) else values
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one).all()
            # the sweep and what follows a jump of the clock read the open work alone: its index
            # holds nothing else
            lines = [_OPEN_WORK.sub("", str(row[-1])) for row in plan]
            assert not [line for line in lines if any(each in line for each in LED_BY_MUCH)], (
                statement,
                lines,
            )
            checked += 1
    assert checked > 50
