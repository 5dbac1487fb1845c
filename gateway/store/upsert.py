"""Insert or leave, insert or change: the two statements that databases spell differently.

Rows go in sorted by their keys, so that two machines that enter the same ones wait for each other
instead of locking each other out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from gateway.store.prepared import Prepared

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 (slow to load)

        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str]
) -> None:
    """Insert rows; one whose keys are there already is left as it is."""
    if not rows:
        return
    ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
    _insert_new(connection.dialect.name, table, tuple(keys)).each(connection, ordered)


def upsert(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    keys: Sequence[str],
    change: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
) -> Row[Any]:
    """Insert a row, or change the one with these keys; the row as it is now.

    ``change``: column → value or expression over the table's own columns. ``where``: the
    condition of a partial unique index, where that is what makes the keys unique.
    """
    statement = _insert(connection.dialect.name, table).values(**row)
    changed = statement.on_conflict_do_update(
        index_elements=list(keys), index_where=where, set_=dict(change)
    )
    return connection.execute(changed.returning(*table.c)).one()


def upsert_all(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    change: Sequence[str],
    returning: Sequence[str],
) -> list[Row[Any]]:
    """Insert many rows; of those that are there already, only the columns ``change`` are set.

    The columns ``returning`` of all of them come back, in no particular order. No two rows may
    have the same keys.
    """
    if not rows:
        return []
    name = connection.dialect.name
    statement = _upsert_all(name, table, tuple(keys), tuple(change), tuple(returning))
    ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
    return list(connection.execute(statement, [dict(row) for row in ordered]))


@cache
def _insert_new(dialect: str, table: Table, keys: tuple[str, ...]) -> Prepared:
    """Built once, as :func:`_upsert_all`."""
    statement = _insert(dialect, table)
    return Prepared(statement.on_conflict_do_nothing(index_elements=list(keys)))


@cache
def _upsert_all(
    dialect: str,
    table: Table,
    keys: tuple[str, ...],
    change: tuple[str, ...],
    returning: tuple[str, ...],
) -> ReturningInsert[Any]:
    """Built once: building it takes longer than a row does in the database."""
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in change}
    ).returning(*(table.c[name] for name in returning))
