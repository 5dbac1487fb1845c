"""What SAP says in a roundabout way, said directly: one delivery, terms without discount.

An item that is wanted on one day has one schedule line (E1EDP20) with its whole quantity; the
record has the field ``EDATU`` of the item instead. With several lines, a day of the item itself is
in E1EDP03 (002). A term of payment without discount has ``PRZNT`` zero; the record has none.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from gateway.grammar.idoc.places import Place
from gateway.syntax.record import Record

ITEM, SCHEDULE, DATES = "E1EDP01", "E1EDP20", "E1EDP03"
WANTED = "EDATU"
"""Field of a schedule line, and of the item that has one delivery."""
_REQUESTED = "002"
_TERMS = ("E1EDK18", "E1EDP18")


def has_schedule(item: Place) -> bool:
    """Whether items of the type have schedule lines."""
    return item.name == ITEM and SCHEDULE in item.kids


def simplified(record: Record) -> None:
    """From SAP's form, in place."""
    if record.name in _TERMS and _number(record.fields.get("PRZNT", "")) == 0:
        record.fields.pop("PRZNT", None)
    elif record.name == ITEM and (day := _requested(record) or _only_day(record)):
        record.fields[WANTED] = day


def _requested(item: Record) -> str:
    for one in item.kids.get(DATES, ()):
        if one.fields.get("IDDAT") == _REQUESTED and set(one.fields) == {"IDDAT", "DATUM"}:
            _take(item, DATES, one)
            return one.fields["DATUM"]
    return ""


def _only_day(item: Record) -> str:
    lines = item.kids.get(SCHEDULE, ())
    if len(lines) != 1 or not {WANTED} <= set(lines[0].fields) <= {WANTED, "WMENG"}:
        return ""
    part = _number(lines[0].fields.get("WMENG", ""))
    if part is not None and part != _number(item.fields.get("MENGE", "")):
        return ""
    _take(item, SCHEDULE, lines[0])
    return lines[0].fields[WANTED]


def _take(item: Record, name: str, one: Record) -> None:
    item.kids[name] = [kid for kid in item.kids[name] if kid is not one]
    if not item.kids[name]:
        del item.kids[name]


def elaborated(record: Record) -> None:
    """To SAP's form, in place."""
    if record.name != ITEM or not (day := record.fields.pop(WANTED, "")):
        return
    if SCHEDULE in record.kids:
        made = Record(DATES, {"IDDAT": _REQUESTED, "DATUM": day})
        record.kids.setdefault(DATES, []).insert(0, made)
        return
    quantity = record.fields.get("MENGE", "")
    fields = {"WMENG": quantity, WANTED: day} if quantity else {WANTED: day}
    record.kids[SCHEDULE] = [Record(SCHEDULE, fields)]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
