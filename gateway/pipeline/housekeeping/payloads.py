"""Rows and bytes belong together: every row has its payload, every payload a row.

Both are compared 256th by 256th, by the first two digits of the hash, so that memory stays small
however large the archive is.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from gateway.pipeline.house import House
from gateway.problems import Problem, problem
from gateway.store import trees
from gateway.store.archive import Held
from gateway.store.as2.retained import Wire, wires
from gateway.store.contents import sha_of
from gateway.store.durable import make_folder, sync_folder
from gateway.store.mailbox.offers import WAITING
from gateway.store.mailbox.tables import offer
from gateway.store.tables import content, delivery, doomed, message

Tell = Callable[[str], None]
AGE = timedelta(days=1)
"""A younger payload may belong to a file that is being received."""
LOST = Path("var/lost-and-found")
PREFIXES = tuple(f"{number:02x}" for number in range(256))
_PAGE = 500


@dataclass(slots=True)
class Orphans:
    """Payloads that no row names."""

    held: list[Held] = field(default_factory=list)
    count: int = 0
    bytes: int = 0

    def add(self, one: Held) -> None:
        """One more; only so many are remembered."""
        self.count += 1
        self.bytes += one.size
        if self.count <= 100_000:
            self.held.append(one)


def check_payloads(house: House, *, deep: bool, orphans: Orphans, tell: Tell) -> Iterator[Problem]:
    """H101, H102, H103; ``orphans`` is filled on the way."""
    checked = 0
    for prefix in PREFIXES:
        before = house.clock() - AGE
        held = {one.sha: one for one in house.store.archive.held(prefix)}
        with house.store.read() as connection:
            named: dict[str, Row[Any] | Wire] = {
                each.payload: each for each in wires(connection, prefix, _after(prefix))
            }
            named.update((row.payload, row) for row in _named(connection, prefix))
            unnamed = [one for sha, one in held.items() if sha not in named and one.since < before]
            for one in unnamed:
                if not _is_known(connection, one.sha):
                    orphans.add(one)
        for sha, row in named.items():
            yield from _compare(house, held.get(sha), row, deep=deep)
            checked += 1
            if deep or checked % 10_000 == 0:
                tell(f"{checked} payloads checked")


def check_contents(house: House, *, deep: bool, tell: Tell) -> Iterator[Problem]:
    """H105, and H106 when every hash is computed anew."""
    lacking = select(message.c.id, message.c.content).where(
        message.c.content.is_not(None),
        ~exists().where(content.c.sha == message.c.content),
    )
    with house.store.read() as connection:
        found = connection.execute(lacking.order_by(message.c.id).limit(1000)).all()
    yield from (problem("H105", id=row.id, sha=row.content) for row in found)
    after, checked = "", 0
    while deep:
        with house.store.read() as connection:
            page = select(content).where(content.c.sha > after).order_by(content.c.sha)
            rows = connection.execute(page.limit(_PAGE)).all()
        for row in rows:
            if _unpacked_sha(row.body) != row.sha:
                yield problem("H106", sha=row.sha)
        checked += len(rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1].sha
        tell(f"{checked} produced documents checked")


def check_deliveries(house: House) -> Iterator[Problem]:
    """H107: what is still to be delivered, or fetched from a mailbox, must be somewhere."""
    planned = (
        select(delivery.c.key, delivery.c.name, delivery.c.sha)
        .where(
            delivery.c.due.is_not(None),
            ~exists().where(content.c.sha == delivery.c.sha),
        )
        .order_by(delivery.c.lane, delivery.c.id)
    )
    offered = (
        select(delivery.c.key, offer.c.name, offer.c.sha)
        .join(delivery, delivery.c.id == offer.c.delivery)
        .where(offer.c.state == WAITING, ~exists().where(content.c.sha == offer.c.sha))
        .order_by(offer.c.id)
    )
    with house.store.read() as connection:
        found = [*connection.execute(planned), *connection.execute(offered)]
    for row in found:
        if not house.store.archive.holds(row.sha):
            yield problem("H107", key=row.key, name=row.name, sha=row.sha)


def orphaned(house: House, orphans: Orphans) -> Iterator[Problem]:
    """H104: one finding for all of them."""
    if orphans.count:
        first, folder = orphans.held[0].sha, house.workspace.path(LOST)
        facts: dict[str, Any] = {"bytes": orphans.bytes, "sha": first, "folder": folder}
        yield problem("H104", count=orphans.count, **facts)


def put_aside(house: House, orphans: Orphans) -> int:
    """Move orphans out of the archive, each to a file named by its hash; how many."""
    folder = house.workspace.path(LOST)
    make_folder(folder)
    moved = 0
    for one in orphans.held:
        half = folder / f".{one.sha}"
        with half.open("wb") as file:
            file.writelines(house.store.archive.chunks(one.sha))
            file.flush()
            os.fsync(file.fileno())
        half.replace(folder / one.sha)
        sync_folder(folder)
        with house.store.read() as connection:
            known = _is_known(connection, one.sha)
        if not known:
            moved += bool(house.store.archive.remove([one.sha], house.clock() - AGE))
    return moved


def _named(connection: Connection, prefix: str) -> list[Row[Any]]:
    """Payloads with the first row that names each, and the size that was received."""
    part = (message.c.payload >= prefix, message.c.payload < _after(prefix))
    size = func.max(message.c.payload_size).filter(message.c.kind == "file")
    statement = (
        select(
            message.c.payload,
            func.min(message.c.id).label("id"),
            func.min(message.c.name).label("name"),
            size.label("size"),
        )
        .where(*part)
        .group_by(message.c.payload)
    )
    return list(connection.execute(statement))


def _after(prefix: str) -> str:
    """The first text behind all hashes that begin so."""
    return f"{int(prefix, 16) + 1:02x}" if prefix != "ff" else "g"


def _compare(
    house: House, held: Held | None, row: Row[Any] | Wire, *, deep: bool
) -> Iterator[Problem]:
    sha: str = row.payload
    facts: dict[str, Any] = {"id": row.id, "name": row.name or "?"}
    if held is None and house.store.archive.size(sha) is None:  # looked for once more
        with house.store.read() as connection:
            if trees.is_named(connection, sha):
                yield problem("H101", sha=sha, **facts)
    elif held is not None and row.size is not None and held.size != row.size:
        yield problem("H102", sha=sha, size=held.size, expected=row.size, **facts)
    elif deep and not house.store.archive.intact(sha):
        yield problem("H103", sha=sha)


def _is_known(connection: Connection, sha: str) -> bool:
    waits = select(doomed.c.sha).where(doomed.c.sha == sha)
    return trees.is_named(connection, sha) or connection.scalar(waits) is not None


def _unpacked_sha(body: bytes) -> str:
    try:
        return sha_of(zlib.decompress(body))
    except zlib.error:
        return ""


def since(at: datetime | None) -> str:
    """An instant as a finding tells it."""
    return "?" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
