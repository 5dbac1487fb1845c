"""Bringing the tables to the version of the code.

Several processes may start at once, and others may be at work: the one that holds the lock
migrates, those that start meanwhile wait and find nothing to do, and older code goes on where the
new revision says that it may (:mod:`gateway.store.compatibility`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from gateway.store import batchtables as _batch_tables  # noqa: F401
from gateway.store.as2 import tables as _as2_tables  # noqa: F401 (they enter METADATA)
from gateway.store.mailbox import tables as _mailbox_tables  # noqa: F401
from gateway.store.remote import tables as _remote_tables  # noqa: F401
from gateway.store.shops import reconcilingtables as _reconciling_tables  # noqa: F401
from gateway.store.shops import requesttable as _request_tables  # noqa: F401
from gateway.store.shops import stocktables as _stock_tables  # noqa: F401
from gateway.store.shops import tables as _shop_tables  # noqa: F401
from gateway.store.tables import METADATA
from gateway.store.upload import tables as _upload_tables  # noqa: F401

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_316_001
"""Of PostgreSQL's advisory locks, ours."""
_PAUSE = 0.1


class StoreTooNewError(Exception):
    """The database was made by a later version of the gateway; this one would damage it."""


def migrate(
    engine: Engine, folder: Path = MIGRATIONS, to: str = "head", *, stepwise: bool = False
) -> None:
    """Bring the tables to the version of this code; nothing to do is the fast path.

    An empty database gets the tables of today at once; a test says that they are the ones that all
    revisions make (``stepwise``). ``folder`` of the revisions, and ``to`` which one, are other ones
    in tests only. Raises :class:`StoreTooNewError`.
    """
    with engine.connect().execution_options(reading=True) as connection:
        if is_current(connection, folder):
            return
    at_once = not stepwise and folder == MIGRATIONS and to == "head"
    with _alone(engine) as connection:
        if is_current(connection, folder):
            return
        if at_once and not inspect(connection).get_table_names():
            _create(connection)
            if engine.dialect.name == "postgresql":
                connection.commit()
        else:
            _upgrade(connection, folder, to)


def _upgrade(connection: Connection, folder: Path, to: str) -> None:
    from alembic import command  # noqa: PLC0415 (slow to load, and seldom needed)

    configuration = _configuration(folder)
    if connection.dialect.name == "postgresql":
        connection.rollback()  # each revision is a transaction of its own
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, to)


def _create(connection: Connection) -> None:
    """The tables of today, and the notes that the last revision leaves."""
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    from gateway.store.compatibility import leave_note  # noqa: PLC0415 (loads alembic)

    scripts = ScriptDirectory.from_config(_configuration(MIGRATIONS))
    METADATA.create_all(connection)
    newest = revisions()[-1]
    MigrationContext.configure(connection).stamp(scripts, newest)
    leave_note(connection, scripts, newest)


def _configuration(folder: Path) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("version_locations", str(folder / "versions"))
    configuration.set_main_option("path_separator", "newline")
    return configuration


def found_revision(connection: Connection) -> str | None:
    """The revision that a database is at; ``None`` for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def revisions(folder: Path = MIGRATIONS) -> list[str]:
    """The revisions that this code knows, by the names of their modules (``r0002_lanes.py``)."""
    return sorted(path.name[1:5] for path in (folder / "versions").glob("r[0-9]*_*.py"))


def is_current(connection: Connection, folder: Path = MIGRATIONS) -> bool:
    """Whether there is nothing to do. Raises :class:`StoreTooNewError`."""
    known = revisions(folder)
    found, ours = found_revision(connection), known[-1]
    if found in (None, ours):
        return found == ours
    if found in known:
        return False
    from gateway.store.compatibility import may_work  # noqa: PLC0415 (loads alembic)

    if may_work(connection, str(found), ours):
        return True
    raise StoreTooNewError(
        f"the database is at revision {found}, which this version of the gateway does not know"
    )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection whose owner alone migrates."""
    if engine.dialect.name != "postgresql":
        with engine.begin() as connection:  # BEGIN IMMEDIATE
            yield connection
        return
    # Who waits for the lock must not hold a snapshot: an index that is built beside the traffic
    # waits for every snapshot to end. So the lock is tried again and again.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        while not guard.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})")):
            time.sleep(_PAUSE)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            guard.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
