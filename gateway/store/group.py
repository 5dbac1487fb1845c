"""One fsync for many transactions: SQLite's group commit.

SQLite has one writer. While one thread waits for the disk, the others would wait for it; instead,
whoever is waiting for the writer joins the transaction that is open, under a savepoint of its
own, and the last one commits for all. Each is told that it is done only after that commit, so
"committed" means on disk for everybody. A failure undoes the work of the one that failed alone.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RootTransaction
from sqlalchemy.exc import OperationalError

from gateway.store.prepared import command

MOST = 64
"""Transactions that share a commit; a bound on how long the first one waits."""


class _Group:
    """The transactions that one commit makes durable."""

    def __init__(self) -> None:
        self.size = 0
        self.durable = True
        self.closed = threading.Event()
        self.failure: BaseException | None = None


class GroupCommit:
    """The one writer of a SQLite database, shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._count = threading.Lock()
        self._waiting = 0
        self._connection: Connection | None = None
        self._root: RootTransaction | None = None
        self._group = _Group()
        self._owner = 0

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction; it is durable when this returns, unless that is not asked for."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a transaction within a transaction of the same thread")
        self._enter()
        group = self._group
        try:
            yield from self._body(group, durable)
        finally:
            last = self._leave(group)
        if not last and durable:
            group.closed.wait()
        if group.failure is not None:
            raise group.failure

    def close(self) -> None:
        """Give the connection back."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _enter(self) -> None:
        with self._count:
            self._waiting += 1
        self._turn.acquire()
        self._owner = threading.get_ident()
        with self._count:
            self._waiting -= 1

    def _body(self, group: _Group, durable: bool) -> Iterator[Connection]:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            if self._root is None:
                group.durable = durable
                self._root = self._connection.execution_options(note=not durable).begin()
                yield self._connection
            else:
                with _savepoint(self._connection):
                    yield self._connection
            group.size += 1
        except BaseException:
            if group.size == 0:
                self._roll_back()
            raise

    def _leave(self, group: _Group) -> bool:
        """Commit for all, unless somebody who waits will; whether the group is closed."""
        try:
            with self._count:
                # a commit that does not wait for the disk would break the promise to who joins
                joined = self._waiting > 0 and group.size < MOST and group.durable
            if self._root is None or joined:
                return self._root is None
            try:
                self._commit(self._root)
            except BaseException as failure:
                group.failure = failure
                self._discard()
            self._root, self._group = None, _Group()
            group.closed.set()
            return True
        finally:
            self._owner = 0
            self._turn.release()

    def _commit(self, root: RootTransaction) -> None:
        driver: Any = root.connection.connection
        if not driver.in_transaction:  # a commit would say nothing, and keep nothing
            lost = sqlite3.OperationalError("SQLite has rolled the transaction back")
            raise OperationalError("COMMIT", None, lost)
        root.commit()

    def _roll_back(self) -> None:
        """Nothing of the group is kept."""
        root, self._root = self._root, None
        try:
            if root is not None:
                root.rollback()
        except BaseException:
            self._discard()

    def _discard(self) -> None:
        """A connection that cannot be trusted is replaced; closing it rolls back."""
        broken, self._connection, self._root = self._connection, None, None
        if broken is not None:
            broken.invalidate()
            broken.close()


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """What fails inside is undone, and nothing else."""
    command(connection, "SAVEPOINT member")
    try:
        yield
    except BaseException:
        command(connection, "ROLLBACK TO member")
        command(connection, "RELEASE member")
        raise
    command(connection, "RELEASE member")
