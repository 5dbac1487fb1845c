"""Refunds in the lines of an order on Mirakl; those made at the same time are one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.mirakl.taxes import ZERO, Taxation
from gateway.config.shops import Shop
from gateway.documents.shop import RefundLine, ShopCharge, ShopRefund

_Entry = tuple[Fields, Fields]
"""The line, and the refund in it."""


def refunds_of(order: Fields, shop: Shop, country: str | None) -> tuple[ShopRefund, ...]:
    """Every refund of an order, oldest first. ``country``: where its goods went, in two letters."""
    taxation = Taxation.of(order, shop, country)
    groups: dict[str, list[_Entry]] = {}
    for line in order.each("order_lines"):
        for refund in line.each("refunds"):
            key = refund.text("order_refund_id") or refund.need("id")
            groups.setdefault(key, []).append((line, refund))
    made = [_refund(order, key, entries, taxation) for key, entries in groups.items()]
    whole = [each for each in made if each is not None]
    return tuple(sorted(whole, key=lambda each: (each.created, each.external_id)))


def _refund(
    order: Fields, key: str, entries: Sequence[_Entry], taxation: Taxation
) -> ShopRefund | None:
    first = entries[0][1]
    created = first.instant("created_date", UTC)
    if created is None:
        first.say("W231", "created_date", expected="when the refund was made")
        return None
    lines = tuple(_line(line, refund, taxation) for line, refund in entries)
    charges = tuple(_shipping(line, refund, taxation) for line, refund in entries)
    charges = tuple(each for each in charges if each.amounts.gross)
    total = sum((each.amounts.gross for each in lines), ZERO)
    total += sum((each.amounts.gross for each in charges), ZERO)
    return ShopRefund(
        external_id=key,
        order=order.text("order_id") or "",
        order_number=order.text("order_id"),
        created=created,
        currency=order.text("currency_iso_code") or "",
        reason=first.text("reason_code"),
        total=total,
        lines=lines,
        charges=charges,
    )


def _line(line: Fields, refund: Fields, taxation: Taxation) -> RefundLine:
    money = taxation.money(refund, "amount", "taxes")
    return RefundLine(
        key=refund.text("id"),
        line=line.text("order_line_id"),
        sku=line.text("offer_sku"),
        name=line.text("product_title"),
        quantity=refund.number("quantity"),
        amounts=money.amounts,
        taxes=money.taxes,
        reason=refund.text("reason_code"),
    )


def _shipping(line: Fields, refund: Fields, taxation: Taxation) -> ShopCharge:
    money = taxation.money(refund, "shipping_amount", "shipping_taxes", needed=False)
    return ShopCharge(key=line.text("order_line_id"), amounts=money.amounts, taxes=money.taxes)
