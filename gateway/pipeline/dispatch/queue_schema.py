"""The tables of the queue of wake-ups: Procrastinate's, in a PostgreSQL schema of their own.

Procrastinate ships its tables as one script and as numbered migrations, and leaves it to its user
to remember which of them ran; a table beside them does that here. A new database gets the script,
an older one the migrations it lacks, one after the other; a queue made by a later version is used
as it is. One process does this, the others wait. Nothing in these tables is worth keeping: dropping
the schema while the gateway runs costs seconds, never work.
"""

from __future__ import annotations

from importlib import resources

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

SCHEMA = "gateway_queue"
_LOCK = 7_316_002
"""Of PostgreSQL's advisory locks, the one after that of the store's migrations."""
_DEFAULTS = {
    "application_name": "edi-gateway wake-ups",
    "connect_timeout": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""A server that vanished without a word is noticed after some ten seconds."""
_OPTIONS = {
    "search_path": SCHEMA,
    "synchronous_commit": "off",
    "statement_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
}
"""Wake-ups may be lost, so nobody waits for the disk; and they never wait long for anything."""

Connection = psycopg.Connection[tuple[object, ...]]


def address(url: str) -> str:
    """Where the queue is, for libpq, from the address of the database (``postgresql+psycopg://``).

    What the address itself asks for (time limits, certificates, options) stays.
    """
    parsed = make_url(url)
    _, given = parsed.get_dialect()().create_connect_args(parsed)
    known = {name: value for name, value in given.items() if name != "context"}
    options = [str(known.pop("options", "")), *(f"-c {k}={v}" for k, v in _OPTIONS.items())]
    return make_conninfo(**{**_DEFAULTS, **known, "options": " ".join(options).strip()})


def prepare(connection: Connection) -> None:
    """Make the tables, or bring them to the version of the library; mostly there is nothing to do.

    ``connection``: to :func:`address`, in autocommit. Raises ``psycopg.Error``.
    """
    if not _missing(connection):
        return
    # the lock comes before the transaction, which then sees what another process made meanwhile
    connection.execute("SET statement_timeout = '60s'")
    connection.execute("SET synchronous_commit = on")
    connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        with connection.transaction():
            _migrate(connection)
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        connection.execute("RESET synchronous_commit")
        connection.execute("RESET statement_timeout")


def _migrate(connection: Connection) -> None:
    missing = _missing(connection)
    if _applied(connection) is None:
        _create(connection)
    else:
        for name in missing:
            connection.execute(_shipped()[name])
    record = "INSERT INTO gateway_migration (name) VALUES (%s)"
    connection.cursor().executemany(record, [[name] for name in missing])


def _create(connection: Connection) -> None:
    """Everything anew. A schema that an administrator prepared is welcome."""
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SCHEMA])
    if found.fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
    connection.execute(
        "CREATE TABLE gateway_migration"
        " (name text PRIMARY KEY, at timestamp with time zone NOT NULL DEFAULT now())"
    )
    connection.execute((resources.files("procrastinate.sql") / "schema.sql").read_bytes())


def _missing(connection: Connection) -> list[str]:
    """Migrations that the library ships and the database lacks, in their order."""
    applied = _applied(connection) or frozenset()
    return [name for name in _shipped() if name not in applied]


def _applied(connection: Connection) -> frozenset[str] | None:
    """Migrations the database has; ``None`` when there is no queue yet."""
    table = "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'gateway_migration'"
    if connection.execute(table, [SCHEMA]).fetchone() is None:
        return None
    rows = connection.execute("SELECT name FROM gateway_migration")
    return frozenset(str(name) for (name,) in rows)


def _shipped() -> dict[str, bytes]:
    """The library's migrations by name, in the order to apply them."""
    folder = resources.files("procrastinate.sql") / "migrations"
    scripts = [each for each in folder.iterdir() if each.name.endswith(".sql")]
    return {each.name: each.read_bytes() for each in sorted(scripts, key=lambda each: each.name)}
