"""Opening the database, and its two kinds of transaction.

SQLite in WAL mode with ``synchronous=FULL``: what is committed survives a power cut. A write
transaction begins with ``BEGIN IMMEDIATE``, so it waits for the writer lock at its start and
never fails in its middle; threads share commits (:mod:`gateway.store.group`). On PostgreSQL a
transaction is READ COMMITTED, and who reads a row in order to change others locks it. No
transaction is held across reading or writing files.
"""

from __future__ import annotations

import copy
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from gateway.store.archive import Archive, open_archive
from gateway.store.clock import DatabaseClock
from gateway.store.contents import read as read_content
from gateway.store.group import GroupCommit
from gateway.store.migrate import migrate
from gateway.store.prepared import command
from gateway.telemetry import events

BUSY_MILLISECONDS = 30_000
_PAUSE = 0.01
POOL = 32
"""Connections of one process; more threads than that wait for each other."""


def now() -> datetime:
    """The clock of the machine; everything takes another one for tests."""
    return datetime.now(UTC)


class Store:
    """The database and the archive of one workspace."""

    def __init__(
        self,
        engine: Engine,
        archive: Archive,
        clock: Callable[[], datetime] = now,
        checkpoint: Callable[[str], None] | None = None,
    ) -> None:
        self.engine = engine
        self.archive = archive
        self.clock = clock
        self.checkpoint = checkpoint or _nothing
        self.embedded = engine.dialect.name == "sqlite"
        # the same connections; the driver says it with BEGIN, which costs no round trip
        self._reading = engine.execution_options(
            **(
                {"reading": True}
                if self.embedded
                else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            )
        )
        """One process has it to itself."""
        self._group = GroupCommit(engine) if self.embedded else None
        self._guard: Callable[[Connection], None] | None = None

    @classmethod
    def open(
        cls,
        url: str,
        archive: str | Path,
        *,
        clock: Callable[[], datetime] | None = None,
        checkpoint: Callable[[str], None] | None = None,
    ) -> Store:
        """Open, make or migrate the database. Raises :class:`StoreTooNewError`.

        ``clock``: by default the machine's on SQLite, the database's on PostgreSQL, so that many
        machines agree on what time it is.
        """
        engine = make_engine(url)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        if clock is None:
            clock = now if engine.dialect.name == "sqlite" else DatabaseClock(engine)
        return cls(engine, open_archive(archive, checkpoint), clock, checkpoint)

    def guarded(self, guard: Callable[[Connection], None]) -> Store:
        """The same store for one who holds a lane: each write transaction starts with the guard."""
        twin = copy.copy(self)
        twin._guard = guard
        return twin

    @contextmanager
    def write(self, name: str = "write") -> Iterator[Connection]:
        """One write transaction: all of it, or nothing; durable when this returns."""
        self.checkpoint(f"{name}: begin")
        began = perf_counter()
        begin = self.engine.begin if self._group is None else self._group.write
        with begin() as connection:
            if self._guard is not None:
                self._guard(connection)
            yield connection
            self.checkpoint(f"{name}: before commit")
        events.transaction(name=name, seconds=perf_counter() - began)
        self.checkpoint(f"{name}: committed")

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """A write transaction that a power cut may undo: who works on what, nothing else.

        It does not wait for the disk. Killed processes lose nothing of it once it is committed;
        where it has joined a transaction that others wait for (SQLite), that is a moment after
        this returns, so that one who reads at once may not see it yet. What decides whether
        something is done, sent or removed once more is no note.
        """
        if self._group is not None:
            with self._group.write(durable=False) as connection:
                yield connection
            return
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer."""
        with self._reading.connect() as connection, connection.begin():
            yield connection

    def tick(self) -> None:
        """Ask a shared database what time it is, when that was long ago."""
        if isinstance(self.clock, DatabaseClock):
            self.clock.sync()

    def payload(self, sha: str) -> bytes:
        """The bytes under a hash, wherever they are kept. Raises ``KeyError``."""
        with self.read() as connection:
            found = read_content(connection, sha)
        if found is not None:
            return found
        if not self.archive.holds(sha):
            raise KeyError(sha)
        return b"".join(self.archive.chunks(sha))

    def close(self) -> None:
        """Give the files back."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """The engine of an address, prepared for its database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            pool_size=POOL,
            max_overflow=POOL,
            connect_args={"connect_timeout": 10, "application_name": "edi-gateway"},
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=POOL, max_overflow=POOL)
    _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    """Take the transactions from the driver, which would begin them too late."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("reading"):
            command(connection, "BEGIN")
            return
        level = "NORMAL" if options.get("note") else "FULL"
        if connection.info.get("synchronous", "FULL") != level:
            command(connection, f"PRAGMA synchronous={level}")
            connection.info["synchronous"] = level
        command(connection, "BEGIN IMMEDIATE")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Change to WAL; two who do so to a new database at once do not wait for each other."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


def _nothing(_name: str) -> None:
    return None
