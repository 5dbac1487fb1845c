"""A file is taken over when the partner closes or renames it, and never before."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.sftp.server.hosting import Refusal
from gateway.store import pauses
from tests.mailbox.conftest import Make
from tests.mailbox.world import ANEW, FRESH, ON, MailboxWorld, Session, at, outcomes
from tests.pipeline.world import orders

DATA = orders()


def taken(world: MailboxWorld) -> list[tuple[str, bytes]]:
    rows = world.rows(kind="file", partner="acme-retail")
    return [(row.name, world.gateway.payload(row) or b"") for row in rows]


def test_a_file_is_taken_when_it_is_closed(world: MailboxWorld) -> None:
    session = world.session()
    upload = session.box.upload(at("orders.edi"), FRESH)
    upload.write(0, DATA[:50])
    assert (session.sizes(), taken(world)) == ({"orders.edi": 50}, [])
    upload.write(50, DATA[50:])
    upload.close(True)
    assert taken(world) == [("orders.edi", DATA)]
    assert world.woken == ["in/acme-retail/main"]
    assert world.left() == []
    assert outcomes(world.record()) == ["take /in/orders.edi"]
    assert world.record()[0].message == world.row(kind="file").id


def test_bytes_may_come_in_any_order(world: MailboxWorld) -> None:
    upload = world.session().box.upload(at("orders.edi"), FRESH)
    for start in (100, 0, 50):
        upload.write(start, DATA[start : start + 50])
    upload.write(150, DATA[150:])
    upload.close(True)
    assert taken(world) == [("orders.edi", DATA)]


def test_what_is_torn_is_not_taken_however_whole_it_looks(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("orders.edi", DATA)
    assert (taken(world), session.sizes()) == ([], {"orders.edi": len(DATA)})
    world.run()
    assert world.rows() == []


def test_a_torn_file_is_continued_where_it_ends(world: MailboxWorld) -> None:
    world.session().tear("orders.edi", DATA[:70])
    session = world.session()
    assert session.sizes() == {"orders.edi": 70}
    session.tear("orders.edi", DATA[70:90], ON)
    session.put("orders.edi", DATA[90:], ON)
    assert taken(world) == [("orders.edi", DATA)]


def test_only_what_came_without_a_gap_is_continued(world: MailboxWorld) -> None:
    session = world.session()
    upload = session.box.upload(at("orders.edi"), FRESH)
    upload.write(0, DATA[:40])
    upload.write(60, DATA[60:])  # what lies between was on its way
    upload.close(False)
    assert session.sizes() == {"orders.edi": 40}
    session.put("orders.edi", DATA[40:], ON)
    assert taken(world) == [("orders.edi", DATA)]


def test_a_torn_file_that_is_sent_anew_begins_anew(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("orders.edi", b"something else")
    session.put("orders.edi", DATA)
    assert taken(world) == [("orders.edi", DATA)]
    assert world.left() == []


def test_nothing_is_kept_of_a_file_without_a_byte_that_is_torn(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("orders.edi", b"")
    assert (session.names(), world.left()) == ([], [])


@pytest.mark.parametrize("name", ["a.edi.part", "b.edi.filepart", ".c.edi", "d.tmp", "e~"])
def test_a_temporary_name_waits_for_its_rename(world: MailboxWorld, name: str) -> None:
    session = world.session()
    session.put(name, DATA)
    assert taken(world) == []
    assert outcomes(world.record()) == [f"wait /in/{name}"]
    session.rename(name, "orders.edi")
    assert taken(world) == [("orders.edi", DATA)]


def test_a_rename_under_another_temporary_name_is_none(world: MailboxWorld) -> None:
    session = world.session()
    session.put("a.tmp", DATA)
    session.rename("a.tmp", "b.part")
    assert (taken(world), session.names()) == ([], ["b.part"])


def test_a_file_may_be_renamed_while_it_is_written(world: MailboxWorld) -> None:
    session = world.session()
    upload = session.box.upload(at("a.part"), FRESH)
    upload.write(0, DATA)
    session.rename("a.part", "orders.edi")
    assert taken(world) == []
    upload.close(True)
    assert taken(world) == [("orders.edi", DATA)]


def test_a_torn_file_gets_no_final_name(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("a.part", DATA)
    with pytest.raises(Refusal, match=r"cut off at .* bytes.*T421"):
        session.rename("a.part", "orders.edi")
    session.put("a.part", b"", ON)
    session.rename("a.part", "orders.edi")
    assert taken(world) == [("orders.edi", DATA)]


def test_where_it_was_agreed_only_a_rename_counts(make: Make) -> None:
    world = make("receive: {complete: rename}")
    session = world.session()
    session.put("orders.edi", DATA)
    assert taken(world) == []
    session.rename("orders.edi", "orders-2.edi")
    assert taken(world) == [("orders-2.edi", DATA)]
    upload = session.box.upload(at("x"), FRESH)
    upload.write(0, DATA)
    session.rename("x", "y")
    upload.close(True)
    assert taken(world)[1:] == [("y", DATA)]


def test_what_was_taken_can_be_renamed_and_deleted_without_an_effect(world: MailboxWorld) -> None:
    session = world.session()
    session.put("orders.edi", DATA)
    session.rename("orders.edi", "orders.edi.sent")
    assert session.names() == ["orders.edi.sent"]
    session.rename("orders.edi.sent", "x.tmp")
    session.box.remove(at("x.tmp"))
    assert session.names() == []
    assert taken(world) == [("orders.edi", DATA)]
    world.run()
    assert world.row(kind="message").state == "delivered"


def test_the_same_name_again_is_another_document(world: MailboxWorld) -> None:
    session, other = world.session(), orders("4712", ["PO2"])
    session.put("orders.edi", DATA)
    session.put("orders.edi", other)
    assert taken(world) == [("orders.edi", DATA), ("orders.edi", other)]
    assert session.sizes() == {"orders.edi": len(other)}
    session.put("a.part", DATA + b"\n")
    session.rename("a.part", "orders.edi")
    assert len(taken(world)) == 3


def test_the_same_bytes_again_are_known(world: MailboxWorld) -> None:
    session = world.session()
    session.put("orders.edi", DATA)
    session.put("orders.edi", DATA)
    first, second = world.rows(kind="file")
    assert (first.replaces, second.replaces) == (None, first.id)
    world.run()
    assert len(world.orders()) == 1


def test_what_was_taken_is_not_continued(world: MailboxWorld) -> None:
    session = world.session()
    session.put("orders.edi", DATA)
    with pytest.raises(Refusal, match=r"was taken over as message 1.*T425"):
        session.box.upload(at("orders.edi"), ON)
    with pytest.raises(Refusal) as found:
        session.box.upload(at("orders.edi"), ANEW)
    assert found.value.why == "exists"
    with pytest.raises(Refusal) as found:
        session.box.upload(at("none.edi"), ON)
    assert found.value.why == "missing"


def test_a_rename_goes_over_an_unfinished_file_only_on_demand(world: MailboxWorld) -> None:
    session = world.session()
    session.put("a.part", DATA)
    session.tear("orders.edi", b"half")
    with pytest.raises(Refusal) as found:
        session.rename("a.part", "orders.edi")
    assert found.value.why == "exists"
    session.rename("a.part", "orders.edi", replace=True)
    assert taken(world) == [("orders.edi", DATA)]
    assert world.left() == []


def test_a_younger_session_takes_a_file_over(world: MailboxWorld) -> None:
    """The older one is often a connection that broke without our hearing of it."""
    old = world.session().box.upload(at("orders.edi"), FRESH)
    old.write(0, DATA[:30])
    session = world.session()
    session.put("orders.edi", DATA[30:], ON)
    assert taken(world) == [("orders.edi", DATA)]
    with pytest.raises(Refusal, match="T422"):
        old.write(30, b"x")
    old.close(False)
    assert session.names() == ["orders.edi"]


def test_of_two_that_begin_a_file_the_younger_one_counts(world: MailboxWorld) -> None:
    old = world.session().box.upload(at("orders.edi"), FRESH)
    old.write(0, b"old")
    session = world.session()
    session.put("orders.edi", DATA)
    with pytest.raises(Refusal, match="T422"):
        old.close(True)
    assert taken(world) == [("orders.edi", DATA)]
    assert world.left() == []


def test_a_file_that_somebody_deletes_while_it_is_written(world: MailboxWorld) -> None:
    upload = world.session().box.upload(at("orders.edi"), FRESH)
    upload.write(0, DATA)
    world.session().box.remove(at("orders.edi"))
    with pytest.raises(Refusal, match="T422"):
        upload.close(True)
    assert (taken(world), world.left()) == ([], [])


def test_names_that_do_not_fit_are_not_taken(make: Make) -> None:
    world = make('receive: {match: "*.edi"}')
    session = world.session()
    with pytest.raises(Refusal, match=r"names have to fit \*.edi.*T419"):
        session.put("orders.txt", DATA)
    session.put("orders.part", DATA)
    with pytest.raises(Refusal, match="T419"):
        session.rename("orders.part", "orders.txt")
    session.rename("orders.part", "ORDERS.EDI")  # whatever the case of its letters
    assert taken(world) == [("ORDERS.EDI", DATA)]


def test_nothing_is_taken_where_a_person_stopped_that(world: MailboxWorld) -> None:
    with world.gateway.house.store.write() as connection:
        pauses.add(connection, "acme-retail", "drain", "they move", "anna", world.clock())
    with pytest.raises(Refusal, match=r"it is paused here.*T423"):
        world.session().put("orders.edi", DATA)
    assert world.rows() == []


@pytest.mark.parametrize("data", [b"", DATA[:-10], b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_whole_interchange_is_taken_and_refused(
    world: MailboxWorld, data: bytes
) -> None:
    world.session().put("orders.edi", data)
    world.run()
    row = world.row(kind="file")
    assert world.rows(state="refused")
    assert taken(world) == [("orders.edi", data)]
    assert any(world.codes(each.id) for each in world.rows()), row


def test_his_own_files_can_be_read(world: MailboxWorld) -> None:
    session = world.session()
    session.put("orders.edi", DATA)
    session.put("b.part", b"abc")
    upload = session.box.upload(at("c.part"), FRESH)
    assert (session.get("in/orders.edi"), session.get("in/b.part")) == (DATA, b"abc")
    with pytest.raises(Refusal, match="is being written"):
        session.get("in/c.part")
    upload.close(False)
    with pytest.raises(Refusal):
        session.get("in/none")


def test_what_was_taken_is_shown_for_a_day(world: MailboxWorld) -> None:
    session = world.session()
    session.put("orders.edi", DATA)
    assert session.box.stat(at("orders.edi")).size == len(DATA)
    world.clock.forward(hours=25)
    assert session.names() == []
    session.put("orders.edi", DATA, ANEW)
    assert len(taken(world)) == 2


def test_many_files_are_listed_by_name_each_once(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.pipeline.mailbox.incoming.PAGE", 3)
    session = world.session()
    for name in ("b", "a", "c", "a", "a", "d"):
        session.put(f"{name}.edi", DATA)
    assert session.names() == ["a.edi", "b.edi", "c.edi", "d.edi"]


def test_a_process_that_was_killed_leaves_no_half_files(world: MailboxWorld) -> None:
    session = world.session()
    session.tear("torn.edi", DATA[:20])
    session.box.upload(at("orders.edi"), FRESH).write(0, DATA)
    world.restart()
    assert (world.session().sizes(), len(world.left())) == ({"torn.edi": 20}, 1)
    lost = world.record()[-1]
    assert (lost.action, lost.path) == ("cut off", "/in/orders.edi")
    assert "the gateway was ended" in lost.outcome


def test_a_rename_that_comes_while_the_file_is_closed_counts(tmp_path: Path) -> None:
    other: list[Session] = []

    def checkpoint(name: str) -> None:
        if name == "mailbox close: synced" and other:
            other.pop().rename("orders.part", "orders.edi")

    world = MailboxWorld(tmp_path, checkpoint=checkpoint)
    other.append(world.session())
    world.session().put("orders.part", DATA)
    assert (world.files_received(), world.left(), world.session().names()) == (
        [DATA],
        [],
        ["orders.edi"],
    )
    world.gateway.close()
