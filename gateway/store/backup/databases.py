"""One consistent copy of a database that is being written to, and the way back.

SQLite by its own backup interface, within one reading transaction, so that writers neither wait nor
make it start again. PostgreSQL by ``pg_dump`` in a snapshot that the list of payloads is read in,
too, and ``pg_restore`` in one transaction.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, exists, make_url, select, text, union

from gateway.problems import problem
from gateway.store.as2.tables import ARCHIVED
from gateway.store.backup.manifest import BackupError
from gateway.store.database import make_engine
from gateway.store.migrate import found_revision
from gateway.store.tables import content, message

Tell = Callable[[str], None]
FILES = {"sqlite": "gateway.db", "postgresql": "database.dump"}
_PAGES = 4096
_NAMED = union(
    select(message.c.payload.label("sha")).where(message.c.payload.is_not(None)),
    *(
        # small ones lie in the database
        select(each.label("sha")).where(each.is_not(None), ~exists().where(content.c.sha == each))
        for each in ARCHIVED
    ),
).order_by("sha")
"""Payloads that rows name, each once."""


@contextmanager
def copied(engine: Engine, folder: Path, tell: Tell) -> Iterator[tuple[str, Iterator[str]]]:
    """Copy the database into a folder; its revision, and the payloads that the copy names."""
    if engine.dialect.name == "sqlite":
        path = folder / FILES["sqlite"]
        _copy_sqlite(str(engine.url.database), path, tell)
        made = make_engine(f"sqlite:///{path}")
        try:
            with made.connect().execution_options(reading=True) as connection:
                found = connection.scalars(_NAMED)
                yield str(found_revision(connection)), (str(sha) for sha in found)
        finally:
            _settle_sqlite(made)
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        arguments = ["--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges"]
        tell("pg_dump copies the database")
        _run("pg_dump", [*arguments, f"--file={folder / FILES['postgresql']}"], engine.url)
        sync(folder / FILES["postgresql"])
        reading = connection.execution_options(yield_per=1000)
        found = reading.scalars(_NAMED)
        yield str(found_revision(connection)), (str(sha) for sha in found)


def put_back(url: str, path: Path, tell: Tell) -> Iterator[Engine]:
    """The database of a backup, at its address but not yet seen there: two steps.

    The first step yields an engine to change what has to be changed; resuming makes it visible.
    On PostgreSQL nobody begins on it before the number of its revision is entered, with these.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        final = Path(str(parsed.database))
        half = final.with_name(f".{final.name}.restoring")
        final.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        shutil.copyfile(path, half)
        engine = make_engine(f"sqlite:///{half}")
        yield engine
        _settle_sqlite(engine)
        sync(half)
        half.rename(final)
        return
    tell("pg_restore restores the database")
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as listed:
        listed.writelines(_all_but_the_revision(path))
        listed.flush()
        arguments += [f"--use-list={listed.name}", f"--dbname={_address(parsed)}", str(path)]
        _run("pg_restore", arguments, parsed)
    engine = make_engine(url)
    yield engine
    engine.dispose()


def _all_but_the_revision(path: Path) -> Iterator[str]:
    """What a dump holds; without the number of the revision the gateway does not begin on it."""
    for line in _run("pg_restore", ["--list", str(path)]).splitlines(keepends=True):
        if not ("TABLE DATA" in line and "alembic_version" in line):
            yield line


def is_empty(url: str) -> bool:
    """Whether no database of ours is at an address."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return not Path(str(parsed.database)).exists()
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return found_revision(connection) is None
    finally:
        engine.dispose()


def sound(path: Path) -> str:
    """What SQLite says about a file: ``ok``, or what is wrong."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as failure:
        return str(failure)
    return str(said) if broken is None else f"a row of {broken[0]} belongs to none of {broken[2]}"


def readable(path: Path) -> str:
    """What ``pg_restore`` says about a dump: ``ok``, or what is wrong."""
    try:
        _run("pg_restore", ["--list", str(path)])
    except BackupError as failure:
        return failure.found.sentence
    return "ok"


def sync(path: Path) -> None:
    """Make a file durable that somebody else wrote."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _copy_sqlite(source: str, target: Path, tell: Tell) -> None:
    def progress(_status: int, remaining: int, total: int) -> None:
        tell(f"{total - remaining} of {total} pages of the database copied")

    with (
        closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        # a snapshot: without it every commit of somebody else would begin the copy anew
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reading.backup(writing, pages=_PAGES, progress=progress, sleep=0)
        writing.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def _settle_sqlite(engine: Engine) -> None:
    """Everything into the one file: nothing is left beside it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA journal_mode = DELETE")
    engine.dispose()


def _run(tool: str, arguments: list[str], url: URL | None = None) -> str:
    """What a tool of PostgreSQL prints; the password goes by the environment.

    Raises ``BackupError``.
    """
    found = shutil.which(tool)
    if found is None:
        raise BackupError(problem("H144", tool=tool, reason="it is not on the PATH"))
    environment = dict(os.environ)
    if url is not None:
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
        if tool == "pg_dump":
            arguments = [*arguments, f"--dbname={_address(url)}"]
    done = subprocess.run(
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise BackupError(problem("H144", tool=tool, reason=lines[0][:500]))
    return done.stdout


def _address(url: URL) -> str:
    """For libpq, without the password: arguments of processes are public."""
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return plain.render_as_string(hide_password=False)
