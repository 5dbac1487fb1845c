"""What the headers alone decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.as2.receive.answer import Answer
from gateway.pipeline.as2.receive.entrance import fault, length_of
from gateway.pipeline.as2.receive.rates import Buckets
from gateway.problems import problem
from gateway.store import pauses
from tests.as2.receive.world import ACME, As2World, disposition, message

BOTH = (("Content-Length", "5"), ("Transfer-Encoding", "chunked"))


def said(*items: tuple[str, str], version: str = "1.1", tolerant: bool = False) -> str:
    found = fault(Headers.of(items), Limits(), version=version, tolerant=tolerant)
    return "" if found is None else found.sentence


@pytest.mark.parametrize(
    ("items", "what"),
    [
        (BOTH, "Content-Length and Transfer-Encoding"),
        ((("Content-Length", "5"), ("content-length", "6")), "2 headers content-length"),
        ((("AS2-From", "A"), ("as2-from", "A")), "2 headers as2-from"),
        ((("AS2-To", "A"), ("AS2-To", "B")), "2 headers as2-to"),
        ((("Message-ID", "<1>"), ("Message-Id", "<2>")), "2 headers message-id"),
        ((("Receipt-Delivery-Option", "a"),) * 2, "2 headers receipt-delivery-option"),
        ((("AS2_From", "A"),), "a header as2_from"),
        ((("message_id", "A"),), "a header message_id"),
        ((("Subject", "a\r\nX: y"),), "control character in Subject"),
        ((("Subject", "a\x00"),), "control character in Subject"),
        ((("X", "y"),) * 101, "101 headers"),
        ((("X", "y" * 65_000),), "bytes of headers"),
    ],
)
def test_requests_that_can_be_read_in_two_ways(
    items: tuple[tuple[str, str], ...], what: str
) -> None:
    assert what in said(*items)


@pytest.mark.parametrize(
    "items",
    [
        (("Content-Length", "0000977"),),
        (("Transfer-Encoding", "chunked"),),
        (("Authorization", "Basic YTpi"), ("X_Custom", "y"), ("Subject", "a\tb")),
        (("Message-ID", "<\xe4@acme>"),),
    ],
)
def test_what_is_odd_and_let_pass(items: tuple[tuple[str, str], ...]) -> None:
    assert said(*items) == ""


def test_old_versions_of_http_know_no_chunks() -> None:
    assert "HTTP 1.0" in said(("Transfer-Encoding", "chunked"), version="1.0")


def test_both_lengths_may_be_agreed(world: As2World, tmp_path: Path) -> None:
    assert said(*BOTH, tolerant=True) == ""
    posted = message()
    refused = world.post(posted.named(content_length="5", transfer_encoding="chunked"))
    assert refused.status == 400
    quirky = ACME.replace("id: ACME\n", "id: ACME\n      quirks: {length_and_chunked: true}\n")
    other = As2World(tmp_path / "other", settings=quirky)
    try:
        answer = other.post(posted.named(content_length="5", transfer_encoding="chunked"))
        assert disposition(answer) == "processed"
    finally:
        other.gateway.close()


@pytest.mark.parametrize(
    ("text", "length"), [("0000977", 977), ("", None), ("5a", None), ("٣", None)]
)
def test_the_length_of_the_body(text: str, length: int | None) -> None:
    assert length_of(Headers.of([("Content-Length", text)])) == length


def test_too_large_is_known_before_a_byte_is_read(tmp_path: Path) -> None:
    small = ACME.replace("id: ACME\n", "id: ACME\n      receive: {max_size: 1kB}\n")
    world = As2World(tmp_path, settings=small)
    try:
        answer = world.receiver.admit(
            Headers.of(message().named(content_length="1001").headers), "192.0.2.7"
        )
        assert isinstance(answer, Answer)
        told = problem("T264", size=1001, limit=1000).sentence
        assert (answer.status, answer.body) == (413, f"{told}\n".encode())
    finally:
        world.gateway.close()


@pytest.mark.parametrize("name", ["message_id", "as2_from", "as2_to"])
def test_without_its_names_nothing_can_be_answered(world: As2World, name: str) -> None:
    answer = world.post(message().named(**{name: None}))
    # ids that are not there are unknown ids, and tell no more
    assert answer.status == (400 if name == "message_id" else 200)
    told = problem("T267", header="Message-ID").sentence
    assert (answer.body == f"{told}\n".encode()) == (name == "message_id")
    assert world.received() == []


@pytest.mark.parametrize(
    "message_id",
    ["<no-at>", "no brackets", "<a/b\\c:*?@x>", "<caf\xe9@x>", "<" + "m" * 900 + "@x>"],
)
def test_any_message_id_is_data(world: As2World, message_id: str) -> None:
    posted = message().named(message_id=message_id)
    answer = world.post(posted)
    assert disposition(answer) == "processed"
    assert f"Original-Message-ID: {message_id}".encode("latin-1") in answer.body
    assert world.post(posted) == answer
    (row,) = world.received()
    assert row.message_id == message_id


def test_buckets_fill_at_a_steady_rate_and_forget_who_came_long_ago() -> None:
    now = [0.0]
    buckets = Buckets(most=2, clock=lambda: now[0])

    def take(who: str) -> float:
        return buckets.take(who, size=2, a_second=0.5)

    assert [take("a"), take("a"), take("a")] == [0, 0, 2.0]
    now[0] = 2.0
    assert [take("a"), take("a")] == [0, 2.0]
    take("b"), take("c")
    assert take("a") == 0  # forgotten: two others were later


def test_who_is_drained_is_asked_to_come_later(world: As2World) -> None:
    house = world.gateway.house
    with house.store.write() as connection:
        pauses.add(connection, "acme-retail", "drain", "moving house", "test", world.clock())
    assert world.post(message()).status == 503
    assert world.received() == []


def test_a_partner_who_sends_too_fast_is_asked_to_wait(tmp_path: Path) -> None:
    slow = ACME.replace("id: ACME\n", "id: ACME\n      receive: {rate: 2}\n")
    world = As2World(tmp_path, settings=slow)
    try:
        answers = [world.post(message()) for _ in range(3)]
        assert [each.status for each in answers] == [200, 200, 429]
        assert answers[2].body.decode().rstrip() in {
            problem("T269", who=who, seconds=seconds).sentence
            for who in ("acme-retail", "192.0.2.7", "this partner")
            for seconds in range(1, 61)
        }
        assert world.post(message(), address="192.0.2.8").status == 200
        late = world.post(message())
        assert 1 <= int(dict(late.headers)["Retry-After"]) <= 30
    finally:
        world.gateway.close()
