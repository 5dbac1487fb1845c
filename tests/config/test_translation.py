"""`check` also tells what grammars, layouts and maps lack, at the setting that asks for them."""

from __future__ import annotations

from pathlib import Path

from gateway.config import load_workspace
from gateway.config.translation import Translation
from gateway.problems import Problem, errors

ROOT = Path(__file__).parents[2]
ACME = "partners/acme-retail/partner.yaml"


def problems(root: Path) -> list[Problem]:
    workspace, found = load_workspace(root)
    assert workspace is not None and not errors(found)
    return list(Translation(workspace).problems())


def spoil(root: Path, old: str, new: str) -> None:
    file = root / ACME
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_that_is_shipped_compiles() -> None:
    assert problems(ROOT) == []


def test_a_directory_without_grammar(workspace: Path) -> None:
    spoil(workspace, "EDIFACT D.96A EAN008", "EDIFACT D.96C")
    assert [each.code for each in load_workspace(workspace)[1]] == ["C100"]
    spoil(workspace, "EDIFACT D.96C", "EDIFACT D.24A")
    (found,) = problems(workspace)
    assert (found.code, found.place.file, found.place.line) == ("C202", ACME, 14)
    assert "D21A" in found.remedy  # near ones


def test_a_directory_without_the_message(workspace: Path) -> None:
    (workspace / "grammars/edifact/D20A").mkdir(parents=True)
    spoil(workspace, "EDIFACT D.96A EAN008", "EDIFACT D.20A")
    (found,) = problems(workspace)
    assert (found.code, found.place.line) == ("C203", 14)


def test_a_map_of_a_partner_that_does_not_compile(workspace: Path) -> None:
    spoil(workspace, "document: order\n", "document: order\n    mapping: orders.map\n")
    text = "map canonical/order <-> edifact/D96A/ORDERS\n\nnumber  <->  BGM.1005\n"
    (workspace / "partners/acme-retail/orders.map").write_text(text, encoding="utf-8")
    first, *others = problems(workspace)
    assert (first.code, first.place.file, first.place.line) == ("C205", ACME, 13)
    assert any(
        (each.place.file, each.place.line) == ("partners/acme-retail/orders.map", 3)
        for each in others
    ), others


def test_a_code_list_of_a_partner_comes_first(workspace: Path) -> None:
    spoil(workspace, "agreements:", "codes: {unit: units.csv}\nagreements:")
    codes = workspace / "partners/acme-retail/units.csv"
    codes.write_text("canonical,edifact\npiece,STK\n", encoding="utf-8")
    assert problems(workspace) == []


def test_a_document_without_a_map() -> None:
    workspace, _ = load_workspace(ROOT)
    assert workspace is not None
    compiled, (found,) = Translation(workspace).erp_map("order", "as400")
    assert (compiled, found.code) == (None, "C204")


def test_a_format_without_a_map(workspace: Path) -> None:
    settings = workspace / "gateway.yaml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace("erp:\n", "erp:\n  formats: {order: as400}\n")
    settings.write_text(text, encoding="utf-8")
    (found,) = [each for each in problems(workspace) if each.code == "C206"]
    assert "as400" in found.sentence
    assert "csv" in found.remedy


def test_a_layout_of_the_workspace_that_is_broken(workspace: Path) -> None:
    folder = workspace / "grammars/csv"
    folder.mkdir(parents=True)
    (folder / "order.yaml").write_text("format: csv\nrecord: [", encoding="utf-8")
    codes = [each.code for each in problems(workspace)]
    assert "F130" in codes
