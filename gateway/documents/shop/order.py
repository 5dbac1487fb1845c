"""An order of a web shop or marketplace, as the shop itself says it.

The canonical JSON of ``POST /api/orders``. Line amounts of the shop are the truth: nothing here is
recomputed. The sums that must hold are those of :mod:`gateway.documents.shop.checks`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from gateway.documents.base import Document, Extra, Model, Number
from gateway.documents.shop.common import Address, Amounts, LineTax, Party, Zoned

Status = Literal[
    "draft", "pending", "paid", "on_hold", "processing", "part_shipped", "shipped", "cancelled",
    "refunded",
]  # fmt: skip
LineKind = Literal[
    "goods", "service", "gift_card", "fee", "deposit", "eco_contribution", "gift_wrap", "duty"
]
PaymentKind = Literal[
    "gateway", "gift_card", "store_credit", "marketplace", "cash_on_delivery", "other"
]
ChargeKind = Literal["shipping", "fee", "duty", "gift_wrap", "eco_contribution", "deposit", "other"]


class Discount(Model):
    """A discount that line amounts already contain; told, so that it can be shown."""

    code: str | None = None
    name: str | None = None
    kind: Literal["voucher", "promotion", "manual", "other"] = "other"
    funded_by: Party = "seller"
    net: Number | None = None
    gross: Number | None = None
    """Positive: what was taken off."""


class ShopLine(Model):
    """One line. ``amounts`` are of the whole quantity, after discounts."""

    key: str
    """The line's id in the shop."""
    parent: str | None = None
    """Key of the bundle or configurable article that this is a part of."""
    kind: LineKind = "goods"
    sku: str | None = None
    ean: str | None = None
    product: str | None = None
    """Id of the article (variant, offer, listing) in the shop."""
    asin: str | None = None
    name: str | None = None
    attributes: dict[str, str] = Field({})
    """Colour, size … of the variant."""
    quantity: Number
    """Ordered at first; what was cancelled is not taken off."""
    cancelled: Number | None = None
    refunded: Number | None = None
    shipped: Number | None = None
    unit_price: Number | None = None
    """As the shop shows it; for people, nothing is computed with it."""
    amounts: Amounts
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[LineTax, ...] = ()
    extra: Extra = Field({})


class ShopCharge(Model):
    """Shipping, a fee, duties: something that is paid and is no article."""

    key: str | None = None
    kind: ChargeKind = "shipping"
    name: str | None = None
    method: str | None = None
    """The shop's code of the shipping method."""
    carrier: str | None = None
    amounts: Amounts
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[LineTax, ...] = ()


class Payment(Model):
    """How an order is, or was, paid. A gift card is a payment, not a discount."""

    kind: Literal[
        "gateway", "gift_card", "store_credit", "marketplace", "cash_on_delivery", "other"
    ]
    method: str | None = None
    """The shop's code of the payment method."""
    id: str | None = None
    amount: Number | None = None
    currency: str | None = None
    """Where it is another one than that of the order."""
    state: Literal["pending", "authorised", "paid", "failed", "refunded"] | None = None
    at: Zoned | None = None


class Buyer(Model):
    """Who buys. Without ``id`` a guest."""

    id: str | None = None
    kind: Literal["b2c", "b2b"] = "b2c"
    name: str | None = None
    company: str | None = None
    email: str | None = None
    """May be masked by a marketplace."""
    phone: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    """A tax number that is no VAT identifier."""
    po_number: str | None = None
    """The buyer's own number of the order."""
    language: str | None = None


class ShopTotals(Model):
    """Sums as the shop says them. ``grand`` is what the buyer owes or owed, gift cards included."""

    grand: Number
    """With tax. After discounts, before gift cards and other payments."""
    tax: Number | None = None
    goods: Amounts | None = None
    shipping: Amounts | None = None
    fees: Amounts | None = None
    discount: Amounts | None = None
    """Positive; the lines contain it already."""
    paid: Number | None = None
    gift_cards: Number | None = None
    outstanding: Number | None = None
    refunded: Number | None = None
    """With tax, positive."""


class ShopOrder(Document):
    """One order in its newest form."""

    name: ClassVar[str] = "shoporder"

    external_id: str
    """The shop's id, by which the order can be read again. Unique in the shop."""
    number: str
    """What the buyer sees: ``#1001``."""
    version: str | None = None
    """Whatever the shop counts changes with."""
    channel: str | None = None
    """Sales channel or marketplace: ``CDISFR``, ``amazon.fr``, ``pos``."""
    split_of: str | None = None
    """The order, or the buyer's order, that this is a part of."""
    test: bool = False
    created: Zoned
    placed: Zoned | None = None
    updated: Zoned | None = None
    zone: str | None = None
    """The shop's own time zone (IANA), where its dates are written in it: days are days there."""
    status: Status
    shop_status: str
    """As the shop calls it."""
    payment_status: str | None = None
    """As the shop calls it."""
    awaits_acceptance: bool = False
    """The seller has to accept it first; addresses may be hidden until then."""
    accept_by: Zoned | None = None
    ship_by: Zoned | None = None
    deliver_by: Zoned | None = None
    currency: str
    """ISO 4217; all amounts are in it."""
    shop_currency: str | None = None
    shop_grand: Number | None = None
    """The grand total in the shop's own currency."""
    fx_rate: Number | None = None
    prices_include_tax: bool | None = None
    """How the shop shows prices."""
    rounding_mode: str | None = None
    """``line``, ``subtotal``, ``total``, ``item``: as the shop declares it."""
    totals: ShopTotals
    rounding: Number | None = None
    """What the shop itself says it rounded (cash rounding …): part of ``grand``."""
    buyer: Buyer | None = None
    bill_to: Address | None = None
    ship_to: Address | None = None
    tax_collector: Party = "seller"
    scheme: Literal["oss", "ioss"] | None = None
    tax_country: str | None = None
    """Country of taxation, where the shop says so."""
    lines: tuple[ShopLine, ...] = ()
    charges: tuple[ShopCharge, ...] = ()
    discounts: tuple[Discount, ...] = ()
    """Of the whole order; the lines contain them already."""
    payments: tuple[Payment, ...] = ()
    note: str | None = None
    """What the buyer wrote."""
    cancel_reason: str | None = None
    """Why it was cancelled, as the shop says it."""
    tags: tuple[str, ...] = ()
    ours: bool = False
    """It carries the mark of orders that we made in the shop: it is never taken in (echo)."""

    def business_key(self) -> str:
        """``shoporder 1001``."""
        return f"shoporder {self.external_id}"
