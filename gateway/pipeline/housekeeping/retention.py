"""Retention: what is over, and was kept as long as its documents are to be, is deleted.

Rows go first, in short transactions; their payloads a day later, so that a backup that was begun
in between still finds them. Nothing that is open, held, due or awaits an answer is ever deleted.
It can be killed at any point and begun again: what is done is done, and every payload that is to
go stands in the database until it is gone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from gateway.config import Workspace
from gateway.pipeline.house import House
from gateway.store import audit, snapshots, trees
from gateway.store.as2 import retained
from gateway.store.shops import reconciliations, requests
from gateway.store.shops import retained as shops
from gateway.store.tables import doomed
from gateway.store.trees import Tree

LOG = logging.getLogger(__name__)
GRACE = timedelta(days=1)
"""How long a payload stays after the last row that named it."""
PAGE = 200
"""Files that are looked at in one reading transaction."""
ROWS = 500
"""Rows that are deleted in one transaction."""
HINTS = timedelta(days=30)
"""How long it is remembered what webhooks of shops said."""
SHAS = 5000
"""Payloads that are removed in one go: a pack is written anew for all of them together."""


@dataclass(frozen=True, slots=True)
class Due:
    """A tree whose time has come: what it counts as, and its rows, leaves first."""

    tree: Tree
    document: str
    ids: Sequence[int]


class Periods:
    """How long documents are kept: as the house says, or the partner whose they are."""

    def __init__(self, workspace: Workspace) -> None:
        settings = workspace.settings.retention
        names = type(settings).model_fields
        self._house: dict[str, timedelta] = {name: getattr(settings, name) for name in names}
        self._own = {
            name: own
            for name, partner in workspace.partners.items()
            if (own := partner.retention.set)
        }

    @property
    def shortest(self) -> timedelta:
        """The shortest of all."""
        own = (period for each in self._own.values() for period in each.values())
        return min([*self._house.values(), *own])

    def of(self, tree: Tree) -> tuple[str, timedelta]:
        """The document that decides about a tree, and how long that is kept: the longest counts."""
        found = [(self._period(*part), part[0]) for part in tree.counted]
        period, document = max(found)
        return document, period

    def _period(self, document: str, partner: str) -> timedelta:
        return self._own.get(partner, {}).get(document, self._house[document])


@dataclass(slots=True)
class Counted:
    """Files and rows by document, and payloads."""

    files: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    payloads: int = 0
    """Removed from the archive."""

    def add(self, one: Due) -> None:
        """One tree more."""
        self.files[one.document] = self.files.get(one.document, 0) + 1
        self.rows[one.document] = self.rows.get(one.document, 0) + len(one.ids)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        documents = {
            name: {"files": count, "rows": self.rows[name]}
            for name, count in sorted(self.files.items())
        }
        return {"documents": documents, "payloads": self.payloads}


def expire(house: House, who: str = "gateway") -> Counted:
    """Delete what is over its retention; what was deleted."""
    counted = Counted()
    with house.store.read() as connection:
        settings = frozenset(snapshots.referred(connection))
    for batch in _batches(due(house)):
        _delete(house, batch, settings, who, counted)
    _notices(house)
    counted.payloads = remove_payloads(house)
    return counted


def preview(house: House) -> Counted:
    """What :func:`expire` would delete now."""
    counted = Counted()
    for one in due(house):
        counted.add(one)
    return counted


def due(house: House) -> Iterator[Due]:
    """Trees whose time has come, oldest first."""
    at, keep = house.clock(), Periods(house.workspace)
    before, after = at - keep.shortest, None
    while True:
        with house.store.read() as connection:
            page = trees.roots(connection, before, after, PAGE)
            old: dict[timedelta, list[tuple[Tree, str]]] = {}
            for tree in trees.weigh(connection, [id_ for _, id_ in page]):
                document, period = keep.of(tree)
                if tree.last < at - period:
                    old.setdefault(period, []).append((tree, document))
            found = []
            for period, group in old.items():
                ids = [tree.root for tree, _ in group]
                rest = trees.resting(connection, ids, at - period)
                found += [
                    Due(tree, document, rest[tree.root])
                    for tree, document in group
                    if tree.root in rest
                ]
        yield from sorted(found, key=lambda one: one.tree.root)
        if len(page) < PAGE:
            return
        after = page[-1]


def remove_payloads(house: House) -> int:
    """Remove payloads from the archive that no row has named for a day; how many."""
    removed, after, at = 0, "", house.clock()
    while True:
        with house.store.read() as connection:
            old = select(doomed.c.sha).where(doomed.c.sha > after, doomed.c.at < at - GRACE)
            shas = connection.scalars(old.order_by(doomed.c.sha).limit(SHAS)).all()
            named = {sha for sha in shas if trees.is_named(connection, sha)}
        if not shas:
            return removed
        house.checkpoint("expire: before payloads")
        gone = house.store.archive.remove([sha for sha in shas if sha not in named], at - GRACE)
        house.checkpoint("expire: payloads removed")
        with house.store.write("expire: payloads") as connection:
            connection.execute(delete(doomed).where(doomed.c.sha.in_(gone | named)))
        removed, after = removed + len(gone), shas[-1]


def _batches(found: Iterator[Due]) -> Iterator[list[Due]]:
    """So many trees that their rows fit into one transaction; a large one by itself."""
    batch: list[Due] = []
    size = 0
    for one in found:
        if batch and size + len(one.ids) > ROWS:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one.ids)
    if batch:
        yield batch


def _delete(
    house: House, batch: Sequence[Due], settings: frozenset[str], who: str, counted: Counted
) -> None:
    """Delete trees in as many transactions as their rows need, leaves first."""
    for start in range(0, max(len(one.ids) for one in batch), ROWS):
        at = house.clock()
        try:
            with house.store.write("expire") as connection:
                gone = []
                for one in batch:
                    ids = one.ids[start : start + ROWS]
                    if trees.lock(connection, ids):
                        trees.remove(connection, ids, at, settings)
                        gone.append(one)
                if start == 0 and gone:
                    subject, reason = "retention", "kept as long as the settings say"
                    detail = json.dumps(_told(gone))
                    audit.enter(connection, at, who, "expire", subject, reason, detail)
        except IntegrityError:  # somebody links to one of them at this moment: next time
            LOG.info("retention met another step; those files stay until the next run")
            return
        if start == 0:
            for one in gone:
                counted.add(one)
        batch = gone


def _told(gone: Sequence[Due]) -> dict[str, Any]:
    """What the audit trail keeps of them."""
    return {
        "files": [
            {
                "id": one.tree.root,
                "document": one.document,
                "rows": one.tree.rows,
                "last": one.tree.last.isoformat(),
            }
            for one in gone
        ]
    }


def _notices(house: House) -> None:
    """Alarms that are over and what was sent about them, AS2 messages that made no file, hints."""
    at, settings = house.clock(), house.workspace.settings.retention
    before, hints, orders = at - settings.other, at - HINTS, at - settings.order
    while True:
        with house.store.write("expire: notices") as connection:
            gone = trees.remove_notices(connection, before, ROWS)
            gone += retained.remove_old(connection, before, at, ROWS)
            gone += shops.remove_old(connection, hints, orders, ROWS)
            gone += requests.remove_old(connection, at - requests.KEPT, ROWS)
            gone += reconciliations.remove_old(connection, before, ROWS)
        if not gone:
            return
