"""The page of SAP: its settings are settings, its overlay holds, its code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.grammar import Library
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.load import load_idoc
from gateway.grammar.idoc.settings import read_settings
from gateway.grammar.idoc.tree import Idoc, Segment
from gateway.grammar.recordformats import load_format
from gateway.mapping import Maps
from gateway.problems import errors

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "connect-sap.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*) ?(\S*)\n(.*?)^```$", PAGE, re.M | re.S)


def block(kind: str) -> tuple[str, str]:
    return next((more, text) for found, more, text in BLOCKS if found == kind)


def test_the_settings_of_the_page_are_settings() -> None:
    name, text = block("settings")
    settings, problems = read_settings(text.encode(), f"{name}.yaml")
    assert problems == []
    assert settings.records == "padded"
    assert settings.control["RCVPRN"] == "PRDCLNT100"
    assert settings.zeros == {"E1EDP19+002.IDTNR": 18}


def test_the_overlay_of_the_page_holds(tmp_path: Path) -> None:
    base, text = block("overlay")
    overlay = tmp_path / "order.map"
    overlay.write_text(f"overlay {base}\n{text}", "utf-8")
    grammars = ROOT / "grammars"
    maps = Maps(Library(grammars), lambda kind, name: load_format([grammars], kind, name),
                [ROOT / "mappings"])  # fmt: skip
    found, problems = maps.load(base, overlay)
    assert errors(problems) == []
    assert found is not None
    fields = {"number": "1", "issued": None, "consignee": {"gln": "4012345000030"}}
    record, _ = found.write(fields)
    areas = {one.fields["QUALF"]: one.fields["ORGID"] for one in record.kids["E1EDK14"]}
    assert areas == {"008": "1000", "007": "10", "006": "00"}


def test_the_code_of_the_page_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    aleaud = load_idoc([ROOT / "grammars"], "idoc", "ALEAUD01")
    assert isinstance(aleaud, IdocFormat)
    state = Segment("E1STATE", {"DOCNUM": "4711", "STATUS": "53", "STATXT": "saved"})
    tree = Idoc({"TABNAM": "EDI_DC40", "IDOCTYP": "ALEAUD01"}, [Segment("E1ADHDR", {}, [state])])
    answer, _ = aleaud.encoded([tree])
    exec(block("python")[1], {"answer": answer})
    assert capsys.readouterr().out == "4711 53 True saved\n"


def test_every_code_list_of_the_page_is_there() -> None:
    named = {one.stem for one in (ROOT / "mappings" / "codes").glob("idoc_*.csv")}
    maps = "".join(one.read_text("utf-8") for one in (ROOT / "mappings" / "idoc").glob("*.map"))
    assert named == set(re.findall(r"codes (idoc_\w+)", maps))
