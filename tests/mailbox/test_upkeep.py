"""What nobody finishes goes after a while, what nobody fetches is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from gateway.pipeline.dispatch.duties import DUTIES
from gateway.pipeline.housekeeping import doctor, expire
from gateway.pipeline.mailbox.upkeep import keep_up
from gateway.pipeline.watch import watch
from gateway.pipeline.watch.threads import refresh
from gateway.store.mailbox.tables import action, offer, upload
from tests.mailbox.conftest import Make
from tests.mailbox.world import MailboxWorld
from tests.pipeline.world import contrl, invoices, orders

DATA = orders()


def alarms(world: MailboxWorld) -> list[str]:
    watch(world.gateway.house)
    return [f"{one.found.code} {one.found.sentence}" for one in world.gateway.alarms()]


def test_a_torn_upload_is_kept_for_some_days(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("a.edi", DATA[:50])
    session.put("b.part", DATA)
    world.clock.forward(days=2)
    keep_up(world.gateway.house)
    assert session.names() == ["a.edi", "b.part"]
    world.clock.forward(days=2)
    keep_up(world.gateway.house)
    assert (session.names(), len(world.left())) == (["b.part"], 1)
    last = world.record()[-1]
    assert (last.action, last.path, last.size) == ("expire", "/in/a.edi", 50)
    assert last.outcome == "nothing has happened for 3d"
    world.clock.forward(days=30)
    keep_up(world.gateway.house)
    assert (session.names(), world.left()) == ([], [])


def test_files_that_no_row_knows_are_swept(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("a.edi", DATA)
    (world.root / "var/mailboxes/.incoming/stray").write_bytes(b"x")
    keep_up(world.gateway.house)
    assert (len(world.left()), session.names()) == (1, ["a.edi"])


def test_views_and_records_end(world: MailboxWorld) -> None:
    world.session().put("a.edi", DATA)
    world.run()
    session = world.session()
    session.get(f"/out/{session.names('out')[0]}")
    world.clock.forward(days=2)
    keep_up(world.gateway.house)
    assert (counts(world, upload), counts(world, offer)) == (0, 1)
    world.clock.forward(days=30)
    keep_up(world.gateway.house)
    assert (counts(world, offer), counts(world, action)) == (0, 2)
    world.clock.forward(days=90)
    keep_up(world.gateway.house)
    assert counts(world, action) == 0


def counts(world: MailboxWorld, table: object) -> int:
    with world.gateway.house.store.read() as connection:
        return len(connection.execute(select(table)).all())  # type: ignore[call-overload]


def test_it_is_a_duty(world: MailboxWorld) -> None:
    assert DUTIES["mailboxes"].work is keep_up


def test_files_that_are_not_fetched_are_told(make: Make) -> None:
    world = make(send="within: 4h")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(hours=3)
    world.erp("b.csv", invoices(["I2"]))
    world.run()
    assert alarms(world) == []
    world.clock.forward(hours=2)
    (told,) = alarms(world)
    assert told.startswith("A145 1 files for acme-retail wait in out/ of main longer than 4h")
    assert "INVOIC_000000001.edi, since 2026-03-02 09:14 UTC" in told
    session = world.session()
    for name in session.names("out"):
        session.get(f"/out/{name}")
    assert alarms(world) == []


def test_an_upload_that_is_never_renamed_is_told(world: MailboxWorld) -> None:
    session = world.session()
    session.put("a.part", DATA)
    assert alarms(world) == []
    world.clock.forward(hours=2)
    (told,) = alarms(world)
    assert told.startswith("A146 a.part of acme-retail (main) was closed at 2026-03-02 09:14")
    session.rename("a.part", "a.edi")
    assert alarms(world) == []


def test_retention_takes_what_mailboxes_show_of_its_rows(world: MailboxWorld) -> None:
    world.session().put("a.edi", DATA)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    session = world.session()
    names = session.names("out")
    for name in names:
        session.get(f"/out/{name}")
    session.put("c.edi", contrl("77", "000000001"))
    world.run()
    with world.gateway.house.store.write() as connection:  # somebody shows files very long
        connection.execute(update(offer).values(state="kept"))
    refresh(world.gateway.house)
    world.clock.forward(days=4000)
    expire(world.gateway.house)
    assert world.rows() == []
    assert (counts(world, upload), counts(world, offer)) == (0, 0)
    assert session.names("out") == []


def test_what_waits_is_never_expired(world: MailboxWorld) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(days=4000)
    expire(world.gateway.house)
    assert len(world.session().names("out")) == 1
    assert world.rows(document="invoice")


def test_the_doctor_finds_nothing_wrong_and_knows_the_folder(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.session().put("a.edi", DATA)
    world.run()
    world.session().tear("b.edi", DATA)
    assert [str(each) for each in doctor.check(world.gateway.house, deep=True)] == []
    folder = world.root / "var/mailboxes"
    looked: list[str] = []
    monkeypatch.setattr(
        "gateway.pipeline.housekeeping.state.shutil.disk_usage",
        lambda path: looked.append(str(path)) or (_ for _ in ()).throw(OSError("gone")),
    )
    list(doctor.quick(world.gateway.house))
    assert str(folder) in looked


def test_an_offer_without_its_bytes_is_found(world: MailboxWorld) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    lost = "0" * 64
    with world.gateway.house.store.write() as connection:
        connection.execute(update(offer).values(sha=lost))
    assert [each.code for each in doctor.check(world.gateway.house)] == ["H107"]
