"""Despatch advice (DESADV, 856, UBL DespatchAdvice): what is on its way, packed how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from gateway.documents.base import Day, Document, Model, Number, Time
from gateway.documents.common import (
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Function,
    Item,
    Measure,
    OtherDate,
    OtherParty,
    Party,
    QuantityDifference,
    Reference,
    Text,
    Transport,
    inherited,
    taken,
)
from gateway.documents.despatchlines import told_by_lines, tree_of
from gateway.documents.lots import Lot, line_with_lots
from gateway.documents.order import Split


class PackedItem(Item):
    """A quantity of one article in a package (or in the consignment, if not packed)."""

    line: str | None = None
    """Line number of the despatch advice."""
    quantity: Number
    unit: str | None = None
    quantity_ordered: Number | None = None
    order: DocumentReference | None = None
    quantity_free: Number | None = None
    """Delivered beside it without charge."""
    per_pack: Number | None = None
    """Consumer units in one trade unit."""
    batch: str | None = None
    expiry: Day | None = None
    best_before: Day | None = None
    lots: tuple[Lot, ...] = ()
    """Where there are several; a single one stands in the fields above."""
    serials: tuple[str, ...] = ()
    parent_line: str | None = None
    measures: tuple[Measure, ...] = ()
    splits: tuple[Split, ...] = ()
    """Where the goods go in the end."""
    differences: tuple[QuantityDifference, ...] = ()
    """In what it is not as ordered."""
    dates: tuple[OtherDate, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lots(cls, data: object) -> object:
        return line_with_lots(data)


class Equipment(Model):
    """A container, trailer or the like, and the seals on it."""

    kind: str
    """Code of UNCL 8053: ``CN`` container, ``TE`` trailer …"""
    number: str | None = None
    size: str | None = None
    """Code of UNCL 8155."""
    seals: tuple[str, ...] = ()


class Package(Model):
    """A logistic unit and what is in it. Without ``sscc`` and ``kind``: unpacked goods."""

    sscc: str | None = None
    """Serial Shipping Container Code, 18 digits."""
    kind: str | None = None
    """``pallet``, ``carton``, ``roll_cage`` …"""
    quantity: int | None = None
    """How many such packages this entry stands for (1 if it has an SSCC)."""
    packing_level: str | None = None
    """``inner``, ``intermediate``, ``outer``."""
    returnable: str | None = None
    """``returnable``, ``returnable_free``, ``one_way``: whether it goes back and who pays."""
    labelling: str | None = None
    """What stands on it: code of UNCL 7233."""
    terms: str | None = None
    """Code of UNCL 7073."""
    gross_weight: Number | None = None
    """Kilograms."""
    net_weight: Number | None = None
    """Kilograms."""
    height: Number | None = None
    """Millimetres."""
    width: Number | None = None
    length: Number | None = None
    measures: tuple[Measure, ...] = ()
    """Other than the gross weight in kilograms."""
    handling: str | None = None
    """Instruction for those who move it (UNCL 4079)."""
    marks: tuple[str, ...] = ()
    tracking: str | None = None
    items: tuple[PackedItem, ...] = ()
    packages: tuple[Package, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _weight_of_measures(cls, data: object) -> object:
        """The gross weight in kilograms has a field; among the measures it would stand twice."""
        if not isinstance(data, Mapping) or not isinstance(data.get("measures"), list | tuple):
            return data
        known = data.get("gross_weight")
        weight, rest = taken(data["measures"], lambda one: _is_weight(one, known))
        return {**data, "gross_weight": weight["value"], "measures": rest} if weight else data


def _is_weight(measure: Mapping[str, Any], known: Any) -> bool:
    kilograms = measure.get("kind") == "gross_weight" and measure.get("unit") == "kilogram"
    return kilograms and known in (None, measure.get("value"))


class DespatchLine(PackedItem):
    """A line of the form that :mod:`gateway.documents.despatchlines` makes."""

    sscc: str | None = None
    """The innermost unit it is packed in that has one."""


class HandlingUnit(Package):
    """A package of that form: what is in it stands elsewhere."""

    parent: str | None = None
    """SSCC of the package it stands in."""


class DespatchTotals(Model):
    """Sums over the whole consignment."""

    packages: int | None = None
    gross_weight: Number | None = None
    """Kilograms."""
    net_weight: Number | None = None
    volume: Number | None = None
    """Cubic metres."""


def _with_orders(package: Any, head: Any) -> Any:
    package = package.to_data() if isinstance(package, Model) else package
    if not isinstance(package, Mapping) or not head:
        return package
    found = dict(package)
    if isinstance(found.get("items"), list | tuple):
        found["items"] = [inherited(one, head) for one in found["items"]]
    if isinstance(found.get("packages"), list | tuple):
        found["packages"] = [_with_orders(one, head) for one in found["packages"]]
    return found


class DespatchAdvice(Document):
    """A despatch advice."""

    name: ClassVar[str] = "despatch"

    number: str
    kind: str | None = None
    """``despatch``, ``ready_for_despatch`` …"""
    function: Function | None = None
    issued: Day
    issued_at: Time | None = None
    """Local time of day (X12 BSN04)."""
    despatched: Day | None = None
    delivery: Delivery | None = None
    dates: tuple[OtherDate, ...] = ()
    order: DocumentReference | None = None
    """The order, where the consignment belongs to one only."""
    delivery_note: str | None = None
    contract: str | None = None
    contract_date: Day | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    ship_to: Party | None = None
    consignee: Party | None = None
    carrier: Party | None = None
    invoicee: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    transport: Transport | None = None
    delivery_terms: DeliveryTerms | None = None
    equipment: tuple[Equipment, ...] = ()
    packages: tuple[Package, ...] = ()
    lines: tuple[DespatchLine, ...] = ()
    """With ``units`` another form of ``packages``, for formats that list lines and units apart."""
    units: tuple[HandlingUnit, ...] = ()
    totals: DespatchTotals | None = None

    @classmethod
    def complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Lines and units become packages."""
        lines, units = data.get("lines"), data.get("units")
        if not isinstance(lines or [], list | tuple) or not isinstance(units or [], list | tuple):
            return data
        found = {name: one for name, one in data.items() if name not in ("lines", "units")}
        if lines or units:
            found["packages"] = [*data.get("packages", ()), *tree_of(lines, units)]
        return found

    def arranged(self, names: frozenset[str]) -> dict[str, Any]:
        """Python values for a map; lines and units instead of packages where it writes lines."""
        data = super().arranged(names)
        if "lines" in names and "packages" not in names and data.get("packages"):
            data["lines"], data["units"] = told_by_lines(data.pop("packages"))
        return data

    @model_validator(mode="before")
    @classmethod
    def _orders_of_items(cls, data: object) -> object:
        """With one order for all, every item names it (an 856 has it at the level of orders)."""
        if not isinstance(data, Mapping) or not isinstance(data.get("packages"), list | tuple):
            return data
        head = data.get("order")
        return {**data, "packages": [_with_orders(one, head) for one in data["packages"]]}

    def business_key(self) -> str:
        """``despatch DN-4711 original``."""
        return f"despatch {self.number} {self.function or 'original'}"
