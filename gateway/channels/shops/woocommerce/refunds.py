"""Refunds of WooCommerce: documents of their own, with negative amounts and quantities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.woocommerce.lines import charges_of, meta, name_of
from gateway.channels.shops.woocommerce.taxes import Rates, amounts_of, needed
from gateway.documents.shop import RefundLine, ShopCharge, ShopRefund
from gateway.problems import has_errors

_LINK = "_refunded_item_id"
"""Meta data of a refund's line: the id of the order's line."""


def refund_of(refund: Fields, order: Fields, rates: Rates) -> ShopRefund | None:
    """One refund of an order; ``None`` where what it needs is not there (W231, W232)."""
    before = len(refund.found)
    key, parent = refund.need("id", "the id of the refund"), order.need("id", "the order's id")
    created = refund.instant("date_created_gmt", UTC)
    if created is None and len(refund.found) == before:
        refund.say("W231", "date_created_gmt", expected="a time")
    currency = order.need("currency", "a currency")
    lines, charges = _lines(refund, rates), charges_of(refund, rates, sign=-1)
    total = abs(needed(refund, "amount"))
    if created is None or has_errors(refund.found[before:]):
        return None
    return ShopRefund(
        external_id=key,
        order=parent,
        order_number=order.text("number"),
        created=created,
        currency=currency,
        reason=refund.text("reason"),
        total=total,
        lines=lines,
        charges=charges,
        rounding=_besides(refund, total, lines, charges),
        payment=order.text("payment_method") if refund.flag("refunded_payment") else None,
    )


def refunded_quantities(refunds: Iterable[ShopRefund]) -> dict[str, Decimal]:
    """By key of the order's line: how much of it came back. The order itself keeps its quantity."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for refund in refunds:
        for line in refund.lines:
            if line.line is not None and line.quantity is not None:
                found[line.line] += line.quantity
    return dict(found)


def _lines(refund: Fields, rates: Rates) -> tuple[RefundLine, ...]:
    found = []
    for line in refund.each("line_items"):
        amounts, quantity = amounts_of(line, "total", "total_tax", sign=-1), line.number("quantity")
        if not quantity and not amounts.gross and not amounts.net:
            continue
        found.append(
            RefundLine(
                key=line.text("id"),
                line=_refunded(line),
                sku=line.text("sku"),
                name=name_of(line, "name"),
                quantity=-quantity if quantity else None,
                amounts=amounts,
                taxes=rates.taxes(line, amounts.net, sign=-1),
            )
        )
    return tuple(found)


def _refunded(line: Fields) -> str | None:
    values = [str(value) for key, value in meta(line) if key == _LINK]
    return values[0] if values and values[0].isdigit() else None


def _besides(
    refund: Fields, total: Decimal, lines: Sequence[RefundLine], charges: Sequence[ShopCharge]
) -> Decimal | None:
    """Money that no line tells of, if the shop could not tell what for.

    All of it where there are no lines; what is left in versions that tell neither shipping nor
    fees. Where the shop tells everything, nothing is made up.
    """
    told = sum((one.amounts.gross for one in lines), Decimal(0))
    told += sum((one.amounts.gross for one in charges), Decimal(0))
    silent = "shipping_lines" not in refund.data and "fee_lines" not in refund.data
    if silent or not (lines or charges):
        return total - told or None
    return None
