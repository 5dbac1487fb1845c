"""What every map of the repository must carry, and that maps and lists fit together."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from gateway.mapping import Maps
from gateway.mapping.format import formatted
from tests.maps.fields import carried, flat_name
from tests.maps.listed import CASES, load

HERE = Path(__file__).parent
MAPPINGS = HERE.parents[1] / "mappings"
DOUBLED = ("line_status", "change_action")
"""Lists in which several words are written with one code, because a standard has no more."""
WHOLE = [
    one for one in CASES
    if one.startswith(("edifact/", "x12/", "csv/", "json/")) and "en16931" not in one
]  # fmt: skip
"""Maps that tell all of a document; IDoc, UBL, CII and EN 16931 tell what their standard has."""
LACKS = {"x12/861.map": ["received"], "x12/852.map": ["issued", "period.start"]}
"""What is written by a rule of its own, because the message cannot do without."""
CORE: dict[str, str] = yaml.safe_load((HERE / "core.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_a_map_compiles_without_any_finding(case: str, maps: Maps) -> None:
    compiled, problems = load(maps, case)
    assert problems == []
    assert compiled is not None
    assert compiled.document == CASES[case]


@pytest.mark.parametrize("case", WHOLE)
def test_a_map_carries_the_core_of_its_document(case: str, maps: Maps) -> None:
    compiled, _ = load(maps, case)
    assert compiled is not None
    names = {flat_name(compiled.document, name) for name in carried(compiled)}
    core = [one for one in CORE[compiled.document].split() if one not in names]
    assert core == LACKS.get(case.partition(" ")[0], [])


@pytest.mark.parametrize("path", sorted((MAPPINGS / "codes").glob("*.csv")),
                         ids=lambda path: path.stem)  # fmt: skip
def test_a_code_list_says_each_code_once(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for standard in rows[0].keys() - {"canonical", "label", "un"}:
        first = [row for row in rows if row[standard]]
        reading = [row for row in first if "(reading)" in row["label"]]
        codes = [row[standard] for row in first if "(writing)" not in row["label"]]
        words = [row["canonical"] for row in first if row not in reading]
        assert len(set(words)) == len(words), "the second row of a word is for reading only"
        doubled = {code for code in codes if codes.count(code) > 1}
        assert path.stem in DOUBLED or not doubled, doubled
    assert all(row["canonical"] and row["label"] for row in rows)


@pytest.mark.parametrize(
    "path", sorted(MAPPINGS.rglob("*.map")), ids=lambda path: path.relative_to(MAPPINGS).as_posix()
)
def test_a_map_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text)[0] == text, "run: gateway map fmt mappings"
