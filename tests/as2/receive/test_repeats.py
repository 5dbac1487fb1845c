"""Three layers of duplicates: the Message-ID, the content, and two that come at once."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.pipeline.as2.receive.answer import Answer
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.housekeeping import expire
from gateway.pipeline.housekeeping.doctor import check
from gateway.store import deliveries, lanes
from tests.as2.receive.world import ACME, URL, As2World, disposition, message
from tests.pipeline.world import orders


def test_the_same_message_gets_the_same_receipt_and_makes_nothing(world: As2World) -> None:
    posted = message()
    first = world.post(posted)
    assert disposition(first) == "processed"
    for _ in range(3):
        assert world.post(posted) == first
    (row,) = world.received()
    assert row.repeats == 3
    assert len(world.files_received()) == 1


def test_other_bytes_under_an_accepted_id_are_refused_and_told(world: As2World) -> None:
    posted = message(orders("1"), message_id="<same@acme.example>")
    first = world.post(posted)
    other = message(orders("2"), message_id="<same@acme.example>")
    refused = world.post(other)
    assert disposition(refused) == "processed/error: unexpected-processing-error"
    assert world.post(other) == refused  # always in the same way, and not sooner
    assert world.post(posted) == first
    assert world.files_received() == [orders("1")]
    (alarm,) = world.gateway.alarms()
    assert (alarm.found.code, alarm.partner, alarm.message) == ("A135", "acme-retail", 1)
    rows = world.received()
    assert [row.state for row in rows] == ["accepted", "refused"]
    assert [each["code"] for each in json.loads(rows[1].found)["problems"]] == ["T261"]


def test_other_bytes_are_refused_without_a_receipt_too(world: As2World) -> None:
    posted = message(orders("1"), receipt="")
    assert world.post(posted).status == 200
    other = message(orders("2"), receipt="", message_id=posted.message_id)
    assert [world.post(other).status for _ in range(2)] == [422, 422]
    asked = replace(other, headers=(*other.headers, ("Disposition-Notification-To", "a@b")))
    assert disposition(world.post(asked)).startswith("processed/error")
    assert world.files_received() == [orders("1")]


def test_a_refused_message_is_evaluated_anew(world: As2World) -> None:
    posted = message(signer="stranger", message_id="<again@acme.example>")
    assert disposition(world.post(posted)) == "processed/error: authentication-failed"
    assert world.files_received() == []
    mended = message(message_id="<again@acme.example>")
    assert disposition(world.post(mended)) == "processed"
    assert len(world.files_received()) == 1
    (row,) = world.received()
    assert row.state == "accepted"
    assert world.gateway.alarms() == []


def test_a_mended_setting_accepts_the_same_bytes(world: As2World) -> None:
    posted = message(signer="acme-next")
    assert disposition(world.post(posted)).startswith("processed/error")
    folder = world.root / "partners/acme-retail"
    (folder / "acme.pem").write_bytes(
        (Path(__file__).parents[1] / "keys/acme-next.pem").read_bytes()
    )
    assert disposition(world.post(posted)) == "processed"
    assert len(world.files_received()) == 1


def test_a_receipt_that_was_not_asked_for_at_first(world: As2World) -> None:
    posted = message(receipt="")
    assert world.post(posted).body == b""
    asked = replace(posted, headers=(*posted.headers, ("Disposition-Notification-To", "a@b")))
    answer = world.post(asked)
    assert disposition(answer) == "processed"
    assert world.post(asked) == answer
    assert world.post(posted).body == b""
    assert len(world.files_received()) == 1


@pytest.mark.parametrize(
    ("policy", "state", "codes"),
    [("hold", "held", ["T265"]), ("drop", "refused", ["T265"]), ("pass", "received", ["T265"])],
)
def test_the_same_content_under_another_id(
    tmp_path: Path, policy: str, state: str, codes: list[str]
) -> None:
    settings = ACME.replace("id: ACME\n", f"id: ACME\n      receive: {{repeat: {policy}}}\n")
    world = As2World(tmp_path, settings=settings)
    try:
        assert disposition(world.post(message())) == "processed"
        assert disposition(world.post(message())) == "processed"  # positive, all the same
        first, second = world.rows(kind="file")
        assert (first.state, second.state) == ("received", state)
        assert (first.replaces, second.replaces) == (None, first.id)
        assert world.codes(second.id) == codes
    finally:
        world.gateway.close()


def race(world: As2World, count: int = 6) -> list[Answer]:
    """The same message, by so many at once."""
    posted, answers = message(), list[Answer]()
    start = threading.Barrier(count)

    def send() -> None:
        start.wait()
        answers.append(world.post(posted))

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def check_race(world: As2World) -> None:
    """One document, and one receipt for everybody."""
    answers = race(world)
    assert {answer.body for answer in answers} == {answers[0].body}
    assert {answer.headers for answer in answers} == {answers[0].headers}
    assert disposition(answers[0]) == "processed"
    assert len(world.files_received()) == 1
    (row,) = world.received()
    assert row.state == "accepted"


def test_two_at_once_are_one_document_with_one_receipt(world: As2World) -> None:
    check_race(world)


def later(world: As2World) -> None:
    """A receipt that goes to an address, and what is left after many years."""
    posted = message(url=URL)
    assert world.post(posted).status == 200
    house = world.gateway.house
    with house.store.read() as connection:
        assert "unpack/acme-retail/main" in lanes.waiting(connection, world.clock())
    assert Core(house, "test").drain("unpack/acme-retail/main") == 1
    (out,) = world.receipts_out()
    with house.store.write() as connection:
        deliveries.change(connection, [out.id], world.clock(), state="done", due=None)
    assert world.post(posted).status == 200
    (again,) = world.receipts_out()
    assert (again.id, again.state) == (out.id, "pending")
    assert world.received()[-1].repeats == 1
    list(check(house))
    world.clock.forward(days=4000)
    expire(house)
    assert {row.state for row in world.received()} == {"accepted"}


def test_everything_on_postgresql(tmp_path: Path, postgres_ready: str) -> None:
    world = As2World(tmp_path, database=postgres_ready)
    try:
        check_race(world)
        posted = message()
        first = world.post(posted)
        assert world.post(posted) == first
        refused = message(signer="stranger", message_id="<pg@acme.example>")
        assert disposition(world.post(refused)).startswith("processed/error")
        assert disposition(world.post(message(message_id="<pg@acme.example>"))) == "processed"
        other = world.post(message(orders("9"), message_id=posted.message_id))
        assert disposition(other).startswith("processed/error")
        later(world)
    finally:
        world.gateway.close()
