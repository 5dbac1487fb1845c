"""Steps of migrations on tables that others are reading and writing at the same time.

Expand first, contract a release later: a revision adds nullable columns, columns with a constant
default, tables and indexes, and never renames or drops what older code uses. On PostgreSQL an
index of a large table is built beside the traffic; such a step commits what came before it, so a
revision with one must be able to run again from its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

LOCK_TIMEOUT = "5s"
"""How long a change of a table waits for its lock on PostgreSQL: everybody waits behind it."""


def add_index(
    name: str, table: str, columns: Sequence[str], where: str | None = None, *, unique: bool = False
) -> None:
    """An index, without keeping anybody from writing. ``where``: only those rows."""
    clause = None if where is None else sa.text(where)
    partial: dict[str, Any] = {"sqlite_where": clause, "postgresql_where": clause}
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, list(columns), unique=unique, if_not_exists=True, **partial)
        return
    beside: dict[str, Any] = {"unique": unique, "postgresql_concurrently": True}
    with op.get_context().autocommit_block():
        # one that was interrupted is there, but not valid
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        op.create_index(name, table, list(columns), **beside, **partial)


def add_column(table: str, column: sa.Column[object]) -> None:
    """A column that is NULL or has a constant default: no row is written, no table copied."""
    if not column.nullable and column.server_default is None:
        raise ValueError(f"{table}.{column.name}: old code would not fill a column without default")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    if column.name not in {each["name"] for each in sa.inspect(connection).get_columns(table)}:
        op.add_column(table, column)
