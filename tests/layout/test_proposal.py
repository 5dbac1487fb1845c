"""Commands: a layout from a sample, what it reads, its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.grammar.layout import load_layout, read_layout
from gateway.grammar.layoutproposal import propose
from tests.layout.test_files import TITLES, sheet
from tests.layout.test_kinds import layout_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
GERMAN = "Nummer;Datum;Müller;Menge\r\nPO1;17.05.2026;A;1.000,5\r\nPO1;17.05.2026;B;2\r\n"
FLAT = "10PO1   20260517\n20 A      12\n20 B     345\n"


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (GERMAN.encode("cp1252"), ["encoding: cp1252", "delimiter: \";\"", "header: true",
                                   "dates: DD.MM.YYYY", "thousands_mark: \".\"", "key: nummer",
                                   "muller: {max: 3, column: \"Müller\"}"]),
        ((SAMPLES / "SOH_synthetic_1.txt").read_bytes(), ["code: E", "code: L", "dates: YYYYMMDD",
                                                          "trailing_delimiter: true"]),
        ((SAMPLES / "d365_lines.csv").read_bytes(), ["delimiter: \",\"", "key: ordernumberd365"]),
        ((SAMPLES / "businesscentral_order.json").read_bytes(), ["salesOrderLines:", "many: true",
                                                                 "unitPrice: {type: decimal}"]),
        (b'{"orders": [{"no": "1", "lines": [{"qty": 1.5}]}]}', ["wrapper: [orders]", "list: true"]),
        (FLAT.encode(), ["format: flat", 'code: "10"', "field_9: {at: 9, length: 8, type: date}"]),
        (sheet([["Orders"], TITLES, ["1", None, None, None, "A", 1]]),
         ["format: xlsx", "sheet: Sheet", "skip: 1", "gtin: {column: GTIN}"]),
    ],
)  # fmt: skip
def test_a_proposal_reads_its_sample(data: bytes, settings: list[str]) -> None:
    text, _ = propose(data, "order")
    for each in settings:
        assert each in text
    layout, problems = read_layout(text, "", "order")
    assert layout is not None, problems
    reading = layout.read(data)
    assert reading.documents
    assert reading.problems == []


@pytest.mark.parametrize("data", [b"", b"UNB+UNOA:1+A+B+260101:1200+1'", b"<a/>", b"PKx"])
def test_without_a_layout_the_notes_say_why(data: bytes) -> None:
    text, notes = propose(data, "order")
    assert (text, len(notes)) == ("", 1)


def test_new_check_and_schema(tmp_path: Path) -> None:
    run = CliRunner().invoke
    sample, layout = tmp_path / "export.csv", tmp_path / "our.yaml"
    sample.write_bytes(GERMAN.encode("cp1252"))
    assert run(main, ["layout", "new", str(sample), "-o", str(layout)]).exit_code == 0
    assert run(main, ["layout", "new", str(sample), "-o", str(layout)]).exit_code == 2
    shown = run(main, ["layout", "check", str(layout), str(sample)])
    assert shown.exit_code == 0
    assert "menge   1000.5" in shown.output
    assert "1 of 1 documents readable, no problems" in shown.output
    sample.write_bytes(GERMAN.replace("17.05", "32.05").encode("cp1252"))
    found = run(main, ["layout", "check", str(layout), str(sample), "--json"])
    assert found.exit_code == 1
    assert [one["code"] for one in json.loads(found.output)["problems"]] == ["F108", "F108"]
    layout.write_text("format: csv\ncolour: red\n", encoding="utf-8")
    assert run(main, ["layout", "check", str(layout)]).exit_code == 1
    assert run(main, ["layout", "check", "csv/nothing"]).exit_code == 2
    assert run(main, ["layout", "schema", str(layout)]).exit_code == 2


def test_the_schema_of_files_and_of_documents() -> None:
    found = CliRunner().invoke(main, ["-w", str(ROOT), "layout", "schema", "json/order"])
    schema = json.loads(found.output)
    order = schema["anyOf"][0]
    assert order["required"][:2] == ["number", "issued"]
    assert order["properties"]["lines"]["items"]["properties"]["quantity"]["type"] == [
        "number", "string",
    ]  # fmt: skip
    nested = CliRunner().invoke(main, ["-w", str(ROOT), "layout", "schema", "csv/hlf-order"])
    line = json.loads(nested.output)["properties"]["line"]
    assert line["minItems"] == 1
    assert line["items"]["properties"]["price"]["pattern"].startswith("^-?")
    assert layout_of("json").form.wrapper == ("data", "orders")


def test_layouts_that_follow_the_models_name_every_part_once() -> None:
    layout = load_layout([ROOT / "grammars"], "json", "despatch")
    assert layout is not None
    depth, shape = 0, layout.root
    while "packages" in shape.kids:
        depth, shape = depth + 1, shape.kids["packages"]
    assert depth == 4
