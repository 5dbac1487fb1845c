"""Snapshots of the settings, kept once per hash: every file by its content, and a manifest.

A change of one map keeps one file more. The manifest is JSON: ``version``, ``files`` (name →
SHA-256 of what is kept) and ``left_out`` (name → why).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from gateway.config import Workspace
from gateway.config.asthen import SHOWN, load_as_then
from gateway.config.snapshot import Snapshot, collect
from gateway.problems import Problem, problem
from gateway.store import contents
from gateway.store.database import Store
from gateway.store.tables import snapshot as table
from gateway.store.upsert import insert_new


def keep_current(store: Store, workspace: Workspace) -> Problem | None:
    """Keep the settings that the house works with: one query when they are known already.

    Returns P213 when the files are no longer those that the workspace was loaded from.
    """
    with store.read() as connection:
        if known(connection, workspace.hash):
            return None
    snapshot = collect(workspace)
    if snapshot.hash != workspace.hash:
        return problem("P213", hash=workspace.hash[:SHOWN])
    with store.write("snapshot") as connection:
        keep(connection, store.clock(), snapshot)
    return None


def known(connection: Connection, hash_: str) -> bool:
    """Whether the settings of a hash are kept."""
    return connection.scalar(select(table.c.hash).where(table.c.hash == hash_)) is not None


def keep(connection: Connection, at: datetime, snapshot: Snapshot) -> None:
    """Keep a snapshot; one that is kept already stays as it is."""
    contents.put(connection, snapshot.files.values())
    manifest = json.dumps(
        {
            "version": snapshot.version,
            "files": {name: contents.sha_of(data) for name, data in snapshot.files.items()},
            "left_out": dict(snapshot.left_out),
        },
        indent=1,
    ).encode()
    contents.put(connection, [manifest])
    row = {"hash": snapshot.hash, "manifest": contents.sha_of(manifest), "at": at}
    insert_new(connection, table, [row], keys=["hash"])


def read(connection: Connection, hash_: str) -> Snapshot | Problem:
    """A kept snapshot, every file checked against its hash; P210 or P211 where there is none."""
    sha = connection.scalar(select(table.c.manifest).where(table.c.hash == hash_))
    shown = hash_[:SHOWN]
    if sha is None:
        return problem("P210", hash=shown)
    manifest = contents.read(connection, sha)
    if manifest is None or contents.sha_of(manifest) != sha:
        return problem("P211", hash=shown, reason="their list of files is missing or damaged")
    listed = json.loads(manifest)
    files: dict[str, bytes] = {}
    for name, sha in listed["files"].items():
        data = contents.read(connection, sha)
        if data is None or contents.sha_of(data) != sha:
            return problem("P211", hash=shown, reason=f"{name} is missing or damaged")
        files[name] = data
    return Snapshot(hash_, listed["version"], files, listed["left_out"])


def restore(
    store: Store, hash_: str, folder: Path, now: Workspace
) -> tuple[Workspace | None, list[Problem]]:
    """The workspace as it was, its files in an empty folder; or why there is none."""
    with store.read() as connection:
        found = read(connection, hash_)
    return (None, [found]) if isinstance(found, Problem) else load_as_then(found, folder, now)


def referred(connection: Connection) -> Iterator[str]:
    """The hashes of all contents that snapshots are made of: they must stay."""
    for sha in connection.scalars(select(table.c.manifest)).all():
        yield sha
        manifest = contents.read(connection, sha)
        if manifest is not None:
            yield from json.loads(manifest)["files"].values()
