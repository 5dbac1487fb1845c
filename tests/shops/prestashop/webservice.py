"""A webservice of PrestaShop in memory: filters, sorts, limits, and the odd shapes of its lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from gateway.channels.shops.recording import Call
from gateway.channels.shops.session import Answer, ShopRefusedError

HERE = Path(__file__).parent
NODES = {"order_slip": "order_slips"}
ROWS = {
    "stock_availables": "stock_available", "order_carriers": "order_carrier",
    "order_histories": "order_history", "products": "product", "orders": "order",
}  # fmt: skip
_INTERVAL = re.compile(r"[\d.:\- ]+,[\d.:\- ]+")


class Webservice:
    """Rows by resource; ``calls`` are those that were made."""

    def __init__(
        self,
        tables: Mapping[str, list[dict[str, Any]]],
        *,
        one_as_object: bool = False,
        refused: tuple[str, ...] = (),
    ) -> None:
        self.tables = {name: [dict(row) for row in rows] for name, rows in tables.items()}
        self.one_as_object = one_as_object
        self.refused = refused
        self.calls: list[Call] = []

    def call(
        self, method: str, path: str, *, query: Any = (), body: bytes | None = None, **_: Any
    ) -> Answer:
        self.calls.append(Call(method, path, tuple(query), body or b""))
        told = dict(query)
        assert told["output_format"] == "JSON"
        resource, _, number = path.partition("/")
        if resource in self.refused:
            said = {"errors": [{"code": 26, "message": f"Method {method} is not allowed"}]}
            raise ShopRefusedError("405", 405, json.dumps(said).encode())
        if method == "GET":
            return self._answered(resource, self._found(resource, told), told)
        row = self._written(method, resource, number, body or b"")
        return Answer(200, (), json.dumps({ROWS[resource]: row}).encode())

    def close(self) -> None:
        """Nothing is open."""

    def sent(self) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
        """Method, path, query and fields of each call that changed something."""
        return [
            (one.method, one.path, _without(one.query), fields_of(one.body))
            for one in self.calls
            if one.method != "GET"
        ]

    def _found(self, resource: str, told: dict[str, str]) -> list[dict[str, Any]]:
        rows = self.tables.get(resource, [])
        for name, value in told.items():
            if name.startswith("filter["):
                field = name[7:-1]
                assert "date" not in field or told.get("date") == "1", "dates need date=1"
                rows = [row for row in rows if _fits(str(row.get(field, "")), value)]
        for part in reversed(told.get("sort", "[]")[1:-1].split(",")):
            field, _, way = part.rpartition("_")
            if field:
                rows = sorted(rows, key=lambda row: _order(row[field]), reverse=way == "DESC")
        start, _, size = told.get("limit", "").rpartition(",")
        rows = rows[int(start or 0) :]
        return rows[: int(size)] if size else rows

    def _answered(self, resource: str, rows: list[dict[str, Any]], told: dict[str, str]) -> Answer:
        display = told["display"]
        if display != "full":
            names = display[1:-1].split(",")
            rows = [{name: row.get(name, "") for name in names} for row in rows]
        if not rows:
            return Answer(200, (), b"[]")
        one = rows[0] if self.one_as_object and len(rows) == 1 else rows
        body = json.dumps({NODES.get(resource, resource): one}, ensure_ascii=False)
        return Answer(200, (("PSWS-Version", "8.1.7"),), body.encode())

    def _written(self, method: str, resource: str, number: str, body: bytes) -> dict[str, Any]:
        fields = fields_of(body)
        rows = self.tables.setdefault(resource, [])
        if method == "POST":
            rows.append({"id": len(rows) + 1, **fields})
            return rows[-1]
        row = next(row for row in rows if str(row["id"]) == number)
        if method == "PUT":
            row.clear()
        row.update(fields)
        return row


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a row in XML; those in a language as ``name/1``."""
    root = ElementTree.fromstring(body)
    assert root.tag == "prestashop"
    found = {}
    for field in root[0]:
        for language in field:
            found[f"{field.tag}/{language.get('id')}"] = language.text or ""
        if not len(field):
            found[field.tag] = field.text or ""
    return found


def loaded(name: str) -> dict[str, Any]:
    """A shop of ``shops/``: its own rows beside those that all of them have."""
    shared = json.loads((HERE / "reference.json").read_text("utf-8"))
    own = json.loads((HERE / "shops" / f"{name}.json").read_text("utf-8"))
    own["tables"] = {**shared, **own["tables"]}
    return dict(own)


def _fits(value: str, wanted: str) -> bool:
    if not wanted.startswith("["):
        return value.lower() == wanted.lower()
    inner = wanted[1:-1]
    if "|" not in inner and _INTERVAL.fullmatch(inner):
        first, last = inner.split(",")
        return _order(first) <= _order(value) <= _order(last)
    return value.lower() in inner.lower().split("|")


def _order(value: Any) -> tuple[int, str]:
    text = str(value)
    return (int(text), "") if text.isdigit() else (0, text)


def _without(query: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {name: value for name, value in query if name not in ("output_format", "language")}
