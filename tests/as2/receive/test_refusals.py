"""What is refused, what is said about it, and what is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gateway.channels.as2.link import Layers
from gateway.pipeline.as2.receive import accept
from gateway.pipeline.as2.receive.answer import Answer
from tests.as2.receive.world import As2World, Posted, disposition, message, theirs

UNIFORM = "processed/error: authentication-failed"


def without_numbers(answer: Answer) -> tuple[int, list[str], int]:
    """What an outsider can compare: status, names of headers, size of the body."""
    return answer.status, [name for name, _ in answer.headers], len(answer.body)


def test_unknown_ids_are_answered_alike_whichever_is_unknown(world: As2World) -> None:
    known = message()
    answers = [
        world.post(known.named(as2_from="NEMO")),
        world.post(known.named(as2_to="NEMO")),
        world.post(known.named(as2_from="NEMO", as2_to="NONE")),
        world.post(known.named(as2_from="acme")),  # case counts
    ]
    for answer in answers:
        assert disposition(answer) == "processed/error: unknown-trading-partner"
        assert answer.held
        assert dict(answer.headers)["Content-Type"].startswith("multipart/report")  # not signed
        assert without_numbers(answer)[:2] == without_numbers(answers[0])[:2]
    assert world.received() == []
    unasked = world.post(message(receipt="").named(as2_from="NEMO"))
    assert (unasked.status, unasked.body) == (403, b"these AS2 identifiers were not agreed\n")


def test_strangers_are_slowed_down_by_their_address(world: As2World) -> None:
    stranger = message().named(as2_from="NEMO")
    statuses = [world.post(stranger).status for _ in range(22)]
    assert statuses[:20] == [200] * 20
    assert statuses[21] == 429
    assert world.post(stranger, address="192.0.2.8").status == 200
    assert world.post(message()).status == 200  # the partner at the same address is not


def flipped(posted: Posted, at: int) -> Posted:
    body = bytearray(posted.body)
    body[at] ^= 0x40
    return replace(posted, body=bytes(body))


FORGED = {
    "signed by a stranger": lambda: message(signer="stranger"),
    "not signed": lambda: message(link=theirs(layers=Layers(sign=None))),
    "last block changed": lambda: flipped(message(), -20),
    "block in the middle changed": lambda: flipped(message(), -700),
    "padding changed": lambda: flipped(message(), -17),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_failures_behind_our_key_are_all_alike(world: As2World, forged: object) -> None:
    posted: Posted = forged()  # type: ignore[operator]
    answer = world.post(posted)
    assert disposition(answer) == UNIFORM
    assert answer.held
    assert b"Received-content-MIC" not in answer.body
    assert world.files_received() == []
    (row,) = world.received()
    assert row.state == "refused"
    assert json.loads(row.found)["problems"]  # our own log tells more


@pytest.mark.parametrize(
    "body", [b"", b"garbage", b"\x30\x80" * 40, b"\x30\x82\xff\xff" + bytes(50)]
)
def test_garbage_gets_a_receipt_too(world: As2World, body: bytes) -> None:
    answer = world.post(replace(message(), body=body))
    assert disposition(answer).startswith("processed/error: ")
    assert answer.held
    assert len(world.received()) == 1


def test_for_somebody_else_is_said_openly(world: As2World) -> None:
    answer = world.post(message(recipient="stranger"))
    assert disposition(answer) == "processed/error: decryption-failed"


def test_a_receipt_that_requires_what_is_not_done_here(world: As2World) -> None:
    odd = message().named(
        disposition_notification_options="signed-receipt-micalg=required, whirlpool"
    )
    answer = world.post(odd)
    assert disposition(answer) == "failed/Failure: unsupported MIC-algorithms"
    assert world.files_received() == []


def test_without_a_receipt_a_refusal_is_a_status(world: As2World) -> None:
    answer = world.post(message(signer="stranger", receipt=""))
    assert (answer.status, answer.body) == (422, b"the message was refused\n")


def test_who_keeps_failing_is_slowed_down_and_a_person_is_told(world: As2World) -> None:
    forged = message(signer="stranger")
    statuses = [world.post(forged).status for _ in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    (alarm,) = world.gateway.alarms()
    assert (alarm.found.code, alarm.found.facts["address"]) == ("A136", "192.0.2.7")
    # the partner himself comes from elsewhere
    assert disposition(world.post(message(), address="192.0.2.9")) == "processed"


def test_a_large_body_of_nobody_is_not_kept(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "KEPT", 100)
    posted = message(signer="stranger")
    assert disposition(world.post(posted)) == UNIFORM
    (row,) = world.received()
    assert (row.wire, row.wire_size) == (None, len(posted.body))
    assert row.content is not None
    good = message(message_id=posted.message_id)
    assert disposition(world.post(good)) == "processed"
    assert world.received()[0].wire is not None


def test_a_bug_of_ours_is_a_negative_receipt_and_blocks_nothing(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.pipeline.as2.receive import opening  # noqa: PLC0415

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    posted = message()
    with monkeypatch.context() as patched:
        patched.setattr(opening, "open_message", broken)
        answer = world.post(posted)
    assert disposition(answer) == UNIFORM
    assert answer.held
    assert [each["code"] for each in json.loads(world.received()[0].found)["problems"]] == ["T266"]
    assert disposition(world.post(posted)) == "processed"


def test_a_full_disk_says_nothing_about_the_message(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    posted = message()
    with monkeypatch.context() as patched:
        patched.setattr(world.gateway.house.store.archive, "put_file", full)
        answer = world.post(posted)
    assert (answer.status, dict(answer.headers)["Retry-After"]) == (503, "30")
    assert world.received() == []
    assert disposition(world.post(posted)) == "processed"
