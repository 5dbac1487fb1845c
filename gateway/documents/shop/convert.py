"""What happens in a shop, as the documents of the pipeline.

Amounts of the shop's lines are the truth: they are carried, and what they do not explain of the
total is ``totals.rounding``. The sums must have been checked before
(:mod:`gateway.documents.shop.checks`). All functions are pure and give the document, or ``None``,
with everything that was found; an error among it means that a person has to look.
"""

from __future__ import annotations

from gateway.documents.build import build
from gateway.documents.order import Order
from gateway.documents.shop.changes import to_cancellation, to_change
from gateway.documents.shop.customers import to_parties
from gateway.documents.shop.order import ShopOrder
from gateway.documents.shop.orderdata import number_of, order_data
from gateway.documents.shop.refunds import refund_number, to_refund
from gateway.documents.shop.rules import Rules
from gateway.problems import Problem, errors

__all__ = [
    "number_of",
    "refund_number",
    "to_cancellation",
    "to_change",
    "to_order",
    "to_parties",
    "to_refund",
]


def to_order(order: ShopOrder, rules: Rules) -> tuple[Order | None, list[Problem]]:
    """The order for the ERP, or every reason why there is none (W212-W221, E401-E409)."""
    data, found = order_data(order, rules)
    if errors(found):
        return None, found
    made, refused = build("order", data)
    assert made is None or isinstance(made, Order)
    return made, [*found, *refused]
