"""Which settings were applied, and which processes are at work.

Only additions: code of revision 0009 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006", "0007", "0008", "0009"}
"""Older code that may go on working on it; it runs its files, whatever was applied."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    op.create_table(
        "configuration",
        sa.Column("seq", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("version", sa.String(40), nullable=False, server_default=""),
        sa.Column("based", ID, nullable=False, server_default="0"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("summary", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_configuration")),
        if_not_exists=True,
    )
    add_index(
        "uq_configuration_prepared", "configuration", ["state"], "state = 'prepared'", unique=True
    )
    op.create_table(
        "process",
        sa.Column("owner", sa.String(160), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("running", ID, nullable=False, server_default="0"),
        sa.Column("ready", ID, nullable=False, server_default="0"),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_process")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("process")
    op.drop_table("configuration")
