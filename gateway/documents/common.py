"""Objects that several documents share: parties, references, delivery, prices, taxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from gateway.documents.account import Account
from gateway.documents.base import Day, Model, Number, bt, normal

Function = Literal[
    "original", "change", "replacement", "cancellation", "copy", "duplicate", "confirmation",
    "proposed", "response", "additional",
]  # fmt: skip
"""What a document does to the one before it (UNCL 1225, X12 353)."""


class Contact(Model):
    """A person or department (CTA/COM, PER)."""

    kind: str | None = None
    """``order``, ``information``, ``delivery`` …"""
    name: str | None = Field(None, **bt("BT-41"))
    phone: str | None = Field(None, **bt("BT-42"))
    email: str | None = Field(None, **bt("BT-43"))
    fax: str | None = None
    number: str | None = None
    """Code of the person or department (CTA C056 3413)."""


class Identifier(Model):
    """An identifier with the scheme it is from."""

    value: str
    scheme: str | None = None
    """Code of ISO 6523 (``0088`` GLN, ``0002`` SIREN) or of the list that the field names."""


GLN_SCHEME = "0088"


class Reference(Model):
    """Another document, of a kind that has no field of its own."""

    kind: str
    number: str
    date: Day | None = None
    line: str | None = None


class Party(Model):
    """A company or place. Identified by GLN, or by the number that one side gave it.

    Normal form: an identifier of scheme 0088 is the ``gln``, unless there is another one.
    """

    gln: str | None = None
    """Global Location Number, 13 digits (ISO 6523 scheme 0088)."""
    buyer_number: str | None = None
    """The number the buyer gave it (3055 = 92, X12 66 = 92)."""
    supplier_number: str | None = None
    """The number the supplier gave it (3055 = 91, X12 66 = 91)."""
    duns: str | None = None
    name: str | None = None
    name2: str | None = None
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    postcode: str | None = None
    subdivision: str | None = None
    """State, county."""
    country: str | None = None
    """ISO 3166-1, two letters."""
    vat_id: str | None = None
    """VAT identifier with its country prefix."""
    tax_id: str | None = None
    """Number at the tax office."""
    contacts: tuple[Contact, ...] = ()
    trading_name: str | None = None
    """What it is known as, if that is not its name."""
    identifiers: tuple[Identifier, ...] = ()
    """Identifiers that have no field of their own."""
    legal_id: Identifier | None = None
    """Number in the register of companies (SIREN, KVK, HRB …)."""
    legal_information: str | None = None
    """What the law wants said of the company: legal form, capital …"""
    endpoint: Identifier | None = None
    """Electronic address; the scheme is one of the list EAS (``EM``: e-mail)."""
    street3: str | None = None
    address_text: str | None = None
    """Name and address in lines, where they are not told apart (NAD C058)."""
    references: tuple[Reference, ...] = ()
    """Numbers of the party that have no field of their own."""
    accounts: tuple[Account, ...] = ()
    """Bank accounts; those that an invoice is paid to are in its ``payment``."""
    phone: str | None = None
    """Of the party itself: a consumer has no contacts."""
    email: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _gln_of_identifiers(cls, data: object) -> object:
        if not isinstance(data, Mapping) or data.get("gln"):
            return data
        if not isinstance(known := data.get("identifiers"), list | tuple):
            return data
        first, rest = taken(known, lambda one: one.get("scheme") == GLN_SCHEME)
        return {**data, "gln": first.get("value"), "identifiers": rest} if first else data


class OtherParty(Party):
    """A party in a role that has no field of its own."""

    role: str


class Delivery(Model):
    """When goods are wanted or promised."""

    on: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None


class Period(Model):
    """A period, both days included."""

    start: Day | None = Field(None, **bt("BT-73"))
    end: Day | None = Field(None, **bt("BT-74"))


class DocumentReference(Model):
    """Another document, or one line of it (of the document named above, without a number)."""

    number: str | None = None
    date: Day | None = None
    line: str | None = None


def inherited(line: Any, head: Any, name: str = "order") -> Any:
    """A line (or packed item) whose order has no number belongs to the order of the head.

    Both as data or models; ``name``: the field of the line (``despatch`` works alike). Formats
    differ in where they name the order; a document names it on every line that refers to it.
    """
    head = head.to_data() if isinstance(head, Model) else head
    line = line.to_data() if isinstance(line, Model) else line
    if not isinstance(head, Mapping) or not isinstance(line, Mapping) or not head.get("number"):
        return line
    order = line.get(name) or {}
    order = order.to_data() if isinstance(order, Model) else order
    if not isinstance(order, Mapping) or order.get("number"):
        return line
    known = {field: head[field] for field in ("number", "date") if head.get(field)}
    return {**line, name: {**known, **(normal(order) or {})}}


def taken(
    entries: Sequence[Any], wanted: Callable[[Mapping[str, Any]], bool]
) -> tuple[Mapping[str, Any] | None, list[Any]]:
    """The first entry that is wanted, as data, and the others (entries are data or models)."""
    rest = list(entries)
    for index, one in enumerate(rest):
        data = one.to_data() if isinstance(one, Model) else one
        if isinstance(data, Mapping) and wanted(data):
            del rest[index]
            return data, rest
    return None, rest


class Text(Model):
    """A text with its subject (UNCL 4451), or the code of an agreed one."""

    kind: str | None = None
    text: str | None = None
    code: str | None = None
    """What stands for the text (FTX C107 4441)."""
    use: str | None = None
    """What is to be done with it: code of UNCL 4453."""
    language: str | None = None


class Tax(Model):
    """The tax that applies to a line, an allowance or a charge."""

    kind: str = "vat"
    category: str | None = Field(None, **bt("BT-151"))
    """UNCL 5305: S standard, Z zero, E exempt, AE reverse charge …"""
    rate: Number | None = Field(None, **bt("BT-152"))
    amount: Number | None = None
    base: Number | None = None
    """What the tax is computed of."""
    country: str | None = None
    """Place of supply: whose tax it is, where that is not the seller's country."""
    scheme: Literal["oss", "ioss"] | None = None
    """Special scheme by which the seller declares the tax of other member states."""
    collected_by: Literal["marketplace"] | None = None
    """A marketplace collects and owes the tax: it is none of the seller's, ``amount`` is 0."""


class AllowanceCharge(Model):
    """An allowance (taken off) or a charge (added). Amounts are positive in both."""

    kind: Literal["allowance", "charge"]
    reason_code: str | None = Field(None, **bt("BT-98"))
    """UNCL 7161 word, such as ``freight``."""
    reason: str | None = Field(None, **bt("BT-97"))
    percent: Number | None = Field(None, **bt("BT-94"))
    base: Number | None = Field(None, **bt("BT-93"))
    amount: Number | None = Field(None, **bt("BT-92"))
    tax: Tax | None = None
    sequence: int | None = None
    """In which order allowances are taken, each of what the one before has left (UNCL 1227)."""
    quantity: Number | None = None
    """Of how many units ``rate`` is given."""
    unit: str | None = None
    rate: Number | None = None
    """Amount per unit."""


class PaymentTerms(Model):
    """When to pay, and what is saved by paying early."""

    text: str | None = Field(None, **bt("BT-20"))
    due: Day | None = None
    days: int | None = None
    """Days until the net amount is due."""
    discount_percent: Number | None = None
    discount_until: Day | None = None
    discount_days: int | None = None
    means: str | None = None
    """``credit_transfer``, ``direct_debit`` …"""
    basis: str | None = None
    """From when the days count: ``invoice_date``, ``delivery``, ``receipt_of_goods`` …"""


class DeliveryTerms(Model):
    """Who pays and bears what on the way (Incoterms)."""

    code: str | None = None
    place: str | None = None
    freight: str | None = None
    """Who pays the freight: ``prepaid``, ``collect``, ``third_party`` … (UNCL 4215)."""


class OtherDate(Model):
    """A day whose meaning has no field of its own."""

    kind: str
    """Word of the list ``date_kind``, or the code of UNCL 2005 itself."""
    on: Day


class Transport(Model):
    """How the goods travel."""

    mode: str | None = None
    """``road``, ``rail``, ``sea``, ``air`` …"""
    means: str | None = None
    """Kind of vehicle (UNCL 8179)."""
    reference: str | None = None
    """Conveyance, trailer or vehicle number."""
    vehicle: str | None = None
    """Name of the ship, number plate of the lorry."""
    carrier_code: str | None = None
    """SCAC or other code of the carrier."""
    carrier_name: str | None = None
    service: str | None = None
    """Level of service: ``next_day``, ``ground`` …"""
    tracking: str | None = None
    """Number under which the carrier knows the consignment."""
    bill_of_lading: str | None = None


class Measure(Model):
    """A length, weight or volume."""

    kind: str
    """``height``, ``width``, ``depth``, ``gross_weight``, ``net_weight``, ``volume`` …"""
    value: Number
    unit: str | None = None
    purpose: str | None = None
    """``dimensions``, ``weight``, ``storage`` … (UNCL 6311)."""
    significance: str | None = None
    """Code of UNCL 6321: ``3`` about, ``4`` equal to …"""


class Attribute(Model):
    """A property of an article, such as its colour or size (BT-160, BT-161)."""

    name: str | None = None
    """``colour``, ``size``, ``brand`` … or the code of UNCL 7081 itself; absent: any text."""
    value: str | None = None
    code: str | None = None
    """Code of the value in a list that the partners know."""
    agency: str | None = None
    """Who keeps that list (UNCL 3055): ``91`` the supplier, ``92`` the buyer, ``9`` GS1."""
    form: str | None = None
    """How the value is told: ``long``, ``short``, ``code`` … (UNCL 7077)."""


class QuantityDifference(Model):
    """A quantity that is not as ordered or advised, and why."""

    kind: str | None = None
    """``short``, ``over``, ``damaged``, ``refused``, ``late`` … (UNCL 4221, X12 412)."""
    quantity: Number
    """How many units the difference is about; negative where the format says so."""
    unit: str | None = None
    of: str | None = None
    """Which quantity it differs from (UNCL 6063): ``ordered``, ``despatched`` …"""
    reason_code: str | None = None
    """Code of UNCL 4295."""
    agency: str | None = None
    """Who keeps the list of that code (UNCL 3055)."""
    reason: str | None = None


class Item(Model):
    """What a line is about: the identifiers of the article."""

    gtin: str | None = None
    buyer_item: str | None = None
    supplier_item: str | None = None
    text: str | None = None
    manufacturer_item: str | None = None
    variant: str | None = None
    """Promotional variant of a GTIN (UNCL 7143 PV)."""
    attributes: tuple[Attribute, ...] = Field((), **bt("BG-32"))


class OtherItem(Model):
    """Another article, named by a line that is about one: what stands in for it."""

    gtin: str | None = None
    buyer_item: str | None = None
    supplier_item: str | None = None
