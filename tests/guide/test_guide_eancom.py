"""The EANCOM guides: every one fits its base; the script that makes them gives what is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.grammar import Composite
from gateway.grammar.guide import rules
from gateway.grammar.guide.eancom import SOURCES, write
from gateway.grammar.guide.model import MemberRule
from gateway.grammar.text import records
from tests.guide.guiding import GUIDES, LIBRARY, ROOT

FOLDER = ROOT / "grammars" / "guides"
RETAIL = ("DESADV", "INVOIC", "INVRPT", "ORDCHG", "ORDERS", "ORDRSP", "PARTIN", "PRICAT", "SLSRPT")


@pytest.mark.parametrize("name", SOURCES)
def test_every_guide_fits_its_base(name: str) -> None:
    messages = GUIDES.messages(name)
    assert set(RETAIL) <= set(messages)
    for message in messages:
        path = GUIDES.find(name, message)
        assert path is not None
        guide, problems = GUIDES.load(path)
        assert problems == []
        assert guide is not None
        assert (guide.base.name, guide.base.directory) == (message, SOURCES[name][1])
        assert all(_fits(rule) for _, rule, _, _ in rules(guide.body))


def _fits(rule: MemberRule) -> bool:
    return rule.min <= rule.max <= rule.member.max


@pytest.mark.parametrize("name", SOURCES)
def test_variants_name_the_elements_that_stand_there(name: str) -> None:
    """Positions decide; the numbers beside them are those of the base."""
    directory = SOURCES[name][1]
    orders = LIBRARY.message("edifact", directory, "INVOIC")
    assert orders is not None
    seen = 0
    for variant, text in records(FOLDER / name / "variants.txt").items():
        segment = orders.segments.get(variant.partition(".")[0])
        if segment is None:
            continue
        tokens = re.findall(r"[^\s()]+\([^)]*\)|[^\s()]+", text)
        assert len(tokens) == len(segment.elements)
        for token, slot in zip(tokens, segment.elements, strict=True):
            if token == "-":
                continue
            seen += 1
            assert re.match(r"\w+", token)[0] == slot.number  # type: ignore[index]
            if isinstance(slot.definition, Composite):
                parts = token.partition("(")[2].rstrip(")").split()
                for part, one in zip(parts, slot.definition.components, strict=True):
                    number = re.match(r"\w+|-", part)[0]  # type: ignore[index]
                    assert number in (one.element.number, "-")
    assert seen > 50


def test_known_widenings_are_tolerances() -> None:
    found = {}
    for message in ("PRICAT", "SLSRPT", "INVOIC", "ORDERS"):
        path = GUIDES.find("eancom1994", message)
        assert path is not None
        guide, _ = GUIDES.load(path)
        assert guide is not None
        found[message] = sorted({(one.problem, one.tag) for one in guide.tolerances})
    assert found == {
        "PRICAT": [],
        "SLSRPT": [("G105", "DTM")],
        "INVOIC": [("G107", "QTY"), ("G108", "LOC")],
        "ORDERS": [("G107", "IMD")],
    }


def test_they_stay_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_000_000


def test_the_script_writes_what_a_table_says(tmp_path: Path) -> None:
    """From a small table of the right form: usage, counts, lengths, codes, and what is wider."""
    rows = [
        ["UNH", "M", 1],
        ["BGM", "M", 1, "BGM.1"],
        ["DTM", "C", 99, "DTM.1"],
        ["NAD_group1", "M", 9, [["NAD", "M", 1, "NAD.1"]]],
        ["UNS", "M", 1, "UNS.1"],
        ["UNT", "M", 1],
    ]
    coded, short = ["an", None, None], ["an", 1, 17]
    facts = {
        "messages": {"ORDERS": rows, "NOBASE": rows},
        "segment_variants": {
            "BGM.1": [["C002", "M", 1, [["1001", "M", *coded]]]],
            "DTM.1": [["C507", "M", 1, [["2005", "M", *coded], ["2380", "M", *short]]]],
            "NAD.1": [["3035", "M", 1, coded]],
            "UNS.1": [["0081", "M", 1, coded]],
        },
        "codes": {"1001": ["220", "XX9"], "3035": ["BY"]},
    }
    (tmp_path / "edifact/eancom").mkdir(parents=True)
    for file, _ in SOURCES.values():
        path = tmp_path / "edifact/eancom" / f"{file}.json"
        path.write_text(json.dumps(facts), encoding="utf-8")
    grammars = tmp_path / "grammars"
    grammars.mkdir()
    (grammars / "edifact").symlink_to(ROOT / "grammars" / "edifact")
    report = write(tmp_path, grammars)
    assert "eancom1997: 1 messages; no base: NOBASE" in report
    assert "  wider than D96A: DTM 99 > 35" in report
    folder = grammars / "guides" / "eancom1997"
    lines = (folder / "ORDERS.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:4] == [
        "# guide eancom1997 edifact D96A ORDERS",
        "BGM R 1 BGM.1",
        "DTM R 35 DTM.1",
        "PAI N",
    ]
    assert "SG2: R 9" in lines
    assert lines[-2:] == [
        "tolerate G107 DTM / EANCOM has it so",
        "tolerate G105 DTM / EANCOM has it so",
    ]
    variants = records(folder / "variants.txt")
    assert variants["BGM.1"] == "C002!(1001! - - -) - - -"
    assert variants["DTM.1"] == "C507(2005 2380!=..17 -)"
    assert records(folder / "codes.txt") == {"1001": "220 XX9", "3035": "BY"}
    assert records(folder / "private.txt") == {"1001": "XX9"}
