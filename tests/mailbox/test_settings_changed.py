"""The settings, or the machine, are other ones after a restart: nothing waits unseen for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from gateway.pipeline import Gateway
from gateway.pipeline.housekeeping import expire
from gateway.pipeline.mailbox.upkeep import keep_up
from gateway.pipeline.watch import watch
from gateway.pipeline.watch.threads import refresh
from gateway.store.mailbox.tables import offer, upload
from gateway.store.tables import message
from gateway.web.mailboxes import mailboxes
from gateway.web.port import PortError
from tests.mailbox.conftest import Make
from tests.mailbox.world import FRESH, ON, MailboxWorld, at
from tests.pipeline.world import contrl, invoices, orders
from tests.pipeline.world import make as make_workspace

ACME = "partners/acme-retail/partner.yaml"


def with_a_folder(world: MailboxWorld) -> dict[str, str]:
    """The settings with a channel of another kind in its place."""
    acme = world.files[ACME]
    kind = "kind: folder\n    send: {folder: acme/out}\n"
    start, end = acme.index("kind: mailbox"), acme.index("agreements:")
    return {**world.files, ACME: acme[:start] + kind + acme[end:]}


def test_what_waits_in_a_mailbox_that_is_gone_is_given_up_and_told(make: Make) -> None:
    world = make()
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert world.row(kind="interchange").state == "mapped"
    world.reload(with_a_folder(world))
    world.clock.forward(minutes=15)
    keep_up(world.gateway.house)
    row = world.row(kind="interchange")
    assert (row.state, "T415" in world.codes(row.id)) == ("dead", True)
    watch(world.gateway.house)
    assert [one.found.code for one in world.gateway.alarms()] == ["A106"]


def test_it_is_offered_anew_when_the_mailbox_is_back(make: Make) -> None:
    world = make()
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    names, before = world.session().names("out"), dict(world.files)
    world.reload(with_a_folder(world))
    world.clock.forward(minutes=15)
    keep_up(world.gateway.house)
    world.reload(before)
    world.gateway.replay(world.row(kind="interchange").id, "the mailbox is back")
    world.run()
    world.mailboxes = world.hosting(world.gateway)
    session = world.session()
    assert session.names("out") == names
    session.get(f"/out/{names[0]}")
    assert [one.state for one in world.offered()] == ["done"]
    assert world.row(kind="interchange").state == "delivered"


def test_what_was_fetched_is_not_given_up(make: Make) -> None:
    world = make(send="after: keep")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    session = world.session()
    session.get(f"/out/{session.names('out')[0]}")
    world.reload(with_a_folder(world))
    world.clock.forward(minutes=15)
    keep_up(world.gateway.house)
    assert world.row(kind="interchange").state == "delivered"


def test_a_machine_of_another_name_lets_an_upload_be_sent_anew(world: MailboxWorld) -> None:
    world.session().box.upload(at("orders.edi"), FRESH).write(0, orders())
    with world.gateway.house.store.write() as connection:  # a container has another one each time
        connection.execute(update(upload).values(owner="another:1:a"))
    world.restart()
    session = world.session()
    assert (session.names(), world.left()) == ([], [])
    session.put("orders.edi", orders()[:50])
    session.tear("b.edi", orders()[:10])
    session.put("b.edi", orders()[10:], ON)
    assert len(world.files_received()) == 2


def test_older_code_deletes_files_without_knowing_of_mailboxes(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.session().put("a.edi", orders())
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    session = world.session()
    for name in session.names("out"):
        session.get(f"/out/{name}")
    session.put("c.edi", contrl("77", "000000001"))
    world.run()
    monkeypatch.setattr("gateway.store.mailbox.retained.release", lambda *_: None)
    refresh(world.gateway.house)
    world.clock.forward(days=4000)
    expire(world.gateway.house)
    with world.gateway.house.store.read() as connection:
        left = [connection.execute(select(each)).all() for each in (message, upload, offer)]
    assert left == [[], [], []]


def test_who_has_the_port_already_is_not_disturbed_by_its_own_start(world: MailboxWorld) -> None:
    session = world.session()
    written = session.box.upload(at("orders.edi"), FRESH)
    written.write(0, orders())
    world.mailboxes.start()
    written.close(True)
    assert world.files_received() == [orders()]


def test_a_second_one_that_gets_no_port_disturbs_nobody(world: MailboxWorld) -> None:
    with mailboxes(world.gateway) as where:
        assert where is not None
        written = world.session().box.upload(at("orders.edi"), FRESH)
        written.write(0, orders())
        server = f"  listen: {where}\n"
        text = world.files["gateway.yaml"].replace("  listen: 127.0.0.1:0\n", server)
        workspace = make_workspace(world.root, {**world.files, "gateway.yaml": text})
        second = Gateway.open(workspace, clock=world.clock)
        try:
            with pytest.raises(PortError), mailboxes(second):
                pass
        finally:
            second.close()
        written.close(True)
    assert world.files_received() == [orders()]
