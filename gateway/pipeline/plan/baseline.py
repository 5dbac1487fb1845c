"""What the files are compared with: what runs, as rules that messages can be judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.config import Workspace
from gateway.config.applied import load_applied
from gateway.pipeline.configuration.running import NotRunnableError, Running, running
from gateway.pipeline.house import House
from gateway.problems import Problem
from gateway.store import snapshots
from gateway.store.applied import Applied
from gateway.store.tables import snapshot as table


@dataclass(frozen=True, slots=True)
class Baseline:
    """One configuration to compare with, and what is said of it."""

    workspace: Workspace
    said: str
    """``applied 2026-03-02 09:14 by anna``."""
    applied: Applied | None = None


def baseline(house: House, wanted: Workspace, found: Running | None = None) -> Baseline:
    """What was applied last; before the first time, what worked last; before that, nothing.

    Its files lie in a folder of their own, so that both sides can be read beside each other.
    ``found``: what runs, where that was loaded already.
    Raises :class:`~gateway.pipeline.configuration.running.NotRunnableError`.
    """
    found = found or running(house.store, house.workspace, previous=wanted)
    if found.applied is not None:
        said = f"applied {_shown(found.applied.at)} by {found.applied.who}"
        return Baseline(found.workspace, said, found.applied)
    with house.store.read() as connection:
        last = _last(connection)
        if last is None:
            return Baseline(_nothing(wanted), "nothing has run yet")
        hash_, at = last
        said = f"nothing was applied yet; at work since {_shown(at)}"
        if hash_ == wanted.hash:
            return Baseline(wanted, said)
        kept = snapshots.read(connection, hash_)
    if isinstance(kept, Problem):
        raise NotRunnableError(kept)
    workspace, problems = load_applied(kept, house.workspace, previous=wanted)
    if workspace is None:
        raise NotRunnableError(*problems)
    return Baseline(workspace, said)


def _last(connection: Connection) -> tuple[str, datetime] | None:
    """The settings that were kept last: those of the last process that began to work."""
    newest = select(table.c.hash, table.c.at).order_by(table.c.at.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else (row.hash, row.at)


def _nothing(wanted: Workspace) -> Workspace:
    """A configuration without any partner and shop."""
    partners = replace(wanted, partners={}, hash="", broken=(), by_identity={}, texts={})
    return replace(partners, shops={}, shop_texts={}, broken_shops=())


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
