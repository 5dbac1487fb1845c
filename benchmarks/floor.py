"""The floor under the pipeline: what the database costs when nothing else is done.

One message of the floor is one row, inserted and moved through five states, each in a transaction
of its own with the durability of the pipeline: six commits, one thread.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import psycopg
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, update

from gateway.store.database import make_engine
from gateway.store.tables import Id

STATES = ("identified", "checked", "mapped", "delivered", "acknowledged")
METADATA = MetaData()
row = Table(
    "bench_floor",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("state", String(12), nullable=False),
    Column("seen", Integer, nullable=False),
)


def core(url: str, messages: int) -> float:
    """Seconds per message through SQLAlchemy Core, as the store opens the database."""
    engine = make_engine(url)
    METADATA.create_all(engine)
    began = time.perf_counter()
    for number in range(messages):
        with engine.begin() as connection:
            added = insert(row).values(state="received", seen=number).returning(row.c.id)
            id_ = connection.scalar(added)
        for state in STATES:
            with engine.begin() as connection:
                connection.execute(update(row).where(row.c.id == id_).values(state=state))
    seconds = time.perf_counter() - began
    METADATA.drop_all(engine)
    engine.dispose()
    return seconds / messages


def raw(url: str, messages: int) -> float:
    """Seconds per message through the driver alone."""
    if url.startswith("sqlite"):
        return _raw_sqlite(url.removeprefix("sqlite:///"), messages)
    return _raw_postgresql(url.replace("+psycopg", ""), messages)


def _raw_sqlite(path: str, messages: int) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE bench_raw (id INTEGER PRIMARY KEY, state TEXT, seen INT)")
        began = time.perf_counter()
        for number in range(messages):
            connection.execute("BEGIN IMMEDIATE")
            added = "INSERT INTO bench_raw (state, seen) VALUES ('received', ?)"
            id_ = connection.execute(added, (number,)).lastrowid
            connection.execute("COMMIT")
            for state in STATES:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE bench_raw SET state = ? WHERE id = ?", (state, id_))
                connection.execute("COMMIT")
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE bench_raw")
    return seconds / messages


def _raw_postgresql(conninfo: str, messages: int) -> float:
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "CREATE TABLE bench_raw (id bigserial PRIMARY KEY, state text, seen int)"
        )
        connection.commit()
        began = time.perf_counter()
        for number in range(messages):
            added = "INSERT INTO bench_raw (state, seen) VALUES ('received', %s) RETURNING id"
            found = connection.execute(added, (number,)).fetchone()
            connection.commit()
            assert found is not None
            for state in STATES:
                changed = "UPDATE bench_raw SET state = %s WHERE id = %s"
                connection.execute(changed, (state, found[0]))
                connection.commit()
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE bench_raw")
    return seconds / messages
