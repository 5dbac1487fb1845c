"""A message of Amazon's queue: which order may have changed. Pure.

Amazon calls nobody: ORDER_CHANGE notices go to a queue of Amazon SQS, or through EventBridge. This
reads the body of such a message; nothing here fetches messages, and polling finds every order
without them.
"""

from __future__ import annotations

from gateway.channels.shops.connector import Hint
from gateway.channels.shops.fields import Fields, opened

MOST = 262_144
"""Bytes of a message of SQS."""


def read_notice(body: bytes) -> Hint:
    """What a message says. Whoever can write into the queue is believed that an order changed.

    It only makes the order be read again by its id.
    """
    if len(body) > MOST:
        return Hint("ignored", reason="larger than a message of SQS can be")
    message = opened(body, "the message")
    if message.found:
        return Hint("ignored", reason=message.found[0].sentence)
    if "detail" in message.data:
        message = message.inside("detail")
    topic = message.text("NotificationType") or message.text("notificationType") or ""
    about = message.inside("NotificationMetadata")
    delivery = about.text("NotificationId") or ""
    if topic != "ORDER_CHANGE":
        return Hint("ignored", topic=topic, delivery=delivery, reason="about no order")
    change = _change(message)
    identifier = change.text("AmazonOrderId") or ""
    if not identifier:
        return Hint("ignored", topic=topic, delivery=delivery, reason="names no order")
    return Hint("hint", topic=topic, kind="order", external_id=identifier, delivery=delivery)


def _change(message: Fields) -> Fields:
    payload = message.inside("Payload")
    return payload.inside("OrderChangeNotification") or payload
