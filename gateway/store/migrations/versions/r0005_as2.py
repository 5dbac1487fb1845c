"""What AS2 remembers: messages that came and went, and the receipts for them.

Only additions: code of revision 0004 goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004"}
"""Older code that may go on working on it; it neither receives nor sends by AS2."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _received()
    _envelope()
    _sent()
    _receipt()


def _received() -> None:
    table = "as2_received"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("as2_from", sa.String(255), nullable=False),
        sa.Column("as2_to", sa.String(255), nullable=False),
        sa.Column("message_id", sa.String(1000), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("wire", sa.String(64)),
        sa.Column("wire_size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("message", ID),
        sa.Column("found", sa.Text(), nullable=False, server_default=""),
        sa.Column("disposition", sa.Text(), nullable=False, server_default=""),
        sa.Column("mdn", sa.String(64)),
        sa.Column("mdn_to", sa.Text(), nullable=False, server_default=""),
        sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("config", sa.String(64), nullable=False, server_default=""),
        sa.Column("lane", sa.String(160), nullable=False, server_default=""),
        sa.Column("due", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing", INSTANT),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_as2_received_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as2_received")),
        sa.UniqueConstraint("key", name=op.f("uq_as2_received_key")),
        if_not_exists=True,
    )
    for columns in (["partner", "id"], ["message"], ["wire"], ["mdn"]):
        add_index(f"ix_{table}_{columns[0]}", table, columns)
    add_index(f"ix_{table}_lane", table, ["lane", "id", "due"], "due IS NOT NULL")


def _envelope() -> None:
    table = "as2_envelope"
    op.create_table(
        table,
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_as2_envelope")),
        if_not_exists=True,
    )
    add_index(f"ix_{table}_created", table, ["created"], "NOT accepted")


def _sent() -> None:
    table = "as2_sent"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("delivery", ID),
        sa.Column("message", ID),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("as2_from", sa.String(255), nullable=False),
        sa.Column("as2_to", sa.String(255), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("wire", sa.String(64)),
        sa.Column("wire_size", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("mics", sa.Text(), nullable=False, server_default=""),
        sa.Column("receipt", sa.String(8), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("deadline", INSTANT),
        sa.Column("status", sa.Integer()),
        sa.Column("mdn", sa.String(64)),
        sa.Column("disposition", sa.Text(), nullable=False, server_default=""),
        sa.Column("found", sa.Text(), nullable=False, server_default=""),
        sa.Column("config", sa.String(64), nullable=False, server_default=""),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name=op.f("fk_as2_sent_delivery")),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_as2_sent_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as2_sent")),
        sa.UniqueConstraint("message_id", name=op.f("uq_as2_sent_message_id")),
        if_not_exists=True,
    )
    for columns in (["delivery", "id"], ["message"], ["partner", "id"], ["wire"], ["mdn"]):
        add_index(f"ix_{table}_{columns[0]}", table, columns)


def _receipt() -> None:
    table = "as2_receipt"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("sent", ID),
        sa.Column("partner", sa.String(80), nullable=False, server_default=""),
        sa.Column("message_id", sa.String(1000), nullable=False, server_default=""),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("found", sa.Text(), nullable=False, server_default=""),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["sent"], ["as2_sent.id"], name=op.f("fk_as2_receipt_sent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as2_receipt")),
        if_not_exists=True,
    )
    for columns in (["sent"], ["partner", "id"], ["content"]):
        add_index(f"ix_{table}_{columns[0]}", table, columns)
    add_index(f"ix_{table}_received", table, ["partner", "id"], "verdict = 'received'")


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("as2_receipt", "as2_sent", "as2_envelope", "as2_received"):
        op.drop_table(table)
