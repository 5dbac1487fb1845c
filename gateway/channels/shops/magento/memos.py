"""Credit memos of Magento as refunds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.magento import charges
from gateway.channels.shops.magento.coins import ZERO
from gateway.channels.shops.magento.eco import contribution
from gateway.channels.shops.magento.items import Items, amounts_of
from gateway.channels.shops.magento.taxes import Taxes
from gateway.documents.shop import RefundLine, ShopCharge, ShopRefund

_CANCELLED = "3"
"""State of a memo that gives nothing back."""


def refunds(record: Fields, order: Fields, taxes: Taxes, items: Items) -> Iterator[ShopRefund]:
    """The refunds of an order's record."""
    for memo in record.each("creditmemos"):
        if memo.text("state") != _CANCELLED:
            yield _refund(memo, order, taxes, items)


def _refund(memo: Fields, order: Fields, taxes: Taxes, items: Items) -> ShopRefund:
    coins = taxes.coins
    currency = coins.currency(memo)
    if currency and currency != taxes.currency:
        name = f"{coins.money}_currency_code"
        memo.say("W235", name, found=currency, currency=taxes.currency)
    created = memo.instant("created_at", UTC)
    total = coins.grand(memo)
    if created is None:
        memo.say("W231", "created_at", expected="a time")
    if total is None:
        memo.say("W231", coins.name("grand_total"), expected="the total of the refund")
    # the taxes that are applied are those of the whole order, not of what goes back
    plain = Taxes(memo, coins, taxes.shop, taxes.currency, taxes.country, {})
    adjusted = coins.of(memo, "adjustment_positive") - coins.of(memo, "adjustment_negative")
    return ShopRefund(
        external_id=memo.need("entity_id") or "?",
        order=order.text("entity_id") or "?",
        order_number=order.text("increment_id"),
        number=memo.text("increment_id"),
        created=created or datetime(1970, 1, 1, tzinfo=UTC),
        currency=taxes.currency,
        total=ZERO if total is None else total,
        lines=tuple(_lines(memo, plain, items)),
        charges=tuple(_charges(memo, plain, taxes, items)),
        rounding=adjusted or None,
        payment=order.inside("payment").text("method"),
    )


def _lines(memo: Fields, taxes: Taxes, items: Items) -> Iterator[RefundLine]:
    for entry in memo.each("items"):
        key = entry.text("order_item_id") or ""
        quantity = entry.number("qty")
        item = items.at(key)
        if not quantity or key in items.merged or (item is not None and not item.priced):
            continue
        amounts = amounts_of(entry, taxes.coins)
        percent = item.fields.number("tax_percent") if item is not None else None
        where = entry.where("tax_amount")
        yield RefundLine(
            key=entry.text("entity_id"),
            line=key or None,
            sku=entry.text("sku"),
            name=entry.text("name"),
            quantity=quantity,
            amounts=amounts,
            taxes=taxes.found("product", key, amounts, percent, where),
        )


def _charges(memo: Fields, plain: Taxes, taxes: Taxes, items: Items) -> Iterator[ShopCharge]:
    rates = {one.rate for one in taxes.applied.get(("shipping", ""), [])}
    percent = rates.pop() if len(rates) == 1 else None
    if way := charges.shipping(memo, plain, None, percent):
        yield way
    for entry in memo.each("items"):
        item = items.at(entry.text("order_item_id") or "")
        if item is None or not item.priced or not entry.number("qty"):
            continue
        if eco := contribution(entry, item.key, plain):
            yield eco
    yield from charges.wraps(memo, plain)
