"""Opening the database, and its two kinds of transaction.

SQLite in WAL mode with ``synchronous=FULL``: what is committed survives a power cut. A write
transaction begins with ``BEGIN IMMEDIATE``, so it waits for the writer lock at its start and
never fails in its middle. No transaction is held across reading or writing files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

from gateway.store.archive import Archive
from gateway.store.contents import read as read_content

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 30_000


class StoreTooNewError(Exception):
    """The database was made by a later version of the gateway; this one would damage it."""


def now() -> datetime:
    """The clock of the house; everything takes another one for tests."""
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

    @classmethod
    def open(
        cls,
        url: str,
        archive: Path,
        *,
        clock: Callable[[], datetime] = now,
        checkpoint: Callable[[str], None] | None = None,
    ) -> Store:
        """Open, make or migrate the database. Raises :class:`StoreTooNewError`."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            _prepare_sqlite(engine)
        migrate(engine)
        return cls(engine, Archive(archive, checkpoint), clock, checkpoint)

    @contextmanager
    def write(self, name: str = "write") -> Iterator[Connection]:
        """One write transaction: all of it, or nothing."""
        self.checkpoint(f"{name}: begin")
        with self.engine.begin() as connection:
            yield connection
            self.checkpoint(f"{name}: before commit")
        self.checkpoint(f"{name}: committed")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer."""
        with (
            self.engine.connect().execution_options(reading=True) as connection,
            connection.begin(),
        ):
            yield connection

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
        self.engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the tables to the version of this code; nothing to do is the fast path."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(configuration)
    found = _version(engine)
    if found is not None and found == scripts.get_current_head():
        return
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreTooNewError(
            f"the database is at revision {found}, which this version of the gateway does not know"
        )
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def _version(engine: Engine) -> str | None:
    with engine.connect().execution_options(reading=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)


def _prepare_sqlite(engine: Engine) -> None:
    """Take the transactions from the driver, which would begin them too late."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _nothing(_name: str) -> None:
    return None
