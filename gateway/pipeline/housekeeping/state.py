"""The state of the machine and of the work, in a second or less: what is watched all the time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import DatabaseError

from gateway.pipeline.house import House
from gateway.pipeline.housekeeping.payloads import since
from gateway.problems import Problem, problem
from gateway.store import pauses
from gateway.store.archive import FolderArchive
from gateway.store.as2.tables import received
from gateway.store.migrate import found_revision, revisions
from gateway.store.tables import delivery, event, lane, message

PATIENCE = timedelta(minutes=30)
"""Work that has been due for so long is stuck."""
AHEAD = timedelta(minutes=1)
"""How far machines may disagree about the time."""
SCARCE = 5
"""Times the largest file that may come: less room than that is told."""
_WORK = (
    (delivery, "H111", delivery.c.name),
    (message, "H113", message.c.name),
    (received, "H113", received.c.message_id),
)
"""Tables of work: what is told when it does not begin, and what names a piece of it."""
_PG_SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_PG_ALSO = {"synchronous_commit": ("on", "remote_write", "remote_apply", "local")}
_SQLITE_SAFE = {"journal_mode": "wal", "synchronous": "2"}


def check_work(house: House) -> Iterator[Problem]:
    """H111 and H113: what is due and does not begin; H112: whose lane was never given back."""
    at = house.clock()
    with house.store.read() as connection:
        resting = pauses.find(connection)
        for table, code, name in _WORK:
            late = select(
                table.c.lane,
                func.count().label("count"),
                func.min(table.c.due, type_=table.c.due.type).label("since"),
                func.min(name).label("name"),
            ).where(_due(table), table.c.due <= at - PATIENCE)
            for row in connection.execute(late.group_by(table.c.lane)):
                if pauses.stopped(resting, row.lane) is not None:
                    continue
                facts = {"count": row.count, "lane": row.lane, "since": since(row.since)}
                yield problem(code, name=row.name, **facts)
                held = select(lane).where(lane.c.key == row.lane, lane.c.lease < at - AHEAD)
                if (left := connection.execute(held).first()) is not None:
                    told = {"owner": left.owner, "lease": since(left.lease)}
                    yield problem("H112", lane=row.lane, since=since(row.since), **told)


def check_disks(house: House) -> Iterator[Problem]:
    """H121, H122: room for what may come; H124: folders that are not there."""
    needed, seen = house.workspace.limits.file, set[int]()
    for folder in _folders(house):
        try:
            there = next(each for each in (folder, *folder.parents) if each.exists())
            device, free = there.stat().st_dev, shutil.disk_usage(there).free
        except OSError as failure:
            yield problem("H124", folder=folder, reason=failure.strerror or failure)
            continue
        if device in seen:
            continue
        seen.add(device)
        if free < needed:
            yield problem("H121", folder=there, free=free, needed=needed)
        elif free < SCARCE * needed:
            yield problem("H122", folder=there, free=free, needed=needed, times=SCARCE)


def check_clock(house: House) -> Iterator[Problem]:
    """H123: nothing happened in the future."""
    last = select(event.c.at).order_by(event.c.id.desc()).limit(1)
    with house.store.read() as connection:
        newest = connection.scalar(last)
    at = house.clock()
    if newest is not None and newest > at + AHEAD:
        yield problem("H123", newest=since(newest), now=since(at))


def check_settings(house: House) -> Iterator[Problem]:
    """H134: what is committed is on the disk."""
    with house.store.engine.connect() as connection:  # as it is for those who write
        for name, safe in (_SQLITE_SAFE if house.store.embedded else _PG_SAFE).items():
            ask = f"PRAGMA {name}" if house.store.embedded else f"SHOW {name}"
            found = str(connection.scalar(text(ask)))
            if found not in _PG_ALSO.get(name, (safe,)):
                yield problem("H134", setting=name, found=found, wanted=safe)


def check_tables(house: House) -> Iterator[Problem]:
    """H131: the tables are those of this version."""
    wanted = revisions()[-1]
    with house.store.read() as connection:
        found = found_revision(connection)
    if found != wanted:
        yield problem("H131", found=found, wanted=wanted)


def check_sqlite(house: House) -> Iterator[Problem]:
    """H132, H133: what SQLite itself says about its file. Reads all of it."""
    if not house.store.embedded:
        return
    try:
        with house.store.read() as connection:
            said = connection.scalars(text("PRAGMA integrity_check(20)")).all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    except DatabaseError as failure:
        said, broken = [failure.orig], []
    yield from (problem("H132", reason=each) for each in said if each != "ok")
    for row in broken[:100]:
        yield problem("H133", table=row[0], row=row[1], parent=row[2])


QUICK: tuple[Callable[[House], Iterator[Problem]], ...] = (
    check_disks,
    check_clock,
    check_settings,
    check_tables,
    check_work,
)
"""Checks that a running house does all the time."""


def _due(table: Any) -> ColumnElement[bool]:
    """The literal makes the partial index usable."""
    found: ColumnElement[bool] = text(f"{table.name}.due IS NOT NULL")  # type: ignore[assignment]
    return found


def _folders(house: House) -> Iterator[Path]:
    """Every folder that the house writes to."""
    workspace, archive = house.workspace, house.store.archive
    yield workspace.base
    if isinstance(archive, FolderArchive):
        yield archive.root
    if house.store.embedded and house.store.engine.url.database:
        yield Path(house.store.engine.url.database).parent
    if workspace.settings.mailboxes is not None:
        yield workspace.path(workspace.settings.mailboxes.folder)
    yield workspace.path(workspace.erp.send.folder)
    for partner in workspace.partners.values():
        for agreement in partner.agreements:
            folder = workspace.send_folder(partner, agreement)
            if folder is not None:
                yield folder
