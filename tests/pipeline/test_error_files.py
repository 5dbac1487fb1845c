"""Error files of every format of the ERP, word for word: line, field, value, rule, what to do.

The texts are in ``error_files/``. ``GATEWAY_GOLDEN=write`` writes them anew; then they are read by
a person who never saw the program.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from gateway.config.translation import Translation
from gateway.documents import Document, build
from tests.pipeline.erpworld import ROOT, ErpWorld, erp_map, sample_invoices, shipped
from tests.pipeline.world import World, orders

GOLDEN = Path(__file__).parent / "error_files"
SCHEMA = json.loads((ROOT / "docs/reference/error-file.schema.json").read_text(encoding="utf-8"))


def replaced(*pairs: tuple[str, str]) -> Callable[[bytes], bytes]:
    """The file with these mistakes in it; each must hit."""

    def mistaken(data: bytes) -> bytes:
        for old, new in pairs:
            assert old.encode() in data, old
            data = data.replace(old.encode(), new.encode(), 1)
        return data

    return mistaken


def cut(data: bytes) -> bytes:
    return data[: len(data) * 3 // 5] + b"\n"


def pattern(old: str, new: str) -> Callable[[bytes], bytes]:
    def mistaken(data: bytes) -> bytes:
        made, count = re.subn(old.encode(), new.encode(), data, count=1)
        assert count, old
        return made

    return mistaken


DOZEN = (";24;piece", ";two dozen;piece")
ZERO = ("000000000024000", "00000000002400O")
TWO = ('"quantity": 24', '"quantity": "two"')
CASES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "csv": (
        "csv",
        replaced(("2026-05-29;EUR", "29.05.2026;EUR"), DOZEN),
    ),
    "csv-amounts": ("csv", replaced((";2777.46;;2777.46", ";2777.64;;2777.46"))),
    "csv-partner": ("csv", replaced(("4012345000009", "4012345000016"))),
    "csv-unit": ("csv", replaced((";24;piece", ";24;pice"))),
    "csv-too-long": ("csv", replaced(("RE-26-7001", "RE-26-7001-" + "0" * 30))),
    "csv-half": ("csv", cut),
    "flat": (
        "flat",
        replaced(("20260529EUR", "20261329EUR"), ZERO),
    ),
    "flat-half": ("flat", cut),
    "table": ("simple", replaced(("2026-06-28", "28.6.2026"))),
    "json": (
        "json",
        replaced(('"2026-05-29"', '"29.5.2026"'), TWO),
    ),
    "json-half": ("json", cut),
    "idoc": ("idoc", pattern(r"20260529", "29052026")),
    "idoc-half": ("idoc", cut),
    "ubl": ("ubl", replaced((">2026-05-29<", ">29.05.2026<"), (">24<", ">two dozen<"))),
    "ubl-half": ("ubl", cut),
    "cii": ("cii", pattern(r">20260529<", ">29052026<")),
}


@pytest.fixture(scope="module")
def maps() -> Translation:
    return shipped()


def export_of(maps: Translation, form: str) -> tuple[bytes, str]:
    compiled = erp_map(maps, form)
    records = [compiled.write(each)[0] for each in sample_invoices(maps)]
    if compiled.layout.kind == "xml":
        records = records[:1]
    data, problems = compiled.layout.write(records)
    assert data, problems
    return data, compiled.layout.suffix


def agrees(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def complete(report: dict[str, Any]) -> None:
    """The report is as the schema says, and each error names a rule, and where it is."""
    Draft202012Validator(SCHEMA).validate(report)
    for each in report["problems"]:
        if each["severity"] == "error":
            assert each["rule"]
            assert "line" in each, each
            assert "field" in each or "value" not in each, each


@pytest.mark.parametrize("name", CASES)
def test_what_the_erp_is_told(maps: Translation, tmp_path: Path, name: str) -> None:
    form, mistaken = CASES[name]
    data, suffix = export_of(maps, form)
    world = ErpWorld(tmp_path, form)
    world.export(f"invoices.{suffix}", mistaken(data))
    errors = world.errors()
    world.gateway.close()
    complete(json.loads(errors[f"invoices.{suffix}.error.json"]))
    agrees(name, errors[f"invoices.{suffix}.error.txt"].decode())


def order(maps: Translation) -> Document:
    """An order that the ERP sends to a partner who supplies."""
    compiled = erp_map(maps, "csv", "order")
    data, problems = build("order", {
        "number": "PO-1", "issued": "2026-05-17", "currency": "EUR",
        "buyer": {"gln": "4098765000003"}, "supplier": {"gln": "4012345000009"},
        "lines": [{"number": "1", "gtin": "4012345610017", "quantity": "5", "unit": "piece"}],
    })  # fmt: skip
    assert data is not None, (compiled.name, problems)
    return data


def test_a_workbook_is_told_by_sheet_row_and_column(maps: Translation, tmp_path: Path) -> None:
    compiled = erp_map(maps, "xlsx", "order")
    data, problems = compiled.layout.write([compiled.write(order(maps))[0]])
    assert data, problems
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for cell in sheet[2]:
        if cell.value == "4012345610017":
            cell.value = "4012345610018"
    changed = io.BytesIO()
    book.save(changed)
    world = ErpWorld(tmp_path, "xlsx")
    world.export("orders.xlsx", changed.getvalue(), "order")
    errors = world.errors("order")
    world.gateway.close()
    complete(json.loads(errors["orders.xlsx.error.json"]))
    agrees("xlsx", errors["orders.xlsx.error.txt"].decode())


def test_what_lies_in_the_folder_of_a_partner(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.acme("a.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "five"}))
    world.run()
    report = json.loads(world.errors()["a.edi.error.json"])
    world.gateway.close()
    complete(report)
    agrees("partner", (tmp_path / "acme/in/error/a.edi.error.txt").read_text(encoding="utf-8"))
