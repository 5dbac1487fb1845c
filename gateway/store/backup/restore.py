"""Restoring a backup where nothing is.

What happened after the backup is not in it. So no number that may have been used since is used
again: control numbers, row numbers (they are in file names) and fences go ahead by a margin. And
because deliveries may have been made since, everything is paused until a person has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text, update

from gateway.problems import Problem, Severity, problem
from gateway.store import audit, pauses
from gateway.store.archive import Archive, FolderArchive
from gateway.store.backup import databases
from gateway.store.backup.manifest import ARCHIVE, BackupError, Manifest, read, verify
from gateway.store.migrate import found_revision
from gateway.store.tables import control_number, delivery, lane, message

AHEAD = 10_000
"""By how much numbers go ahead: more than are drawn between two backups."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now."""

    manifest: Manifest
    messages: int
    payloads: int
    undelivered: int
    """Deliveries that had not been made when the backup was; they may have been since."""
    paused: bool
    warnings: tuple[Problem, ...] = ()


def restore(
    folder: Path,
    url: str,
    archive: Archive,
    at: datetime,
    *,
    who: str = "",
    ahead: int = AHEAD,
    pause: bool = True,
    tell: Callable[[str], None] | None = None,
) -> Restored:
    """Restore a backup into an empty database and an empty archive, and verify it.

    Payloads go first: a database is only seen where everything it names is there. Raises
    :class:`BackupError` (H141 to H145) and ``OSError``; what is wrong is found before anything is
    written, as far as it can be.
    """
    told = tell or (lambda _text: None)
    manifest = read(folder)
    kind = "sqlite" if url.startswith("sqlite") else "postgresql"
    if manifest.kind != kind:
        raise BackupError(problem("H145", found=manifest.kind, wanted=kind))
    if not databases.is_empty(url):
        raise BackupError(problem("H143", what="the database"))
    if manifest.included and next(iter(archive.held()), None) is not None:
        raise BackupError(problem("H143", what="the archive"))
    told("verifying the backup")
    warnings = _warnings(verify(folder))
    count = _payloads(folder, manifest, archive, told)
    steps = databases.put_back(url, folder / manifest.database.name, told)
    engine = next(steps)
    with engine.begin() as connection:
        _go_ahead(connection, ahead)
        _number(connection, manifest.revision)
        if pause:
            reason = f"restored from the backup of {manifest.made}: what was sent since?"
            pauses.add(connection, pauses.EVERYTHING, "pause", reason, who, at)
        detail = f"backup of {manifest.made}, numbers ahead by {ahead}"
        audit.enter(connection, at, who, "restore", "gateway", "restored from a backup", detail)
        rows = connection.scalar(select(func.count()).select_from(message)) or 0
        waiting = select(func.count()).where(delivery.c.due.is_not(None))
        undelivered = connection.scalar(waiting) or 0
    for _ in steps:
        raise AssertionError
    if kind == "sqlite" and (said := databases.sound(Path(url.removeprefix("sqlite:///")))) != "ok":
        raise BackupError(problem("H142", name=manifest.database.name, reason=said))
    return Restored(manifest, rows, count, undelivered, pause, tuple(warnings))


def _warnings(found: Iterable[Problem]) -> list[Problem]:
    """What does not keep a backup from being restored; the first that does is raised."""
    warnings = []
    for each in found:
        if each.severity is Severity.ERROR:
            raise BackupError(each)
        warnings.append(each)
    return warnings


def _payloads(
    folder: Path, manifest: Manifest, archive: Archive, tell: Callable[[str], None]
) -> int:
    """Bring the payloads into the archive, and read each once more there."""
    source, missing, count = FolderArchive(folder / ARCHIVE), set(manifest.missing), 0
    wanted = (sha for sha in manifest.shas(folder) if sha not in missing)
    if manifest.included and isinstance(archive, FolderArchive):
        source.copy_to(wanted, archive.root, link=False)
        wanted = (sha for sha in manifest.shas(folder) if sha not in missing)
    for sha in wanted:
        if manifest.included and not isinstance(archive, FolderArchive):
            with source.open(sha) as file:
                archive.put_file(file)
        if not archive.intact(sha):
            raise BackupError(problem("H142", name=f"payload {sha}", reason="not in the archive"))
        count += 1
        if count % 500 == 0:
            tell(f"{count} of {manifest.count} payloads restored")
    return count


def _go_ahead(connection: Connection, ahead: int) -> None:
    """Skip the numbers that may have been used after the backup."""
    number = control_number.c.value + ahead
    connection.execute(update(control_number).values(value=number))
    connection.execute(update(lane).values(fence=lane.c.fence + ahead, lease=None, owner=""))
    if connection.dialect.name == "sqlite":
        sequence = "UPDATE sqlite_sequence SET seq = seq + :ahead WHERE name = 'message'"
        connection.execute(text(sequence), {"ahead": ahead})
        return
    last = "SELECT setval(pg_get_serial_sequence('message', 'id'), "
    last += "(SELECT coalesce(max(id), 0) FROM message) + :ahead)"
    connection.execute(text(last), {"ahead": ahead})


def _number(connection: Connection, revision: str) -> None:
    """The number of the revision of the tables; from the commit on the gateway may begin."""
    if found_revision(connection) is None:
        number = "INSERT INTO alembic_version (version_num) VALUES (:revision)"
        connection.execute(text(number), {"revision": revision})
