"""Acknowledging purchase orders (``submitAcknowledgement``), from order responses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.channels.shops.amazon.vendor.parts import (
    article,
    instant,
    money,
    noon,
    party,
    quantity,
)
from gateway.channels.shops.amazon.write import CannotSayError
from gateway.documents import Order, OrderResponse
from gateway.documents.order import OrderLine
from gateway.documents.orderresponse import OrderResponseLine

PATH = "/vendor/orders/v1/acknowledgements"
_REFUSED = "TemporarilyUnavailable"
"""The reason for what is not delivered, where nobody tells another one."""
_REASONS = ("TemporarilyUnavailable", "InvalidProductIdentifier", "ObsoleteProduct")


def acknowledgement(response: OrderResponse, order: Order, at: datetime) -> dict[str, Any]:
    """The body for one order response to one order. Every line of the order is answered.

    ``at``: when it is sent. Raises :class:`CannotSayError` for what Amazon cannot be told.
    """
    if response.order.number not in (None, order.number):
        raise CannotSayError(f"the response is about {response.order.number}")
    answers = {one.order_line or one.number: one for one in response.lines}
    unknown = set(answers) - {line.number for line in order.lines}
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise CannotSayError(f"the order has no line {names}")
    items = [
        _item(line, answers.get(line.number), response, order.currency) for line in order.lines
    ]
    acknowledged = {
        "purchaseOrderNumber": order.number,
        "sellingParty": party(order.supplier, "supplier"),
        "acknowledgementDate": instant(at),
        "items": items,
    }
    return {"acknowledgements": [acknowledged]}


def _item(
    line: OrderLine, answer: OrderResponseLine | None, response: OrderResponse, currency: str | None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "itemSequenceNumber": line.number,
        **article(line),
        "orderedQuantity": quantity(line.quantity, line.unit, line.per_pack),
        "itemAcknowledgements": _parts(line, answer, response),
    }
    price = answer.price if answer is not None and answer.price is not None else line.price
    if price is not None:
        made["netCost"] = money(price, response.currency or currency)
    return made


def _parts(
    line: OrderLine, answer: OrderResponseLine | None, response: OrderResponse
) -> list[dict[str, Any]]:
    """How much is delivered, follows later, or is refused: together what was ordered."""
    confirmed, later = _confirmed(line, answer, response)
    rest = line.quantity - confirmed - later
    if rest < 0:
        raise CannotSayError(f"line {line.number}: more is confirmed than was ordered")
    made = []
    if confirmed:
        made.append({**_part("Accepted", confirmed, line), **_dates(answer, response)})
    if later:
        made.append({**_part("Backordered", later, line), **_dates(answer, response)})
    if rest or not made:
        reason = answer.reason if answer is not None and answer.reason in _REASONS else _REFUSED
        made.append({**_part("Rejected", rest, line), "rejectionReason": reason})
    return made


def _confirmed(
    line: OrderLine, answer: OrderResponseLine | None, response: OrderResponse
) -> tuple[Decimal, Decimal]:
    """What is delivered as wanted, and what follows later."""
    nothing = Decimal(0)
    if answer is None:
        if response.status in ("accepted", "changed"):
            return (line.quantity, nothing) if not response.lines else (nothing, nothing)
        if response.status == "rejected":
            return nothing, nothing
        raise CannotSayError(f"line {line.number} is not answered")
    if answer.unit is not None and line.unit is not None and answer.unit != line.unit:
        raise CannotSayError(f"line {line.number} is answered in {answer.unit}, not {line.unit}")
    if answer.status == "rejected":
        return nothing, nothing
    told = line.quantity if answer.quantity is None else answer.quantity
    return (nothing, told) if answer.status in ("backordered", "deferred") else (told, nothing)


def _part(code: str, amount: Decimal, line: OrderLine) -> dict[str, Any]:
    return {
        "acknowledgementCode": code,
        "acknowledgedQuantity": quantity(amount, line.unit, line.per_pack),
    }


def _dates(answer: OrderResponseLine | None, response: OrderResponse) -> dict[str, str]:
    made = {}
    for name, told in (
        ("scheduledShipDate", (answer and answer.shipment) or response.shipment),
        ("scheduledDeliveryDate", (answer and answer.delivery) or response.delivery),
    ):
        day = (told.on or told.latest or told.earliest) if told is not None else None
        if day is not None:
            made[name] = noon(day)
    return made
