"""A record's order with the further parts of its lists in their places."""

from __future__ import annotations

from typing import Any

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.shopify.orders import OF_FULFILLMENT, OF_ORDER, OF_REFUND


def whole(record: Fields) -> Fields:
    """The order. A list that goes on, and whose rest the record does not hold, is W239."""
    order = record.inside("order")
    rest: dict[tuple[str, str], list[Fields]] = {}
    for one in record.each("more"):
        rest.setdefault((one.text("of") or "", one.text("list") or ""), []).append(one)
    data = dict(order.data)
    _complete(order, data, OF_ORDER, rest)
    for name, lists in (("refunds", OF_REFUND), ("fulfillments", OF_FULFILLMENT)):
        owners = []
        for owner in order.each(name):
            completed = dict(owner.data)
            _complete(owner, completed, lists, rest)
            owners.append(completed)
        data[name] = owners
    return Fields(data, order.path, order.found)


def _complete(
    owner: Fields,
    data: dict[str, Any],
    names: tuple[str, ...],
    rest: dict[tuple[str, str], list[Fields]],
) -> None:
    """Each connection as one list of all its entries."""
    for name in names:
        connection = owner.inside(name)
        entries = [one.data for one in connection.each("nodes")]
        last = connection
        for more in rest.get((owner.text("id") or "", name), ()):
            last = more.inside("part")
            entries += [one.data for one in last.each("nodes")]
        if last.inside("pageInfo").flag("hasNextPage"):
            owner.say("W239", name, count=len(entries))
        data[name] = entries
