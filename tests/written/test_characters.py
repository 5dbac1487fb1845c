"""What a charset does not hold is written with other characters where that was agreed, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.config.characters import TableError, read_table
from gateway.config.data import installed
from gateway.grammar import Library
from gateway.pipeline import wire
from gateway.problems import REGISTRY
from gateway.syntax import Dialect, build, write_segments
from gateway.syntax.charset import LEVELS
from gateway.syntax.delimiters import EDIFACT_3
from gateway.syntax.fitting import Fitting, fitted
from tests.written.interchanges import workspace_of, written

TABLES = installed() / "mappings/characters"
LATIN = read_table(TABLES / "latin.csv")


def edifact(tmp_path: Path, text: str, **said: Any) -> wire.Built:
    workspace = workspace_of(tmp_path, "edifact", {"syntax": {"edifact": said}}, {}, {})
    return written(workspace, [[build("BGM", "380", "I1"), build("FTX", "AAI", text)]])


def x12(tmp_path: Path, text: str, **said: Any) -> wire.Built:
    workspace = workspace_of(tmp_path, "x12", {"syntax": {"x12": said}}, {}, {})
    return written(workspace, [[build("BIG", "20260302", "I1"), build("NTE", "GEN", text)]])


@pytest.mark.parametrize(
    ("level", "table", "text", "shown"),
    [
        ("UNOC", "latin", "Größe 5 – „neu“", b'Gr\xf6\xdfe 5 - "neu"'),
        ("UNOB", "latin", "Größe", b"Grosse"),
        ("UNOB", "german", "Größe", b"Groesse"),
        ("UNOB", "latin", "Łódź, Ångström", b"Lodz, Angstrom"),
        ("UNOA", "latin", "CAFÉ", b"CAFE"),
        ("UNOC", "latin", "5 €", b"5 EUR"),
        ("UNOL", "latin", "5 €", b"5 \xa4"),
    ],
)
def test_a_table_says_what_is_written(
    tmp_path: Path, level: str, table: str, text: str, shown: bytes
) -> None:
    characters = {"outside": "transliterate", "table": table}
    built = edifact(tmp_path, text, version=f"{level}:3", characters=characters)
    assert b"FTX+AAI+" + shown + b"'" in built.data
    told = [(each.code, each.place.segment, each.place.tag) for each in built.problems]
    changed = text.encode("latin-1", "ignore") != shown and shown != b"5 \xa4"
    assert told == ([("P165", 2, "FTX")] if changed else [])


def test_the_warning_names_both(tmp_path: Path) -> None:
    said: dict[str, Any] = {"version": "UNOB:3", "characters": {"outside": "transliterate"}}
    (found,) = edifact(tmp_path, "Größe", **said).problems
    assert found.sentence == (
        "'Größe' was written as 'Grosse': UNOB does not hold all of its characters"
    )


def test_what_no_row_covers_is_refused_or_replaced(tmp_path: Path) -> None:
    said: dict[str, Any] = {"version": "UNOC:3", "characters": {"outside": "transliterate"}}
    built = edifact(tmp_path, "Größe 中", **said)
    assert (built.data, [each.code for each in built.problems]) == (b"", ["S152"])
    said["characters"] = {"outside": "replace"}
    built = edifact(tmp_path, "Größe 中", **said)
    assert b"FTX+AAI+Gr\xf6\xdfe ??'" in built.data  # released, as it is data
    assert [each.code for each in built.problems] == ["P165"]


def test_small_letters_become_capitals(tmp_path: Path) -> None:
    said: dict[str, Any] = {"version": "UNOA:3", "characters": {"lower_case": "upper"}}
    built = edifact(tmp_path, "Fragile goods", **said)
    assert b"FTX+AAI+FRAGILE GOODS'" in built.data
    assert [each.sentence for each in built.problems] == [
        "1 values were written in capitals: UNOA has no small letters"
    ]
    said["characters"] |= {"outside": "transliterate", "table": "german"}
    built = edifact(tmp_path, "Größe", **said)
    assert b"FTX+AAI+GROESSE'" in built.data
    assert [each.code for each in built.problems] == ["P165"]


def test_x12_sets_and_separators(tmp_path: Path) -> None:
    refused = x12(tmp_path, "50% off * today", characters={"set": "basic"})
    assert {each.code for each in refused.problems} == {"S151", "S152"}
    said = {"set": "basic", "outside": "replace", "lower_case": "upper"}
    built = x12(tmp_path, "50% off * today", characters=said)
    assert b"NTE*GEN*50? OFF ? TODAY~" in built.data
    assert [each.code for each in built.problems] == ["P165"]


def test_many_changes_are_told_in_one(tmp_path: Path) -> None:
    said: dict[str, Any] = {"version": "UNOB:3", "characters": {"outside": "transliterate"}}
    workspace = workspace_of(tmp_path, "edifact", {"syntax": {"edifact": said}}, {}, {})
    body = [build("FTX", "AAI", f"é{number}") for number in range(25)]
    codes = [each.code for each in written(workspace, [body]).problems]
    assert codes == ["P165"] * 20 + ["P167"]


def test_a_long_number_is_not_cut_for_the_access_reference(tmp_path: Path) -> None:
    said = {"syntax": {"edifact": {"access_reference": "number"}}}
    workspace = workspace_of(tmp_path, "edifact", said, {}, {})
    partner = workspace.partners["northwind"]
    numbers = wire.Numbers("1", "", documents=("N" * 36,))
    from tests.written.interchanges import AT, BODIES  # noqa: PLC0415

    bodies = [BODIES["edifact"]]
    built = wire.compose(workspace, partner, partner.agreements[0], bodies, numbers, AT)
    assert (built.data, [each.code for each in built.problems]) == (b"", ["P168"])


def test_the_decimal_mark_is_that_of_una(tmp_path: Path) -> None:
    said = {"syntax": {"edifact": {"delimiters": {"decimal": ","}}}}
    workspace = workspace_of(tmp_path, "edifact", said, {}, {})
    partner = workspace.partners["northwind"]
    body = [build("BGM", "380", "I1.5"), build("PRI", ["AAA", "2.50"]), build("MOA", ["79", "1.5"])]
    library = Library()
    made, found = wire.prepared(workspace, partner, partner.agreements[0], library, body)
    built = written(workspace, [made])
    assert b"BGM+380+I1.5'PRI+AAA:2,50'MOA+79:1,5'" in built.data
    assert built.data.startswith(b"UNA:+,? '")
    assert found == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n", "first line"),
        ("character,written\nab,x\n", "line 2: one character"),
        ("character,written\ná,a\ná,b\n", "line 3: á has a row already"),
        (b"character,written\n\xe1,a\n", "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path: Path, text: str | bytes, why: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TableError, match=why):
        read_table(path)


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.csv")), ids=lambda path: path.stem)
def test_the_tables_write_what_every_charset_holds(path: Path) -> None:
    for sign, shown in read_table(path).items():
        assert shown.isascii() and shown.isprintable(), sign
        assert sign not in shown


@hypothesis_settings(max_examples=50, deadline=None)
@given(
    st.text(min_size=1, max_size=30),
    st.sampled_from(sorted(LEVELS)),
    st.booleans(),
    st.sampled_from(["", "?"]),
)
def test_what_is_made_to_fit_can_be_written_and_the_rest_is_as_it_was(
    text: str, level: str, upper: bool, replacement: str
) -> None:
    dialect = Dialect("edifact", "3", EDIFACT_3, LEVELS[level], level)
    segment = build("FTX", "AAI", text)
    (made,), changes = fitted([segment], dialect, Fitting(LATIN, True, upper, replacement))
    data, problems = write_segments([made], dialect)
    assert bool(data) or problems
    if not changes:
        assert made == segment
    if replacement and text.isprintable():
        assert data
    again, none = fitted([made], dialect, Fitting(LATIN, True, upper, replacement))
    assert (again, none) == ([made], [])
    assert {"P165", "P166", "P167", "P168"} <= set(REGISTRY)
