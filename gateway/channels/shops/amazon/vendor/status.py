"""What became of something that was submitted to Amazon Vendor (``getTransaction``)."""

from __future__ import annotations

from gateway.channels.shops.connector import Outcome
from gateway.channels.shops.fields import opened
from gateway.channels.shops.session import ShopAnswerError

PATH = "/vendor/transactions/v1/transactions"


def transaction(body: bytes) -> str:
    """The id under which a submission is asked about. Raises ``ShopAnswerError`` without one."""
    told = opened(body, "the answer of Amazon").inside("payload").text("transactionId")
    if told is None:
        raise ShopAnswerError("Amazon names no transaction")
    return told


def outcome(key: str, body: bytes) -> Outcome:
    """What a transaction's status means for whatever was submitted under ``key``."""
    told = opened(body, "the answer of Amazon").inside("payload", "transactionStatus")
    identifier, status = told.text("transactionId") or "", told.text("status")
    if status == "Success":
        return Outcome(key, "done", reference=identifier)
    if status == "Processing":
        return Outcome(key, "pending", reference=identifier, ticket=identifier)
    if status != "Failure":
        raise ShopAnswerError("Amazon tells no status of the transaction")
    wrong = [
        " ".join(filter(None, (one.text("code"), one.text("message"))))
        for one in told.each("errors")
    ]
    return Outcome(key, "refused", reference=identifier, reason="; ".join(wrong)[:300] or status)
