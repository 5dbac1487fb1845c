"""``gateway invoice``: validate and convert."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.documents import Invoice
from gateway.einvoice.formats import read_invoices, write_invoice
from gateway.mapping import Maps


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(folder), "invoice", *words])


@pytest.fixture
def file(tmp_path: Path, maps: Maps, invoice: Invoice) -> Path:
    data, _ = write_invoice(maps, invoice, "cii")
    path = tmp_path / "invoice.xml"
    path.write_bytes(data)
    return path


def test_a_right_invoice_has_no_findings(tmp_path: Path, file: Path) -> None:
    result = run(tmp_path, "validate", str(file))
    assert result.exit_code == 0, result.output
    assert "cii, by our own rules only, no problems" in result.output


def test_findings_are_told_as_json(tmp_path: Path, file: Path) -> None:
    wrong = file.read_bytes().replace(b">97.35<", b">98.35<")
    file.write_bytes(wrong)
    result = run(tmp_path, "validate", str(file), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["kinds"] == ["cii"]
    assert {one["code"] for one in told["problems"]} == {"V540"}


@pytest.mark.parametrize("kind", ["ubl", "edifact"])
def test_another_syntax_says_the_same(
    kind: str, tmp_path: Path, file: Path, maps: Maps, invoice: Invoice
) -> None:
    out = tmp_path / "out"
    result = run(tmp_path, "convert", str(file), "--to", kind, "-o", str(out))
    assert result.exit_code == 0, result.output
    (found,) = read_invoices(maps, out.read_bytes())
    assert found.document is not None
    assert found.document.lines == invoice.lines
    assert ("attachments[1].content" in result.output) == (kind == "edifact")


def test_json_goes_to_standard_output(tmp_path: Path, file: Path, invoice: Invoice) -> None:
    result = run(tmp_path, "convert", str(file), "--to", "json")
    assert result.exit_code == 0
    assert Invoice.from_json(result.stdout) == invoice


def test_what_is_no_invoice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "order.xml"
    path.write_text("<Order/>", encoding="utf-8")
    result = run(tmp_path, "convert", str(path), "--to", "json")
    assert result.exit_code == 1
    assert "V615" in result.output
