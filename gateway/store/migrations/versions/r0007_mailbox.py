"""What the mailboxes of our SFTP server remember: uploads, files offered, what partners did.

Only additions: code of revision 0006 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006"}
"""Older code that may go on working on it; it has no mailboxes."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _upload()
    _offer()
    _action()


def _upload() -> None:
    table = "mailbox_upload"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("renamed", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("size", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("sha", sa.String(64)),
        sa.Column("message", ID),
        sa.Column("owner", sa.String(120), nullable=False, server_default=""),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        _goes_with("message", table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    add_index(f"ix_{table}_name", table, ["partner", "channel", "name", "id"])
    add_index(f"ix_{table}_message", table, ["message"])
    add_index(f"ix_{table}_updated", table, ["updated"])
    add_index(f"ix_{table}_unfinished", table, ["partner", "channel"], "message IS NULL")


def _goes_with(column: str, table: str) -> sa.ForeignKeyConstraint:
    """Older code deletes what it names, and does not know these rows."""
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{column}.id"], name=name, ondelete="CASCADE")


def _offer() -> None:
    table = "mailbox_offer"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("delivery", ID, nullable=False),
        sa.Column("message", ID),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fetched", INSTANT),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        _goes_with("delivery", table),
        _goes_with("message", table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("delivery", name=op.f(f"uq_{table}_delivery")),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    add_index(f"ix_{table}_state", table, ["partner", "channel", "state", "id"])
    add_index(f"ix_{table}_name", table, ["partner", "channel", "name", "id"])
    add_index(f"ix_{table}_message", table, ["message"])
    add_index(f"ix_{table}_waiting", table, ["created"], "state = 'waiting'")


def _action() -> None:
    table = "mailbox_action"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("session", sa.String(40), nullable=False, server_default=""),
        sa.Column("user", sa.String(80), nullable=False, server_default=""),
        sa.Column("partner", sa.String(80), nullable=False, server_default=""),
        sa.Column("channel", sa.String(40), nullable=False, server_default=""),
        sa.Column("address", sa.String(64), nullable=False, server_default=""),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("path", sa.String(300), nullable=False, server_default=""),
        sa.Column("target", sa.String(300), nullable=False, server_default=""),
        sa.Column("size", sa.BigInteger()),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("message", ID),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        if_not_exists=True,
    )
    add_index(f"ix_{table}_partner", table, ["partner", "channel", "id"])
    add_index(f"ix_{table}_at", table, ["at"])


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("mailbox_action", "mailbox_offer", "mailbox_upload"):
        op.drop_table(table)
