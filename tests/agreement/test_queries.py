"""Duplicates and deadlines are found by an index, and on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from gateway.pipeline import doubles
from gateway.pipeline.watch import overdue
from gateway.pipeline.watch.unanswered import waiting
from tests.agreement.kit import acme
from tests.pipeline.world import GATEWAY, World, orders


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_both_levels_on_both_databases(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    gateway = GATEWAY
    if database == "postgresql":
        gateway += f"database: {request.getfixturevalue('postgres_ready')}\n"
    own = acme("duplicates: {number: hold, message: warn}, acknowledge: {answered_within: 2h}")
    files = {"partners/acme-retail/partner.yaml": own, "gateway.yaml": gateway}
    world = World(tmp_path, files)
    world.acme("1.edi", orders("1", numbers=("PO1",)))
    world.run()
    world.acme("2.edi", orders("2", numbers=("PO1", "PO2")))
    world.run()
    states = [str(row.state) for row in world.rows(kind="message")]
    assert states == ["acknowledged", "held", "acknowledged"]
    deadlines = [row.deadline is not None for row in world.rows(kind="message")]
    assert deadlines == [True, False, True]
    world.gateway.close()


def test_they_are_found_by_an_index(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.acme("1.edi", orders())
    world.run()
    row = world.row(kind="interchange", direction="in")
    at = world.clock()
    with world.gateway.house.store.read() as connection:
        asked = [waiting(at), overdue.waiting(at)]
        asked += [
            doubles._query(connection, row, level, at - timedelta(days=30))
            for level in ("number", "message")
        ]
        for statement in asked:
            bound = statement.compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {bound}").all()
            assert not any("SCAN" in str(each) and "INDEX" not in str(each) for each in plan), plan
            found = str(plan)
            assert (
                "ix_message_deadline" in found
                or "ix_message_number" in found
                or ("ix_message_reference" in found)
            )
    world.gateway.close()
