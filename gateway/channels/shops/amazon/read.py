"""An order of Amazon as a canonical order (Orders API 2026-01-01). Pure.

Little has to be there: Amazon leaves out what a role may not see, what is not known yet, and now
and then what its own schema asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from gateway.channels.shops.amazon.legacy import modern
from gateway.channels.shops.amazon.lines import Item, Setting, charges, item_of, line_of
from gateway.channels.shops.amazon.marketplaces import marketplace
from gateway.channels.shops.amazon.money import ZERO, money
from gateway.channels.shops.amazon.parties import buyer_of, places
from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.config.shops import Shop
from gateway.documents.base import Extra
from gateway.documents.shop import (
    Address,
    Amounts,
    Payment,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopTotals,
)
from gateway.documents.shop.order import Status
from gateway.problems import has_errors, problem

STATUSES: Mapping[str, Status] = {
    "PENDING_AVAILABILITY": "pending",
    "PENDING": "pending",
    "UNSHIPPED": "paid",
    "PARTIALLY_SHIPPED": "part_shipped",
    "SHIPPED": "shipped",
    "CANCELLED": "cancelled",
    "UNFULFILLABLE": "on_hold",
}
"""Amazon lets an order be shipped once it is paid."""


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The canonical order of a record: of ``getOrder`` and ``searchOrders``, or of Orders v0."""
    record = opened(raw, "the order of Amazon")
    if "AmazonOrderId" in record.data:
        record = Fields(modern(record), "", record.found)
    order: ShopOrder | None = None
    if not record.found:
        try:
            order = _order(record, shop)
        except (ValidationError, ArithmeticError) as failure:
            reason = str(failure).partition("\n")[0]
            record.found.append(problem("W230", what="the order of Amazon", reason=reason))
    problems = tuple(record.found)
    return Reading(order=None if has_errors(problems) else order, problems=problems)


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Nothing: Amazon tells refunds in its finance events, which are not read."""
    return Reading(
        problems=(problem("W230", what="the refund", reason="Amazon's orders tell of no refunds"),)
    )


def _order(record: Fields, shop: Shop) -> ShopOrder:
    setting, (bill_to, ship_to) = _setting(record, shop)
    items = [item_of(item, setting) for item in record.each("orderItems")]
    _untaxed(record, items, setting)
    packed = _packed(record)
    lines = tuple(line_of(item, packed) for item in items)
    shop_status, told = _status(record)
    status = _of_lines(told, lines)
    service = record.inside("fulfillment").text("fulfillmentServiceLevel")
    return ShopOrder(
        **_head(record),
        channel=setting.market.name or None,
        status=status,
        shop_status=shop_status,
        currency=setting.currency,
        prices_include_tax=_with_tax(items),
        totals=_totals(record, setting.currency, told),
        buyer=buyer_of(record),
        bill_to=bill_to,
        ship_to=ship_to,
        tax_collector="marketplace" if _by_marketplace(items) else "seller",
        scheme=next((item.scheme for item in items if item.scheme), None),
        lines=lines,
        charges=(*charges(items, service), *_order_charges(record, setting.currency)),
        payments=_payments(record, setting.currency, told),
        cancel_reason=_why_cancelled(record) if status == "cancelled" else None,
        extra=_extra(record),
    )


def _head(record: Fields) -> dict[str, Any]:
    """Identity and times."""
    created = record.instant("createdTime")
    if created is None:
        record.say("W231", "createdTime", expected="a time")
    fulfilment = record.inside("fulfillment")
    identifier = record.need("orderId") or "?"
    return {
        "external_id": identifier,
        "number": identifier,
        "version": record.text("lastUpdatedTime"),
        "created": created or datetime(1970, 1, 1, tzinfo=UTC),
        "placed": created,
        "updated": record.instant("lastUpdatedTime"),
        "ship_by": fulfilment.inside("shipByWindow").instant("latestDateTime"),
        "deliver_by": fulfilment.inside("deliverByWindow").instant("latestDateTime"),
        "tags": tuple(_texts(record, "programs")),
        # what another shop of the seller sold and Amazon only ships
        "ours": record.inside("salesChannel").text("channelName") == "NON_AMAZON",
    }


def _setting(record: Fields, shop: Shop) -> tuple[Setting, tuple[Address | None, Address | None]]:
    """What all items share, and where bill and goods go."""
    channel = record.inside("salesChannel")
    market = marketplace(channel.text("marketplaceId") or "", channel.text("marketplaceName"))
    bill_to, ship_to = places(record)
    country = ship_to.country if ship_to is not None else None
    country = country or market.country or shop.tax.country or ""
    return Setting(_currency(record), market, country, shop), (bill_to, ship_to)


def _why_cancelled(record: Fields) -> str | None:
    for item in record.each("orderItems"):
        told = item.inside("cancellation", "cancellationExecution")
        if reason := told.text("cancelReason") or told.text("cancelledBy"):
            return reason
    return None


def _by_marketplace(items: list[Item]) -> bool:
    return bool(items) and all(item.by_marketplace for item in items)


def _currency(record: Fields) -> str:
    """Of the grand total; of an order that has none yet, of its prices."""
    told = record.inside("proceeds", "grandTotal").text("currencyCode")
    for item in record.each("orderItems") if told is None else ():
        told = told or item.inside("proceeds", "proceedsTotal").text("currencyCode")
        told = told or item.inside("product", "price", "unitPrice").text("currencyCode")
    return told or "XXX"


def _status(record: Fields) -> tuple[str, Status]:
    told = record.inside("fulfillment").text("fulfillmentStatus") or ""
    if told in STATUSES:
        return told, STATUSES[told]
    record.inside("fulfillment").say("W236", "fulfillmentStatus", value=told, status="on_hold")
    return told or "unknown", "on_hold"


def _of_lines(status: Status, lines: Iterable[ShopLine]) -> Status:
    """The state as the lines show it: one that is shipped in part is not shipped."""
    if status not in ("paid", "part_shipped", "shipped"):
        return status
    every = list(lines)
    left = sum((one.quantity - (one.cancelled or ZERO) for one in every), ZERO)
    shipped = sum((one.shipped or ZERO for one in every), ZERO)
    if every and not left and not shipped:
        return "cancelled"
    if any(one.shipped is None for one in every) or not every:
        return status
    if not shipped:
        return "paid" if status != "shipped" else status
    return "shipped" if shipped >= left else "part_shipped"


def _with_tax(items: Iterable[Item]) -> bool | None:
    told = {item.with_tax for item in items}
    return told.pop() if len(told) == 1 else None


def _packed(record: Fields) -> dict[str, Decimal]:
    """What packages hold, by item, where the item itself does not tell what was shipped."""
    found: dict[str, Decimal] = {}
    for package in record.each("packages"):
        if package.inside("packageStatus").text("status") in ("CANCELLED", "PENDING"):
            continue
        for entry in package.each("packageItems"):
            key = entry.text("orderItemId") or ""
            found[key] = found.get(key, ZERO) + (entry.number("quantity") or ZERO)
    return found


def _order_charges(record: Fields, currency: str) -> list[ShopCharge]:
    """What is paid for the order and no item of it: a tip for the delivery."""
    made = []
    for entry in record.inside("proceeds").each("breakdowns"):
        amount = money(entry, "subtotal", currency)
        if entry.text("type") == "DELIVERY_TIP" and amount:
            made.append(
                ShopCharge(
                    key="DELIVERY_TIP",
                    kind="other",
                    name="DELIVERY_TIP",
                    amounts=Amounts(net=amount, tax=ZERO, gross=amount),
                )
            )
    return made


def _totals(record: Fields, currency: str, status: Status) -> ShopTotals:
    told = record.inside("proceeds")
    grand = money(told, "grandTotal", currency)
    if grand is None and status not in ("pending", "cancelled"):
        told.say("W231", "grandTotal", expected="the total of the order")
    tax: Decimal | None = None
    for entry in told.each("breakdowns"):
        if entry.text("type") == "TAX":
            tax = money(entry, "subtotal", currency)
    return ShopTotals(grand=ZERO if grand is None else grand, tax=tax)


def _payments(record: Fields, currency: str, status: Status) -> tuple[Payment, ...]:
    """How it is paid. Amazon collects the money and pays it out later, whatever the buyer used."""
    made = []
    state = "pending" if status == "pending" else "paid"
    for entry in record.inside("payment").each("paymentExecutions"):
        method = entry.text("paymentMethod")
        cash = method == "CashOnDelivery"
        made.append(
            Payment(
                kind="cash_on_delivery" if cash else "marketplace",
                method=method,
                id=entry.text("authorizationCode"),
                amount=money(entry, "paymentAmount", currency),
                state="pending" if cash else state,
            )
        )
    if made:
        return tuple(made)
    grand = record.inside("proceeds", "grandTotal").number("amount")
    return (Payment(kind="marketplace", method="amazon", amount=grand, state=state),)


def _untaxed(record: Fields, items: list[Item], setting: Setting) -> None:
    """Prices that contain tax, without a word of how much, are no prices without tax."""
    settings = setting.shop.amazon
    if settings is None or settings.untaxed == "accept":
        return
    gross = sum((i.proceeds.shown for i in items if i.with_tax and not i.told_tax), ZERO)
    if gross:
        record.say(
            "W238",
            "orderItems",
            channel=setting.market.name,
            gross=format(gross, "f"),
            setting="amazon.untaxed: accept",
        )


def _texts(owner: Fields, name: str) -> list[str]:
    value = owner.data.get(name)
    return [one for one in value if isinstance(one, str) and one] if isinstance(value, list) else []


def _extra(record: Fields) -> Extra:
    """What Amazon names besides, for whoever looks for it."""
    found: Extra = {}
    for alias in record.each("orderAliases"):
        if identifier := alias.text("aliasId"):
            kind = (alias.text("aliasType") or "alias").lower()
            found[f"amazon:{kind}"] = identifier
    for other in record.each("associatedOrders"):
        if identifier := other.text("orderId"):
            kind = (other.text("associationType") or "associated").lower()
            found[f"amazon:{kind}"] = identifier
    if number := record.inside("fulfillment").text("fulfilledBy"):
        found["amazon:fulfilled_by"] = number
    return found
