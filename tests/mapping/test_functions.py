"""Converters that a partner writes in Python: registered, tried, and never a crash."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.documents import DOCUMENTS
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.functions import load_functions
from gateway.problems import Problem
from tests.mapping.kit import LIBRARY, tree, wire

HEAD = "from decimal import Decimal\nfrom gateway.mapping.functions import converter\n\n"
SCALED = """
@converter("my.scaled_price", reads="decimal", examples=[("1250", Decimal("12.50"))])
class ScaledPrice:
    def read(self, text, at):
        if text == "0":
            raise ValueError("a price above 0")
        return Decimal(text) / 100

    def write(self, value, at):
        return str(int(value * 100))
"""


def loaded(
    folder: Path, source: str, row: str = "v <-> BGM.1004 my.scaled_price"
) -> tuple[CompiledMap | None, list[Problem]]:
    (folder / "functions.py").write_text(HEAD + source)
    path = folder / "one.map"
    path.write_text(f"map canonical/thing <-> edifact/D96A/ORDERS\n{row}\n")
    maps = Maps(LIBRARY, None, [folder], documents={})
    return maps.load(path, functions=[folder / "functions.py"])


def both_ways(found: CompiledMap, text: str) -> tuple[object, list[str]]:
    body = f"BGM+220+{text}+9'DTM+137:1'LIN+1'UNS+S'"
    document, problems = found.read(tree(found, body, clean=False))
    return document.get("v"), [one.code for one in problems]


def test_a_registered_converter_works_both_ways(tmp_path: Path) -> None:
    found, problems = loaded(tmp_path, SCALED)
    assert found is not None, problems
    assert both_ways(found, "1250") == (Decimal("12.5"), [])
    assert wire(found.write({"v": Decimal("12.5")})[0]) == "BGM++1250"


def test_a_function_refuses_with_its_own_words(tmp_path: Path) -> None:
    found, _ = loaded(tmp_path, SCALED)
    assert found is not None
    body = "BGM+220+0+9'DTM+137:1'LIN+1'UNS+S'"
    _, problems = found.read(tree(found, body, clean=False))
    assert [one.code for one in problems] == ["V501"]
    assert "a price above 0" in str(problems[0])


def test_a_function_that_fails_is_a_problem_of_its_row(tmp_path: Path) -> None:
    found, _ = loaded(tmp_path, SCALED)
    assert found is not None
    assert both_ways(found, "abc") == (None, ["V519"])
    written, problems = found.write({"v": ["twelve"]})
    assert (wire(written), [one.code for one in problems]) == ("", ["V519"])
    assert "one.map:2" in problems[0].remedy


FAILS = ["raise SystemExit(1)", "return 1.5", "return None", "1 / 0", "return Decimal('NaN')"]


@pytest.mark.parametrize("line", FAILS)
def test_whatever_a_function_does_nothing_crashes(tmp_path: Path, line: str) -> None:
    source = SCALED.replace(
        "        if text", f"        if text == '7':\n            {line}\n        if text"
    )
    found, problems = loaded(tmp_path, source)
    assert found is not None, problems
    assert both_ways(found, "7") == (None, ["V519"])
    assert both_ways(found, "1250") == (Decimal("12.5"), [])


def test_what_is_written_is_a_text_without_separators(tmp_path: Path) -> None:
    source = SCALED.replace(
        "return str(int(value * 100))", 'return "1250" if value == Decimal("12.5") else "a\\x1db"'
    )
    found, problems = loaded(tmp_path, source)
    assert found is not None, problems
    written, problems = found.write({"v": Decimal(1)})
    assert (wire(written), [one.code for one in problems]) == ("", ["V504"])


BROKEN = [
    ("1 +", "invalid syntax", 4),
    ("import nothing_like_that", "ModuleNotFoundError", 4),
    ("\n\nboom", "NameError", 6),
    ("raise SystemExit", "SystemExit", 4),
    (SCALED.replace("12.50", "12.51"), "example read('1250')", 5),
    (SCALED.replace("int(value * 100)", "value"), "example write(Decimal('12.50'))", 5),
    (SCALED.replace(', examples=[("1250", Decimal("12.50"))]', ""), "no examples", 5),
    (SCALED.replace("my.scaled", "scaled"), "no dot", 5),
    (SCALED.replace('"decimal"', '"number"'), "none of text", 5),
    (SCALED.replace("def write", "def wrote"), "no write", 5),
    (SCALED + SCALED, "taken already", 15),
]


@pytest.mark.parametrize(("source", "text", "line"), BROKEN)
def test_a_broken_file_is_told_with_its_line(
    tmp_path: Path, source: str, text: str, line: int
) -> None:
    path = tmp_path / "functions.py"
    _, problems = load_functions(path, "functions.py", HEAD + source)
    assert [one.code for one in problems] == ["M109"]
    assert text in str(problems[0])
    assert problems[0].place.line == line


def test_the_declared_type_is_checked_against_the_document(tmp_path: Path) -> None:
    (tmp_path / "functions.py").write_text(HEAD + SCALED)
    path = tmp_path / "one.map"
    text = "map canonical/order <-> edifact/D96A/ORDERS\nissued <-> BGM.1004 my.scaled_price\n"
    path.write_text(text)
    maps = Maps(LIBRARY, None, [tmp_path], documents=DOCUMENTS)
    _, problems = maps.load(path, functions=[tmp_path / "functions.py"])
    assert "M402" in {one.code for one in problems}


def test_a_file_runs_only_if_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "functions.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    path = tmp_path / "one.map"
    path.write_text("map canonical/thing <-> edifact/D96A/ORDERS\nv <-> BGM.1004 my.thing\n")
    found, problems = Maps(LIBRARY, None, [tmp_path], documents={}).load(path)
    assert found is None
    assert [one.code for one in problems] == ["M103"]
    assert not (tmp_path / "ran").exists()


def test_a_changed_file_is_run_anew(tmp_path: Path) -> None:
    found, _ = loaded(tmp_path, SCALED)
    assert found is not None
    maps = Maps(LIBRARY, None, [tmp_path], documents={})
    file = tmp_path / "functions.py"
    first, _ = maps.load("one.map", functions=[file])
    file.write_text(
        HEAD + SCALED.replace("/ 100", "/ 10").replace("* 100", "* 10").replace("12.50", "125")
    )
    os.utime(file, ns=(1, 1))
    second, problems = maps.load("one.map", functions=[file])
    assert first is not None
    assert second is not None, problems
    assert both_ways(second, "1250") == (Decimal(125), [])
