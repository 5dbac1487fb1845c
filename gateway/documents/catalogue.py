"""Price and product catalogue (PRICAT, 832, UBL Catalogue)."""

from __future__ import annotations

from typing import Any, ClassVar

from gateway.documents.arrange import Arrangement
from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    AllowanceCharge,
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
    Period,
    Reference,
    Tax,
    Text,
)
from gateway.documents.order import Packing


class CataloguePrice(Model):
    """A price, for whom, from which quantity and when."""

    kind: str | None = None
    """``net``, ``gross``, ``retail``, ``promotion`` …"""
    amount: Number
    calculation: str | None = None
    """``net``, ``gross``, ``information`` (UNCL 5125)."""
    type: str | None = None
    """``catalogue``, ``contract`` … (UNCL 5375)."""
    class_of_trade: str | None = None
    """Code of UNCL 4043: for whom the price is."""
    basis: Number | None = None
    unit: str | None = None
    currency: str | None = None
    from_quantity: Number | None = None
    to_quantity: Number | None = None
    range_unit: str | None = None
    """Unit of the two; pieces where it is absent."""
    valid: Period | None = None


class Content(Model):
    """What a package of articles holds: which article, how many."""

    gtin: str | None = None
    supplier_item: str | None = None
    quantity: Number
    unit: str | None = None


class CatalogueItem(Item):
    """One article and its prices."""

    number: str | None = None
    group: str | None = None
    """Code of the group of articles it is listed in."""
    group_name: str | None = None
    group_agency: str | None = None
    """Who gave the code (UNCL 3055): ``91`` the supplier, ``92`` the buyer, ``9`` GS1."""
    group_kind: str | None = None
    """``price_group``, ``product_group``, ``promotional_group`` … (UNCL 5379)."""
    action: str | None = None
    """``added``, ``changed``, ``deleted``, ``unchanged``, ``discontinued`` (UNCL 1229)."""
    level: str | None = None
    """``each``, ``inner_pack``, ``case``, ``pallet``: what the GTIN stands for."""
    replaces: str | None = None
    """GTIN or number of the article it takes the place of."""
    replaced_by: OtherItem | None = None
    """What may be ordered instead."""
    brand: str | None = None
    classification: str | None = None
    """Group or class of the article."""
    origin: str | None = None
    commodity: str | None = None
    """Customs tariff number."""
    unit: str | None = None
    """Unit it is ordered in."""
    per_pack: Number | None = None
    minimum_order: Number | None = None
    maximum_order: Number | None = None
    order_multiple: Number | None = None
    lead_days: int | None = None
    available: Period | None = None
    """When it may be ordered."""
    dates: tuple[OtherDate, ...] = ()
    handling: str | None = None
    """Instruction for those who move or store it (UNCL 4079)."""
    packing: tuple[Packing, ...] = ()
    prices: tuple[CataloguePrice, ...] = ()
    tax: Tax | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    measures: tuple[Measure, ...] = ()
    contents: tuple[Content, ...] = ()
    """The next lower level of packing."""
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()


NO_GROUP = "none"


class CatalogueGroup(Model):
    """A group of articles: the grouped form of items with their group."""

    code: str | None = None
    name: str | None = None
    agency: str | None = None
    kind: str | None = None
    items: tuple[CatalogueItem, ...] = ()


class Catalogue(Document):
    """A price and product catalogue, whole or what changed in it."""

    name: ClassVar[str] = "catalogue"
    arrangements: ClassVar[tuple[Arrangement, ...]] = (
        Arrangement(
            "groups", "items", "items",
            {"code": "group", "name": "group_name", "agency": "group_agency", "kind": "group_kind"},
        ),
    )  # fmt: skip

    number: str | None = None
    kind: str | None = None
    function: Function | None = None
    issued: Day
    valid: Period | None = None
    dates: tuple[OtherDate, ...] = ()
    currency: str | None = None
    delivery: Delivery | None = None
    contract: str | None = None
    contract_date: Day | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    payment: PaymentTerms | None = None
    delivery_terms: DeliveryTerms | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    items: tuple[CatalogueItem, ...] = ()
    groups: tuple[CatalogueGroup, ...] = ()
    """Another form of ``items``, for formats that tell groups and what is in them."""

    @classmethod
    def complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """An article of no group has none, whatever code a format has for that."""
        if not isinstance(data.get("items"), list | tuple):
            return data
        return {**data, "items": [_grouped(one) for one in data["items"]]}

    def business_key(self) -> str:
        """``catalogue 4711 of 2026-11-24``."""
        return f"catalogue {self.number or '-'} of {self.issued.isoformat()}"


def _grouped(item: Any) -> Any:
    if isinstance(item, dict) and item.get("group_kind") == NO_GROUP:
        return {name: one for name, one in item.items() if name != "group_kind"}
    return item
