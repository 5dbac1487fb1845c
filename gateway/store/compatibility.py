"""Which code may work on which database, so that machines can be renewed one after the other.

Each revision of the tables declares ``COMPATIBLE_WITH``: older code that may go on working on it.
Code cannot know revisions that were made after it, so the database says it: migrating leaves a
note with the revision and the older ones that are welcome. A revision is compatible with older
code only if every revision in between is.
"""

from __future__ import annotations

from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from gateway.store.tables import schema_note
from gateway.store.upsert import upsert

_NOTE = 1


def welcome(scripts: ScriptDirectory, revision: str) -> frozenset[str]:
    """Older revisions whose code may work on a database of this one."""
    script = scripts.get_revision(revision)
    below = None if script is None else script.down_revision
    if script is None or not isinstance(below, str):
        return frozenset()
    declared = frozenset(getattr(script.module, "COMPATIBLE_WITH", frozenset()))
    if below not in declared:
        return frozenset()
    return declared & (welcome(scripts, below) | {below})


def leave_note(connection: Connection, scripts: ScriptDirectory, revision: str) -> None:
    """Say in the database which older code is welcome; nothing before there is a table for it."""
    if not inspect(connection).has_table(schema_note.name):
        return
    values = {
        "revision": revision,
        "compatible_with": ",".join(sorted(welcome(scripts, revision))),
    }
    upsert(connection, schema_note, {"id": _NOTE, **values}, keys=["id"], change=values)


def on_version_apply(scripts: ScriptDirectory) -> Any:
    """The callback of alembic that leaves the note in the transaction of each migration."""

    def note(*, ctx: MigrationContext, step: Any, **_rest: Any) -> None:
        connection = ctx.connection
        if connection is not None and step.is_upgrade:
            leave_note(connection, scripts, step.up_revision_id)

    return note


def may_work(connection: Connection, found: str, ours: str) -> bool:
    """Whether code of revision ``ours`` may work on a database of the newer one ``found``."""
    if not inspect(connection).has_table(schema_note.name):
        return False
    note = connection.execute(select(schema_note).where(schema_note.c.id == _NOTE)).first()
    return note is not None and note.revision == found and ours in note.compatible_with.split(",")
