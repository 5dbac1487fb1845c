"""Since when the silence of channels is watched, and an index that finds the last file of one.

Only additions: code of revision 0008 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006", "0007", "0008"}
"""Older code that may go on working on it; it raises no alarm of silence."""


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        "silence",
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_silence")),
        if_not_exists=True,
    )
    add_index("ix_message_source", "message", ["source", "id"], "kind = 'file'")


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_message_source", "message")
    op.drop_table("silence")
