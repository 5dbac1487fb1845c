"""Receipts in the reply: which settle the message, and which prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.as2.send.peer import (
    Peer,
    Way,
    negative,
    other_bytes,
    receipt,
    signed_by,
    unsigned,
)
from tests.as2.send.shop import Shop


def test_a_refusal_ends_it(shop: Shop) -> None:
    shop.peer.ways = [negative()]
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == ("dead", "rejected", "dead")
    assert shop.sent.disposition == "processed/error: decryption-failed"
    assert shop.codes == ["T292"]
    assert "processed/error: decryption-failed" in shop.problems[0].sentence
    assert f"gateway replay {shop.row.id}" in shop.problems[0].remedy
    shop.wait(minutes=9)
    assert len(shop.peer.requests) == 1
    shop.look()
    assert "A106" in shop.alarms


def test_other_bytes_are_held_and_never_sent_again(shop: Shop) -> None:
    shop.peer.ways = [other_bytes]
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == ("held", "mismatch", "done")
    assert shop.document.state == "delivered"
    assert shop.codes == ["T293"]
    shop.wait(minutes=9)
    assert len(shop.peer.requests) == 1
    shop.look()
    assert "A104" in shop.alarms


@pytest.mark.parametrize("way", [signed_by("stranger"), signed_by("acme-next"), unsigned])
def test_a_receipt_that_proves_nothing_changes_nothing(shop: Shop, way: Way) -> None:
    shop.peer.ways = [way]
    shop.invoice()
    assert (shop.row.state, shop.sent.state) == ("retrying", "unknown")
    assert (shop.codes, shop.receipts) == (["T291"], ["ignored"])
    assert shop.alarms == ["A130"]
    shop.wait(seconds=20)
    assert (shop.row.state, shop.receipts) == ("delivered", ["ignored", "settled"])
    assert shop.alarms == []


def test_an_unsigned_receipt_counts_where_that_was_agreed(opened: Callable[..., Shop]) -> None:
    shop = opened("receipt: {signed: false}")
    shop.peer.ways = [unsigned]
    shop.invoice()
    assert (shop.row.state, shop.sent.state) == ("delivered", "acknowledged")


def test_a_receipt_for_another_message_settles_neither(shop: Shop) -> None:
    first: list[Way] = [receipt]
    shop.peer.ways = list(first)
    shop.invoice()
    (before,) = shop.peer.receipts.values()

    def of_the_one_before(peer: Peer, request: object) -> object:
        answer = receipt(peer, request)  # type: ignore[arg-type]
        return replace(answer, headers=before.headers, body=before.body)

    shop.peer.ways = [of_the_one_before]  # type: ignore[list-item]
    shop.invoice()
    assert sorted(row.state for row in shop.interchanges) == ["delivered", "retrying"]
    shop.wait(seconds=20)
    assert {row.state for row in shop.interchanges} == {"delivered"}


def test_a_receipt_counts_whatever_the_status_says(shop: Shop) -> None:
    def with_500(peer: Peer, request: object) -> object:
        return replace(receipt(peer, request), status=500)  # type: ignore[arg-type]

    shop.peer.ways = [with_500]  # type: ignore[list-item]
    shop.invoice()
    assert (shop.row.state, shop.sent.status) == ("delivered", 500)


def test_a_bug_in_reading_a_receipt_does_not_send_without_a_pause(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError("bug")

    monkeypatch.setattr("gateway.pipeline.as2.settle.read_mdn", broken)
    shop.invoice()
    shop.run()
    assert len(shop.peer.requests) == 1
    assert (shop.row.state, shop.sent.state) == ("retrying", "unknown")
