"""A partner who knows the names of everything in another partner's mailbox gets none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.sftp.server.hosting import Caller, Refusal, Upload
from gateway.channels.sftp.server.paths import PathError
from gateway.pipeline.house import House
from gateway.pipeline.mailbox import taking
from gateway.pipeline.mailbox.mailboxes import Mailboxes
from gateway.store import Stored
from tests.mailbox.conftest import Make
from tests.mailbox.world import ACME, FRESH, ON, MailboxWorld, Session, at, mailbox
from tests.pipeline.world import invoices, orders

NORTHWIND = (
    ACME.replace("acme-retail", "northwind")
    .replace("Acme Retail", "Northwind")
    .replace("4012345000009", "4000001000005")
    .replace("MAILBOX", mailbox("").replace("user: acme", "user: northwind"))
)


def other(mailboxes: Mailboxes) -> Session:
    named = Caller("x", "northwind", "northwind", "main", "192.0.2.9", "test", "key SHA256:y")
    return Session(mailboxes.box(named))


@pytest.fixture
def world(make: Make) -> MailboxWorld:
    return make(files={"partners/northwind/partner.yaml": NORTHWIND})


def test_nothing_of_another_partner_is_there(world: MailboxWorld) -> None:
    mine = world.session()
    mine.put("taken.edi", orders())
    mine.put("waits.tmp", orders("2"))
    mine.tear("torn.edi", b"UNB")
    writing = mine.box.upload(at("open.edi"), FRESH)
    world.erp("invoices.csv", invoices(["I1"]))
    world.run()
    offered = mine.names("out")[0]
    his = other(world.mailboxes)
    assert [his.names(folder) for folder in ("in", "out", "archive")] == [[], [], []]
    for name in ("taken.edi", "waits.tmp", "torn.edi", "open.edi", f"/out/{offered}"):
        for attempt in (
            lambda name=name: his.box.stat(at(name)),
            lambda name=name: his.get(str(at(name))),
            lambda name=name: his.box.upload(at(name), ON),
            lambda name=name: his.box.remove(at(name)),
            lambda name=name: his.box.rename(at(name), at("mine.edi"), True),
        ):
            with pytest.raises(Refusal):
                attempt()
    for path in ("/out/../../acme-retail/in/x", "/../in/../../etc/passwd", "/in/.incoming/x"):
        with pytest.raises((PathError, Refusal)):
            his.get(path)
    his.put("torn.edi", orders("9"))
    writing.write(0, orders("3"))
    writing.close(True)
    assert mine.sizes()["torn.edi"] == 3, "the same name is another file"
    assert len(world.files_received()) == 2
    assert len(world.rows(kind="file", partner="northwind")) == 1


def test_a_file_that_is_deleted_while_it_is_closed_takes_nobody_s_place(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of the next file must not be one that a session still holds the number of."""
    mine, meanwhile, his = world.session(), world.session(), other(world.mailboxes)
    writing: list[Upload] = []
    archived = taking._archived

    def slowly(house: House, path: Path, size: int) -> Stored:
        stored = archived(house, path, size)
        if not writing:
            meanwhile.box.remove(at("mine.edi"))
            writing.append(his.box.upload(at("his.edi"), FRESH))
        return stored

    monkeypatch.setattr(taking, "_archived", slowly)
    with pytest.raises(Refusal) as refused:
        mine.put("mine.edi", orders("1"))
    assert refused.value.why == "busy"
    writing[0].write(0, orders("2"))
    writing[0].close(True)
    (row,) = world.rows(kind="file")
    assert (row.partner, world.gateway.payload(row)) == ("northwind", orders("2"))
    assert (mine.names(), his.names(), world.left()) == ([], ["his.edi"], [])
