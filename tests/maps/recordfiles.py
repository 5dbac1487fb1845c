"""Layouts and maps of record files that follow the models of the documents; this writes them.

    python -m tests.maps.recordfiles        # after a change of a model

JSON: every document, with the names of the model. CSV: the documents of ``CSV``; their head is one
row, with the fields of objects beside it (``order_number``), and each list is rows of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from gateway.documents import DOCUMENTS
from gateway.mapping.fields import FieldType, fields_of
from gateway.mapping.format import formatted

ROOT = Path(__file__).resolve().parents[2]
JSON = tuple(DOCUMENTS)
CSV = (
    "orderchange", "receipt", "inventory", "sales", "catalogue", "remittance", "parties", "refund",
)  # fmt: skip
LEVELS = 4
"""How often a record may stand inside itself (packages)."""
TITLES = {
    "order": "Orders", "orderchange": "Order changes", "orderresponse": "Order responses",
    "despatch": "Despatch advices", "receipt": "Receiving advices",
    "invoice": "Invoices and credit notes", "inventory": "Inventory reports",
    "sales": "Sales reports", "catalogue": "Price and product catalogues",
    "remittance": "Remittance advices", "parties": "Party information",
    "refund": "Refunds of orders",
}  # fmt: skip
PLAIN = ("attributes", "dates", "parties", "texts", "references", "packing")
"""Lists that CSV files do not tell of lines."""
LENGTHS = {
    "number": 70, "kind": 35, "function": 35, "currency": 3, "tax_currency": 3, "note": 2000,
    "text": 2000, "address_text": 2000, "language": 3, "line": 6, "order_line": 6, "gln": 13,
    "duns": 13, "city": 35, "name": 70, "name2": 70, "street": 70, "street2": 70, "phone": 70,
    "fax": 70,
    "postcode": 17, "subdivision": 35, "country": 2, "origin": 2, "email": 254, "role": 35,
    "reason_code": 35, "reason": 256, "category": 3, "gtin": 14, "buyer_item": 35,
    "supplier_item": 35, "unit": 35, "price_unit": 35, "price_kind": 35, "status": 35,
    "issued_at": 8, "mode": 35, "carrier_code": 17, "reference": 140, "sscc": 18, "batch": 35,
    "iban": 34, "bic": 11, "exemption": 256, "buyer_number": 35, "supplier_number": 35,
    "vat_id": 35, "tax_id": 35, "means": 35, "content": 0,
}  # fmt: skip
SHOWN = {
    "gln": "GLN", "gtin": "GTIN", "sscc": "SSCC", "duns": "DUNS", "vat_id": "VAT id",
    "tax_id": "Tax number", "buyer_number": "Number at the buyer", "iban": "IBAN", "bic": "BIC",
    "supplier_number": "Number at the supplier", "name2": "Name, second line", "email": "E-mail",
    "street2": "Street, second line", "on": "Date", "earliest": "Not before",
    "latest": "Not after", "start": "From", "end": "To", "issued": "Date",
    "buyer_item": "Buyer's article number", "supplier_item": "Supplier's article number",
    "price_basis": "Price per", "subdivision": "State", "gross_weight": "Gross weight kg",
    "net_weight": "Net weight kg", "volume": "Volume m3", "origin": "Country of origin",
}  # fmt: skip
PARTY = {
    "gln": "gln", "buyer_number": "number", "name": "name", "street": "street",
    "postcode": "postcode", "city": "city", "subdivision": "subdivision", "country": "country",
    "vat_id": "vat_id",
}  # fmt: skip
"""What CSV files tell of a party, and by which name."""
CUSTOMER = {
    "supplier_number": "our_number", "name2": "name2", "street2": "street2", "street3": "street3",
    "tax_id": "tax_id", "phone": "phone", "email": "email", "parent": "parent",
}  # fmt: skip
"""What CSV files tell besides of parties of web shops, at the end of the row."""
CUSTOMERS = {
    "orderchange": ("buyer", "supplier", "ship_to"), "refund": ("buyer", "supplier"),
    "parties": ("supplier", "parties"),
}  # fmt: skip
LATER = {
    *(("orderchange", "L", name) for name in ("kind", "gross_amount", "price_each")),
    *((name, code, "tax.collected_by") for name in CSV[:-1] for code in ("H", "A", "L", "LA", "I",
                                                                         "IA")),
}  # fmt: skip
"""Columns that came later (document, record, path): they stand at the end of the row."""
LISTS = {
    "texts": ("text", "T"), "parties": ("party", "N"), "references": ("reference", "R"),
    "lines": ("line", "L"), "items": ("item", "I"), "allowances": ("allowance", "A"),
    "taxes": ("tax", "V"), "schedule": ("schedule", "S"), "splits": ("split", "X"),
    "stocks": ("stock", "S"), "differences": ("difference", "D"), "places": ("place", "P"),
    "prices": ("price", "P"), "measures": ("measure", "M"), "attributes": ("attribute", "B"),
    "contents": ("content", "C"), "documents": ("document", "D"), "contacts": ("contact", "K"),
    "adjustments": ("adjustment", "A"), "packages": ("package", "G"), "dates": ("date", "Z"),
    "payments": ("payment", "Y"),
}  # fmt: skip
"""CSV: name of the record, letter of its type."""


@dataclass
class Column:
    """A scalar field of a record."""

    path: str
    """In the document: ``order.number``."""
    name: str
    kind: FieldType
    required: bool

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]

    def setting(self, title: str) -> str:
        """``{type: text, max: 35, title: Number}``."""
        kind = "text" if self.kind.kind == "time" else self.kind.kind
        pieces = [f"type: {kind}"]
        if kind == "text":
            most = LENGTHS.get(self.last, 256)
            pieces += [f"max: {most}"] if most else []
        if self.required:
            pieces.append("required: true")
        return f"{{{', '.join([*pieces, f'title: {quoted(title)}'])}}}"

    def row(self, indent: str = "") -> str:
        """``order.number <-> order_number``."""
        converter = "" if self.kind.kind == "text" else self.kind.kind
        mods = " ".join(filter(None, (converter, "required" if self.required else "")))
        left = f"{indent}{self.path:<22}"[: max(22, len(indent + self.path))]
        return f"{left} <->  {self.name:<30}  {mods}".rstrip()


@dataclass
class Shape:
    """A record: its fields, and the lists and objects below it."""

    columns: list[Column]
    kids: list[Kid] = field(default_factory=list)


@dataclass
class Kid:
    """A record below another."""

    path: str
    name: str
    code: str
    many: bool
    required: bool
    part: str = ""
    shape: Shape | None = None
    """``None``: the part has all of it."""
    nest: bool = False
    """Whether such records may stand in each other; they have a number and that of another."""


def quoted(text: str) -> str:
    """A text that YAML takes as a text."""
    return f'"{text}"' if any(sign in text for sign in "',:#") else text


def shown(name: str) -> str:
    """What people call a field."""
    last = name.rpartition(".")[2]
    return SHOWN.get(last, last.replace("_", " ").capitalize())


def snake(model: type[Any]) -> str:
    """``DocumentReference`` → ``document_reference``."""
    name = model.__name__
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


_FLAT = {"despatch": frozenset({"lines", "units"})}
"""Fields that tell the tree of packages as lists."""


def grouped(model: type[Any]) -> frozenset[str]:
    """Fields that are another form of a list which the document has flat as well."""
    declared = frozenset(one.name for one in getattr(model, "arrangements", ()))
    return declared | _FLAT.get(getattr(model, "name", ""), frozenset())


# ---- JSON


def used(model: type[Any], counts: Counter[type[Any]]) -> Counter[type[Any]]:
    """How often each model stands below another."""
    for name, one in fields_of(model).items():
        if one.model is not None and name not in grouped(model):
            counts[one.model] += 1
            if counts[one.model] == 1:
                used(one.model, counts)
    return counts


def split(model: type[Any], without: type[Any] | None = None) -> Iterator[tuple[str, FieldType]]:
    """Fields that go into a record, without those of a model it extends."""
    known = fields_of(without) if without is not None else {}
    for name, one in fields_of(model).items():
        if name not in known and one.kind not in ("any", "texts") and name not in grouped(model):
            yield name, one


class JsonFiles:
    """Layout and map of one document."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.model = DOCUMENTS[document]
        counts = used(self.model, Counter())
        self.parts = [one for one in counts if counts[one] > 1 or self.recursive(one)]
        bases = [base for one in counts if (base := self.extended(one)) is not None]
        self.parts = list(dict.fromkeys([*self.parts, *bases]))
        self.parts = [one for one in self.parts if self.extended(one) is None]

    def recursive(self, model: type[Any]) -> bool:
        return any(one.model is model for one in fields_of(model).values())

    def extended(self, model: type[Any]) -> type[Any] | None:
        """The party that another party is, with a role."""
        base = model.__mro__[1]
        return base if base.__name__ == "Party" else None

    def layout(self) -> str:
        head = (
            f"# {TITLES[self.document]}. One JSON object per document, or a list of them. "
            "Numbers are exact.\n# Follows the model of the document.\n"
            "format: json\ndates: YYYY-MM-DD\n"
        )
        lines = ["parts:"] if self.parts else []
        for part in self.parts:
            lines.append(f"  {snake(part)}:")
            if self.recursive(part):
                lines.append(f"    levels: {LEVELS}")
            lines += self.body(part, "    ")
        lines += ["record:", f"  name: {self.document}", *self.body(self.model, "  ")]
        return head + "\n".join(lines) + "\n"

    def body(self, model: type[Any], pad: str) -> list[str]:
        base = self.extended(model)
        scalars = [Column(name, name, one, one.required) for name, one in split(model, base)
                   if one.model is None]  # fmt: skip
        width = max((len(one.name) for one in scalars), default=0) + 1
        lines = [f"{pad}fields:"] if scalars else []
        lines += [f"{pad}  {one.name + ':':<{width}} {one.setting(shown(one.name))}"
                  for one in scalars]  # fmt: skip
        kids = [(name, one) for name, one in split(model, base) if one.model is not None]
        if kids:
            lines.append(f"{pad}records:")
        for name, one in kids:
            lines += self.kid(name, one, f"{pad}  ")
        return lines

    def kid(self, name: str, one: FieldType, pad: str) -> list[str]:
        assert one.model is not None
        base = one.model if one.model in self.parts else self.extended(one.model)
        settings = [f"use: {snake(base)}"] if base else []
        settings += ["many: true"] if one.kind == "list" else []
        settings += ["required: true"] if one.required else []
        if base is one.model:
            return [f"{pad}{name}: {{{', '.join(settings)}}}"]
        inner = self.body(one.model, f"{pad}  ")
        return [f"{pad}{name}:", *(f"{pad}  {each}" for each in settings), *inner]

    # ---- map

    def map(self) -> str:
        rows = [
            f"# {TITLES[self.document]}.",
            f"# Canonical {self.document}  <->  JSON of the ERP; the names are the canonical ones.",
            f"map canonical/{self.document} <-> json/{self.document}",
            "",
            *self.rows(self.model, ""),
        ]
        for part in self.parts:
            rows += ["", f"part {snake(part)}", *self.rows(part, "    ", itself=part)]
        return "\n".join(rows) + "\n"

    def rows(self, model: type[Any], pad: str, itself: type[Any] | None = None) -> list[str]:
        base = self.extended(model) if itself is None else None
        rows = [Column(name, name, one, one.required).row(pad) for name, one in split(model, base)
                if one.model is None]  # fmt: skip
        for name, one in split(model, base):
            if one.model is not None and one.model is not itself:
                rows += self.block(name, one, pad)
        return rows

    def block(self, name: str, one: FieldType, pad: str) -> list[str]:
        assert one.model is not None
        verb = "each" if one.kind == "list" else "one"
        base = one.model if one.model in self.parts else self.extended(one.model)
        front = f"{pad}{verb} {name}"
        end = (f"  part {snake(base)}" if base else "") + ("  required" if one.required else "")
        rows = [f"{front:<22} <->  group {name}{end}"]
        if self.recursive(one.model):
            for level in range(1, LEVELS):
                inner = "    " * level
                rows.append(f"{pad}{inner}each {name} <-> group {name}{end}")
        elif base is not one.model:
            rows += self.rows(one.model, f"{pad}    ")
        return rows


# ---- CSV


class CsvFiles:
    """Layout and map of one document."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.shape = self.of(DOCUMENTS[document], "H", set())

    def of(self, model: type[Any], code: str, names: set[str]) -> Shape:
        shape = Shape([])
        for name, one in fields_of(model).items():
            if one.kind == "any" or one.model is model or name in grouped(model):
                continue
            if code != "H" and name in PLAIN:
                continue
            if one.kind == "list" and one.model is not None:
                shape.kids.append(self.kid(name, one, code, names))
            elif one.model is not None:
                shape.columns += self.flat(name, one)
            elif one.kind != "texts" and not self.left_out(model, name):
                column = self.column(model, name)
                shape.columns.append(Column(name, column, one, one.required))
        shape.columns.sort(key=lambda one: (self.document, code, one.path) in LATER)
        if code == "H":
            self.customers(model, shape)
        return shape

    def customers(self, model: type[Any], shape: Shape) -> None:
        """What web shops tell of a buyer, at the end of the row."""
        for party in CUSTOMERS.get(self.document, ()):
            one = fields_of(model)[party]
            assert one.model is not None
            known = fields_of(one.model)
            many = one.kind == "list"
            below = next(kid.shape for kid in shape.kids if kid.path == party) if many else shape
            assert below is not None
            for name, column in CUSTOMER.items():
                path, shown = (name, column) if many else (f"{party}.{name}", f"{party}_{column}")
                if name in known and (party != "supplier" or name == "supplier_number"):
                    below.columns.append(Column(path, shown, known[name], False))

    def left_out(self, model: type[Any], name: str) -> bool:
        party = any(base.__name__ == "Party" for base in model.__mro__)
        return party and name not in PARTY and name != "role"

    def column(self, model: type[Any], name: str) -> str:
        party = any(base.__name__ == "Party" for base in model.__mro__)
        return PARTY.get(name, name) if party else name

    def flat(self, name: str, one: FieldType) -> Iterator[Column]:
        """The fields of an object beside its parent, with its name before theirs."""
        assert one.model is not None
        prefix = {"totals": "total", "delivery_terms": "terms"}.get(name, name)
        for inner, kind in fields_of(one.model).items():
            if kind.model is not None or kind.kind in ("any", "texts"):
                continue
            if self.left_out(one.model, inner):
                continue
            column = f"{prefix}_{self.column(one.model, inner)}"
            yield Column(f"{name}.{inner}", column, kind, False)

    def kid(self, name: str, one: FieldType, code: str, names: set[str]) -> Kid:
        assert one.model is not None
        record, letter = LISTS.get(name) or (name.removesuffix("s"), name[:2].upper())
        record = record if record not in names else f"{LISTS_BY_CODE.get(code, 'inner')}_{record}"
        names.add(record)
        below = letter if code == "H" else code + letter
        shape = self.of(one.model, below, names)
        party = any(base.__name__ == "Party" for base in one.model.__mro__)
        if party:
            shape.kids = []
        nest = any(each.model is one.model for each in fields_of(one.model).values())
        return Kid(name, record, below, True, one.required, shape=shape, nest=nest)

    def layout(self) -> str:
        codes = ", ".join(f"{one.code} {one.name}" for one in self.walk(self.shape))
        lines = [
            f"# {TITLES[self.document]} of the ERP. One row per record, its type in column A:",
            f"# H {self.document}, {codes}.",
            "# Follows the model of the document.",
            "format: csv", "encoding: utf-8", 'delimiter: ";"', "newline: crlf",
            'decimal_mark: "."', "dates: YYYY-MM-DD", "record:", f"  name: {self.document}",
            "  code: H", *self.body(self.shape, "  "),
        ]  # fmt: skip
        return "\n".join(lines) + "\n"

    def walk(self, shape: Shape) -> Iterator[Kid]:
        for kid in shape.kids:
            yield kid
            assert kid.shape is not None
            yield from self.walk(kid.shape)

    def body(self, shape: Shape, pad: str) -> list[str]:
        width = max((len(one.name) for one in shape.columns), default=0) + 1
        lines = [f"{pad}fields:"]
        for one in shape.columns:
            front = one.path.partition(".")[0].replace("_", " ").capitalize()
            title = f"{front} {shown(one.path)}" if "." in one.path else shown(one.path)
            lines.append(f"{pad}  {one.name + ':':<{width}} {one.setting(title)}")
        if shape.kids:
            lines.append(f"{pad}records:")
        for kid in shape.kids:
            assert kid.shape is not None
            lines += [f"{pad}  {kid.name}:", f"{pad}    code: {kid.code}", f"{pad}    many: true"]
            lines += [f"{pad}    required: true"] if kid.required else []
            inner = self.body(kid.shape, f"{pad}    ")
            if kid.nest:
                inner[1:1] = [
                    f"{pad}      id: {{type: text, max: 9, required: true, title: No.}}",
                    f"{pad}      parent: {{type: text, max: 9, title: In no.}}",
                ]
            lines += inner
        return lines

    def map(self) -> str:
        rows = [
            f"# {TITLES[self.document]} of the ERP as CSV. The number of a party is the one that "
            "the buyer gave it.",
            f"map canonical/{self.document} <-> csv/{self.document}",
            "",
            *self.rows(self.shape, ""),
        ]
        return "\n".join(rows) + "\n"

    def rows(self, shape: Shape, pad: str) -> list[str]:
        rows = [one.row(pad) for one in shape.columns]
        for kid in shape.kids:
            assert kid.shape is not None
            front = f"{pad}{'nest' if kid.nest else 'each'} {kid.path}"
            end = "  required" if kid.required else ""
            end = "  id id  parent parent" if kid.nest else end
            rows.append(f"{front:<22} <->  group {kid.name}{end}")
            rows += self.rows(kid.shape, f"{pad}    ")
        return rows


LISTS_BY_CODE = {code: name for name, code in LISTS.values()}


Maker = Callable[[], str]


def makers() -> dict[str, Maker]:
    """What makes the text of every file, by its path below the repository."""
    found: dict[str, Maker] = {}
    for kind, documents, maker in (("json", JSON, JsonFiles), ("csv", CSV, CsvFiles)):
        for document in documents:
            found[f"grammars/{kind}/{document}.yaml"] = partial(_layout, maker, document)
            found[f"mappings/{kind}/{document}.map"] = partial(_map, maker, document)
    return found


def _layout(maker: type[JsonFiles | CsvFiles], document: str) -> str:
    return maker(document).layout()


def _map(maker: type[JsonFiles | CsvFiles], document: str) -> str:
    return formatted(maker(document).map())[0] or ""


if __name__ == "__main__":
    for path, text in makers().items():
        (ROOT / path).write_text(text(), encoding="utf-8")
