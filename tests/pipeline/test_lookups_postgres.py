"""The same on PostgreSQL: no statement of a step reads a whole table, or a whole index of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pipeline.test_lookups import asked
from tests.pipeline.world import GATEWAY, World, contrl, invoices, orders

GROWING = {"message", "event", "problem", "delivery", "identity", "content", "thread", "alarm"}
OPEN = ("_lane", "_due", "_deadline")
"""How the names of indexes end that hold only what is still to be done."""
NEWEST = re.compile(r"FROM \w+ ORDER BY \w+\.id DESC\s+LIMIT")
"""The last rows of a table, without a condition: read from its end."""
AS_IF_LARGE = ("seqscan", "mergejoin", "hashjoin")
"""Ways of small tables."""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def is_whole(node: dict[str, Any], statement: str) -> bool:
    if node.get("Relation Name") not in GROWING or NEWEST.search(statement):
        return False
    led = "Index Cond" in node or node.get("Index Name", "").endswith(OPEN)
    return "Scan" in node["Node Type"] and not led and "Bitmap" not in node["Node Type"]


def test_no_step_reads_more_the_more_there_is(tmp_path: Path, postgres_ready: str) -> None:
    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}database: {postgres_ready}\n"})
    world.erp("0.csv", invoices(["I0"]))
    world.run()
    store = world.gateway.house.store
    with asked(store.engine) as statements:
        world.acme("a.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "1O"}))
        world.acme("c.edi", contrl("77", "000000001"))
        world.erp("f.csv", invoices(["I1", "I2"], quantity={"I2": "x"}))
        world.run()
    checked = 0
    with store.read() as connection:
        for way in AS_IF_LARGE:
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        for statement, values in statements:
            if not statement.lstrip().startswith(("SELECT", "UPDATE", "INSERT INTO event")):
                continue
            one = values[0] if isinstance(values, list) else values
            told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", one).scalar()
            whole = [each for each in nodes(told[0]["Plan"]) if is_whole(each, statement)]
            assert not whole, (statement, whole)
            checked += 1
    assert checked > 50
    world.gateway.close()
