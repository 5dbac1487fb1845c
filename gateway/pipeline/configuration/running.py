"""Which settings run: the files as they are, until something is applied; from then on only that.

    found = running(store, workspace)
    found.workspace, found.hash, found.applied

The database decides. As long as nothing was ever applied the files are what runs, as at the start
of each process.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config import Workspace, lastrun
from gateway.config.applied import load_applied
from gateway.config.restored import of_today
from gateway.config.snapshot import Snapshot, version
from gateway.problems import Problem, problem
from gateway.store import Store, applied, snapshots
from gateway.store.applied import Applied


class NotRunnableError(Exception):
    """What was applied cannot run here; ``problem`` says why (P211, P236, P238)."""

    def __init__(self, problem: Problem, *more: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
        self.more = more


@dataclass(frozen=True, slots=True)
class Running:
    """What runs."""

    workspace: Workspace
    applied: Applied | None
    """How it came to be applied; ``None``: these are the files themselves."""
    problems: tuple[Problem, ...] = ()
    """What was found when it was loaded: a key that is missing here, a broken partner."""

    @property
    def hash(self) -> str:
        """Of the workspace: what messages store that are processed with it."""
        return self.workspace.hash

    @property
    def seq(self) -> int:
        """Its number in the history; 0 for the files."""
        return applied.NONE if self.applied is None else self.applied.seq

    @property
    def renewed(self) -> bool:
        """Whether the package was updated since: its maps and layouts are the installed ones."""
        return self.applied is not None and self.applied.version != version()


def running(store: Store, workspace: Workspace, previous: Workspace | None = None) -> Running:
    """What runs. Raises :class:`NotRunnableError`.

    ``workspace``: the files, or what ran before: it says where data lies, and is what runs while
    nothing was applied. ``previous``: partners with the same files are taken over from it.
    """
    with store.read() as connection:
        row = applied.current(connection)
    if row is not None:
        found = loaded(store, row, workspace, previous)
        lastrun.write(found.workspace, row.seq)
        return found
    seq = lastrun.seq_of(workspace.base)
    if seq is not None:  # it ran here before: where is its history?
        file = lastrun.file_of(workspace.base)
        database = shown_address(workspace.settings.database)
        raise NotRunnableError(problem("P238", seq=seq, database=database, file=file))
    return Running(workspace, None)


def loaded(
    store: Store, row: Applied, here: Workspace, previous: Workspace | None = None
) -> Running:
    """A configuration of the history, ready to run. Raises :class:`NotRunnableError`."""
    before = previous or here
    if before.home is not None and row.version == version() and before.hash == row.hash:
        with store.read() as connection:
            whole = snapshots.is_whole(connection, row.hash, before)
        if whole:
            return Running(before, row)
    snapshot = kept(store, row)
    workspace, found = load_applied(snapshot, here, previous)
    if workspace is None:
        raise NotRunnableError(*found)
    return Running(workspace, row, tuple(found))


def shown_address(address: str) -> str:
    """An address of a database without what may be secret in it."""
    before, at, after = address.rpartition("@")
    scheme, _, user = before.partition("://")
    return address if not at else f"{scheme}://{user.partition(':')[0]}@{after}"


def kept(store: Store, row: Applied) -> Snapshot:
    """The snapshot of a configuration, as this version works with it; kept, when it is a new one.

    Raises :class:`NotRunnableError`.
    """
    with store.read() as connection:
        found = snapshots.read(connection, row.hash)
        if isinstance(found, Problem):
            raise NotRunnableError(found)
        today = of_today(found)
        is_kept = today.hash == found.hash or snapshots.known(connection, today.hash)
    if not is_kept:
        with store.write("snapshot") as connection:
            snapshots.keep(connection, store.clock(), today)
    return today
