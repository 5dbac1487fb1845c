"""An order of Magento, and its credit memos, in canonical form. Pure.

A record is the order as ``GET /V1/orders`` tells it, or an object of it (``order``) and its credit
memos (``creditmemos``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.magento import charges, parties
from gateway.channels.shops.magento.coins import ZERO, Coins
from gateway.channels.shops.magento.eco import contribution
from gateway.channels.shops.magento.items import NOTHING, Item, Items, amounts_of, items_of
from gateway.channels.shops.magento.memos import refunds
from gateway.channels.shops.magento.taxes import Taxes
from gateway.config.shops import Shop
from gateway.documents.base import Extra
from gateway.documents.shop import (
    Discount,
    Payment,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopRefund,
    ShopTotals,
)
from gateway.documents.shop.order import LineKind, PaymentKind, Status
from gateway.problems import has_errors, problem

STATES: Mapping[str, Status] = {
    "new": "pending",
    "pending_payment": "pending",
    "payment_review": "pending",
    "processing": "processing",
    "complete": "shipped",
    "closed": "refunded",
    "canceled": "cancelled",
    "holded": "on_hold",
}
_KINDS: Mapping[str, LineKind] = {
    "virtual": "service",
    "downloadable": "service",
    "giftcard": "gift_card",
}
_PAYMENTS: Mapping[str, PaymentKind] = {
    "cashondelivery": "cash_on_delivery",
    "banktransfer": "other",
    "checkmo": "other",
    "purchaseorder": "other",
    "companycredit": "other",
    "free": "other",
}


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The canonical order of a record, and the refunds in it."""
    record = opened(raw, "the order of Magento")
    whole = "order" in record.data and "entity_id" not in record.data
    order = record.inside("order") if whole else record
    made: ShopOrder | None = None
    given_back: tuple[ShopRefund, ...] = ()
    if not record.found:
        try:
            made, taxes, items = _order(order, shop)
            given_back = tuple(refunds(record, order, taxes, items)) if whole else ()
        except (ValidationError, ArithmeticError) as failure:
            reason = str(failure).partition("\n")[0]
            record.found.append(problem("W230", what="the order of Magento", reason=reason))
    problems = tuple(record.found)
    if has_errors(problems):
        return Reading(problems=problems)
    return Reading(order=made, refunds=given_back, problems=problems)


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Nothing: credit memos come inside the record of their order."""
    reason = "Magento's credit memos are read with their order"
    return Reading(problems=(problem("W230", what="the refund", reason=reason),))


def _order(order: Fields, shop: Shop) -> tuple[ShopOrder, Taxes, Items]:
    coins = Coins(shop.magento.money if shop.magento is not None else "order")
    bill_to, ship_to = parties.places(order)
    country = next((one.country for one in (ship_to, bill_to) if one and one.country), None)
    taxes = Taxes.of(order, coins, shop, country or shop.tax.country or "")
    items = items_of(order, coins)
    lines = tuple(_line(item, order, taxes) for item in items.lines)
    shop_status, status = _status(order)
    made = ShopOrder(
        **_head(order),
        status=_of_lines(status, items.lines),
        shop_status=shop_status,
        currency=taxes.currency,
        prices_include_tax=True if _hidden(order, items.lines, coins) else None,
        totals=_totals(order, coins),
        buyer=parties.buyer(order),
        bill_to=bill_to,
        ship_to=ship_to,
        lines=lines,
        charges=tuple(_charges(order, items.lines, taxes)),
        discounts=_discounts(order),
        payments=tuple(_payments(order, coins)),
        **_other_currency(order, coins),
    )
    return made, taxes, items


def _head(order: Fields) -> dict[str, Any]:
    """Identity and times; Magento writes UTC and no zone."""
    created = order.instant("created_at", UTC)
    if created is None:
        order.say("W231", "created_at", expected="a time")
    stores = (order.text("store_name") or "").splitlines()
    more: Extra = {}
    for name in ("ext_order_id", "relation_parent_real_id", "original_increment_id"):
        if told := order.text(name):
            more[f"magento:{name}"] = told
    return {
        "external_id": order.need("entity_id") or "?",
        "number": order.need("increment_id") or "?",
        "version": order.text("updated_at"),
        "channel": stores[-1].strip() if stores else order.text("store_id"),
        "created": created or datetime(1970, 1, 1, tzinfo=UTC),
        "placed": created,
        "updated": order.instant("updated_at", UTC),
        "note": order.text("customer_note"),
        "extra": more,
    }


def _status(order: Fields) -> tuple[str, Status]:
    state, status = order.text("state") or "", order.text("status")
    if state in STATES:
        return status or state, STATES[state]
    order.say("W236", "state", value=state, status="on_hold")
    return status or state or "unknown", "on_hold"


def _of_lines(status: Status, items: Iterable[Item]) -> Status:
    """The state as the lines show it: Magento calls orders complete that are shipped in part."""
    if status not in ("processing", "shipped"):
        return status
    left = shipped = ZERO
    for item in items:
        if item.fields.flag("is_virtual"):
            continue
        gone = [item.fields.number(f"qty_{name}") or ZERO for name in ("canceled", "refunded")]
        sent = item.fields.number("qty_shipped") or ZERO
        ordered = item.fields.number("qty_ordered") or ZERO
        shipped += sent
        left += max(ZERO, ordered - sent - sum(gone, ZERO))
    if shipped and left:
        return "part_shipped"
    return "shipped" if shipped else status


def _line(item: Item, order: Fields, taxes: Taxes) -> ShopLine:
    fields, coins = item.fields, taxes.coins
    amounts = amounts_of(fields, coins) if item.priced else NOTHING
    quantity = fields.number("qty_ordered")
    if quantity is None:
        fields.say("W231", "qty_ordered", expected="a quantity")
    what = item.variant or fields
    percent = fields.number("tax_percent")
    where = fields.where("tax_amount")
    return ShopLine(
        key=item.key or "?",
        parent=item.parent,
        kind=_KINDS.get(what.text("product_type") or "", "goods"),
        sku=fields.text("sku"),
        product=what.text("product_id"),
        name=fields.text("name"),
        quantity=quantity or ZERO,
        cancelled=_some(fields.number("qty_canceled")),
        refunded=_some(fields.number("qty_refunded")),
        shipped=fields.number("qty_shipped"),
        unit_price=coins.told(fields, "price"),
        amounts=amounts,
        discounts=_off(fields, order, coins) if item.priced else (),
        taxes=taxes.found("product", item.key, amounts, percent, where) if item.priced else (),
    )


def _some(value: Decimal | None) -> Decimal | None:
    return value or None


def _off(item: Fields, order: Fields, coins: Coins) -> tuple[Discount, ...]:
    discount = coins.of(item, "discount_amount")
    if not discount:
        return ()
    hidden = coins.of(item, "discount_tax_compensation_amount")
    coupon = order.text("coupon_code")
    before = coins.told(item, "row_total_incl_tax")
    after = amounts_of(item, coins).gross
    return (
        Discount(
            code=coupon,
            kind="voucher" if coupon else "promotion",
            net=discount - hidden,
            gross=None if before is None else before - after,
        ),
    )


def _hidden(order: Fields, items: Iterable[Item], coins: Coins) -> bool:
    """Whether a discount held tax: only prices with tax have such."""
    name = "discount_tax_compensation_amount"
    return any(coins.of(one, name) for one in (order, *(item.fields for item in items)))


def _charges(order: Fields, items: Iterable[Item], taxes: Taxes) -> list[ShopCharge]:
    method = parties.delivery(order).text("method")
    found = [charges.shipping(order, taxes, method)]
    found += [contribution(item.fields, item.key, taxes) for item in items if item.priced]
    made = [one for one in found if one is not None]
    return [*made, *charges.wraps(order, taxes), *charges.fees(order, taxes)]


def _discounts(order: Fields) -> tuple[Discount, ...]:
    """Names of what the lines contain already."""
    coupon, name = order.text("coupon_code"), order.text("discount_description")
    if coupon is None and name is None:
        return ()
    return (Discount(code=coupon, name=name, kind="voucher" if coupon else "promotion"),)


def _totals(order: Fields, coins: Coins) -> ShopTotals:
    grand = coins.grand(order)
    if grand is None:
        order.say("W231", coins.name("grand_total"), expected="the total of the order")
    return ShopTotals(
        grand=ZERO if grand is None else grand,
        tax=coins.told(order, "tax_amount"),
        paid=coins.told(order, "total_paid"),
        outstanding=coins.told(order, "total_due"),
        gift_cards=_some(coins.prepaid(order)),
        refunded=_some(coins.told(order, "total_refunded")),
    )


def _payments(order: Fields, coins: Coins) -> list[Payment]:
    more = order.inside("extension_attributes")
    found = []
    for card in more.each("gift_cards"):
        amount = coins.told(card, "amount")
        found.append(Payment(kind="gift_card", id=card.text("code"), amount=amount, state="paid"))
    if not found and (amount := coins.of(more, "gift_cards_amount")):
        found.append(Payment(kind="gift_card", amount=amount, state="paid"))
    for name in ("customer_balance_amount", "reward_currency_amount"):
        if amount := coins.of(more, name):
            method = name.removesuffix("_amount")
            found.append(Payment(kind="store_credit", method=method, amount=amount, state="paid"))
    if main := _payment(order, coins):
        found.append(main)
    return found


def _payment(order: Fields, coins: Coins) -> Payment | None:
    told = order.inside("payment")
    method = told.text("method")
    if method is None:
        return None
    due, paid = coins.told(order, "total_due"), coins.of(order, "total_paid")
    state = "paid" if due == 0 or (due is None and paid) else "pending"
    if state == "pending" and coins.of(told, "amount_authorized"):
        state = "authorised"
    return Payment.model_validate(
        {
            "kind": _PAYMENTS.get(method, "gateway"),
            "method": method,
            "id": told.text("last_trans_id"),
            "amount": coins.told(told, "amount_ordered"),
            "state": state,
        }
    )


def _other_currency(order: Fields, coins: Coins) -> dict[str, Any]:
    """The total in the site's own currency, and the rate to the order's."""
    own = Coins("base")
    if coins.money == "base":
        return {"shop_currency": order.text("base_currency_code")}
    return {
        "shop_currency": order.text("base_currency_code"),
        "shop_grand": own.grand(order),
        "fx_rate": order.number("base_to_order_rate"),
    }
