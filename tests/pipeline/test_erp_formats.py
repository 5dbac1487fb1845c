"""Every format of the ERP through the pipeline: what it writes for the ERP, and takes from it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.config.translation import Translation
from gateway.config.workspace import Workspace
from gateway.documents import Document, build
from gateway.mapping import CompiledMap
from gateway.pipeline import Gateway
from gateway.pipeline.replay import preview
from gateway.store import Filter
from tests.pipeline.world import Clock, drop, visible

ROOT = Path(__file__).parents[2]


SETTINGS = """\
schema: 1
erp:
  receive: {folder: erp/in}
  send: {folder: erp/out}
"""
WHOLE = {
    "order": ["csv", "flat", "hlf", "idoc", "json", "simple", "ubl"],
    "invoice": ["cii", "csv", "flat", "hlf", "idoc", "json", "simple", "ubl"],
}
"""Formats that carry what the samples hold. The others ask for numbers that only an ERP has."""


def workspace_with(root: Path, formats: str) -> Workspace:
    shutil.copytree(ROOT / "partners", root / "partners")
    (root / "gateway.yaml").write_text(f"{SETTINGS}  formats: {{{formats}}}\n", encoding="utf-8")
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace


@pytest.fixture(scope="module")
def shared() -> Translation:
    """Maps of the package."""
    workspace, _ = load_workspace(ROOT)
    assert workspace is not None
    return Translation(workspace)


def compiled(translation: Translation, document: str, form: str) -> CompiledMap:
    found, problems = translation.erp_map(document, form)
    assert found is not None, problems
    return found


def documents_of(compiled_: CompiledMap, data: bytes) -> Iterator[Document]:
    for found in compiled_.layout.read(data).found:
        assert found.record is not None, found.problems
        document, problems = build(compiled_.document, compiled_.read(found.record)[0])
        assert document is not None, problems
        yield document


def core(document: Document) -> list[object]:
    """What no format may lose."""
    data = document.to_data()
    kept = [data["number"]]
    kept += [(line["quantity"], line.get("gtin")) for line in data.get("lines", ())]
    return kept


@pytest.mark.parametrize("form", WHOLE["order"])
def test_an_order_of_a_partner_is_written_for_the_erp(
    form: str, tmp_path: Path, shared: Translation
) -> None:
    workspace = workspace_with(tmp_path, f"order: {form}")
    sample = ROOT / "samples/acme-retail/orders/0002-line-breaks.edi"
    drop(tmp_path / "var/partners/acme-retail/in", sample.name, sample.read_bytes())
    with Gateway.open(workspace) as gateway:
        summary = gateway.run_once()
        assert (summary.refused, summary.held) == (0, 0), _told(gateway)
        (row,) = gateway.messages(Filter(kind="message", document="order"))
    out = tmp_path / "erp/out/order"
    (name,) = visible(out)
    erp = compiled(shared, "order", form)
    assert name.endswith(f".{erp.layout.suffix}")
    (written,) = documents_of(erp, (out / name).read_bytes())
    assert core(written)[0] == row.number
    assert len(core(written)) > 1


@pytest.mark.parametrize("form", WHOLE["invoice"])
def test_invoices_of_the_erp_go_to_partners(form: str, tmp_path: Path, shared: Translation) -> None:
    csv = compiled(shared, "invoice", "csv")
    given = list(documents_of(csv, (ROOT / "samples/erp/invoice/invoices.csv").read_bytes()))
    erp = compiled(shared, "invoice", form)
    records = [erp.write(each)[0] for each in given]
    files = [records] if erp.layout.kind != "xml" else [[each] for each in records]
    workspace = workspace_with(tmp_path, f"invoice: {form}")
    for number, each in enumerate(files):
        data, problems = erp.layout.write(each)
        assert data, problems
        name = f"export-{number}.{erp.layout.suffix}"
        drop(tmp_path / "erp/in/invoice", name, data)
    with Gateway.open(workspace) as gateway:
        gateway.run_once()
        rows = gateway.messages(Filter(kind="document", document="invoice"))
        assert {row.number for row in rows} == {core(each)[0] for each in given}
        assert {row.state for row in rows} == {"delivered"}, _told(gateway)


def _told(gateway: Gateway) -> list[str]:
    histories = [gateway.message(row.id) for row in gateway.messages()]
    return [str(found) for each in histories if each for found in each.problems]


ARTICLES = """\
overlay mappings/edifact/orders.map
replace lines.supplier_item  <-  lookup article[gtin:number](LIN.C212[7143=EN].7140)
"""
DEFINITION = """\
connection: ${env:GATEWAY_TEST_ARTICLES}
select: SELECT number, gtin FROM article
columns: [number, gtin]
"""


def test_an_article_table_that_is_away_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "articles.db"
    monkeypatch.setenv("GATEWAY_TEST_ARTICLES", f"sqlite:///{base}")
    workspace = workspace_with(tmp_path, "order: json")
    partner = tmp_path / "partners/acme-retail"
    settings = (partner / "partner.yaml").read_text(encoding="utf-8")
    settings = settings.replace(
        "- document: order\n", "- document: order\n    mapping: orders.map\n", 1
    )
    (partner / "partner.yaml").write_text(settings, encoding="utf-8")
    (partner / "orders.map").write_text(ARTICLES, encoding="utf-8")
    (partner / "tables").mkdir()
    (partner / "tables/article.yaml").write_text(DEFINITION, encoding="utf-8")
    reloaded, problems = load_workspace(workspace.root)
    assert reloaded is not None, problems
    sample = ROOT / "samples/acme-retail/orders/0002-line-breaks.edi"
    drop(tmp_path / "var/partners/acme-retail/in", sample.name, sample.read_bytes())
    clock = Clock()
    with Gateway.open(reloaded, clock=clock) as gateway:
        assert gateway.run_once().retrying == 1, _told(gateway)
        with sqlite3.connect(base) as made:
            made.execute("CREATE TABLE article (number TEXT, gtin TEXT)")
            made.executemany("INSERT INTO article VALUES (?, ?)", enumerate_gtins(sample))
        made.close()
        clock.forward(hours=1)
        summary = gateway.run_once()
        assert (summary.delivered, summary.held, summary.refused) == (1, 0, 0), _told(gateway)
    (name,) = visible(tmp_path / "erp/out/order")
    assert "A-1" in (tmp_path / "erp/out/order" / name).read_text(encoding="utf-8")


def enumerate_gtins(sample: Path) -> list[tuple[str, str]]:
    """``A-1``, ``A-2`` … for the articles of a sample."""
    found = re.findall(r"LIN\+\d+\+\+(\d+):EN", sample.read_text(encoding="latin-1"))
    return [(f"A-{at}", gtin) for at, gtin in enumerate(found, start=1)]


def test_an_idoc_is_numbered_by_its_message(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, "order: idoc")
    sample = ROOT / "samples/acme-retail/orders/0002-line-breaks.edi"
    drop(tmp_path / "var/partners/acme-retail/in", sample.name, sample.read_bytes())
    with Gateway.open(workspace, clock=Clock()) as gateway:
        gateway.run_once()
        (row,) = gateway.messages(Filter(kind="message", document="order"))
        shown = preview(gateway.house, [row.id])
    (name,) = visible(tmp_path / "erp/out/order")
    control, *data = (tmp_path / "erp/out/order" / name).read_text("utf-8").splitlines()
    number = f"{row.id:016}"
    assert control[13:29] == number
    assert control[378:392] == "20260302091400"
    assert control[392:406].rstrip() == "4712"
    assert {line[33:49] for line in data} == {number}
    assert shown.counts == {"same": 1}


LOOKS = [
    ("orders.csv", b"O;4711", "csv"),
    ("orders.json", b' {"number": "4711"}', "json"),
    ("orders.txt", b"EDI_DC40  100", "idoc"),
    ("orders.xml", b'<?xml version="1.0"?><Order xmlns="urn:x"/>', "ubl"),
    ("orders.xml", b'<ORDERS05><IDOC BEGIN="1"/></ORDERS05>', "idoc"),
    ("orders.xlsx", b"PK\x03\x04", "xlsx"),
    ("orders.dat", b"4711 anything", "csv"),
]


@pytest.mark.parametrize(("name", "head", "form"), LOOKS)
def test_a_file_is_what_it_looks_like(
    name: str, head: bytes, form: str, shared: Translation
) -> None:
    assert shared.erp_form("order", name, head) == form


def test_a_credit_note_is_known_by_its_root(shared: Translation) -> None:
    ubl = b'<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/>'
    assert shared.erp_form("invoice", "credit.xml", ubl) == "ubl/creditnote"
