"""How alembic reaches the database: over the connection that opened it.

On SQLite all revisions are one transaction, begun outside. On PostgreSQL each is one of its own,
so that an index can be built beside the traffic.
"""

from __future__ import annotations

from alembic import context

from gateway.store import batchtables as _batch_tables  # noqa: F401
from gateway.store.as2 import tables as _as2_tables  # noqa: F401 (they enter METADATA)
from gateway.store.compatibility import on_version_apply
from gateway.store.mailbox import tables as _mailbox_tables  # noqa: F401
from gateway.store.remote import tables as _remote_tables  # noqa: F401
from gateway.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=True,
    on_version_apply=on_version_apply(context.script),
)
with context.begin_transaction():
    context.run_migrations()
