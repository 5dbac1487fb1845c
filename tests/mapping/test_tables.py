"""Lookups in tables of the partner: both directions, what is unknown, files that are broken."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from gateway.mapping import CompiledMap, Maps
from gateway.mapping.tablefiles import TableFiles, read_table
from gateway.problems import Problem, Severity
from gateway.syntax.record import Record
from tests.mapping.conftest import Make
from tests.mapping.kit import LIBRARY, tree, wire

ORDERS = "edifact/D96A/ORDERS"
ARTICLES = (
    "gtin;number;price\n4012345000009;A1;1.50\n4099999000000;007;2\n;X;\n4012345000016;A1;9\n"
)


@pytest.fixture
def tables(tmp_path: Path) -> TableFiles:
    for name in ("partner", "workspace"):
        (tmp_path / name).mkdir()
    (tmp_path / "workspace" / "article.csv").write_text(ARTICLES)
    (tmp_path / "workspace" / "customer.csv").write_text("gln,customer\n4012345000009,10001\n")
    return TableFiles([tmp_path / "partner", tmp_path / "workspace"])


def read(found: CompiledMap, number: str) -> tuple[dict[str, Any], list[Problem]]:
    body = f"BGM+220+{number}+9'DTM+137:1'LIN+1'UNS+S'"
    return found.read(tree(found, body, clean=False))


READS = [
    ("v <- lookup customer(BGM.1004)", "4012345000009", "10001"),
    ("v <- lookup article(BGM.1004)", "4099999000000", "007"),
    ("v <- lookup article[gtin:price](BGM.1004) decimal", "4012345000009", Decimal("1.50")),
    ("v <- lookup article[number:gtin](BGM.1004)", "007", "4099999000000"),
    ("v <-> BGM.1004 lookup article[number:gtin]", "4099999000000", "007"),
]


@pytest.mark.parametrize(("row", "text", "value"), READS)
def test_a_table_answers(
    make: Make, tables: TableFiles, row: str, text: str, value: object
) -> None:
    assert read(make(ORDERS, row, tables=tables), text) == ({"v": value}, [])


WRITES = [
    ("lookup customer(v) -> BGM.1004", "4012345000009", "BGM++10001"),
    ("lookup article[number:gtin](v) -> BGM.1004", "007", "BGM++4099999000000"),
    ("v <-> BGM.1004 lookup article[number:gtin]", "007", "BGM++4099999000000"),
]


@pytest.mark.parametrize(("row", "value", "text"), WRITES)
def test_a_table_answers_when_writing(
    make: Make, tables: TableFiles, row: str, value: str, text: str
) -> None:
    written, problems = make(ORDERS, row, tables=tables).write({"v": value})
    assert (wire(written), problems) == (text, [])


POLICIES = [
    ("", {}, Severity.ERROR),
    ("on error warn", {}, Severity.WARNING),
    ("on error keep", {"v": "99"}, None),
    ("on error drop", {}, None),
]


@pytest.mark.parametrize(("policy", "document", "severity"), POLICIES)
@pytest.mark.parametrize("row", ["v <- lookup article(BGM.1004)", "v <-> BGM.1004 lookup article"])
def test_what_is_unknown_follows_the_policy_of_the_row(
    make: Make,
    tables: TableFiles,
    row: str,
    policy: str,
    document: dict[str, str],
    severity: Severity | None,
) -> None:
    value, problems = read(make(ORDERS, f"{row} {policy}", tables=tables), "99")
    assert value == document
    told = [(one.code, one.severity) for one in problems]
    assert told == ([("V516", severity)] if severity else [])


def test_several_values_are_refused_and_the_others_serve(make: Make, tables: TableFiles) -> None:
    found = make(ORDERS, "v <-> BGM.1004 lookup article[number:gtin]", tables=tables)
    written, problems = found.write({"v": "A1"})
    assert (wire(written), [one.code for one in problems]) == ("", ["V517"])
    assert "4012345000016" in str(problems[0])
    assert wire(found.write({"v": "007"})[0]) == "BGM++4099999000000"


def test_the_partners_table_comes_before_that_of_the_workspace(
    make: Make, tables: TableFiles
) -> None:
    (tables.folders[0] / "article.csv").write_text("gtin,number\n1,B1\n")
    found = make(ORDERS, "v <- lookup article(BGM.1004)", tables=tables)
    assert read(found, "1")[0] == {"v": "B1"}
    assert [one.code for one in read(found, "4012345000009")[1]] == ["V516"]


def test_records_are_looked_up_both_ways(make: Make, tables: TableFiles) -> None:
    rows = "one buyer <-> group party[role=BY]\n    gln <-> gln lookup customer"
    found = make("csv/order", rows, tables=tables)
    record = Record("order", kids={"party": [Record("party", {"role": "BY", "gln": "10001"})]})
    assert found.read(record) == ({"buyer": {"gln": "4012345000009"}}, [])
    assert found.write({"buyer": {"gln": "4012345000009"}}) == (record, [])


def test_a_changed_file_is_read_anew(tmp_path: Path, tables: TableFiles) -> None:

    path = tmp_path / "one.map"
    path.write_text(f"map canonical/thing <-> {ORDERS}\nv <- lookup article(BGM.1004)\n")
    maps = Maps(LIBRARY, None, [tmp_path], documents={})
    first, _ = maps.load(path, tables=tables)
    assert first is not None
    assert maps.load(path, tables=tables)[0] is first
    file = tables.folders[1] / "article.csv"
    file.write_text("gtin,number\n4012345000009,NEW\n")
    os.utime(file, ns=(1, 1))
    second, _ = maps.load(path, tables=tables)
    assert second is not None
    assert read(second, "4012345000009")[0] == {"v": "NEW"}


BROKEN = [
    (b"gtin,number\n1,A,B\n2,C\n", 1, ["3 cells under 2 columns"]),
    (b"gtin,\n1,A\n", None, ["does not name every column"]),
    (b"gtin,gtin\n1,A\n", None, ["two columns are named gtin"]),
    (b"", None, ["does not name every column"]),
    ("gtin,name\n1,Käse\n".encode("latin-1"), None, ["not UTF-8"]),
    (b'gtin,name\n1,"A\n', None, ["unexpected end of data"]),
]


@pytest.mark.parametrize(("data", "rows", "texts"), BROKEN)
def test_a_broken_file_is_told_with_its_line(
    tmp_path: Path, data: bytes, rows: int | None, texts: list[str]
) -> None:
    path = tmp_path / "article.csv"
    path.write_bytes(data)
    table, problems = read_table("article", path)
    assert [one.code for one in problems] == ["M108"] * len(texts)
    assert all(text in str(one) for text, one in zip(texts, problems, strict=True))
    assert all(one.place.line for one in problems)
    assert (len(table.rows) if table is not None else None) == rows  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".hidden", "a/b", ""])
def test_a_name_never_leaves_the_folder(tables: TableFiles, name: str) -> None:
    assert tables.table(name) == (None, [])


def test_a_large_table_loads_fast(tmp_path: Path) -> None:
    path = tmp_path / "article.csv"
    lines = (f"{n:014},A{n},article number {n}\n" for n in range(100_000))
    path.write_text("gtin,number,text\n" + "".join(lines))
    files = TableFiles([tmp_path])
    began = perf_counter()
    table, problems = files.table("article")
    assert table is not None
    assert problems == []
    assert table.find("gtin", "number", {"00000000099999"}) == {"00000000099999": ("A99999",)}
    assert perf_counter() - began < 5
    assert files.table("article")[0] is table
