"""An order of Octopia as the canonical one.

Prices hold the tax. Where a line tells its taxes they are taken; where it tells none, the rate of
the settings parts them, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.rates import parted, told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import (
    Address,
    Amounts,
    Buyer,
    LineTax,
    Payment,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopTotals,
)
from gateway.documents.shop.order import Status
from gateway.problems import has_errors, problem

ZERO = Decimal(0)
NAMES: dict[str, tuple[str, ...]] = {
    "order": ("orderId", "id"),
    "line": ("orderLineId", "id"),
    "price": ("sellingPrice", "offerPrice", "price"),
    "whole": ("totalPrice", "total", "amount"),
    "unit": ("unitSalesPrice", "unitPrice"),
    "shipping": ("shippingCost", "shippingPrice"),
    "total": ("totalPrice", "totalAmount"),
    "currency": ("currencyCode", "currency"),
    "street": ("addressLine1", "street"),
    "street2": ("addressLine2", "apartmentNumber"),
    "street3": ("addressLine3", "building"),
    "postcode": ("postalCode", "zipCode"),
    "country": ("countryCode", "country"),
    "relay": ("relayId", "pickupPointId"),
    "ship by": ("shippingDateMax", "shipBefore"),
    "accept by": ("approvalDateMax", "acceptBefore"),
}
"""What fields are called; the first that is there counts. Provisional, see the package."""
STATES: dict[str, Status] = {
    "Processing": "draft",
    "WaitingAcceptance": "pending",
    "Accepted": "paid",
    "InPreparation": "paid",
    "Shipped": "shipped",
    "Delivered": "shipped",
    "Refused": "cancelled",
    "Cancelled": "cancelled",
    "Rejected": "cancelled",
}
WAITING = "WaitingAcceptance"
_GONE = ("Refused", "Cancelled", "Rejected")


def named(fields: Fields, what: str) -> str:
    """How a field is called in this record."""
    names = NAMES[what]
    return next((each for each in names if fields.data.get(each) is not None), names[0])


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of one record. Pure; never raises."""
    fields = opened(raw, "the order of the marketplace")
    found = fields.found
    order = None
    if not has_errors(found):
        try:
            order = _order(fields, shop)
        except ValueError as failure:  # what the canonical model refuses, told in its own words
            reason = str(failure).replace("\n", " ")[:200]
            found.append(problem("W230", what="the order of the marketplace", reason=reason))
    return Reading(order=None if has_errors(found) else order, problems=tuple(found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Octopia tells no refunds beside its orders."""
    reason = "this platform tells no refunds by themselves"
    return Reading(problems=(problem("W230", what="the refund", reason=reason),))


def _order(fields: Fields, shop: Shop) -> ShopOrder | None:
    ship_to = _address(fields.inside("shippingAddress"))
    country = (None if ship_to is None else ship_to.country) or shop.tax.country
    lines = tuple(_line(each, shop, country) for each in fields.each("lines"))
    charges = tuple(
        charge
        for each in (fields, *fields.each("lines"))
        if (charge := _shipping(each, fields, shop, country)) is not None
    )
    state = fields.need("status", "the state of the order")
    created = fields.instant("createdAt", UTC)
    if created is None:
        fields.say("W231", "createdAt", expected="when the order was made")
    if not lines:
        fields.say("W231", "lines", expected="at least one line")
    total = _amount(fields, "total")
    if total is None:
        fields.say("W231", named(fields, "total"), expected="the total of the order")
    if has_errors(fields.found) or created is None or total is None:
        return None
    return ShopOrder(
        external_id=fields.need(named(fields, "order")),
        number=fields.text("reference") or fields.text(named(fields, "order")) or "",
        version=fields.text("updatedAt"),
        channel=fields.text("salesChannelId"),
        created=created,
        placed=created,
        updated=fields.instant("updatedAt", UTC),
        status=_status(fields, state),
        shop_status=state,
        awaits_acceptance=state == WAITING,
        accept_by=fields.instant(named(fields, "accept by"), UTC),
        ship_by=fields.instant(named(fields, "ship by"), UTC),
        currency=fields.text(named(fields, "currency")) or "EUR",
        prices_include_tax=True,
        totals=ShopTotals(grand=total),
        buyer=_buyer(fields),
        bill_to=_address(fields.inside("billingAddress")),
        ship_to=ship_to,
        tax_country=country,
        lines=lines,
        charges=charges,
        payments=(Payment(kind="marketplace", amount=total, state=_payment(state)),),
    )


def _payment(state: str) -> str:
    return "pending" if STATES.get(state) in ("draft", "pending") else "paid"


def _status(fields: Fields, state: str) -> Status:
    known = STATES.get(state)
    if known is None:
        fields.say("W236", "status", value=state, status="pending")
        return "pending"
    told = [each.text("status") or state for each in fields.each("lines")]
    alive = {STATES.get(each) for each in told if each not in _GONE}
    return "part_shipped" if alive == {"paid", "shipped"} else known


def _amount(fields: Fields, what: str) -> Decimal | None:
    """An amount, bare or as an object that holds the whole of it."""
    name = named(fields, what)
    if isinstance(fields.data.get(name), dict):
        inner = fields.inside(name)
        return inner.number(named(inner, "whole"))
    return fields.number(name)


def _line(fields: Fields, shop: Shop, country: str | None) -> ShopLine:
    offer = fields.inside("offer")
    quantity = fields.number("quantity")
    if quantity is None:
        fields.say("W231", "quantity", expected="a quantity")
    gross = _amount(fields, "price")
    if gross is None:
        fields.say("W231", named(fields, "price"), expected="an amount")
    price = fields.inside(named(fields, "price")) if _is_object(fields, "price") else fields
    amounts, taxes = _taxed(gross or ZERO, price, shop, country)
    state = fields.text("status") or ""
    return ShopLine(
        key=fields.need(named(fields, "line")),
        sku=offer.text("sellerProductId"),
        ean=offer.text("ean") or offer.text("gtin"),
        product=offer.text("productId"),
        name=offer.text("productTitle") or offer.text("name"),
        quantity=quantity or ZERO,
        cancelled=quantity if state in _GONE else None,
        shipped=quantity if STATES.get(state) == "shipped" else None,
        unit_price=price.number(named(price, "unit")),
        amounts=amounts,
        taxes=taxes,
    )


def _shipping(fields: Fields, order: Fields, shop: Shop, country: str | None) -> ShopCharge | None:
    """Shipping of a line, or of the order, wherever it is told."""
    gross = _amount(fields, "shipping")
    if not gross:
        return None
    name = named(fields, "shipping")
    price = fields.inside(name) if _is_object(fields, "shipping") else Fields({}, name, order.found)
    amounts, taxes = _taxed(gross, price, shop, country)
    return ShopCharge(
        key=None if fields is order else fields.text(named(fields, "line")),
        method=order.text("shippingMode") or order.text("deliveryMode"),
        amounts=amounts,
        taxes=taxes,
    )


def _is_object(fields: Fields, what: str) -> bool:
    return isinstance(fields.data.get(named(fields, what)), dict)


def _taxed(
    gross: Decimal, price: Fields, shop: Shop, country: str | None
) -> tuple[Amounts, Sequence[LineTax]]:
    """An amount with the taxes told beside it, or parted by the rate of the settings."""
    told = tuple(price.each("taxes"))
    if not told:
        return parted(gross, price.path or "price", shop.tax.default, country, price.found)
    amount = sum((each.number("amount") or ZERO for each in told), ZERO)
    net = gross - amount
    taxes = [
        told_or_supposed(
            net,
            LineTax(
                rate=each.number("rate"),
                amount=each.number("amount") or ZERO,
                base=net,
                country=country,
                name=each.text("code"),
            ),
            each.where("rate"),
            shop.tax.rates,
            price.found,
        )
        for each in told
    ]
    return Amounts(net=net, tax=amount, gross=gross), taxes


def _buyer(fields: Fields) -> Buyer:
    customer = fields.inside("customer")
    names = (customer.text("firstName"), customer.text("lastName"))
    company = fields.inside("billingAddress").text("companyName")
    return Buyer(
        id=customer.text("customerId") or customer.text("id"),
        kind="b2b" if fields.flag("businessOrder") else "b2c",
        name=" ".join(filter(None, names)) or None,
        company=company,
        email=customer.text("email"),
        phone=customer.text("phoneNumber") or customer.text("phone"),
        vat_id=customer.text("vatNumber"),
    )


def _address(fields: Fields) -> Address | None:
    if not fields:
        return None
    names = (fields.text("firstName"), fields.text("lastName"))
    return Address(
        name=" ".join(filter(None, names)) or None,
        company=fields.text("companyName"),
        street=fields.text(named(fields, "street")),
        street2=fields.text(named(fields, "street2")),
        street3=fields.text(named(fields, "street3")),
        postcode=fields.text(named(fields, "postcode")),
        city=fields.text("city"),
        country=fields.text(named(fields, "country")),
        phone=fields.text("phone"),
        email=fields.text("email"),
        pickup_point=fields.text(named(fields, "relay")),
    )
