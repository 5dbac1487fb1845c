"""Asynchronous receipts: durable and answered at once, opened later, posted from an outbox."""

from __future__ import annotations

import json

import pytest

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.poison import suspect
from gateway.store import lanes
from tests.as2.receive.world import URL, As2World, disposition, message
from tests.pipeline.world import orders


def test_durable_first_then_opened_then_the_receipt(world: As2World) -> None:
    answer = world.post(message(url=URL))
    assert (answer.status, answer.body, answer.last) == (200, b"", True)
    (row,) = world.received()
    assert (row.state, row.mdn_to, row.mdn) == ("spooled", URL, None)
    assert world.woken == ["unpack/acme-retail/main"]
    assert world.files_received() == []
    house = world.gateway.house
    with house.store.read() as connection:
        assert "unpack/acme-retail/main" in lanes.waiting(connection, world.clock())
    assert Core(house, "test").drain("unpack/acme-retail/main") == 1
    (row,) = world.received()
    assert (row.state, row.due) == ("accepted", None)
    assert world.files_received() == [orders()]
    (out,) = world.receipts_out()
    assert (out.lane, out.state, out.sha) == ("to/acme-retail/main/mdn", "pending", row.mdn)
    assert (out.message, out.due) == (row.message, world.clock())
    whole = world.stored(out.sha) or b""
    assert b"Original-Message-ID: " in whole
    assert b"; processed\r\n" in whole


def test_a_repeat_before_and_after_it_is_opened(world: As2World) -> None:
    posted = message(url=URL)
    for _ in range(2):
        assert world.post(posted).status == 200
    world.unpack()
    (out,) = world.receipts_out()
    assert world.post(posted).status == 200
    assert world.receipts_out() == [out]  # on its way still
    set_done(world)
    assert world.post(posted).status == 200
    (again,) = world.receipts_out()
    assert (again.id, again.state, again.sha, again.attempts) == (out.id, "pending", out.sha, 0)
    assert len(world.files_received()) == 1
    assert world.received()[0].repeats == 3


def test_other_bytes_while_the_first_ones_wait(world: As2World) -> None:
    world.post(message(orders("1"), message_id="<same@acme.example>", url=URL))
    other = world.post(message(orders("2"), message_id="<same@acme.example>", url=URL))
    assert other.status == 503  # who is right is not known yet
    world.unpack()
    other = world.post(message(orders("2"), message_id="<same@acme.example>", url=URL))
    # no address is called for what may be anybody's
    assert disposition(other) == "processed/error: unexpected-processing-error"
    assert world.files_received() == [orders("1")]


@pytest.mark.parametrize(
    "url",
    [
        "http://as2.acme.example/mdn",
        "https://as2.acme.example:8443/mdn",
        "https://as2.acme.example/mdnx",
        "https://as2.acme.example.evil.example/mdn",
        "https://as2.acme.example@127.0.0.1/mdn",
        "https://127.0.0.1/mdn",
        "https://as2.acme.example/mdn/../admin",
        "file:///etc/passwd",
        "gopher://as2.acme.example/mdn",
    ],
)
def test_no_address_is_called_that_was_not_agreed(world: As2World, url: str) -> None:
    answer = world.post(message(url=url))
    assert disposition(answer) == "processed/error: unexpected-processing-error"
    assert b"names for its receipt (Receipt-Delivery-Option) was not agreed" in answer.body
    assert world.files_received() == []
    assert world.receipts_out() == []
    (row,) = world.received()
    assert (row.state, row.mdn_to) == ("refused", "")
    assert [each["code"] for each in json.loads(row.found)["problems"]] == ["T263"]


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/x?id=1&y={'z' * 120}"])
def test_agreed_addresses_may_go_on(world: As2World, url: str) -> None:
    assert world.post(message(url=url)).status == 200
    assert world.received()[0].mdn_to == url


def test_what_is_nobodys_gets_no_receipt_posted(world: As2World) -> None:
    world.post(message(signer="stranger", url=URL))
    world.unpack()
    (row,) = world.received()
    assert (row.state, row.mdn_to) == ("refused", URL)
    assert b"authentication-failed" in (world.stored(row.mdn or "") or b"")
    codes = [each["code"] for each in json.loads(row.found)["problems"]]
    assert codes[-1] == "T271"
    assert world.receipts_out() == []


def test_a_refused_one_that_comes_again_gets_its_own_receipt(world: As2World) -> None:
    world.post(message(signer="stranger", url=URL, message_id="<x@acme.example>"))
    world.unpack()
    world.post(message(url=URL, message_id="<x@acme.example>"))
    world.unpack()
    (row,) = world.received()
    (out,) = world.receipts_out()
    assert (row.state, out.sha) == ("accepted", row.mdn)


def test_a_second_attempt_that_waits_has_no_receipt_of_the_first(world: As2World) -> None:
    world.post(message(signer="stranger", url=URL, message_id="<y@acme.example>"))
    world.unpack()
    mended = message(url=URL, message_id="<y@acme.example>")
    for _ in range(2):
        assert world.post(mended).status == 200
    assert world.receipts_out() == []
    world.unpack()
    assert [one.sha for one in world.receipts_out()] == [world.received()[0].mdn]


def test_a_disk_that_fails_is_waited_for_and_a_person_is_told(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    world.post(message(url=URL))
    with monkeypatch.context() as patched:
        patched.setattr(world.gateway.house.store.archive, "put_file", full)
        for _ in range(5):
            world.unpack()
            world.clock.forward(hours=1)
    (row,) = world.received()
    assert (row.state, row.attempts) == ("spooled", 5)
    (alarm,) = world.gateway.alarms()
    assert (alarm.found.code, "No space left" in alarm.found.sentence) == ("A137", True)
    world.unpack()
    assert world.received()[0].state == "accepted"
    assert world.gateway.alarms() == []


def test_what_processes_die_of_is_set_aside(world: As2World) -> None:
    world.post(message(url=URL))
    for _ in range(5):
        suspect(world.gateway.house, world.received()[0])
    (row,) = world.received()
    assert (row.state, row.due, "T268" in row.found) == ("refused", None, True)
    (alarm,) = world.gateway.alarms()
    assert alarm.found.code == "A137"
    assert disposition(world.post(message(message_id=row.message_id))) == "processed"


def set_done(world: As2World) -> None:
    from sqlalchemy import update  # noqa: PLC0415

    from gateway.store.tables import delivery  # noqa: PLC0415

    with world.gateway.house.store.write() as connection:
        connection.execute(update(delivery).values(state="done", due=None, attempts=3))


def test_a_bug_of_ours_is_put_off_and_keeps_nothing_waiting(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.pipeline.as2.receive import unpack  # noqa: PLC0415

    def broken(*_: object, **__: object) -> None:
        raise NameError("a bug")

    world.post(message(url=URL))
    with monkeypatch.context() as patched:
        patched.setattr(unpack, "open_up", broken)
        world.unpack()
    (row,) = world.received()
    assert (row.state, row.attempts) == ("spooled", 1)
    assert row.due is not None
    assert row.due > world.clock()
    world.clock.forward(hours=1)
    world.unpack()
    assert world.received()[0].state == "accepted"
