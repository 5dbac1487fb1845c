"""What was picked up from partners' servers, for ever, and how the last look there went.

Only additions: code of revision 0005 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005"}
"""Older code that may go on working on it; it does not look into folders on servers."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _picked()
    _look()


def _picked() -> None:
    table = "picked"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("spot", sa.String(64), nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, server_default=""),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger()),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due", INSTANT),
        sa.Column("failing", INSTANT),
        sa.Column("found", sa.Text(), nullable=False, server_default=""),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picked")),
        sa.UniqueConstraint("spot", "sha", name=op.f("uq_picked_spot_sha")),
        if_not_exists=True,
    )
    add_index("ix_picked_source", table, ["source", "id"])
    add_index("ix_picked_message", table, ["message"])
    add_index("ix_picked_due", table, ["source", "due"], "due IS NOT NULL")


def _look() -> None:
    op.create_table(
        "remote_look",
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False, server_default=""),
        sa.Column("looked", INSTANT, nullable=False),
        sa.Column("worked", INSTANT),
        sa.Column("took", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing", INSTANT),
        sa.Column("trouble", sa.String(12), nullable=False, server_default=""),
        sa.Column("found", sa.Text(), nullable=False, server_default=""),
        sa.Column("left", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_remote_look")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("remote_look")
    op.drop_table("picked")
