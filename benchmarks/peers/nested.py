"""The lean purchase order mapped by nested lookups, as scripts do it, over pydifact's parser.

Each segment becomes a node with a dictionary of its elements; a mapping asks the tree with a path
of dictionaries (``get({"ID": "LIN"}, {"ID": "QTY", "6063": "21", "6060": None})``), loops with
``loop`` and builds its output with ``put``: the way mappings of bots are written. It checks
nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pydifact.segmentcollection import Interchange
from pydifact.segments import Segment

FIELDS: dict[str, tuple[Any, ...]] = {
    "UNH": ("0062", ("0065",)),
    "BGM": ("1001", "1004", "1225"),
    "DTM": (("2005", "2380", "2379"),),
    "FTX": ("4451", "4453", ("4441",), ("4440a", "4440b", "4440c", "4440d", "4440e")),
    "RFF": (("1153", "1154", "1156"),),
    "NAD": ("3035", ("3039", "1131", "3055"), ("3124",), ("3036a", "3036b"),
            ("3042a", "3042b"), "3164", "3229", "3251", "3207"),
    "CUX": (("6347", "6345", "6343"),),
    "LIN": ("1082", "1229", ("7140", "7143")),
    "PIA": ("4347", ("7140a", "7143a"), ("7140b", "7143b"), ("7140c", "7143c")),
    "IMD": ("7077", "7081", ("7009", "1131", "3055", "7008a", "7008b")),
    "QTY": (("6063", "6060", "6411"),),
    "MOA": (("5025", "5004"),),
    "PRI": (("5125", "5118", "5375", "5387", "5284", "6411"),),
    "UNS": ("0081",),
    "CNT": (("6069", "6066"),),
    "UNT": ("0074", "0062"),
}  # fmt: skip
"""Segment → names of its elements, as a grammar of such a translator lists them."""
Query = dict[str, Any]


class Node:
    """A segment (or a record that is being built) and what stands below it."""

    def __init__(self, record: dict[str, str]) -> None:
        self.record = record
        self.kids: list[Node] = []

    def get(self, *path: Query) -> str | None:
        """The value of the first node on the path; the last query has one ``None``: what to get."""
        for found in self._found(*path):
            for key, wanted in path[-1].items():
                if wanted is None:
                    return found.record.get(key)
        return None

    def loop(self, *path: Query) -> Iterator[Node]:
        """All nodes at the end of a path."""
        yield from self._found(*path)

    def _found(self, first: Query, *rest: Query) -> Iterator[Node]:
        for kid in self.kids:
            if all(
                (key in kid.record) if wanted is None else kid.record.get(key) == wanted
                for key, wanted in first.items()
            ):
                if rest:
                    yield from kid._found(*rest)
                else:
                    yield kid

    def put(self, *path: Query) -> bool:
        """Set the values of a path, making nodes that are not there."""
        if any(value in (None, "") for query in path for value in query.values()):
            return False
        here = self
        for query in path:
            same = {"ID": query["ID"]}
            kid = next((one for one in here.kids if one.record.get("ID") == same["ID"]), None)
            if kid is None:
                kid = Node(same)
                here.kids.append(kid)
            kid.record.update(query)
            here = kid
        return True

    def set(self, name: str, value: str) -> bool:
        """Set a value of this node."""
        if not value:
            return False
        self.record[name] = value
        return True

    def add(self, name: str) -> Node:
        """A new node below."""
        kid = Node({"ID": name})
        self.kids.append(kid)
        return kid


def message(segments: list[Segment]) -> Node:
    """The tree of a message: groups by their first segment, as the grammar of the script says."""
    root = here = Node({"ID": "UNH"})
    for segment in segments:
        node = Node(_record(segment))
        if segment.tag in _GROUPS:
            root.kids.append(node)
            here = node if segment.tag in ("LIN", "NAD") else root
        else:
            here.kids.append(node)
    return root


_GROUPS = ("NAD", "CUX", "LIN", "UNS")
"""Segments that end the group before them."""


def _record(segment: Segment) -> dict[str, str]:
    record = {"ID": segment.tag}
    for names, value in zip(FIELDS[segment.tag], segment.elements, strict=False):
        if isinstance(names, tuple):
            parts = value if isinstance(value, list) else [value]
            for name, part in zip(names, parts, strict=False):
                if part:
                    record[name] = part
        elif value:
            record[names] = value
    return record


def messages(data: bytes) -> Iterator[Node]:
    """All messages of an interchange."""
    warnings.simplefilter("ignore")
    for one in Interchange.from_str(data.decode("latin-1")).get_messages():
        yield message(one.segments)


# ---------------------------------------------------------------------- reading


def read_order(inn: Node) -> dict[str, Any]:
    """ORDERS → the fields of an order."""
    order: dict[str, Any] = {
        "number": inn.get({"ID": "BGM", "1004": None}),
        "issued": _day(inn.get({"ID": "DTM", "2005": "137", "2380": None})),
        "delivery": {"on": _day(inn.get({"ID": "DTM", "2005": "2", "2380": None}))},
        "contract": inn.get({"ID": "RFF", "1153": "CT", "1154": None}),
        "currency": inn.get({"ID": "CUX", "6347": "2", "6345": None}),
    }
    for name, role in (("buyer", "BY"), ("supplier", "SU"), ("ship_to", "DP")):
        order[name] = {
            field: inn.get({"ID": "NAD", "3035": role, element: None})
            for field, element in _PARTY.items()
        }
    order["lines"] = [_line(one) for one in inn.loop({"ID": "LIN"})]
    return order


_PARTY = {
    "gln": "3039", "name": "3036a", "street": "3042a", "city": "3164", "postcode": "3251",
    "country": "3207",
}  # fmt: skip


def _line(line: Node) -> dict[str, Any]:
    return {
        "number": line.record.get("1082"),
        "gtin": line.record.get("7140") if line.record.get("7143") == "EN" else None,
        "buyer_item": _item(line, "IN"),
        "supplier_item": _item(line, "SA"),
        "text": line.get({"ID": "IMD", "7077": "F", "7008a": None}),
        "quantity": _number(line.get({"ID": "QTY", "6063": "21", "6060": None})),
        "delivery": {"on": _day(line.get({"ID": "DTM", "2005": "2", "2380": None}))},
        "price": _number(line.get({"ID": "PRI", "5125": "AAA", "5118": None})),
        "amount": _number(line.get({"ID": "MOA", "5025": "203", "5004": None})),
        "promotion": line.get({"ID": "RFF", "1153": "PD", "1154": None}),
    }


def _item(line: Node, kind: str) -> str | None:
    for letter in "abc":
        query = {"ID": "PIA", "4347": "1", f"7143{letter}": kind, f"7140{letter}": None}
        if found := line.get(query):
            return found
    return None


def _day(text: str | None) -> date | None:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def erp_order(order: dict[str, Any]) -> Node:
    """The fields of an order → records of a file."""
    out = Node({"ID": "file"})
    for name in ("number", "contract", "currency"):
        out.put({"ID": "order", name: order[name]})
    out.put({"ID": "order", "issued": _text(order["issued"])})
    out.put({"ID": "order", "delivery_on": _text(order["delivery"]["on"])})
    for role in ("buyer", "supplier", "ship_to"):
        for name, value in order[role].items():
            out.put({"ID": "order", f"{role}_{name}": value})
    top = out.kids[0]
    for line in order["lines"]:
        record = top.add("line")
        for name, value in line.items():
            record.set(name, _text(value["on"] if isinstance(value, dict) else value))
    return out


def _text(value: object) -> str:
    return "" if value is None else str(value)


# ---------------------------------------------------------------------- writing


def write_order(order: dict[str, Any]) -> list[str]:
    """The fields of an order → the segments of ORDERS, as text."""
    out = Node({"ID": "ORDERS"})
    out.put({"ID": "BGM", "1001": "220", "1004": order["number"], "1225": "9"})
    _date(out, "137", order["issued"])
    _date(out, "2", order["delivery"].get("on"))
    _some(out, {"ID": "RFF", "1153": "CT", "1154": order["contract"]})
    for name, role in (("buyer", "BY"), ("supplier", "SU"), ("ship_to", "DP")):
        party = {element: order[name].get(field) for field, element in _PARTY.items()}
        known = {element: value for element, value in party.items() if value}
        _some(out, {"ID": "NAD", "3035": role, "3055": "9", **known})
    _some(out, {"ID": "CUX", "6347": "2", "6345": order["currency"], "6343": "9"})
    for line in order["lines"]:
        _write_line(out.add("LIN"), line)
    _some(out, {"ID": "UNS", "0081": "S"})
    _some(out, {"ID": "CNT", "6069": "2", "6066": str(len(order["lines"]))})
    return [_segment(node.record) for node in _all(out)]


def _write_line(node: Node, line: dict[str, Any]) -> None:
    node.record.update({"1082": line["number"], "7140": line["gtin"], "7143": "EN"})
    items = {"7140a": line["supplier_item"], "7143a": "SA"}
    _some(node, {"ID": "PIA", "4347": "1", **items, "7140b": line["buyer_item"], "7143b": "IN"})
    _some(node, {"ID": "IMD", "7077": "F", "7008a": line["text"]})
    _some(node, {"ID": "QTY", "6063": "21", "6060": _text(line["quantity"])})
    _date(node, "2", line["delivery"].get("on"))
    _some(node, {"ID": "MOA", "5025": "203", "5004": _text(line["amount"])})
    _some(node, {"ID": "PRI", "5125": "AAA", "5118": _text(line["price"])})
    _some(node, {"ID": "RFF", "1153": "PD", "1154": line["promotion"]})


def _some(node: Node, record: dict[str, Any]) -> None:
    if all(record.values()):
        node.kids.append(Node(record))


def _date(node: Node, kind: str, day: date | None) -> None:
    if day is not None:
        _some(node, {"ID": "DTM", "2005": kind, "2380": f"{day:%Y%m%d}", "2379": "102"})


def _all(node: Node) -> Iterator[Node]:
    for kid in node.kids:
        yield kid
        yield from _all(kid)


def _segment(record: dict[str, str]) -> str:
    elements: list[str] = []
    for names in FIELDS[record["ID"]]:
        parts = names if isinstance(names, tuple) else (names,)
        texts = [_escaped(record.get(name, "")) for name in parts]
        elements.append(":".join(texts).rstrip(":"))
    return f"{record['ID']}+{'+'.join(elements).rstrip('+')}'"


def _escaped(text: str) -> str:
    for sign in "?'+:":
        text = text.replace(sign, f"?{sign}")
    return text
