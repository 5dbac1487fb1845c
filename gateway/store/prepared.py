"""Statements that every file and message needs, without what SQLAlchemy does for each execution.

That is several times what SQLite itself does. So a statement is compiled once, and SQLite gets its
text and values directly, within the transaction of the connection. PostgreSQL, where the way to
the server costs more than all of it, gets the statement as usual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

Values = Mapping[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as SQLite takes it."""

    sql: str
    binds: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """Its values in order, and how each is written."""
    fixed: Mapping[str, Any]
    """Values that stand in the statement itself."""

    def bound(self, values: Values) -> list[Any]:
        known = {**self.fixed, **values} if self.fixed else values
        return [known[name] if write is None else write(known[name]) for name, write in self.binds]


class Prepared:
    """A statement whose rows are read by position; the columns of SQLite's come as stored."""

    def __init__(self, statement: UpdateBase | Select[Any]) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, ...], _Text] = {}

    def first(self, connection: Connection, values: Values) -> Sequence[Any] | None:
        """Its first row."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).first()
        text = self._text(connection, values)
        bound = text.bound(values)
        row: Sequence[Any] | None = _run(
            connection, text.sql, lambda cursor, sql: cursor.execute(sql, bound).fetchone()
        )
        return row

    def all(self, connection: Connection, values: Values) -> Sequence[Sequence[Any]]:
        """All of its rows."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).all()
        text = self._text(connection, values)
        bound = text.bound(values)
        return _run(connection, text.sql, lambda cursor, sql: cursor.execute(sql, bound).fetchall())

    def each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run it for each of the rows, which have the same names."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, rows)
            return
        text = self._text(connection, rows[0])
        bound = [text.bound(row) for row in rows]
        _run(connection, text.sql, lambda cursor, sql: cursor.executemany(sql, bound))

    def _text(self, connection: Connection, values: Values) -> _Text:
        """Compiled for values of these names."""
        names = tuple(values)
        known = self._texts.get(names)
        if known is None:
            known = self._texts[names] = self._compiled(connection, names)
        return known

    def _compiled(self, connection: Connection, names: tuple[str, ...]) -> _Text:
        dialect = connection.dialect
        made: Any = self._statement.compile(dialect=dialect, column_keys=list(names))
        binds = tuple(
            (name, made.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in made.positiontup
        )
        fixed = {name: made.params[name] for name, _ in binds if name not in names}
        return _Text(str(made), binds, fixed)


def command(connection: Connection, sql: str) -> None:
    """Tell SQLite what has neither values nor rows."""
    _run(connection, sql, lambda cursor, sql: cursor.execute(sql))


def _run(connection: Connection, sql: str, run: Callable[[sqlite3.Cursor, str], _T]) -> _T:
    """With a cursor of the driver; errors are those of SQLAlchemy."""
    driver: Any = connection.connection
    try:
        return run(driver.cursor(), sql)
    except sqlite3.Error as failure:
        raise DBAPIError.instance(sql, None, failure, sqlite3.Error) from failure
