"""The same on PostgreSQL, where another machine may work on the database, too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from gateway.channels.sftp.server.hosting import Refusal
from gateway.channels.sftp.server.paths import spot
from gateway.pipeline.mailbox.upkeep import keep_up
from gateway.pipeline.watch import watch
from tests.mailbox.conftest import Make
from tests.mailbox.world import FRESH, ON, MailboxWorld, Session, at, caller
from tests.pipeline.world import invoices, orders

DATA = orders()


@pytest.fixture
def world(make: Make, postgres_ready: str) -> MailboxWorld:
    return make(database=postgres_ready)


def test_the_way_of_an_order(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("orders.edi", DATA[:40])
    session.put("orders.edi", DATA[40:], ON)
    session.put("b.part", orders("2", ["PO2"]))
    session.rename("b.part", "b.edi")
    world.run()
    assert len(world.orders()) == 2
    for name in session.names("out"):
        session.get(f"/out/{name}", 0, 30, whole=False)
        session.get(f"/out/{name}", 30)
    assert {one.state for one in world.offered()} == {"done"}
    assert len(session.names("archive")) == 2
    session.put("c.part", DATA)
    world.clock.forward(days=2)
    watch(world.gateway.house)
    assert [one.found.code for one in world.gateway.alarms()] == ["A146"]
    keep_up(world.gateway.house)
    assert session.names() == ["c.part"]
    world.clock.forward(days=100)
    keep_up(world.gateway.house)
    assert (session.names(), session.names("archive")) == ([], [])
    assert [each.action for each in world.record()] == ["expire"]
    assert world.left() == []


def test_many_fetch_one_file_at_once(world: MailboxWorld) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    path = f"/out/{world.session().names('out')[0]}"
    readings = [world.session().box.download(spot(path.encode())) for _ in range(8)]
    barrier = Barrier(len(readings))

    def close(number: int) -> None:
        barrier.wait()
        readings[number].close(True, [(0, readings[number].size)])

    with ThreadPoolExecutor(len(readings)) as threads:
        list(threads.map(close, range(len(readings))))
    assert world.row(kind="interchange").state == "delivered"
    assert [each.action for each in world.record()].count("fetched") == 1


def test_another_machine_does_not_continue_what_this_one_writes(world: MailboxWorld) -> None:
    other = world.hosting(world.gateway)
    elsewhere = Session(other.box(caller()))
    upload = world.session().box.upload(at("orders.edi"), FRESH)
    upload.write(0, DATA)
    with pytest.raises(Refusal, match="T422"):
        elsewhere.box.upload(at("orders.edi"), ON)
    elsewhere.put("orders.edi", DATA)
    with pytest.raises(Refusal, match="T422"):
        upload.close(True)
    assert world.files_received() == [DATA]
