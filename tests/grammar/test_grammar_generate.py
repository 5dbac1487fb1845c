"""The generator writes what is used, sorted, and what it writes can be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.grammar import Library, generate
from gateway.grammar.directory import Directory


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    root = tmp_path / "facts"
    order = ["UNH", "M", 1, "0010"], ["SG1", "C", 9, "0020", [["NAD", "M", 1, "0030"]]]
    edifact = {
        "messages": {"ORDERS": [*order, ["UNT", "M", 1, "0040"]], "OTHER": []},
        "segments": {"NAD": [["3035", "M", 1], ["C082", "C", 5]], "XXX": [["9999", "M", 1]]},
        "composites": {"C082": [["3039", "M"], ["3055", "C"]]},
        "elements": {"3035": ["an..3", "n"], "3039": ["an..17", "n"], "3055": ["an..3", "n"]},
    }
    contrl = [["UNH", "M", 1], ["UCI", "M", 1], ["UNT", "M", 1]]
    message = ["S009", "M", [["0065", "M", "an..6"]]]
    service = {
        "segments": {
            "UNH": [["0062", "M", "an..14"], message],
            "UCI": [["0083", "M", "an..3"]],
            "UNT": [["0074", "M", "n..6"]],
        },
        "CONTRL": contrl,
        "codes": {"0083": [["4", "x"], ["7", "y"]]},
    }
    x12 = {
        "sets": {
            "850": {"fg": "PO", "tree": [["BEG", "M", 1], ["L:N1", "O", 0, [["N1", "M", 1]]]]}
        },
        "segments": {
            "BEG": [["353", "M", "ID", 2, 2], ["610", "O", "N2", 1, 9]],
            "N1": [["98", "M", "ID", 2, 3], [None, "O", "AN", 1, 4], ["610", "O", "N2", 1, 15]],
            "N2": [["610", "O", "N2", 1, 15]],
        },
        "composites": {},
        "syntax_notes": {"N1": [["R0203"], "source"]},
        "missing_segments": [],
    }
    simple = [["1", "M", "AN", 1, 9]]
    envelope = {tag: simple for tag in ("IEA", "GS", "GE", "ST", "SE", "TA1", "ISB", "ISE")}
    envelope |= {"ISA_before_00402": simple, "ISA_from_00402": simple}
    _write(root / "edifact" / "dir" / "D.96A.json", edifact)
    _write(root / "edifact" / "service.json", {"syntax": {"3": service, "4": service}})
    _write(root / "edifact" / "eancom" / "X.json", {"codes": {"3035": ["9ZZ"], "3055": ["9"]}})
    _write(root / "x12" / "004010.json", x12)
    _write(root / "x12" / "envelope.json", envelope)
    codes = "element\tcode\tname\tdirectories\n3035\tBY\tx\tD.94A..D.95B,D.96A\n"
    codes += "3035\tSU\tx\tD.94A..\n3035\tOLD\tx\tD.94A..D.95B\n3055\t9\tx\tD.94A..\n"
    (root / "edifact" / "codes.tsv").write_text(codes)
    (root / "edifact" / "code_directories.txt").write_text("D.94A\nD.95B\nD.96A\n")
    for name in ("codes_004010", "codes_005010x"):
        (root / "x12" / f"{name}.tsv").write_text("element\tcodes\n353\t05 00\n98\tBY ST\n999\tX\n")
    return root


def _write(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))


def test_what_is_written(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert generate.main([str(facts), str(out)]) == 0
    read = {
        path.relative_to(out).as_posix(): path.read_text().splitlines()[1:]
        for path in out.rglob("*.txt")
    }
    assert read["edifact/D96A/ORDERS.txt"] == ["UNH M 1", "SG1: C 9", "  NAD M 1", "UNT M 1"]
    assert read["edifact/D96A/segments.txt"] == ["NAD 3035! C082*5"]
    assert read["edifact/D96A/codes.txt"] == ["3035 9ZZ BY SU"]  # 3055 is an open list
    assert read["edifact/service3/codes.txt"] == ["0083 4 7"]
    assert read["x12/004010/850.txt"][1:4] == ["BEG M 1", "N1: O *", "  N1 M 1"]
    assert read["x12/004010/segments.txt"] == [
        "BEG 353! 610=N2/1/9",
        "N1 98! ?=AN/1/4 610 | R0203",
    ]
    assert read["x12/004010/codes.txt"] == ["98 BY ST", "353 00 05"]


def test_what_is_written_can_be_read(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    generate.main([str(facts), str(out)])
    library = Library(out)
    for standard, directory, name in (
        ("edifact", "D96A", "ORDERS"),
        ("edifact", "D96A", "CONTRL"),
        ("x12", "004010", "850"),
    ):
        assert library.message(standard, directory, name) is not None


def test_rows_that_were_deleted_in_an_issue_are_left_out(facts: Path, tmp_path: Path) -> None:
    group = ["SG32", "C", 9, "1110", [["LIN", "M", 1, "1130"], ["PIT", "M", 1, "1140"]]]
    gone = ["SG18", "C", 9, "0900", [["GDS", "C", 9, "0910"], ["FTX", "C", 1, "0920"]]]
    data = json.loads((facts / "edifact" / "dir" / "D.96A.json").read_text())
    data["messages"] = {"PRICAT": [group], "IFTMIN": [gone]}
    data["segments"] = {tag: [] for tag in ("LIN", "PIT", "GDS", "FTX")}
    _write(facts / "edifact" / "dir" / "D.94A.json", data)
    generate.main([str(facts), str(tmp_path / "out")])
    made = Directory.read(tmp_path / "out" / "edifact" / "D94A")
    assert made.messages == {
        "IFTMIN": ["UNH M 1", "GDS C 9", "UNT M 1"],
        "PRICAT": ["UNH M 1", "SG32: C 9", "  LIN M 1", "UNT M 1"],
    }


def test_an_issue_in_doubt_is_left_out(facts: Path, tmp_path: Path) -> None:
    data = json.loads((facts / "edifact" / "dir" / "D.96A.json").read_text())
    data["messages"]["INVOIC"] = data["messages"]["ORDERS"]
    _write(facts / "edifact" / "dir" / "D.01A.json", data)
    generate.main([str(facts), str(tmp_path / "out")])
    assert list(Directory.read(tmp_path / "out" / "edifact" / "D01A").messages) == ["ORDERS"]


def test_usage() -> None:
    assert generate.main([]) == 2
