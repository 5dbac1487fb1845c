"""One map for many directories: sections, `from` and `until`, rows that a directory lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.mapping import CompiledMap, Maps
from gateway.mapping.directories import holds, order
from gateway.mapping.statements import Reach
from gateway.problems import Problem, Severity
from tests.mapping.conftest import Make
from tests.mapping.kit import LIBRARY, tree, wire


def loaded(
    folder: Path, rows: str, home: str, away: str
) -> tuple[CompiledMap | None, list[Problem]]:
    path = folder / "one.map"
    path.write_text(f"map canonical/thing <-> {home}\n{rows}\n")
    return Maps(LIBRARY, None, [folder], documents={}).load(path, standard=away)


def written(found: CompiledMap | None, document: dict[str, object]) -> str:
    assert found is not None
    return wire(found.write(document)[0])


def test_directories_are_in_the_order_of_time() -> None:
    known = LIBRARY.directories("edifact")
    assert sorted(known, key=order)[:2] == ["D93A", "D94A"]
    assert sorted(known, key=order)[-1] == "D21B"
    assert order("D99B") < order("D00A") < order("D01B")
    assert order("003060") < order("004010")


REACHES = [
    (Reach("D01B", ""), {"D01A": False, "D01B": True, "D21B": True, "D96A": False}),
    (Reach("", "D01A"), {"D96A": True, "D01A": True, "D01B": False}),
    (Reach("004020", "005010"), {"004010": False, "004020": True, "005010": True}),
    (Reach("004020", "005010"), {"006030": False, "": True}),
]


@pytest.mark.parametrize(("reach", "expected"), REACHES)
def test_from_and_until_include_what_they_name(reach: Reach, expected: dict[str, bool]) -> None:
    assert {one: holds(reach, one) for one in expected} == expected


ALLOWANCES = """
each head <-> group header/ALC
    kind <-> ALC.5463
each foot <-> group summary/ALC
    kind <-> ALC.5463
rate <-> header/TAX+7.5278
"""


@pytest.mark.parametrize("directory", ["D93A", "D96A", "D01B", "D21B"])
def test_sections_tell_groups_of_one_tag_apart(tmp_path: Path, directory: str) -> None:
    away = f"edifact/{directory}/ORDERS"
    found, problems = loaded(tmp_path, ALLOWANCES, "edifact/D96A/ORDERS", away)
    assert found is not None, problems
    body = "BGM+220+1+9'DTM+137:1'TAX+7+VAT+++:::19'ALC+A'LIN+1'UNS+S'ALC+C'MOA+8:1'"
    document, problems = found.read(tree(found, body, clean=False))
    assert document == {"rate": "19", "head": [{"kind": "A"}], "foot": [{"kind": "C"}]}
    assert problems == []


def test_sections_of_x12_and_of_messages_without_uns(make: Make) -> None:
    found = make("x12/004010/810", "each foot <-> group summary/SAC\n    kind <-> SAC.01")
    assert wire(found.write({"foot": [{"kind": "A"}]})[0]) == "SAC+A"
    make("edifact/D96A/DESADV", "count <-> summary/CNT+2.6066\neach p <-> group detail/CPS")
    make("edifact/D01B/PARTIN", "one sender <-> group header/NAD+MS\neach p <-> group detail/NAD")


def test_a_section_is_of_the_message_and_not_of_a_group(tmp_path: Path) -> None:
    rows = "each lines <-> group LIN\n    kind <-> header/BGM.1001"
    _, problems = loaded(tmp_path, rows, "edifact/D96A/ORDERS", "edifact/D96A/ORDERS")
    assert "M201" in {one.code for one in problems}


VARIANTS = """
gtin -> RFF+CT.1154 until D01A
gtin -> RFF+VN.1154 from D01B
gtin <- first(RFF+CT.1154, RFF+VN.1154)
one buyer <-> group NAD+BY until D99B
    name <-> NAD.3036#1
one buyer <-> group NAD+SU from D00A
    name <-> NAD.3036#1
"""


@pytest.mark.parametrize(("directory", "code"), [("D96A", "CT"), ("D01A", "CT"), ("D01B", "VN")])
def test_rows_hold_for_some_directories(tmp_path: Path, directory: str, code: str) -> None:
    away = f"edifact/{directory}/ORDERS"
    found, problems = loaded(tmp_path, VARIANTS, "edifact/D96A/ORDERS", away)
    assert [one for one in problems if one.severity is Severity.ERROR] == []
    party = "BY" if directory == "D96A" else "SU"
    text = written(found, {"gtin": "1", "buyer": {"name": "A"}})
    assert text == f"RFF+{code}:1\nNAD+{party}+++A"


LACKING = """
number <-> BGM.1004
days <-> PAT+1.2152
text <- first(PAT+1.4279, BGM.1225)
"""


def test_what_another_directory_lacks_is_left_out_and_told(tmp_path: Path) -> None:
    home, away = "edifact/D96A/ORDERS", "edifact/D21B/ORDERS"
    found, problems = loaded(tmp_path, LACKING, home, away)
    assert found is not None
    assert [one.code for one in problems if one.code.startswith("M2")] == ["M209"]
    assert [one.code for one in found.unwritten({"number": "1", "days": "30"})] == ["V513"]
    body = "BGM+220+1+9'DTM+137:1'LIN+1'UNS+S'"
    assert found.read(tree(found, body, clean=False))[0] == {"number": "1", "text": "9"}
    assert loaded(tmp_path, LACKING, away, away)[0] is None, "at home it is an error"


@pytest.mark.parametrize("more", ["required", "from D01B"])
def test_what_must_be_there_is_not_left_out(tmp_path: Path, more: str) -> None:
    rows = f"days <-> PAT+1.2152 {more}"
    found, problems = loaded(tmp_path, rows, "edifact/D96A/ORDERS", "edifact/D21B/ORDERS")
    assert found is None
    assert "M202" in {one.code for one in problems}


def test_a_partners_row_must_fit_the_partners_directory(tmp_path: Path) -> None:
    (tmp_path / "one.map").write_text("map canonical/thing <-> edifact/D96A/ORDERS\n")
    (tmp_path / "two.map").write_text("overlay one.map\nadd days <-> PAT+1.2152\n")
    maps = Maps(LIBRARY, None, [tmp_path], documents={})
    found, problems = maps.load("one.map", tmp_path / "two.map", standard="edifact/D21B/ORDERS")
    assert found is None
    assert [one.code for one in problems] == ["M202"]


def test_an_element_that_became_a_composite_is_its_first_component(tmp_path: Path) -> None:
    rows = "issued <-> BEG.05 date required"
    found, _ = loaded(tmp_path, rows, "x12/004010/850", "x12/003070/850")
    assert found is not None
    assert loaded(tmp_path, rows, "x12/003070/850", "x12/003070/850")[0] is None


def test_codes_of_a_directory_stand_in_their_own_column(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    text = "canonical,edifact,edifact/D01B\ngtin,EN,SRV\nupc,UP,\n"
    (tmp_path / "codes" / "kind.csv").write_text(text)
    for directory, code in (("D96A", "EN"), ("D01A", "EN"), ("D01B", "SRV"), ("D21B", "SRV")):
        away = f"edifact/{directory}/ORDERS"
        found, _ = loaded(tmp_path, "k <-> BGM.1001 codes kind", "edifact/D96A/ORDERS", away)
        assert written(found, {"k": "gtin"}) == f"BGM+{code}"
        assert written(found, {"k": "upc"}) == "BGM+UP"
