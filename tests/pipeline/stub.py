"""Maps and layouts of the pipeline's own tests: small, in plain Python, independent of `mappings/`.

An ERP file holds lines ``H;number;date;gln`` and ``L;line;gtin;quantity;price``; the grammars are
the real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.config import Workspace
from gateway.config.data import data_roots
from gateway.documents import Document
from gateway.grammar import Library
from gateway.grammar.envelope.model import Fields
from gateway.grammar.layoutmodel import DocumentRead, LayoutReading
from gateway.problems import Place, Problem, problem
from gateway.syntax import build
from gateway.syntax.record import Record

US = "4098765000003"


class StubLayout:
    """``H`` and ``L`` lines, semicolons."""

    kind = "csv"
    suffix = "csv"

    def read(self, data: bytes) -> LayoutReading:
        documents: list[Record] = []
        found: list[list[Problem]] = []
        stray: list[Problem] = []
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if not line:
                continue
            kind, *cells = line.split(";")
            if kind == "H":
                names = ("number", "date", "gln")
                fields = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
                documents.append(Record("document", fields, {}, number))
                found.append([])
            elif kind == "L" and documents:
                names = ("line", "gtin", "quantity", "price")
                fields = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
                documents[-1].kids.setdefault("lines", []).append(
                    Record("line", fields, {}, number)
                )
            else:
                wrong = problem("T102", Place(line=number), name="?", found=kind)
                (found[-1] if found else stray).append(wrong)
        read = tuple(
            DocumentRead(record, tuple(problems), b"", record.line or 0)
            for record, problems in zip(documents, found, strict=True)
        )
        return LayoutReading(read, tuple(stray))

    def cut(self, data: bytes, reading: LayoutReading, ordinals: Sequence[int]) -> bytes:
        """The lines of some documents as they were, under what stands before the first."""
        lines = data.splitlines(keepends=True)
        starts = [each.line - 1 for each in reading.found]
        ends = [*starts[1:], len(lines)]
        kept = [lines[starts[each] : ends[each]] for each in ordinals]
        return b"".join([*lines[: starts[0]], *(line for piece in kept for line in piece)])

    def write(self, records: list[Record]) -> tuple[bytes, list[Problem]]:
        lines: list[str] = []
        for record in records:
            lines.append(
                ";".join(["H", *(record.fields.get(n, "") for n in ("number", "date", "gln"))])
            )
            for line in record.kids.get("lines", []):
                cells = (line.fields.get(n, "") for n in ("line", "gtin", "quantity", "price"))
                lines.append(";".join(["L", *cells]))
        return "".join(f"{line}\n" for line in lines).encode(), []


class StubErpMap:
    """Between a document and the lines of :class:`StubLayout`."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.layout = StubLayout()

    def read(self, record: Record) -> tuple[dict[str, Any], list[Problem]]:
        found: list[Problem] = []
        lines = []
        for kid in record.kids.get("lines", []):
            try:
                quantity = Decimal(kid.fields.get("quantity", ""))
            except InvalidOperation:
                quantity = Decimal(0)
                what = kid.fields.get("quantity", "")
                place = Place(line=kid.line, path="quantity")
                found.append(problem("E405", place, field="quantity", value=what))
            price = kid.fields.get("price")
            line = {
                "number": kid.fields.get("line", ""),
                "gtin": kid.fields.get("gtin"),
                "quantity": quantity,
                "price": None if price is None else Decimal(price),
            }
            lines.append(line)
        data: dict[str, Any] = {"issued": date.fromisoformat(record.fields["date"]), "lines": lines}
        if "number" in record.fields:
            data["number"] = record.fields["number"]
        data["buyer"] = {"gln": record.fields.get("gln")}
        return data, found

    def unwritten(self, document: Any) -> list[Problem]:
        return []

    def write(self, document: Document) -> tuple[Record, list[Problem]]:
        data = document.model_dump()
        head = {"number": data["number"], "date": str(data["issued"]), "gln": data["buyer"]["gln"]}
        lines = [
            Record(
                "line",
                {
                    "line": line["number"],
                    "gtin": line["gtin"] or "",
                    "quantity": str(line["quantity"]),
                    "price": str(line["price"] or ""),
                },
            )
            for line in data["lines"]
        ]
        return Record("document", head, {"lines": lines}), []


class StubPartnerMap:
    """ORDERS and 850 to orders, invoices to INVOIC and 810."""

    def __init__(self, standard: str) -> None:
        self.standard = standard

    def read(self, tree: Any) -> tuple[dict[str, Any], list[Problem]]:
        if any("explode" in segment for segment in tree.segments):
            raise RuntimeError("a bug in a map")
        data: dict[str, Any] = {"lines": []}
        for segment in tree.segments:
            self._row(segment, data)
        return data, []

    def unread(self, tree: Any) -> list[Problem]:
        return []

    def unwritten(self, document: Any) -> list[Problem]:
        return []

    def write(self, invoice: Any) -> tuple[list[str], list[Problem]]:
        day = f"{invoice.issued:%Y%m%d}"
        if self.standard == "x12":
            body = [build("BIG", day, invoice.number)]
            for line in invoice.lines:
                price = str(line.price or 0)
                cells = (line.number, str(line.quantity), "EA", price, "", "EN", line.gtin or "")
                body.append(build("IT1", *cells))
            return [*body, build("TDS", "100")], []
        body = [
            build("BGM", "380", invoice.number, "9"),
            build("DTM", ["137", day, "102"]),
            build("NAD", "BY", [invoice.buyer.gln, "", "9"]),
            build("NAD", "SU", [US, "", "9"]),
            build("CUX", ["2", "EUR", "4"]),
        ]
        for line in invoice.lines:
            body.append(build("LIN", line.number, "", [line.gtin or "", "EN"]))
            body.append(build("QTY", ["47", str(line.quantity)]))
        return [*body, build("UNS", "S"), build("MOA", ["77", "100.00"])], []

    def _row(self, segment: str, data: dict[str, Any]) -> None:
        tag = segment[:3].rstrip("\x1d")
        if tag == "BGM":
            data["number"] = value(segment, 2)
        elif tag == "BEG":
            data["number"] = value(segment, 3)
            data["issued"] = _day(value(segment, 5))
            data["buyer"] = {"gln": "0012345000003"}
        elif tag == "DTM" and value(segment, 1, 1) == "137":
            data["issued"] = _day(value(segment, 1, 2))
        elif tag == "NAD" and value(segment, 1) == "BY":
            data["buyer"] = {"gln": value(segment, 2, 1)}
        elif tag == "LIN":
            line = {"number": value(segment, 1), "gtin": value(segment, 3, 1) or None}
            data["lines"].append(line)
        elif tag == "QTY" and data["lines"]:
            data["lines"][-1]["quantity"] = value(segment, 1, 2)
        elif tag == "PRI" and data["lines"]:
            data["lines"][-1]["price"] = value(segment, 1, 2)
        elif tag == "PO1":
            data["lines"].append({"number": value(segment, 1), "quantity": value(segment, 2)})


class StubTranslation:
    """What :class:`gateway.config.translation.Translation` gives, without map files."""

    definitions = None

    def __init__(self, workspace: Workspace, *, broken: bool = False) -> None:
        self.workspace = workspace
        self.library = Library(*data_roots(workspace.root, "grammars"))
        self.broken = broken

    def partner_map(self, partner: Any, agreement: Any) -> tuple[Any, list[Problem]]:
        return (None if self.broken else StubPartnerMap(agreement.standard.syntax)), []

    def erp_form(self, document: str, name: str, data: bytes) -> str:
        return "csv"

    def written_map(self, document: Document, form: str) -> tuple[Any, list[Problem]]:
        return self.erp_map(document.name, form)

    def erp_map(self, document: str, form: str) -> tuple[Any, list[Problem]]:
        return StubErpMap(document), []

    def guide(self, partner: Any, agreement: Any) -> tuple[Any, list[Problem]]:
        return None, []


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def value(segment: str, element: int, component: int = 1) -> str:
    """A value by position."""
    return Fields(segment)[element, component]
