"""What old code has to know, what is about to be deleted, ways to find what names bytes, and lists.

Only additions: code of revision 0002 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0002"}
"""Older code that may go on working on it."""

INSTANT = sa.String(27)
_SEARCHED = {
    "ix_message_partner_id": ["partner", "id"],
    "ix_message_partner_state": ["partner", "state", "id"],
    "ix_message_document": ["document", "id"],
    "ix_message_name": ["name", "id"],
}
"""What a person lists messages by, newest first."""


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        "schema_note",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("compatible_with", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_note")),
        if_not_exists=True,
    )
    op.create_table(
        "doomed",
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_doomed")),
        if_not_exists=True,
    )
    add_index("ix_message_content", "message", ["content"], "content IS NOT NULL")
    add_index("ix_delivery_sha", "delivery", ["sha"])
    for name, columns in _SEARCHED.items():
        add_index(name, "message", columns)
    add_index("ix_message_grouping", "message", ["grouping", "id"], "grouping <> ''")
    add_index("ix_thread_partner_state", "thread", ["partner", "state", "id"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_thread_partner_state", "thread")
    for name in ("ix_message_grouping", *_SEARCHED):
        op.drop_index(name, "message")
    op.drop_index("ix_delivery_sha", "delivery")
    op.drop_index("ix_message_content", "message")
    op.drop_table("doomed")
    op.drop_table("schema_note")
