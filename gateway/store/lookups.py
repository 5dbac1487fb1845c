"""Tables of maps that stand in a database: the ERP's articles, customers, units.

They are read only, with a connection of their own, and never one query per row: either all texts
of a document are asked at once and the answers kept for a while (``load: keys``), or the whole
table is kept (``load: whole``). A database that cannot be reached raises
:class:`TableUnavailableError`: the message is tried again later, nothing is mapped with a gap.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, column, create_engine, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.config.secrets import resolve
from gateway.config.tabledefinition import TableDefinition, read_definition
from gateway.mapping.tables import Table
from gateway.problems import Problem

AT_ONCE = 500
"""Texts of one query."""
MOST_KEPT = 200_000
"""Answers of one pair of columns that are kept."""
MOST_ROWS = 1_000_000
"""Of a table that is kept whole."""
_AGAIN = 5.0
"""Seconds before a whole table is read anew because a text is not in it."""
_CONNECTIONS = 4
_TIMEOUT = 10

Answers = dict[str, tuple[str, ...]]


class TableUnavailableError(OSError):
    """The database of a table cannot be asked now. Does not tell the address, which is a secret."""


class SqlTable:
    """One table of a database. Safe to share between threads."""

    def __init__(
        self,
        name: str,
        definition: TableDefinition,
        engine: Callable[[], Engine],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """``engine``: connects at the first question; ``clock``: seconds, for tests."""
        self.name = name
        self.columns = definition.columns
        self.at_hand = definition.load == "whole"
        self._definition = definition
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], OrderedDict[str, tuple[float, tuple[str, ...]]]] = {}
        self._whole: dict[tuple[str, str], tuple[float, Answers]] = {}

    def find(self, key: str, value: str, texts: Collection[str]) -> Mapping[str, Sequence[str]]:
        """See :class:`~gateway.mapping.tables.Table`. Raises :class:`TableUnavailableError`."""
        with self._lock:
            if self.at_hand:
                return self._from_whole(key, value, texts)
            return self._from_keys(key, value, texts)

    def repeated(self, key: str, value: str) -> Sequence[str]:
        """Not known without asking."""
        return ()

    def _from_whole(self, key: str, value: str, texts: Collection[str]) -> Answers:
        read, known = self._whole.get((key, value), (float("-inf"), {}))
        age = self._clock() - read
        lacking = any(one not in known for one in texts)
        if age > self._definition.refresh.total_seconds() or (lacking and age > _AGAIN):
            known = self._asked(key, value, None)
            self._whole[key, value] = (self._clock(), known)
        return {one: known[one] for one in texts if one in known}

    def _from_keys(self, key: str, value: str, texts: Collection[str]) -> Answers:
        kept = self._kept.setdefault((key, value), OrderedDict())
        oldest = self._clock() - self._definition.refresh.total_seconds()
        found = {one: kept[one][1] for one in texts if one in kept and kept[one][0] >= oldest}
        asked = sorted(one for one in texts if one not in found)
        for start in range(0, len(asked), AT_ONCE):
            found |= self._asked(key, value, asked[start : start + AT_ONCE])
        for one in asked:  # what is unknown is asked again: somebody may have added it
            if one in found:
                kept[one] = (self._clock(), found[one])
                kept.move_to_end(one)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
        return found

    def _asked(self, key: str, value: str, texts: list[str] | None) -> Answers:
        columns: list[Any] = [column(name) for name in self.columns]
        rows = text(self._definition.select).columns(*columns).subquery("t")
        query = select(rows.c[key], rows.c[value]).distinct()
        query = query.where(rows.c[key].in_(texts)) if texts else query.limit(MOST_ROWS + 1)
        try:
            with self._engine().connect() as connection:
                answer = connection.execute(query).fetchall()
        except SQLAlchemyError as failed:
            cause = getattr(failed, "orig", None)
            said = str(cause or failed).strip().partition("\n")[0]
            raise TableUnavailableError(f"table {self.name}: {said}") from None
        if len(answer) > MOST_ROWS:
            said = f"more than {MOST_ROWS} rows; say load: keys"
            raise TableUnavailableError(f"table {self.name}: {said}")
        return _collected((row[0], row[1]) for row in answer)


def _collected(rows: Iterable[tuple[Any, Any]]) -> Answers:
    found: Answers = {}
    for key, value in rows:
        one, other = _text(key), _text(value)
        if one and other and other not in found.get(one, ()):
            found[one] = (*found.get(one, ()), other)
    return found


def _text(value: Any) -> str:
    """A value of the database as a text of a table."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value).strip()


class SqlTables:
    """Opens definitions; one engine per address. ``root``: that paths of secrets are relative to.

    ``SqlTables(root).open`` is what :class:`~gateway.mapping.tablefiles.TableFiles` takes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._engines: dict[str, Engine] = {}

    def open(self, name: str, path: Path) -> tuple[Table | None, list[Problem]]:
        """The table that a file defines. Nothing is connected to before it is asked."""
        shown = path.relative_to(self.root).as_posix() if self._inside(path) else path.name
        definition, problems = read_definition(path, shown)
        if definition is None:
            return None, problems
        return SqlTable(name, definition, lambda: self._engine(definition)), problems

    def close(self) -> None:
        """Give all connections back."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def _inside(self, path: Path) -> bool:
        return path.is_relative_to(self.root)

    def _engine(self, definition: TableDefinition) -> Engine:
        address = resolve(definition.connection, self.root)
        with self._lock:
            if address not in self._engines:
                self._engines[address] = reading_engine(address)
            return self._engines[address]


def reading_engine(address: str) -> Engine:
    """An engine that only reads, as far as the database can be told so."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":  # opened to write, a typo would make a file
            only = {"mode": "ro", "uri": "true"}
            url = url.set(database=f"file:{quote(url.database)}", query=only)
        return create_engine(url, pool_size=_CONNECTIONS, connect_args={"timeout": _TIMEOUT})
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url,
            pool_size=_CONNECTIONS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _TIMEOUT,
                "application_name": "edi-gateway lookups",
                "options": f"-c default_transaction_read_only=on -c statement_timeout={_TIMEOUT}s",
            },
        )
    return create_engine(url, pool_size=_CONNECTIONS, pool_pre_ping=True)
