"""A refund of a shop as the document that asks the ERP for one credit note."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gateway.documents.base import canonical_path, normal, plain
from gateway.documents.build import build
from gateway.documents.invoice import TaxSubtotal
from gateway.documents.refund import Refund
from gateway.documents.shop.articles import article
from gateway.documents.shop.body import Body, Left, add_charge, priced
from gateway.documents.shop.dates import day
from gateway.documents.shop.money import NOTHING, allowed, exact
from gateway.documents.shop.order import ShopLine, ShopOrder
from gateway.documents.shop.orderdata import kind_of, number_of
from gateway.documents.shop.orderlines import numbers_of
from gateway.documents.shop.parties import buyer_party
from gateway.documents.shop.refund import RefundLine, ShopRefund
from gateway.documents.shop.rounding import breakdown
from gateway.documents.shop.rules import Rules
from gateway.documents.shop.taxes import Taxation
from gateway.problems import Place, Problem, errors, problem

Fields = dict[str, Any]


@exact
def to_refund(
    refund: ShopRefund, order: ShopOrder, rules: Rules
) -> tuple[Refund | None, list[Problem]]:
    """The refund for the ERP, or every reason why there is none."""
    found = list(_misfits(refund, order))
    if errors(found):
        return None, found
    made = _body(refund, order, rules)
    adjustment = _adjustment(refund, rules, made)
    buyer = buyer_party(order, rules, found)
    data = {
        "number": refund_number(refund, order, rules),
        "issued": day(refund.created, order.zone),
        "order": {
            "number": number_of(order, rules),
            "date": day(order.placed or order.created, order.zone),
        },
        "currency": refund.currency,
        "reason": refund.reason,
        "references": [
            {"kind": "shop_order", "number": order.number},
            {"kind": "shop_refund", "number": refund.number or refund.external_id},
        ],
        "buyer": buyer,
        "supplier": {"supplier_number": rules.supplier},
        "method": rules.payment_code(refund.payment),
        "channel": order.channel,
        "buyer_kind": kind_of(order),
        "allowances": [*made.charges, *adjustment],
        "lines": made.lines,
        "totals": _totals(refund, made, adjustment),
    }
    found += made.found
    if errors(found):
        return None, found
    first, refused = build("refund", normal(data) or {})
    if not isinstance(first, Refund):
        return None, [*found, *refused]
    return first.model_copy(update={"taxes": _taxes(first)}), found


def refund_number(refund: ShopRefund, order: ShopOrder, rules: Rules) -> str:
    """The number of the document: that of the order and of the refund in the shop."""
    return f"{number_of(order, rules)}-R{refund.number or refund.external_id}"


def _misfits(refund: ShopRefund, order: ShopOrder) -> Iterator[Problem]:
    """W222: a refund of another order, or in another currency."""
    for name, found, expected in (
        ("order", refund.order, order.external_id),
        ("currency", refund.currency, order.currency),
    ):
        if found != expected:
            yield problem("W222", Place(path=name), field=name, found=found, expected=expected)


def _body(refund: ShopRefund, order: ShopOrder, rules: Rules) -> Body:
    made, taxation = Body(refund.currency), Taxation(order, rules)
    ordered, known = {line.key: line for line in order.lines}, numbers_of(order)
    for index, one in enumerate(refund.lines, start=1):
        path = canonical_path(("lines", index - 1))
        line = ordered.get(one.line or "")
        left = Left(one.quantity or NOTHING, one.amounts, one.taxes)
        fields = priced(left, taxation, path, made)
        made.lines.append(
            {
                **article(_article_of(one, line), rules, path, made.found),
                "number": str(index),
                "order_line": known.get(one.line or ""),
                "kind": line.kind if line and line.kind != "goods" else None,
                "text": one.name or (line.name if line else None),
                "quantity": one.quantity,
                "unit": rules.unit if one.quantity is not None else None,
                "stock": {True: "returned", False: "lost", None: None}[one.restock],
                "reason": one.reason,
                **{name: fields.get(name) for name in ("amount", "gross_amount", "tax", "taxes")},
            }
        )
    for index, charge in enumerate(refund.charges):
        path = canonical_path(("charges", index))
        left = Left(NOTHING, charge.amounts, charge.taxes)
        add_charge(charge.kind, charge.name, left, taxation, path, made)
    return made


def _article_of(one: RefundLine, line: ShopLine | None) -> ShopLine:
    """The article of a line of the refund: as it says, else as the order's line does."""
    if line is None:
        return ShopLine(
            key=one.line or one.key or "", sku=one.sku, ean=one.ean, name=one.name,
            quantity=one.quantity or NOTHING, amounts=one.amounts,
        )  # fmt: skip
    told = {"sku": one.sku, "ean": one.ean}
    return line.model_copy(update={name: value for name, value in told.items() if value})


def _adjustment(refund: ShopRefund, rules: Rules, made: Body) -> list[Fields]:
    """What a refund holds besides lines and charges, where that is no mere rounding (W219)."""
    amount = refund.rounding or NOTHING
    entries = len(refund.lines) + len(refund.charges)
    if abs(amount) <= allowed(rules.tolerance, refund.currency, entries):
        return []
    made.found.append(
        problem("W219", Place(path="rounding"), amount=plain(amount), currency=refund.currency)
    )
    return [
        {
            "kind": "charge" if amount > 0 else "allowance",
            "reason_code": "other",
            "reason": "adjustment",
            "amount": abs(amount),
        }
    ]


def _totals(refund: ShopRefund, made: Body, adjustment: list[Fields]) -> Fields:
    whole = refund.total - made.collected
    sums = {"charge": NOTHING, "allowance": NOTHING}
    for one in (*made.charges, *adjustment):
        sums[one["kind"]] += one["amount"]
    computed: Decimal = made.net + sums["charge"] - sums["allowance"] + made.tax
    return {
        "lines": made.net,
        "allowances": sums["allowance"] or None,
        "charges": sums["charge"] or None,
        "tax": made.tax,
        "rounding": whole - computed or None,
        "collected_tax": made.collected or None,
        "amount": whole,
    }


def _taxes(refund: Refund) -> tuple[TaxSubtotal, ...]:
    """Bases and taxes of each rate as the shop has them; nothing where no tax is told."""
    return tuple(one for one in breakdown(refund).stated if one.rate is not None or one.amount)
