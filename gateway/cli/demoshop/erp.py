"""The demo's ERP: it reads the order files that it finds, and drops files of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.documents import DespatchAdvice, Document, InventoryReport, Invoice, Order, build
from gateway.mapping import CompiledMap
from gateway.pipeline.house import House

CARRIER = "DHL"


class Erp:
    """What happens on the other side of the folders. It knows its files and nothing of shops."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._out = house.workspace.base / "var/erp/out"

    def files(self, document: str) -> list[Path]:
        """The files that wait for it."""
        return sorted((self._out / document).glob("*.csv"))

    def booked(self, path: Path) -> Any:
        """The document of a file, read by the ERP's layout."""
        compiled = self._form(path.parent.name)
        (record,) = compiled.layout.read(path.read_bytes()).documents
        fields, _ = compiled.read(record)
        found, problems = build(compiled.document, fields)
        assert found is not None, problems
        return found

    # ---- what it drops

    def counts(self, number: str, quantities: Mapping[str, int]) -> Path:
        """A stock report: by article what is there."""
        lines = [
            {"supplier_item": article, "stocks": [{"kind": "available", "quantity": str(pieces)}]}
            for article, pieces in quantities.items()
        ]
        data = {"number": number, "issued": today(), "lines": lines}
        return self._drop(InventoryReport.model_validate(data), number)

    def ships(self, number: str, order: Order, items: Mapping[str, int], tracking: str) -> Path:
        """A parcel with so many of some articles of an order."""
        lines = {line.supplier_item: line for line in order.lines}
        packed = [
            {
                "supplier_item": article,
                "quantity": str(pieces),
                "order": {"number": order.number, "line": lines[article].number},
            }
            for article, pieces in items.items()
        ]
        data = {
            "number": number,
            "issued": today(),
            "transport": {"carrier_code": CARRIER, "carrier_name": "DHL Parcel"},
            "packages": [{"kind": "carton", "tracking": tracking, "items": packed}],
        }
        return self._drop(DespatchAdvice.model_validate(data), number)

    def bills(self, number: str, order: Order) -> Path:
        """The invoice of an order."""
        assert order.totals is not None
        lines = [
            {
                "number": line.number, "supplier_item": line.supplier_item, "text": line.text,
                "quantity": line.quantity, "unit": line.unit, "amount": line.amount,
                "order": {"number": order.number},
            }
            for line in order.lines
        ]  # fmt: skip
        totals = order.totals
        data = {
            "number": number, "issued": today(), "kind": "invoice", "currency": order.currency,
            "order": {"number": order.number}, "lines": lines,
            "totals": {"gross": totals.amount, "tax": totals.tax},
        }  # fmt: skip
        return self._drop(Invoice.model_validate(data), number)

    def _drop(self, document: Document, number: str) -> Path:
        """Written under another name and renamed, as an ERP should."""
        compiled = self._form(document.name)
        record, problems = compiled.write(document)
        data, more = compiled.layout.write([record])
        assert not problems and not more, (problems, more)
        target = self._house.workspace.erp_in(document.name) / f"{number}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".tmp")
        unfinished.write_bytes(data)
        return unfinished.rename(target)

    def _form(self, document: str) -> CompiledMap:
        compiled, problems = self._house.translation.erp_map(document, "csv")
        assert compiled is not None and compiled.layout is not None, problems
        return compiled


def today() -> str:
    """As documents say it."""
    return f"{datetime.now(UTC):%Y-%m-%d}"
