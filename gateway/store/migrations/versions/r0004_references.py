"""The numbers that partners' interchanges come with: how far they are, what is missing, what waits.

Only additions: code of revision 0003 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003"}
"""Older code that may go on working on it; what it takes in is not watched."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        "sequence",
        sa.Column("id", ID, nullable=False),
        sa.Column("standard", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(80), nullable=False),
        sa.Column("receiver", sa.String(80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("prefix", sa.String(80), nullable=False, server_default=""),
        sa.Column("partner", sa.String(80), nullable=False, server_default=""),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequence")),
        sa.UniqueConstraint(
            "standard",
            "sender",
            "receiver",
            "test",
            "prefix",
            name=op.f("uq_sequence_standard_sender_receiver_test_prefix"),
        ),
        if_not_exists=True,
    )
    op.create_table(
        "gap",
        sa.Column("id", ID, nullable=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("found", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
        sa.ForeignKeyConstraint(["sequence"], ["sequence.id"], name=op.f("fk_gap_sequence")),
        if_not_exists=True,
    )
    op.create_table(
        "waiting",
        sa.Column("message", ID, nullable=False, autoincrement=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_waiting")),
        sa.ForeignKeyConstraint(["sequence"], ["sequence.id"], name=op.f("fk_waiting_sequence")),
        if_not_exists=True,
    )
    add_index("ix_gap_sequence", "gap", ["sequence", "first"])
    add_index("ix_gap_due", "gap", ["due"])
    add_index("ix_waiting_sequence", "waiting", ["sequence", "number"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("waiting")
    op.drop_table("gap")
    op.drop_table("sequence")
