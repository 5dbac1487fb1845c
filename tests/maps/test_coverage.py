"""What every map of the repository must carry, and that maps, lists and variants fit together."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.mapping import Maps
from tests.maps.derive import MAPPINGS, VARIANTS, derived
from tests.maps.fields import carried
from tests.maps.test_laws import MESSAGES, RECORDS

ALL = {**MESSAGES, **RECORDS}
CORE = {
    "order": (
        "number", "issued", "kind", "function", "currency", "delivery.on", "delivery.earliest",
        "delivery.latest", "note", "contract", "buyer.gln", "supplier.gln", "ship_to.gln",
        "ship_to.buyer_number", "ship_to.name", "ship_to.street", "ship_to.city",
        "ship_to.postcode", "ship_to.country", "references.number", "lines.number", "lines.gtin",
        "lines.buyer_item", "lines.supplier_item", "lines.text", "lines.quantity", "lines.unit",
        "lines.price", "lines.delivery.on", "lines.schedule.quantity", "allowances.amount",
        "payment.text", "totals.amount",
    ),
    "orderresponse": (
        "issued", "status", "order.number", "order.date", "supplier_reference", "note",
        "ship_to.gln", "lines.number", "lines.order_line", "lines.status", "lines.gtin",
        "lines.quantity", "lines.quantity_ordered", "lines.unit", "lines.price",
        "lines.delivery.on", "lines.reason",
    ),
    "despatch": (
        "number", "issued", "despatched", "delivery.on", "ship_to.gln", "carrier.name",
        "delivery_note", "transport.carrier_code", "transport.bill_of_lading",
        "transport.tracking", "totals.packages", "totals.gross_weight", "packages.sscc",
        "packages.kind", "packages.gross_weight", "packages.items.gtin",
        "packages.items.quantity", "packages.items.unit", "packages.items.order.number",
        "packages.items.batch", "packages.items.expiry",
    ),
    "invoice": (
        "number", "issued", "kind", "currency", "order.number", "order.date", "despatch.number",
        "preceding_invoice.number", "contract", "note", "delivery.on", "seller.gln",
        "seller.vat_id", "seller.tax_id", "buyer.gln", "invoicee.gln", "ship_to.gln",
        "payment.days", "payment.discount_percent", "payment.due", "lines.number", "lines.gtin",
        "lines.quantity", "lines.unit", "lines.price", "lines.tax.kind", "lines.tax.rate",
        "lines.order.number", "lines.allowances.amount", "allowances.amount", "taxes.kind",
        "taxes.rate", "taxes.base", "taxes.amount", "totals.lines", "totals.net", "totals.tax",
        "totals.gross", "totals.payable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_map_compiles_without_any_finding(name: str, maps: Maps) -> None:
    compiled, problems = maps.load(name)
    assert problems == []
    assert compiled is not None
    assert compiled.document == ALL[name]


@pytest.mark.parametrize("name", ALL)
def test_a_map_carries_the_core_of_its_document(name: str, maps: Maps) -> None:
    compiled, _ = maps.load(name)
    assert compiled is not None
    assert [one for one in CORE[compiled.document] if one not in carried(compiled)] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_derived_from_its_base(name: str) -> None:
    written = (MAPPINGS / name).read_text(encoding="utf-8")
    assert written == derived(name), "run python -m tests.maps.derive"


@pytest.mark.parametrize("path", sorted((MAPPINGS / "codes").glob("*.csv")),
                         ids=lambda path: path.stem)  # fmt: skip
def test_a_code_list_says_each_code_once(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for standard in ("edifact", "x12"):
        first = [row for row in rows if row[standard]]
        reading = [row for row in first if "(reading)" in row["label"]]
        codes = [row[standard] for row in first]
        words = [row["canonical"] for row in first if row not in reading]
        assert len(set(words)) == len(words), "the second row of a word is for reading only"
        doubled = {code for code in codes if codes.count(code) > 1}
        assert all(path.stem == "line_status" for _ in doubled), doubled
    assert all(row["canonical"] and row["label"] for row in rows)
