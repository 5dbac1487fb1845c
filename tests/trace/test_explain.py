"""`gateway explain MESSAGE`: where values came from and where they went, both ways."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main

ROOT = Path(__file__).parents[2]
ORDERS = ROOT / "samples" / "acme-retail" / "orders" / "0001-one-good-one-bad.edi"
INVOICES = ROOT / "samples" / "erp" / "invoice" / "invoices.csv"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that has taken an interchange and a file of the ERP."""
    folder = tmp_path_factory.mktemp("explain") / "shop"
    write_workspace(folder, PARTNERS)
    for source, target in ((ORDERS, "partners/acme-retail/in"), (INVOICES, "erp/in/invoice")):
        (folder / "var" / target).mkdir(parents=True)
        shutil.copyfile(source, folder / "var" / target / source.name)
    CliRunner().invoke(main, ["-w", str(folder), "run"], catch_exceptions=False)
    return folder


@pytest.fixture
def run(shop: Path) -> Run:
    def invoke(*arguments: str | Path) -> Result:
        given = ["-w", str(shop), "explain", *(str(each) for each in arguments)]
        return CliRunner().invoke(main, given, catch_exceptions=False)

    return invoke


def _id(shop: Path, document: str, number: str) -> str:
    listed = CliRunner().invoke(main, ["-w", str(shop), "messages", "--json"]).stdout
    rows = json.loads(listed)
    rows = rows if isinstance(rows, list) else rows["messages"]
    return next(
        str(row["id"])
        for row in rows
        if (row.get("document"), row.get("number")) == (document, number)
        and row["kind"] in ("message", "document")
    )


def _one(result: Result) -> dict[str, Any]:
    (explained,) = json.loads(result.stdout)
    (field,) = explained["fields"]
    found: dict[str, Any] = field
    return found


def test_a_field_came_from_these_bytes_and_went_there(run: Run, shop: Path) -> None:
    id_ = _id(shop, "order", "PO-26-10417")
    field = _one(run(id_, "order.lines[3].price", "--json"))
    assert field["value"] == "2.49"
    (came,), (went,) = field["from"], field["to"]
    (spot,) = came["spots"]
    assert (spot["name"], spot["raw"], came["path"]) == ("PRI.5118", "2.49", "PRI+AAA.5118")
    data = ORDERS.read_bytes()
    assert data[spot["offset"] : spot["offset"] + spot["length"]] == b"2.49"
    assert came["row"].startswith("mappings/edifact/orders.map:")
    assert went["spots"][0]["record"] == "order.line[3]"
    assert went["spots"][0]["line"] == 4
    assert went["row"].startswith("mappings/csv/order.map:")


def test_a_segment_leads_to_its_fields(run: Run, shop: Path) -> None:
    id_ = _id(shop, "order", "PO-26-10417")
    number = _one(run(id_, "lines[3].price", "--json"))["from"][0]["spots"][0]["segment"]
    result = run(id_, "--segment", str(number))
    assert result.exit_code == 0
    assert "PRI+AAA:2.49" in result.stdout
    assert "lines[3].price = 2.49" in result.stdout


def test_a_byte_of_a_file_leads_to_its_field(run: Run) -> None:
    lines = ORDERS.read_bytes().split(b"\n")
    line = next(at for at, text in enumerate(lines, 1) if b"PRI+AAA:2.49" in text)
    column = lines[line - 1].index(b"PRI+AAA:2.49") + 10
    result = run(ORDERS, "-p", "acme-retail", "--at", f"{line}:{column}")
    assert "lines[3].price = 2.49" in result.stdout
    assert "lines[2]" not in result.stdout


def test_what_we_sent_is_explained_by_the_row_of_the_partners_map(run: Run, shop: Path) -> None:
    id_ = _id(shop, "invoice", "RE-26-7001")
    result = run(id_, "lines[1].price", "--json")
    field = _one(result)
    assert field["from"][0]["spots"][0]["line"] == 2
    (spot,) = field["to"][0]["spots"]
    assert spot["tag"] == "PRI"
    assert field["to"][0]["row"].startswith("mappings/edifact/invoic.map:")


def test_a_line_of_a_file_of_the_erp_leads_to_its_fields(run: Run) -> None:
    result = run(INVOICES, "--document", "invoice", "--at", "2:1")
    assert result.exit_code == 0
    assert "lines[1].price" in result.stdout
    assert "lines[2].price" not in result.stdout


def test_without_a_field_everything_is_listed(run: Run, shop: Path) -> None:
    result = run(_id(shop, "order", "PO-26-10417"))
    assert "CUX.6345" in result.stdout
    assert "count(lines)" in result.stdout


def test_an_unknown_field_is_told_with_its_neighbours(run: Run, shop: Path) -> None:
    result = run(_id(shop, "order", "PO-26-10417"), "lines[3].prise")
    assert result.exit_code == 1
    assert "lines[3].price" in result.stderr


def test_a_refused_message_is_explained_as_far_as_it_was_read(run: Run, shop: Path) -> None:
    result = run(_id(shop, "order", "PO-26-10418"), "number")
    assert result.exit_code == 0
    assert "BGM.1004" in result.stdout


@pytest.mark.parametrize("subject", ["99999", "G9999", "nothing.edi"])
def test_what_is_not_there_cannot_be_explained(run: Run, subject: str) -> None:
    assert run(subject).exit_code == 2


def test_codes_are_explained_as_before(run: Run) -> None:
    assert "G208" in run("G208").stdout
