"""`gateway grammar`: look at grammars, compare them, import others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gateway.cli.commands.grammar import COMMANDS
from tests.cli.conftest import parsed

Run = Callable[..., Result]
SEF = """.VER 1.5
.INI
ACME850,,004 010,X,X12-4010,Purchase order
.SETS
850=[ST,M][BEG,M]{:200[N1][N2,,2]}[SE,M]
.SEGS
BEG=[353,M][92,M]
N1=[98,M][93]+R0102
N2=[93,M]
.ELMS
353=ID,2,2
92=ID,2,2
93=AN,1,60
98=ID,2,3
.CODES
98=BY,ST
"""
IDOC = """BEGIN_RECORD_SECTION
  BEGIN_CONTROL_RECORD
    BEGIN_FIELDS
      NAME                TABNAM
      LENGTH              000010
      CHARACTER_FIRST     000001
      CHARACTER_LAST      000010
    END_FIELDS
  END_CONTROL_RECORD
END_RECORD_SECTION
BEGIN_SEGMENT_SECTION
  BEGIN_IDOC          ORDERS77
    BEGIN_SEGMENT       E2EDK01005
      SEGMENTTYPE         E1EDK01
      LEVEL               01
      STATUS              MANDATORY
      LOOPMAX             0000000001
      BEGIN_FIELDS
        NAME                ACTION
        LENGTH              000003
        CHARACTER_FIRST     000064
        CHARACTER_LAST      000066
      END_FIELDS
    END_SEGMENT
  END_IDOC
END_SEGMENT_SECTION
"""


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_has_an_example_and_json(name: str, run: Run) -> None:
    result = run("grammar", name, "--help")
    assert f"gateway grammar {name}" in result.stdout.partition("Example:")[2]
    assert "--json" in result.stdout


def test_list_tells_where_a_directory_is_from(run: Run, shop: Path) -> None:
    found = parsed(run("-w", shop, "grammar", "list", "edifact", "d.96a", "--json"))
    assert [(one["standard"], one["directory"], one["from"]) for one in found] == [
        ("edifact", "D96A", "package")
    ]
    assert "ORDERS" in found[0]["messages"]


def test_list_by_message(run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "list", "X12", "850")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 15
    assert lines[4].split() == ["X12", "004010", "package", "850"]
    assert "nothing fits" in run("-w", shop, "grammar", "list", "NOSUCH").stdout


def test_show_a_message(run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "show", "EDIFACT", "D.96A", "ORDERS")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["SG2:", "NAD", "C", "99"] in lines
    assert "fits two places" not in result.stdout
    tree = parsed(run("-w", shop, "grammar", "show", "d96a", "orders", "--json"))
    assert tree["members"][1] == {"segment": "BGM", "min": 1, "max": 1}
    assert tree["ambiguous"] == []


def test_show_tells_of_an_ambiguous_message(run: Run, shop: Path) -> None:
    text = " ".join(run("-w", shop, "grammar", "show", "D.96A", "DELFOR").stdout.split())
    assert "LIN fits two places: it goes to SG4/SG8/LIN, not to SG18/LIN: after a place" in text
    [point] = parsed(run("-w", shop, "grammar", "show", "D96A", "DELFOR", "--json"))["ambiguous"]
    assert (point["tag"], point["taken"]) == ("LIN", "SG4/SG8/LIN")
    assert point["why"]


def test_show_a_segment(run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "show", "D.96A", "ORDERS", "--segment", "nad")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["SG2/NAD", "M", "1"] in lines
    assert ["02", "C082", "C"] in lines
    assert ["3039", "M", "an..35"] in lines
    found = parsed(run("-w", shop, "grammar", "show", "X12", "004010", "850", "-s", "N1", "--json"))
    assert found["notes"] == ["R0203", "P0304"]
    assert found["elements"][3]["form"] == "AN 2/80"


def test_show_an_element(run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "show", "D.96A", "ORDERS", "--element", "3035")
    assert "used in: FII 01, NAD 01" in result.stdout
    found = parsed(
        run("-w", shop, "grammar", "show", "D.96A", "ORDERS", "-e", "3035", "-s", "NAD", "--json")
    )
    assert found["uses"] == ["NAD 01"]
    assert {"BY", "SU", "DP"} <= set(found["codes"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["D.96C", "ORDERS"], "there is no directory D.96C; near: D96"),
        (["D.96A", "ORDRES"], "there is no message of D96A ORDRES; near: ORDRSP, ORDERS"),
        (["X12"], "name a grammar like this: EDIFACT D.96A ORDERS"),
        (["D.96A", "ORDERS", "-s", "XYZ"], "the message has no segment XYZ"),
        (["D.96A", "ORDERS", "-e", "9999"], "the message has no element 9999"),
        (["X12", "D.96A", "ORDERS"], "there is no directory D.96A"),
    ],
)
def test_what_is_not_there_ends_with_2(words: list[str], said: str, run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "show", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_diff(run: Run, shop: Path) -> None:
    result = run("-w", shop, "grammar", "diff", "D.96A", "D.01B", "ORDERS")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "ORDERS: D96A → D01B" in lines
    assert "~ SG1 C 10 → C 9999" in lines
    assert "+ SG8/SG9/RJL C 99" in lines
    changes = parsed(run("-w", shop, "grammar", "diff", "D96A", "D01B", "ORDERS", "--json"))
    assert {
        "what": "segment",
        "kind": "removed",
        "path": "SG8/MOA",
        "before": "C 1",
    } in changes["changes"]
    assert "no difference" in run("-w", shop, "grammar", "diff", "D96A", "D96A", "ORDERS").stdout
    assert run("-w", shop, "grammar", "diff", "D96A", "ORDERS").exit_code == 2


def test_import_comes_before_the_package(run: Run, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "partner.sef"
    file.write_text(SEF)
    result = run("-w", shop, "grammar", "import", file)
    assert result.exit_code == 0, result.output
    assert "ACME850, based on X12-4010, 1 messages, 3 segments" in result.stdout
    assert "written to grammars/x12/ACME850" in result.stdout
    [row] = parsed(run("-w", shop, "grammar", "list", "ACME850", "--json"))
    assert (row["from"], row["messages"]) == ("workspace", ["850"])
    shown = run("-w", shop, "grammar", "show", "X12", "ACME850", "850").stdout
    assert ["N1:", "N1", "O", "200"] in [line.split() for line in shown.splitlines()]
    assert run("-w", shop, "grammar", "diff", "ACME850", "004010", "850").exit_code == 0


def test_import_replaces_only_when_asked(run: Run, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "partner.sef"
    file.write_text(SEF)
    assert run("-w", shop, "grammar", "import", file, "--name", "mine").exit_code == 0
    again = run("-w", shop, "grammar", "import", file, "--name", "mine")
    assert again.exit_code == 1
    assert "grammars/x12/MINE exists" in again.stdout
    assert "nothing is written: 1 error" in again.stdout
    file.write_text(SEF.replace("[N2,,2]", "[N2,,3]"))
    assert run("-w", shop, "grammar", "import", file, "--name", "mine", "--replace").exit_code == 0
    assert "N2 C 3" in (shop / "grammars/x12/MINE/850.txt").read_text()


def test_import_of_an_idoc_type(run: Run, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "ORDERS77.txt"
    file.write_text(IDOC)
    done = parsed(run("-w", shop, "grammar", "import", file, "--json"))
    assert done["read"] == ["1 segments", "1 fields"]
    assert done["written"].endswith("grammars/idoc/ORDERS77")
    shown = run("-w", shop, "grammar", "show", "IDOC", "ORDERS77")
    assert "E1EDK01" in shown.stdout
    field = run("-w", shop, "grammar", "show", "IDOC", "ORDERS77", "-s", "E1EDK01").stdout
    assert ["ACTION", "64", "3"] in [line.split() for line in field.splitlines()]


def test_import_of_nonsense_points_at_the_line(run: Run, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "partner.sef"
    file.write_text(SEF.replace("92=ID,2,2", "92=ID,2"))
    result = run("-w", shop, "grammar", "import", file)
    assert result.exit_code == 1
    assert "partner.sef:12" in result.stdout
    assert "12 │ 92=ID,2" in result.stdout
    assert not (shop / "grammars/x12/ACME850").exists()


def test_import_needs_a_workspace(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "partner.sef"
    file.write_text(SEF)
    result = run("-w", tmp_path / "nowhere", "grammar", "import", file)
    assert result.exit_code == 2
    assert "there is no workspace" in result.stderr
    assert run("-w", tmp_path, "grammar", "import", tmp_path / "none.zip").exit_code == 2
