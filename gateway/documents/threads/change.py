"""An order change as the version of the order that it makes, for comparing."""

from __future__ import annotations

from decimal import Decimal

from gateway.documents.order import Order, OrderLine
from gateway.documents.orderchange import ChangedLine, OrderChange

_NOTHING = Decimal(0)


def changed_order(change: OrderChange) -> Order:
    """The order as far as the change tells it: it names only the lines that it changes.

    A line taken out is one of which nothing is wanted. Without a function it is a change.
    """
    return Order.model_construct(
        number=change.order.number or "",
        issued=change.issued,
        function=change.function if change.function in _WHOLE else "change",
        currency=change.currency,
        delivery=change.delivery,
        lines=tuple(_line(each) for each in change.lines),
    )


_WHOLE = ("cancellation", "replacement")
"""Functions that are about the whole order."""


def _line(line: ChangedLine) -> OrderLine:
    said = {name: getattr(line, name) for name in OrderLine.model_fields}
    if line.action == "deleted":
        said["quantity"] = _NOTHING
    return OrderLine.model_construct(**said)
