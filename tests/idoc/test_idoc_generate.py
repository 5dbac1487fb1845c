"""Types are made from tables of facts, and kept as text that reads back."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.grammar.generate import idoc as generate
from gateway.grammar.idoc.model import IdocType
from gateway.grammar.idoc.places import places, plain_type

FACTS = {
    "idoctype": "ORDERS05",
    "records": {"control_record": [["TABNAM", 10, 1], ["MANDT", 3, 11]]},
    "tree": [
        ["E1EDK01", "M", 1, 1],
        ["G1", "O", 1, 99, [["E1EDP01", "M", 1, 1], ["E1EDP19", "O", 1, 5, "Q"]]],
    ],
    "segments": {
        "E1EDK01": {"ext": "E2EDK01005", "fields": [["ACTION", 3, 64]]},
        "E1EDP01": {"ext": "E2EDP01011", "fields": [["POSEX", 6, 64]]},
        "E1EDP19": {"ext": "E2EDP19003", "fields": [["QUALF", 3, 64], ["IDTNR", 35, 67]]},
    },
}


def test_a_type_from_its_facts(tmp_path: Path) -> None:
    (tmp_path / "ORDERS05.json").write_text(json.dumps(FACTS))
    (tmp_path / "ORDERS05.fields.tsv").write_text(
        "segtype\tlevel\nE1EDK01\t1\nE1EDP01\t2\nE1EDP19\t3\n"
    )
    generate(tmp_path, tmp_path / "out")
    made = IdocType.read(tmp_path / "out" / "ORDERS05")
    item = places(made).kids["E1EDP01"]
    assert (item.mandatory, item.most, item.level) == (False, 99, 2)
    assert (item.kids["E1EDP19"].level, item.kids["E1EDP19"].most) == (3, 5)
    assert made.segments["E1EDP19"].qualified
    assert made.segments["E1EDP19"].definition == "E2EDP19003"


def test_the_type_of_a_definition_nobody_knows() -> None:
    assert plain_type("E2EDKA1002") == "E1EDKA1"
    assert plain_type("E2EDK14") == "E1EDK14"
    assert plain_type("ZE1EDK810000") == "ZE1EDK810"
    assert plain_type("Z2MINE001") == "Z1MINE"
