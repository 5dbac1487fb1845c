"""What partners posted under a key, and what they were answered.

Only an addition: code of revision 0007 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006", "0007"}
"""Older code that may go on working on it; it takes no uploads."""

TABLE = "upload_received"


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("given", sa.String(255), nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{TABLE}_key")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table(TABLE)
