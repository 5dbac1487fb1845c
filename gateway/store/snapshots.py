"""Snapshots of the settings, kept once per hash: every file by its content, and a manifest.

A change of one map keeps one file more. The manifest is JSON: ``version``, ``files`` (name →
SHA-256 of what is kept), ``left_out`` (name → why) and ``packaged`` (names that came with the
package; not in those that were kept long ago).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, select

from gateway.config import Workspace
from gateway.config.asthen import SHOWN, load_as_then
from gateway.config.restored import package
from gateway.config.snapshot import Snapshot, collect, sources
from gateway.problems import Problem, problem
from gateway.store import contents
from gateway.store.database import Store
from gateway.store.tables import snapshot as table
from gateway.store.upsert import upsert

_AT_ONCE = 500
"""Contents that are read with one query."""


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
    """Keep a snapshot; of one that is kept already only the list of files is written anew."""
    contents.put(connection, snapshot.files.values())
    manifest = json.dumps(
        {
            "version": snapshot.version,
            "files": {name: contents.sha_of(data) for name, data in snapshot.files.items()},
            "left_out": dict(snapshot.left_out),
            "packaged": sorted(snapshot.packaged),
        },
        indent=1,
    ).encode()
    contents.put(connection, [manifest])
    row = {"hash": snapshot.hash, "manifest": contents.sha_of(manifest), "at": at}
    upsert(connection, table, row, keys=["hash"], change={"manifest": row["manifest"]})


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
    kept = _contents(connection, set(listed["files"].values()))
    files: dict[str, bytes] = {}
    for name, sha in listed["files"].items():
        if sha not in kept:
            return problem("P211", hash=shown, reason=f"{name} is missing or damaged")
        files[name] = kept[sha]
    packaged = frozenset(listed.get("packaged", ()))
    return Snapshot(hash_, listed["version"], files, listed["left_out"], packaged)


def _contents(connection: Connection, wanted: set[str]) -> dict[str, bytes]:
    """Those that are kept and whole; what the package has is not read from the database."""
    found = {sha: data for sha, data in _of_the_package().items() if sha in wanted}
    missing = sorted(wanted - found.keys())
    for start in range(0, len(missing), _AT_ONCE):
        read = contents.read_all(connection, missing[start : start + _AT_ONCE])
        found |= {sha: data for sha, data in read.items() if contents.sha_of(data) == sha}
    return found


@cache
def _of_the_package() -> dict[str, bytes]:
    return {contents.sha_of(data): data for data in package().values()}


def is_whole(connection: Connection, hash_: str, workspace: Workspace) -> bool:
    """Whether the files that a workspace was loaded from are, byte by byte, those kept here."""
    sha = connection.scalar(select(table.c.manifest).where(table.c.hash == hash_))
    manifest = None if sha is None else contents.read(connection, sha)
    if manifest is None:
        return False
    wanted, there = json.loads(manifest)["files"], sources(workspace)
    try:
        return all(
            name in there and contents.sha_of(there[name].read_bytes()) == sha
            for name, sha in wanted.items()
        )
    except OSError:
        return False


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
