"""Handling units of a delivery: the flat list of SAP ⇄ units inside units.

SAP lists all units (E1EDL37) below the delivery; the contents of a unit (E1EDL44) are quantities of
items (POSNR) or other units (EXIDV). Items (E1EDL24) stand beside. Maps see a tree instead:

    E1EDL20 → E1EDL37 → E1EDL37 → E1EDL44 → E1EDL24 …

Each content has its item below it; units stand in the unit they are packed in. What is not packed
stands in a unit without number. What both the content and the item say (batch, article) is said
once. See docs/decisions/034-handling-units.md.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal, InvalidOperation

from gateway.grammar.idoc.check import told
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

DELIVERY, UNIT, CONTENT, ITEM = "E1EDL20", "E1EDL37", "E1EDL44", "E1EDL24"
DEEPEST = 4
"""Units inside each other, the outermost counted; what despatch advices of retail know."""
_STEP = 10
"""Between the numbers of items, as SAP has it."""
_OF_ITEM, _OF_UNIT = "1", "3"
"""VELIN: the content is a quantity of an item, or a handling unit."""
_SAID_TWICE = {"MATNR": "MATNR", "KDMAT": "KDMAT35", "WERKS": "WERKS", "LGORT": "LGORT"}
"""Field of the content → field of the item."""


def number(text: str) -> Decimal:
    """A quantity in normal form; 0 for none."""
    try:
        return Decimal(text) if text else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def nested(delivery: Record) -> list[Problem]:
    """Make the tree of a delivery, in place."""
    return _Nesting(delivery).run()


class _Nesting:
    def __init__(self, delivery: Record) -> None:
        self.delivery = delivery
        self.units = delivery.kids.pop(UNIT, [])
        self.items = {one.fields.get("POSNR", ""): one for one in delivery.kids.pop(ITEM, [])}
        self.named = {one.fields["EXIDV"]: one for one in self.units if "EXIDV" in one.fields}
        self.inside: set[int] = set()
        self.packed: dict[str, Decimal] = dict.fromkeys(self.items, Decimal(0))
        self.problems: list[Problem] = []

    def run(self) -> list[Problem]:
        for unit in self.units:
            self._unit(unit)
        outer = [one for one in self.units if id(one) not in self.inside]
        reached = {id(one) for unit in outer for one in self._below(unit, 1)}
        for unit in self.units:
            if id(unit) not in reached and id(unit) in self.inside:
                self._wrong(unit, "is inside itself")
                break
        outer += self._loose()
        if outer:
            self.delivery.kids[UNIT] = outer
        return self.problems

    def _below(self, unit: Record, depth: int) -> list[Record]:
        found = [unit]
        if depth > DEEPEST:
            self._wrong(unit, f"is inside {depth - 1} others; {DEEPEST - 1} are known")
            return found
        for kid in unit.kids.get(UNIT, ()):
            found += self._below(kid, depth + 1)
        return found

    def _unit(self, unit: Record) -> None:
        kept = []
        for content in unit.kids.pop(CONTENT, ()):
            if "EXIDV" in content.fields:
                self._inner(unit, content)
            elif number(content.fields.get("VEMNG", "")):
                self._content(content)
                kept.append(content)
        if kept:
            unit.kids[CONTENT] = kept

    def _inner(self, unit: Record, content: Record) -> None:
        name = content.fields["EXIDV"]
        kid = self.named.get(name)
        if kid is None:
            self._wrong(content, "is not among the units of the delivery", name)
        elif id(kid) in self.inside:
            self._wrong(content, "is in two other units", name)
        else:
            self.inside.add(id(kid))
            unit.kids.setdefault(UNIT, []).append(kid)

    def _content(self, content: Record) -> None:
        fields, name = content.fields, content.fields.get("POSNR", "")
        item = self.items.get(name)
        if item is None:
            self.problems.append(
                problem("F342", Place(line=content.line), where=_where(content), value=name or "-")
            )
            return
        fields.pop("VELIN", None)
        if fields.get("VBELN") == self.delivery.fields.get("VBELN"):
            fields.pop("VBELN", None)
        for field, same in _SAID_TWICE.items():
            if fields.get(field) == item.fields.get(same):
                fields.pop(field, None)
        unit = fields.get("VEMEH") or item.fields.get("VRKME", "")
        if unit in ("", item.fields.get("VRKME", "")):
            self.packed[name] += number(fields["VEMNG"])
        elif unit == item.fields.get("MEINS"):
            self.packed[name] += self._in_sales_units(item, number(fields["VEMNG"]))
        self._attach(content, item)

    @staticmethod
    def _in_sales_units(item: Record, quantity: Decimal) -> Decimal:
        """LGMNG is the delivered quantity in the unit of the stock, LFIMG in that of the sale."""
        stock, sale = (number(item.fields.get(name, "")) for name in ("LGMNG", "LFIMG"))
        return quantity * sale / stock if stock else quantity

    @staticmethod
    def _attach(content: Record, item: Record) -> None:
        if batch := item.fields.get("CHARG"):
            content.fields.setdefault("CHARG", batch)
        known = {
            name: value
            for name, value in item.fields.items()
            if name not in ("POSNR", "CHARG", "LFIMG", "VRKME")
        }
        content.kids[ITEM] = [Record(ITEM, known, item.kids, item.line)]

    def _loose(self) -> list[Record]:
        """The items that no unit holds, in one without number; and what does not add up."""
        loose = Record(UNIT, line=self.delivery.line)
        for name, item in self.items.items():
            delivered, packed = number(item.fields.get("LFIMG", "")), self.packed[name]
            if packed and packed != delivered:
                shown = f"{packed.normalize():f}"
                self.problems.append(
                    told(
                        "F340", ITEM, "LFIMG", item.fields.get("LFIMG", "0"), item.line or 0,
                        item=name, unit=item.fields.get("VRKME", ""), packed=shown,
                    )
                )  # fmt: skip
            elif delivered and not packed:
                fields = {"POSNR": name, "VEMNG": item.fields["LFIMG"]}
                if unit := item.fields.get("VRKME"):
                    fields["VEMEH"] = unit
                content = Record(CONTENT, fields, line=item.line)
                self._attach(content, item)
                loose.kids.setdefault(CONTENT, []).append(content)
        return [loose] if loose.kids else []

    def _wrong(self, record: Record, reason: str, name: str = "") -> None:
        value = name or record.fields.get("EXIDV", "")
        place = Place(line=record.line)
        self.problems.append(
            problem("F341", place, where=_where(record), value=value, reason=reason)
        )


def listed(delivery: Record) -> list[Problem]:
    """Make the flat list of a tree again, in place."""
    return _Listing(delivery).run()


class _Listing:
    def __init__(self, delivery: Record) -> None:
        self.delivery = delivery
        self.units: list[Record] = []
        self.items: dict[str, Record] = {}
        self.numbered: dict[Hashable, str] = {}
        self.next = _STEP
        self.problems: list[Problem] = []

    def run(self) -> list[Problem]:
        for unit in self.delivery.kids.pop(UNIT, ()):
            self._unit(unit)
        if self.items:
            self.delivery.kids[ITEM] = list(self.items.values())
        if self.units:
            self.delivery.kids[UNIT] = self.units
        return self.problems

    def _unit(self, unit: Record) -> None:
        inner = unit.kids.pop(UNIT, [])
        packed = bool(unit.fields or inner)
        if packed:
            self.units.append(unit)
        contents = unit.kids.pop(CONTENT, [])
        for content in contents:
            self._item(content)
        kept = contents if packed else []
        for kid in inner:
            kept.append(self._inner(kid))
            self._unit(kid)
        if kept:
            unit.kids[CONTENT] = kept

    def _inner(self, kid: Record) -> Record:
        name = kid.fields.get("EXIDV", "")
        if not name:
            reason = "has no number (EXIDV), but is inside another"
            self.problems.append(
                problem("F341", Place(path=UNIT), where=UNIT, value="-", reason=reason)
            )
        return Record(CONTENT, {"VELIN": _OF_UNIT, "EXIDV": name})

    def _item(self, content: Record) -> None:
        fields = content.fields
        (item,) = content.kids.pop(ITEM, None) or [Record(ITEM)]
        if batch := fields.get("CHARG"):
            item.fields["CHARG"] = batch
        if unit := fields.get("VEMEH"):
            item.fields["VRKME"] = unit
        name = fields.get("POSNR") or self._free(item)
        fields |= {"VELIN": _OF_ITEM, "POSNR": name}
        if "VBELN" in self.delivery.fields:
            fields.setdefault("VBELN", self.delivery.fields["VBELN"])
        for field, same in _SAID_TWICE.items():
            if same in item.fields:
                fields.setdefault(field, item.fields[same])
        item.fields["POSNR"] = name
        before = self.items.setdefault(name, item)
        total = number(before.fields.get("LFIMG", "")) + number(fields.get("VEMNG", ""))
        if before is not item and _article_key(before) != _article_key(item):
            self.problems.append(
                problem(
                    "F343", Place(path=f"{ITEM}-POSNR"), where=f"{ITEM}-POSNR", value=name,
                    first=_article(before), second=_article(item),
                )
            )  # fmt: skip
        before.fields["LFIMG"] = f"{total:f}"

    def _free(self, item: Record) -> str:
        """The number of an item without one: that of the same article, or the next ten."""
        key = _article_key(item)
        if key not in self.numbered:
            while str(self.next) in self.items:
                self.next += _STEP
            self.numbered[key] = str(self.next)
            self.next += _STEP
        return self.numbered[key]


def _article_key(item: Record) -> Hashable:
    """What makes two contents one item: all but its number and quantity."""
    fields = frozenset(
        (name, value) for name, value in item.fields.items() if name not in ("POSNR", "LFIMG")
    )
    kids = frozenset(
        (name, tuple(_article_key(one) for one in kids)) for name, kids in item.kids.items()
    )
    return fields, kids


def _article(item: Record) -> str:
    names = [item.fields[name] for name in ("EAN11", "MATNR", "KDMAT35") if name in item.fields]
    return (names or ["an article without number"])[0]


def _where(record: Record) -> str:
    return f"line {record.line}, {record.name}" if record.line else record.name
