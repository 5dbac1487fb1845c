"""A file for the partner is delivered when he has read all of it, and closed it himself."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gateway.channels.sftp.server.hosting import Refusal
from gateway.channels.sftp.server.paths import spot
from gateway.pipeline.replay import NothingToReplayError
from gateway.store import deliveries, pauses
from tests.mailbox.conftest import Make
from tests.mailbox.world import FRESH, MailboxWorld, Session, at, outcomes
from tests.pipeline.world import contrl, invoices

OUT = "/out/INVOIC_000000001.edi"
NAME = "INVOIC_000000001.edi"


@pytest.fixture
def offered(make: Make) -> Callable[..., MailboxWorld]:
    """A world in which an invoice waits for the partner."""

    def world(send: str = "") -> MailboxWorld:
        made = make(send=send)
        made.erp("invoices.csv", invoices(["I1"]))
        made.run()
        assert made.session().names("out") == [NAME]
        return made

    return world


def states(world: MailboxWorld) -> tuple[str, ...]:
    """Of the delivery and its interchange."""
    (one,) = world.offered()
    return one.state, world.row(kind="interchange").state


WAITS = ("prepared", "mapped")
DONE = ("done", "delivered")


def test_it_waits_until_it_was_fetched(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    assert states(world) == WAITS
    world.run()
    session = world.session()
    size = session.sizes("out")[NAME]
    data = session.get(OUT)
    assert (states(world), len(data)) == (DONE, size)
    assert world.row(kind="document").state == "delivered"
    assert outcomes(world.record()) == [f"fetched {OUT}"]
    assert "fetched from the mailbox by acme from 192.0.2.7" in told(world)
    world.session().put("c.edi", contrl("77", "000000001"))
    world.run()
    assert world.row(document="invoice", kind="interchange").state == "acknowledged"


def told(world: MailboxWorld) -> str:
    history = world.gateway.message(world.row(kind="interchange").id)
    assert history is not None
    return "\n".join(each.text for each in history.events)


def test_a_part_is_not_enough(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    world.session().get(OUT, 0, 40)
    world.session().get(OUT, 0, 0)
    world.session().get(OUT, 41)
    assert states(world) == WAITS
    assert world.session().names("out") == [NAME]


def test_a_reading_that_was_cut_off_is_not_enough(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    world.session().get(OUT, whole=False)
    world.session().get(OUT, 0, 0)
    assert states(world) == WAITS
    world.session().get(OUT)
    assert states(world) == DONE


def test_a_reading_that_was_cut_off_is_continued(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    world.session().get(OUT, 0, 60, whole=False)
    world.restart()
    world.session().get(OUT, 55)
    assert states(world) == DONE


def test_parts_may_be_read_side_by_side(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    size = world.session().sizes("out")[NAME]
    first, second = (world.session().box.download(spot(OUT.encode())) for _ in range(2))
    second.close(True, [(90, size)])
    assert states(world) == WAITS
    first.close(True, [(0, 50), (40, 95)])
    assert states(world) == DONE


def test_two_who_fetch_it_at_once_are_one_delivery(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    size = world.session().sizes("out")[NAME]
    readings = [world.session().box.download(spot(OUT.encode())) for _ in range(2)]
    for each in readings:
        each.close(True, [(0, size)])
    assert states(world) == DONE
    assert outcomes(world.record()) == [f"fetched {OUT}"]


def test_what_was_fetched_goes_to_archive_for_a_while(
    offered: Callable[..., MailboxWorld],
) -> None:
    world = offered()
    session = world.session()
    data = session.get(OUT)
    assert (session.names("out"), session.names("archive")) == ([], [NAME])
    assert session.get(f"/archive/{NAME}") == data
    world.clock.forward(days=31)
    assert session.names("archive") == []
    with pytest.raises(Refusal):
        session.get(f"/archive/{NAME}")


def test_deleting_what_was_fetched_is_done_already(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    session = world.session()
    session.get(OUT)
    assert session.box.stat(spot(OUT.encode())).name == NAME
    session.box.remove(at(OUT))
    session.box.rename(at(OUT), at("/out/x"), False)
    session.box.rename(at(OUT), at(f"/archive/{NAME}"), False)
    assert session.names("archive") == [NAME]
    session.box.remove(at(f"/archive/{NAME}"))
    assert session.names("archive") == []
    session.box.remove(at(OUT))
    with pytest.raises(Refusal):
        session.box.stat(at(OUT))


def test_it_may_be_kept(offered: Callable[..., MailboxWorld]) -> None:
    world = offered("after: keep")
    session = world.session()
    session.get(OUT)
    assert (states(world), session.names("out"), session.names("archive")) == (DONE, [NAME], [])
    session.get(OUT)
    session.box.rename(at(OUT), at("/out/done.edi"), False)
    session.box.rename(at("/out/done.edi"), at("/archive/done.edi"), False)
    assert (session.names("out"), session.names("archive")) == ([], ["done.edi"])


def test_what_is_kept_is_his_to_delete(offered: Callable[..., MailboxWorld]) -> None:
    world = offered("after: keep")
    session = world.session()
    session.get(OUT)
    session.box.remove(at(OUT))
    assert (session.names("out"), session.names("archive")) == ([], [])


def test_it_may_be_deleted_by_itself(offered: Callable[..., MailboxWorld]) -> None:
    world = offered("after: delete")
    session = world.session()
    session.get(OUT)
    assert (session.names("out"), session.names("archive")) == ([], [])
    session.box.remove(at(OUT))
    assert states(world) == DONE


def test_nobody_deletes_what_was_not_fetched(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    session = world.session()
    session.get(OUT, 0, 20)
    for refused in (
        lambda: session.box.remove(at(OUT)),
        lambda: session.box.rename(at(OUT), at("/archive/x"), True),
    ):
        with pytest.raises(Refusal, match=r"was not fetched to its end yet.*T420"):
            refused()
    assert (states(world), session.names("out")) == (WAITS, [NAME])


def test_a_client_may_rename_a_file_before_it_fetches_it(
    offered: Callable[..., MailboxWorld],
) -> None:
    world = offered()
    session = world.session()
    session.box.rename(at(OUT), at("/out/mine.edi"), False)
    assert session.names("out") == ["mine.edi"]
    with pytest.raises(Refusal):
        session.get(OUT)
    session.get("/out/mine.edi")
    assert states(world) == DONE


def test_no_name_is_given_twice(make: Make) -> None:
    world = make()
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I2"]))
    world.run()
    session = world.session()
    first, second = session.names("out")
    with pytest.raises(Refusal) as found:
        session.box.rename(at(f"/out/{first}"), at(f"/out/{second}"), True)
    assert found.value.why == "exists"


@pytest.mark.parametrize(
    "source,target",
    [(OUT, "x.edi"), ("x.edi", "/out/x.edi"), ("x.edi", "/archive/x"), ("/archive/x", "/out/x")],
)
def test_nothing_moves_between_the_folders(
    offered: Callable[..., MailboxWorld], source: str, target: str
) -> None:
    world = offered()
    session = world.session()
    session.put("x.edi", b"x")
    with pytest.raises(Refusal) as found:
        session.box.rename(at(source), at(target), False)
    assert found.value.why == "denied"


@pytest.mark.parametrize("path", ["/out/x", "/archive/x"])
def test_files_are_put_into_in_only(world: MailboxWorld, path: str) -> None:
    with pytest.raises(Refusal, match=r"files are put into in/.*T424"):
        world.session().box.upload(at(path), FRESH)


def test_what_is_not_there(world: MailboxWorld) -> None:
    session: Session = world.session()
    for missing in (
        lambda: session.get("/out/none"),
        lambda: session.get("/archive/none"),
        lambda: session.box.remove(at("/out/none")),
        lambda: session.box.remove(at("none")),
        lambda: session.rename("none", "x"),
        lambda: session.box.stat(at("none")),
    ):
        with pytest.raises(Refusal) as found:
            missing()
        assert found.value.why == "missing"


def test_the_root_shows_three_folders(world: MailboxWorld) -> None:
    session = world.session()
    assert session.names("/") == ["in", "out", "archive"]
    assert all(session.box.stat(spot(each)).folder for each in (b"/", b"in", b"out", b"archive"))
    with pytest.raises(Refusal):
        session.box.remove(spot(b"in"))
    with pytest.raises(Refusal):
        session.box.rename(spot(b"in"), spot(b"in/x"), False)


def test_nothing_is_shown_while_a_person_lets_nothing_leave(
    offered: Callable[..., MailboxWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restore everything is paused: what waits may have been fetched since the backup."""
    monkeypatch.setattr("gateway.pipeline.mailbox.mailbox.FRESH", 0.0)
    world = offered()
    with world.gateway.house.store.write() as connection:
        pauses.add(connection, pauses.EVERYTHING, "pause", "restored", "anna", world.clock())
    session = world.session()
    assert session.names("out") == []
    with pytest.raises(Refusal):
        session.get(OUT)
    with pytest.raises(Refusal):
        session.box.stat(at(OUT))


def test_a_mailbox_that_is_gone_gets_no_files(make: Make) -> None:
    world = make()
    world.erp("a.csv", invoices(["I1"]))
    with world.gateway.house.store.write() as connection:
        scope = "acme-retail/outbound/invoice"
        pauses.add(connection, scope, "pause", "not yet", "anna", world.clock())
    world.run()
    acme = world.files["partners/acme-retail/partner.yaml"]
    kind = "kind: folder\n    send: {folder: acme/out}\n"
    start, end = acme.index("kind: mailbox"), acme.index("agreements:")
    files = {**world.files, "partners/acme-retail/partner.yaml": acme[:start] + kind + acme[end:]}
    world.reload(files)
    with world.gateway.house.store.write() as connection:
        pauses.end(connection, scope)
    world.run()
    row = world.row(kind="interchange")
    assert (row.state, "T415" in world.codes(row.id)) == ("dead", True)


def test_it_is_sent_again_under_another_name(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    row = world.row(kind="interchange")
    with pytest.raises(NothingToReplayError, match="the partner has not fetched it yet"):
        world.gateway.replay(row.id, "lost")
    world.session().get(OUT)
    world.gateway.replay(row.id, "lost")
    world.run()
    assert world.session().names("out") == ["INVOIC_000000001-2.edi"]
    world.session().get("/out/INVOIC_000000001-2.edi")
    with world.gateway.house.store.read() as connection:
        assert {one.state for one in deliveries.of_message(connection, row.id)} == {"done"}


def test_the_record_goes_out_as_json(offered: Callable[..., MailboxWorld]) -> None:
    world = offered()
    world.session().get(OUT)
    (line,) = world.record()
    assert json.loads(json.dumps(line.as_json()))["path"] == OUT
