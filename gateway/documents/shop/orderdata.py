"""The order for the ERP, field by field.

Amounts of the shop's lines are the truth: they are carried, and what they do not explain of the
total is ``totals.rounding``. Discounts are in the lines already and are only told; gift cards are
payments.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any

from gateway.documents.base import normal, plain
from gateway.documents.shop.body import Body
from gateway.documents.shop.dates import day, day_of
from gateway.documents.shop.money import NOTHING, exact, smallest
from gateway.documents.shop.order import Discount, Payment, ShopOrder
from gateway.documents.shop.orderlines import body
from gateway.documents.shop.parties import buyer_party, delivery_party, pickup_references
from gateway.documents.shop.rules import Rules
from gateway.problems import Place, Problem, problem

Fields = dict[str, Any]
_LONGEST_NUMBER = 70


@exact
def order_data(order: ShopOrder, rules: Rules) -> tuple[Fields, list[Problem]]:
    """Fields of the order for the ERP, and what was found on the way."""
    made = body(order, rules)
    found = made.found
    buyer = buyer_party(order, rules, found)
    if not made.lines:
        why = "left: all are cancelled" if order.lines else "at all"
        found.append(problem("W217", Place(path="lines"), reason=why))
    found += _fine(order, made)
    method = next(
        (one.method for one in order.payments if one.kind != "gift_card" and one.state != "failed"),
        None,
    )
    data = {
        "number": number_of(order, rules),
        "function": "original",
        "issued": day(order.placed or order.created, order.zone),
        "currency": order.currency,
        "delivery": {"latest": day_of(order.deliver_by, order.zone)},
        "shipment": {"latest": day_of(order.ship_by, order.zone)},
        "note": order.note,
        "texts": _discounts(order),
        "references": [*_references(order, rules), *pickup_references(order)],
        "buyer": buyer,
        "supplier": {"supplier_number": rules.supplier},
        "ship_to": delivery_party(order),
        "payment": {"means": rules.payment_code(method)},
        "transport": _transport(order, rules),
        "allowances": made.charges,
        "lines": made.lines,
        "totals": _totals(order, made),
        "channel": order.channel,
        "buyer_kind": kind_of(order),
        "prices": {True: "gross", False: "net", None: None}[order.prices_include_tax],
        "payments": [_payment(one, order, rules) for one in _payments(order)],
        "converted": _converted(order),
    }
    return normal(data) or {}, found


def number_of(order: ShopOrder, rules: Rules) -> str:
    """The ERP's number of an order, by the shop's template; of at most 70 signs."""
    number = rules.number
    for name, value in (
        ("{number}", order.number), ("{id}", order.external_id), ("{shop}", rules.shop),
        ("{channel}", order.channel or ""),
    ):  # fmt: skip
        number = number.replace(name, value)
    if len(number) <= _LONGEST_NUMBER:
        return number
    return f"{number[: _LONGEST_NUMBER - 13]}-{sha256(number.encode()).hexdigest()[:12]}"


def kind_of(order: ShopOrder) -> str | None:
    """Whether a company or a consumer buys, where the shop says so."""
    if order.buyer is None:
        return None
    return "company" if order.buyer.kind == "b2b" else "consumer"


def _references(order: ShopOrder, rules: Rules) -> list[Fields]:
    """Numbers of the order that its own does not tell."""
    number = number_of(order, rules)
    po_number = order.buyer.po_number if order.buyer else None
    pairs = (
        ("shop_order", order.number), ("shop_order_id", order.external_id),
        ("split_order", order.split_of), ("customer_reference", po_number),
    )  # fmt: skip
    told: set[str | None] = {number, None}
    found = []
    for kind, value in pairs:
        if value not in told or (kind == "customer_reference" and value):
            found.append({"kind": kind, "number": value})
            told.add(value)
    return found


def _discounts(order: ShopOrder) -> list[Fields]:
    """Discounts, each in words and once: the amounts contain them already.

    Of one that is told of the whole order, the shares of its lines are no further ones.
    """
    whole = {one.code for one in order.discounts if one.code}
    parts = [one for line in order.lines for one in line.discounts]
    parts += [one for charge in order.charges for one in charge.discounts]
    every = [*order.discounts, *(one for one in parts if one.code not in whole)]
    texts = dict.fromkeys(_discount(one, order.currency) for one in every)
    return [{"kind": "discount", "text": text} for text in texts if text]


def _discount(one: Discount, currency: str) -> str:
    off = one.gross if one.gross is not None else one.net
    with_tax = "with tax" if one.gross is not None else "without tax"
    amount = "" if off is None else f"{plain(off)} {currency} {with_tax}"
    paid = "paid by the marketplace" if one.funded_by == "marketplace" else ""
    return ", ".join(filter(None, (one.code, one.name, amount, paid)))


def _transport(order: ShopOrder, rules: Rules) -> Fields:
    shipping = [one for one in order.charges if one.kind == "shipping"]
    method = next((one.method for one in shipping if one.method), None)
    carrier = next((one.carrier for one in shipping if one.carrier), None)
    return {"service": rules.shipping_code(method), "carrier_name": carrier}


def _totals(order: ShopOrder, made: Body) -> Fields:
    """Sums of what the ERP gets; ``rounding`` is what they do not explain of the total."""
    charges = sum((one["amount"] for one in made.charges if one["kind"] == "charge"), NOTHING)
    allowances = sum((one["amount"] for one in made.charges if one["kind"] == "allowance"), NOTHING)
    computed = made.net + charges - allowances + made.tax
    whole = order.totals.grand - made.cancelled - made.collected
    totals = order.totals
    return {
        "lines": made.net,
        "allowances": allowances or None,
        "charges": charges or None,
        "tax": made.tax,
        "rounding": whole - computed or None,
        "collected_tax": made.collected or None,
        "amount": whole,
        "paid": totals.paid,
        "payable": totals.outstanding,
    }


def _payments(order: ShopOrder) -> list[Payment]:
    """Payments, and the gift cards of the totals where no payment tells them."""
    cards = order.totals.gift_cards
    told = any(one.kind == "gift_card" for one in order.payments)
    more = [] if told or not cards else [Payment(kind="gift_card", amount=cards)]
    return [*order.payments, *more]


def _payment(one: Payment, order: ShopOrder, rules: Rules) -> Fields:
    other = one.currency if one.currency != order.currency else None
    return {
        "kind": one.kind, "method": rules.payment_code(one.method), "reference": one.id,
        "amount": one.amount, "currency": other, "state": one.state,
        "on": day_of(one.at, order.zone),
    }  # fmt: skip


def _converted(order: ShopOrder) -> Fields:
    if order.shop_currency in (None, order.currency):
        return {}
    return {
        "currency": order.shop_currency, "amount": order.shop_grand, "rate": order.fx_rate,
    }  # fmt: skip


def _fine(order: ShopOrder, made: Body) -> list[Problem]:
    """W221: amounts that the currency has no coins for."""
    unit = smallest(order.currency)
    found: list[Problem] = []
    for name, entries in (("lines", made.lines), ("charges", made.charges)):
        for index, one in enumerate(entries, start=1):
            amount: Decimal | None = one.get("amount")
            if amount is not None and amount % unit:
                path = f"{name}[{index}].amount"
                found.append(
                    problem(
                        "W221",
                        Place(path=path),
                        field=path,
                        value=plain(amount),
                        currency=order.currency,
                        smallest=plain(unit),
                    )
                )
    return found
