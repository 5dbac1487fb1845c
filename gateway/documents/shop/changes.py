"""What changed in an order of a shop between two revisions, as an order change."""

from __future__ import annotations

from typing import Any

from gateway.documents.base import normal
from gateway.documents.build import build
from gateway.documents.orderchange import OrderChange
from gateway.documents.shop.dates import day
from gateway.documents.shop.money import exact
from gateway.documents.shop.order import ShopOrder
from gateway.documents.shop.orderdata import number_of, order_data
from gateway.documents.shop.parties import buyer_party
from gateway.documents.shop.rules import Rules
from gateway.problems import Place, Problem, errors, problem

Fields = dict[str, Any]
_HEAD = (
    "delivery", "shipment", "note", "texts", "references", "buyer", "supplier", "ship_to",
    "transport", "allowances", "channel", "buyer_kind", "prices",
)  # fmt: skip
"""Fields of the head whose change the ERP is told of."""
_SUMS = ("lines", "allowances", "charges", "tax", "rounding", "collected_tax", "amount")
"""Sums whose change the ERP is told of: what was paid meanwhile changes no order."""
_CARRIED = (*_HEAD, "payment", "payments", "converted", "totals")
_NO_LINES = "W217"


@exact
def to_change(
    before: ShopOrder, after: ShopOrder, rules: Rules, sequence: int
) -> tuple[OrderChange | None, list[Problem]]:
    """The change for the ERP; ``None`` and no error where nothing changed that it must know.

    Lines that changed, with what happened to them; the head, charges and sums as they are now.
    ``sequence``: which change of the order it is, from 1.
    """
    if before.currency != after.currency:
        return None, [
            problem(
                "W218",
                Place(path="currency"),
                field="currency",
                found=after.currency,
                currency=before.currency,
            )
        ]
    old, _ = order_data(before, rules)
    new, found = order_data(after, rules)
    found = [one for one in found if one.code != _NO_LINES]
    if errors(found):
        return None, found
    lines = _changed_lines(old.get("lines", []), new.get("lines", []))
    if not lines and _told(old) == _told(new):
        return None, []
    carried = {name: new[name] for name in _CARRIED if name in new}
    return _built({**_head(after, rules, sequence), **carried, "lines": lines}, found)


def to_cancellation(
    order: ShopOrder, rules: Rules, sequence: int
) -> tuple[OrderChange | None, list[Problem]]:
    """The cancellation of the whole order."""
    found: list[Problem] = []
    head = _head(order, rules, sequence)
    head |= {
        "function": "cancellation",
        "buyer": buyer_party(order, rules, found),
        "supplier": {"supplier_number": rules.supplier},
        "channel": order.channel,
        "note": order.cancel_reason,
    }
    return _built(normal(head) or {}, found)


def _head(order: ShopOrder, rules: Rules, sequence: int) -> Fields:
    number = number_of(order, rules)
    return {
        "number": f"{number}-{sequence}",
        "sequence": str(sequence),
        "issued": day(order.updated or order.placed or order.created, order.zone),
        "function": "change",
        "order": {"number": number, "date": day(order.placed or order.created, order.zone)},
        "currency": order.currency,
    }


def _built(data: Fields, found: list[Problem]) -> tuple[OrderChange | None, list[Problem]]:
    made, refused = build("orderchange", data)
    assert made is None or isinstance(made, OrderChange)
    return made, [*found, *refused]


def _told(data: Fields) -> Fields:
    """What of an order's head and sums the ERP must know a change of."""
    totals = data.get("totals", {})
    return {
        **{name: data.get(name) for name in _HEAD},
        "totals": {name: totals.get(name) for name in _SUMS},
    }


def _changed_lines(old: list[Fields], new: list[Fields]) -> list[Fields]:
    """Lines that are not as before, by their number; those that are gone come last."""
    before = {one["number"]: one for one in old}
    after = {one["number"] for one in new}
    changed = [
        {**line, **_action(before.get(line["number"]), line)}
        for line in new
        if before.get(line["number"]) != line
    ]
    gone = [_gone(line) for line in old if line["number"] not in after]
    return [*changed, *gone]


def _action(old: Fields | None, line: Fields) -> Fields:
    if old is None:
        return {"action": "added"}
    before, now = old["quantity"], line["quantity"]
    article = [old.get(name) != line.get(name) for name in ("supplier_item", "gtin")]
    if any(article):
        action = "replaced"
    elif now != before:
        action = "quantity_increased" if now > before else "quantity_decreased"
    elif old.get("amount") != line.get("amount"):
        action = "price_changed"
    else:
        action = "changed"
    return {"action": action, "quantity_before": before, "quantity_difference": now - before}


def _gone(line: Fields) -> Fields:
    """A line that is deleted: which it was, and that nothing of it is wanted any more."""
    kept = ("number", "supplier_item", "gtin", "buyer_item", "text", "unit", "kind")
    quantity = line["quantity"]
    return {
        **{name: line[name] for name in kept if name in line},
        "action": "deleted",
        "quantity": quantity - quantity,
        "quantity_before": quantity,
        "quantity_difference": -quantity,
    }
