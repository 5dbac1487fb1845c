"""Documents about an order, written in a few words; see threads.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from gateway.documents import DOCUMENTS, Document, build
from gateway.documents.threads import Entry, Rules, Thread, compare

NUMBER = "PO-1"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_ALL = ("order", "orderresponse", "despatch", "invoice")
_LINE = re.compile(
    r"(?P<line>[\w#-]+) (?P<quantity>-?[\d.]+|any)( (?P<unit>[a-z]+))?( @(?P<price>[\d.]+))?"
    r"( per (?P<basis>\d+))?( (?P<status>rejected|added|backordered|accepted|price_changed))?"
    r"(?P<more>( [a-z_]+=\S+)*)"
)


@dataclass(frozen=True)
class Case:
    """One row of threads.yaml."""

    name: str
    entries: tuple[Entry, ...]
    rules: Rules
    expected: Mapping[str, Any]

    def thread(self, entries: Iterable[Entry] | None = None) -> Thread:
        return compare(NUMBER, self.entries if entries is None else entries, self.rules)


def cases() -> list[Case]:
    """All rows of threads.yaml."""
    text = Path(__file__).with_name("threads.yaml").read_text(encoding="utf-8")
    return [_case(row) for row in yaml.safe_load(text)]


def _case(row: Mapping[str, Any]) -> Case:
    entries = tuple(entry(ordinal, each) for ordinal, each in enumerate(row["documents"], start=1))
    rules = Rules(
        at=START + timedelta(hours=row.get("now", 1000)),
        exchanged=frozenset(row.get("exchanged", _ALL)),
        tolerance=Decimal(row.get("tolerance", "0.02")),
    )
    expected = {name: row[name] for name in ("state", "lines", "not_counted") if name in row}
    expected |= {"findings": row.get("findings", []), "waiting": row.get("waiting", [])}
    return Case(row["name"], entries, rules, expected)


def entry(ordinal: int, given: Mapping[str, Any]) -> Entry:
    """``{order: ["1 10 piece @2.50"], after: 3}``: an entry three hours after the start."""
    kind = next(name for name in (*_ALL, "orderchange") if name in given)
    hours = given.get("after", ordinal)
    return Entry(
        message=given.get("message", ordinal),
        document=document(kind, given, START + timedelta(hours=hours)),
        at=START + timedelta(hours=hours),
        state=given.get("state", "delivered"),
        replaces=given.get("replaces"),
    )


def document(kind: str, given: Mapping[str, Any], at: datetime) -> Document:
    """A document about the order PO-1, unless ``about`` names another."""
    lines = [_line(kind, text) for text in given[kind] or []]
    data: dict[str, Any] = {"issued": at.date()}
    about = {"number": given.get("about", NUMBER)}
    if kind == "order":
        data |= {"number": about["number"], "currency": "EUR", "lines": lines}
    elif kind in ("orderresponse", "orderchange"):
        data |= {"number": given.get("number"), "order": about, "lines": lines}
    elif kind == "despatch":
        number = given.get("number", "DN-1")
        data |= {"number": number, "order": about, "packages": [{"items": lines}]}
    else:
        data |= {"number": given.get("number", "I-1"), "order": about, "lines": lines}
        data |= {"currency": "EUR"}
    names = DOCUMENTS[kind].model_fields
    data |= {name: value for name, value in given.items() if name in names and name != "order"}
    if "despatched_with" in given:
        data["despatch"] = {"number": given["despatched_with"]}
    if "credits" in given:
        data["preceding_invoice"] = {"number": given["credits"]}
    made, problems = build(kind, data)
    assert made is not None, problems
    return made


def _line(kind: str, text: str) -> dict[str, Any]:
    found = _LINE.fullmatch(text)
    assert found is not None, text
    data: dict[str, Any] = dict(part.split("=") for part in found["more"].split())
    number = None if found["line"] == "x" else found["line"]
    if found["quantity"] != "any":
        data["quantity"] = found["quantity"]
    data |= {"unit": found["unit"], "price": found["price"], "price_basis": found["basis"]}
    if kind in ("order", "orderchange"):
        data["number"] = number
    elif kind == "orderresponse":
        data |= {"order_line": number, "status": found["status"]}
    else:
        data["order"] = {"line": number} if number else None
    if kind == "despatch":
        data = {name: value for name, value in data.items() if not name.startswith("price")}
    return data
