"""Tables of maps in a database: one question per document, nothing written, secrets untold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from gateway.grammar import Library
from gateway.grammar.layout import FieldLayout, Layout, RecordLayout
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.tablefiles import TableFiles
from gateway.store.lookups import SqlTable, SqlTables, TableUnavailableError
from gateway.syntax.record import Record

DEFINITION = """\
connection: ${{env:ERP}}
select: SELECT gtin, number FROM articles
columns: [gtin, number]
load: {load}
refresh: 10m
"""
FIELDS = {"gtin": FieldLayout("gtin")}
LINE = RecordLayout("line", FIELDS)
FILE = Layout("csv", "order", RecordLayout("order", {}, {"line": LINE}))


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlTables:
    database = tmp_path / "erp.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE articles (gtin TEXT, number TEXT)")
        rows = [(f"G{one}", f"A{one}") for one in range(2000)] + [("G7", "A7"), ("G8", "B8")]
        connection.executemany("INSERT INTO articles VALUES (?, ?)", rows)
    connection.close()
    monkeypatch.setenv("ERP", f"sqlite:///{database}")
    return SqlTables(tmp_path)


def opened(tables: SqlTables, load: str = "keys") -> SqlTable:
    path = tables.root / "article.yaml"
    path.write_text(DEFINITION.format(load=load))
    table, problems = tables.open("article", path)
    assert problems == []
    assert isinstance(table, SqlTable)
    return table


def counted(table: SqlTable) -> list[str]:
    """Statements that reach the database from now on."""
    seen: list[str] = []
    event.listen(table._engine(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    return seen


@pytest.mark.parametrize("load", ["keys", "whole"])
def test_texts_are_answered_both_ways(tables: SqlTables, load: str) -> None:
    table = opened(tables, load)
    assert dict(table.find("gtin", "number", {"G1", "G8", "X"})) == {
        "G1": ("A1",),
        "G8": ("A8", "B8"),
    }
    assert dict(table.find("number", "gtin", {"A7"})) == {"A7": ("G7",)}
    tables.close()


def test_a_document_asks_once_for_all_its_lines(tables: SqlTables, tmp_path: Path) -> None:
    opened(tables)
    files = TableFiles([tmp_path], tables.open)
    found = mapped(files, tmp_path)
    table = files.table("article")[0]
    assert isinstance(table, SqlTable)
    seen = counted(table)
    order = Record(
        "order", kids={"line": [Record("line", {"gtin": f"G{n}"}) for n in range(100, 500)]}
    )
    document, problems = found.read(order)
    assert problems == []
    assert [one["item"] for one in document["lines"]][:3] == ["A100", "A101", "A102"]
    assert len(seen) == 1
    assert found.read(order) == (document, [])
    assert len(seen) == 1, "answers are kept"
    written, problems = found.write(document)
    assert problems == []
    assert written == order
    assert len(seen) == 2
    tables.close()


def mapped(files: TableFiles, folder: Path) -> CompiledMap:
    path = folder / "order.map"
    path.write_text(
        "map canonical/thing <-> csv/order\n\neach lines <-> group line\n"
        "    item <-> gtin  lookup article[number:gtin]\n"
    )
    maps = Maps(Library(), {"csv/order": FILE}, [folder], documents={})
    found, problems = maps.load(path, tables=files)
    assert found is not None, problems
    return found


def test_what_is_unknown_is_a_problem_of_its_line(tables: SqlTables, tmp_path: Path) -> None:
    opened(tables)
    found = mapped(TableFiles([tmp_path], tables.open), tmp_path)
    lines = [Record("line", {"gtin": one}, line=n) for n, one in enumerate(["G1", "XX"], 2)]
    document, problems = found.read(Record("order", kids={"line": lines}))
    assert [one["item"] for one in document["lines"]] == ["A1"]
    assert [(one.code, one.place.line) for one in problems] == [("V516", 3)]
    tables.close()


def test_a_new_line_is_found_at_once_by_keys_and_soon_in_a_whole_table(tables: SqlTables) -> None:
    now = [0.0]
    for load, wait in (("keys", 0.0), ("whole", 6.0)):
        table = opened(tables, load)
        table._clock = lambda: now[0]
        assert not table.find("gtin", "number", {f"N-{load}"})
        with sqlite3.connect(tables.root / "erp.db") as connection:
            connection.execute("INSERT INTO articles VALUES (?, 'N1')", (f"N-{load}",))
        connection.close()
        now[0] += wait
        assert table.find("gtin", "number", {f"N-{load}"})
    tables.close()


def test_nothing_can_be_written(tables: SqlTables) -> None:
    engine = opened(tables)._engine()
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM articles")
    tables.close()


def test_a_database_that_is_away_is_told_without_its_address(
    tables: SqlTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = opened(tables)
    monkeypatch.setenv("ERP", "sqlite:////nowhere/s3cret/erp.db")
    with pytest.raises(TableUnavailableError, match="table article") as away:
        table.find("gtin", "number", {"G1"})
    assert "s3cret" not in str(away.value)
    assert isinstance(away.value, OSError)


WRONG = [
    ("select: DELETE FROM articles", "C100"),
    ("select: SELECT 1; DROP TABLE articles", "C100"),
    ("connection: sqlite:///erp.db", "C10"),
    ("columns: [gtin, gtin]", "C100"),
    ("colums: [gtin, number]", "C101"),
]


@pytest.mark.parametrize(("line", "code"), WRONG)
def test_a_wrong_definition_is_told(tables: SqlTables, line: str, code: str) -> None:
    word = line.partition(":")[0]
    kept = [one for one in DEFINITION.format(load="keys").splitlines() if not one.startswith(word)]
    path = tables.root / "article.yaml"
    path.write_text("\n".join([*kept, line]))
    table, problems = tables.open("article", path)
    assert table is None
    assert problems
    assert problems[0].code.startswith(code)
    assert "sqlite" not in "".join(map(str, problems))
