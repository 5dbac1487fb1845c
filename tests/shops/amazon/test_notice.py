"""Messages of Amazon's queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.channels.shops.amazon.notice import MOST, read_notice

CHANGE = {
    "NotificationType": "ORDER_CHANGE",
    "EventTime": "2026-03-02T09:14:00Z",
    "Payload": {"OrderChangeNotification": {"AmazonOrderId": "402-1", "SellerId": "A1SELLER"}},
    "NotificationMetadata": {"NotificationId": "n1"},
}


@pytest.mark.parametrize("message", [CHANGE, {"detail-type": "ORDER_CHANGE", "detail": CHANGE}])
def test_a_change_of_an_order_is_a_hint(message: dict[str, Any]) -> None:
    hint = read_notice(json.dumps(message).encode())
    assert (hint.verdict, hint.kind, hint.external_id, hint.delivery) == (
        "hint", "order", "402-1", "n1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"x" * (MOST + 1),
        json.dumps({**CHANGE, "NotificationType": "FEED_PROCESSING_FINISHED"}).encode(),
        json.dumps({**CHANGE, "Payload": {}}).encode(),
        json.dumps({**CHANGE, "Payload": {"OrderChangeNotification": {}}}).encode(),
    ],
    ids=["empty", "list", "too large", "other topic", "no payload", "no order"],
)
def test_everything_else_is_left_alone_with_a_reason(body: bytes) -> None:
    hint = read_notice(body)
    assert hint.verdict == "ignored"
    assert hint.reason
