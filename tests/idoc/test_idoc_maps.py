"""The maps of IDocs against golden files; overlays add what is the site's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.documents import build
from gateway.mapping import Maps
from gateway.problems import Severity, errors
from tests.idoc.golden import cases, outcome
from tests.maps.golden import repository


@pytest.fixture(scope="module")
def maps() -> Maps:
    return repository()


@pytest.mark.parametrize("case", cases(), ids=lambda one: f"{one.parent.name}-{one.name}")
def test_golden_files(case: Path, maps: Maps) -> None:
    found = outcome(maps, case)
    assert found.canonical == (case / "canonical.json").read_text(encoding="utf-8")
    assert found.back == (case / "back.idoc").read_bytes()
    assert found.listed() == (case / "problems.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", sorted({one.parent.name for one in cases()}))
def test_maps_have_no_errors(document: str, maps: Maps) -> None:
    compiled, problems = maps.load(f"idoc/{document}.map")
    assert compiled is not None
    assert [str(one) for one in problems] == []


ORDER = {
    "number": "PO-1", "issued": "2026-11-20", "currency": "EUR", "kind": "order",
    "buyer": {"name": "acme-retail", "supplier_number": "4711"},
    "lines": [{"number": "10", "gtin": "4012345000016", "quantity": "1", "unit": "piece"}],
}  # fmt: skip


def written(maps: Maps, document: dict[str, object], overlay: Path | None = None) -> str:
    compiled, problems = maps.load("idoc/order.map", overlay)
    assert compiled is not None, problems
    made, problems = build("order", document)
    assert made is not None, problems
    record, problems = compiled.write(made)
    assert not errors(problems)
    data, problems = compiled.layout.write([record])
    assert not errors(problems), problems
    return data.decode()


def test_a_site_adds_its_sales_area_by_an_overlay(maps: Maps, tmp_path: Path) -> None:
    overlay = tmp_path / "order.map"
    overlay.write_text(
        "overlay mappings/idoc/order.map\n"
        'add "1000" -> E1EDK14+008.ORGID\n'
        "add consignee.gln <-> E1EDKA1+ZU.ILNNR\n",
        encoding="utf-8",
    )
    text = written(maps, {**ORDER, "consignee": {"gln": "4012345000030"}}, overlay)
    assert "E2EDK14" in text and "0081000" in text
    assert "ZU " in text and "4012345000030" in text


def test_a_code_of_edifact_never_reaches_parvw(maps: Maps) -> None:
    """SAP would not post it: a role without a code is left out, and told."""
    compiled, _ = maps.load("idoc/order.map")
    assert compiled is not None
    parties = [{"role": "DS", "name": "northwind"}]
    made, _ = build("order", {**ORDER, "parties": parties})
    record, problems = compiled.write(made)
    assert [(one.code, one.severity) for one in problems] == [("V512", Severity.WARNING)]
    data, problems = compiled.layout.write([record])
    assert [one.code for one in problems] == ["F335"]
    assert b"northwind" not in data


def test_a_date_that_sap_does_not_know_is_told(maps: Maps) -> None:
    text = written(maps, {**ORDER, "dates": [{"kind": "expiry", "on": "2027-01-01"}]})
    assert "20270101" not in text


def test_a_duplicate_never_becomes_a_new_order(maps: Maps) -> None:
    compiled, _ = maps.load("idoc/order.map")
    assert compiled is not None
    made, _ = build("order", {**ORDER, "function": "duplicate"})
    record, _ = compiled.write(made)
    data, problems = compiled.layout.write([record])
    assert (data, [one.code for one in problems]) == (b"", ["F336"])
