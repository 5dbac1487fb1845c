"""Purchase order (ORDERS, 850, UBL Order)."""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    AllowanceCharge,
    Contact,
    Delivery,
    DeliveryTerms,
    Function,
    Item,
    Measure,
    OtherDate,
    OtherItem,
    OtherParty,
    Party,
    PaymentTerms,
    Reference,
    Tax,
    Text,
    Transport,
)


class Schedule(Model):
    """A part of a line's quantity with its own delivery."""

    quantity: Number
    unit: str | None = None
    on: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None


class Split(Model):
    """A part of a line's quantity that goes to another place."""

    gln: str | None = None
    place: str | None = None
    """Identification that is no GLN."""
    quantity: Number
    unit: str | None = None
    on: Day | None = None
    """When it is wanted there."""


class Packing(Model):
    """How the goods of a line are (to be) packed (PAC, PCI)."""

    quantity: int | None = None
    """How many such packages."""
    kind: str | None = None
    packing_level: str | None = None
    """``inner``, ``intermediate``, ``outer``."""
    marking: str | None = None
    """Who says what the packages are marked with (UNCL 4233)."""
    marks: tuple[str, ...] = ()
    """What is to stand on them."""


class OrderLine(Item):
    """One article ordered."""

    number: str | None = None
    """Line number, as the buyer wrote it; both standards let it be absent."""
    quantity: Number
    unit: str | None = None
    free_quantity: Number | None = None
    """Of which not charged."""
    per_pack: Number | None = None
    """Consumer units in one trade unit."""
    price: Number | None = None
    """Net price, after allowances and without VAT, for ``price_basis`` units."""
    price_basis: Number | None = None
    price_unit: str | None = None
    price_kind: str | None = None
    price_type: str | None = None
    """``catalogue``, ``contract`` … (UNCL 5375)."""
    gross_price: Number | None = None
    """Before allowances, without VAT."""
    retail_price: Number | None = None
    """What the consumer is meant to pay."""
    amount: Number | None = None
    """Line amount, net."""
    tax: Tax | None = None
    delivery: Delivery | None = None
    shipment: Delivery | None = None
    """When the goods are to leave."""
    dates: tuple[OtherDate, ...] = ()
    promotion: str | None = None
    parent_line: str | None = None
    """Number of the line that this is a part of (a set, an assortment)."""
    substitute: OtherItem | None = None
    """What may be (of a response: is) delivered instead."""
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    parties: tuple[OtherParty, ...] = ()
    measures: tuple[Measure, ...] = ()
    packing: tuple[Packing, ...] = ()
    serials: tuple[str, ...] = ()
    allowances: tuple[AllowanceCharge, ...] = ()
    schedule: tuple[Schedule, ...] = ()
    splits: tuple[Split, ...] = ()
    kind: str | None = None
    """``service``, ``gift_card``, ``shipping``, ``deposit`` …; absent: goods."""
    gross_amount: Number | None = None
    """Line amount with tax."""
    taxes: tuple[Tax, ...] = ()
    """Each tax, where several apply; ``tax`` is all of them together."""
    price_each: Number | None = None
    """Of one unit, rounded, where ``price`` is of several: times the quantity it rounds to
    ``amount``. For formats that have no ``price_basis``."""


class OrderTotals(Model):
    """Sums that the buyer computed."""

    lines: Number | None = None
    """Sum of the line amounts."""
    allowances: Number | None = None
    charges: Number | None = None
    tax: Number | None = None
    amount: Number | None = None
    """The whole order: lines − allowances + charges + tax + rounding."""
    rounding: Number | None = None
    """What rounding adds (or, negative, takes) so that ``amount`` is what was agreed."""
    collected_tax: Number | None = None
    """Tax that a marketplace collects and owes; in no other sum."""
    paid: Number | None = None
    """Of which paid already, gift cards included."""
    payable: Number | None = None
    """What is still to be paid."""


class OrderPayment(Model):
    """A payment that was made or promised with the order. A gift card is a payment, too."""

    kind: str
    """``gateway``, ``gift_card``, ``store_credit``, ``marketplace``, ``cash_on_delivery`` …"""
    method: str | None = None
    """What the ERP calls it."""
    reference: str | None = None
    """Number of the transaction at whoever took the money."""
    amount: Number | None = None
    currency: str | None = None
    """Where it is another one than that of the order."""
    state: str | None = None
    """``pending``, ``authorised``, ``paid``, ``failed``, ``refunded``."""
    on: Day | None = None


class ConvertedTotal(Model):
    """The whole amount in another currency, beside that of the order."""

    currency: str
    amount: Number | None = None
    rate: Number | None = None
    """One unit of the order's currency in this one."""


class Order(Document):
    """A purchase order."""

    name: ClassVar[str] = "order"

    number: str
    kind: str | None = None
    """``order``, ``blanket``, ``rush``, ``consignment``, ``call_off``, ``sample`` …"""
    function: Function | None = None
    issued: Day
    currency: str | None = None
    """ISO 4217, three letters."""
    delivery: Delivery | None = None
    shipment: Delivery | None = None
    """When the goods are to leave (``on``: requested)."""
    cancel_after: Day | None = None
    """Nothing is wanted any more if it is not delivered by this day."""
    dates: tuple[OtherDate, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """Of the order itself, not of a party."""
    note: str | None = None
    texts: tuple[Text, ...] = ()
    contract: str | None = None
    contract_date: Day | None = None
    promotion: str | None = None
    department: str | None = None
    """The buyer's department."""
    supplier_reference: str | None = None
    """Number of the supplier's quotation or order."""
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    """May be absent in X12, where the sender of the interchange is the buyer."""
    supplier: Party | None = None
    ship_to: Party | None = None
    consignee: Party | None = None
    """Where goods go in the end (store behind a distribution centre)."""
    invoicee: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    payment: PaymentTerms | None = None
    delivery_terms: DeliveryTerms | None = None
    transport: Transport | None = None
    tax: Tax | None = None
    """Of the whole order, where lines do not tell theirs."""
    allowances: tuple[AllowanceCharge, ...] = ()
    lines: tuple[OrderLine, ...]
    """At least one: an empty list is absent."""
    totals: OrderTotals | None = None
    channel: str | None = None
    """Sales channel or marketplace that it came by."""
    buyer_kind: Literal["consumer", "company"] | None = None
    prices: Literal["net", "gross"] | None = None
    """Whether the buyer was shown prices without or with tax."""
    payments: tuple[OrderPayment, ...] = ()
    converted: ConvertedTotal | None = None

    def business_key(self) -> str:
        """``order PO-26-10417 original``."""
        return f"order {self.number} {self.function or 'original'}"
