"""Documents that wait for others to leave with them.

Only additions: code of revision 0010 goes on working while and after this one runs; what was
collected waits for newer code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010"}
"""Older code that may go on working on it; it collects nothing."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        "batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("lane", sa.String(160), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("standard", sa.String(40), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("due", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing", INSTANT),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("lane", name=op.f("uq_batch_lane")),
        if_not_exists=True,
    )
    add_index("ix_batch_lane", "batch", ["lane", "id", "due"], "due IS NOT NULL")
    op.create_table(
        "batched",
        sa.Column("message", ID, nullable=False),
        sa.Column("lane", sa.String(160), nullable=False),
        sa.Column("number", sa.String(80), nullable=False, server_default=""),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_batched_message")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_batched")),
        if_not_exists=True,
    )
    add_index("ix_batched_lane", "batched", ["lane", "message"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("batched")
    op.drop_table("batch")
