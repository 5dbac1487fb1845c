"""Web shops: hints, orders and their revisions, refunds, customers, cursors, errands.

Only additions: code of revision 0011 goes on working while and after this one runs; what belongs
to shops waits for newer code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {"0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011"}
"""Older code that may go on working on it; it does nothing for shops."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = (
    "shop_request",
    "errand",
    "shop_cursor",
    "shop_customer",
    "shop_refund",
    "shop_revision",
    "shop_order",
    "shop_inbox",
)


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _inbox()
    _orders()
    _revisions()
    _refunds()
    _small()
    _requests()


def downgrade() -> None:
    """Back to the revision before."""
    for table in TABLES:
        op.drop_table(table)


def _text(name: str, length: int) -> sa.Column[str]:
    """A text that is empty until it is known."""
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _inbox() -> None:
    op.create_table(
        "shop_inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("lane", sa.String(160), nullable=False),
        _text("topic", 80),
        _text("kind", 8),
        _text("external_id", 120),
        _text("delivery", 120),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="new"),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        _count("attempts"),
        sa.Column("due", INSTANT),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("done", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_inbox")),
        if_not_exists=True,
    )
    add_index("ix_shop_inbox_shop", "shop_inbox", ["shop", "id"])
    add_index("ix_shop_inbox_shop_received", "shop_inbox", ["shop", "received"])
    add_index("ix_shop_inbox_received", "shop_inbox", ["received"])
    add_index("ix_shop_inbox_lane", "shop_inbox", ["lane", "id", "due"], "due IS NOT NULL")


def _orders() -> None:
    op.create_table(
        "shop_order",
        sa.Column("id", ID, nullable=False),
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        _text("number", 80),
        _text("shop_number", 80),
        _text("status", 16),
        _text("shop_status", 80),
        _text("state", 8),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        _text("hash", 64),
        _text("version", 80),
        _count("revision"),
        sa.Column("content", sa.String(64)),
        sa.Column("raw", sa.String(64)),
        _text("rules", 16),
        sa.Column("message", sa.BigInteger()),
        sa.Column("test", sa.Boolean(), nullable=False, server_default="0"),
        _text("currency", 8),
        _text("total", 40),
        sa.Column("created", INSTANT),
        sa.Column("placed", INSTANT),
        sa.Column("updated", INSTANT),
        sa.Column("entered", INSTANT, nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("shop", "external_id", name=op.f("uq_shop_order_shop_external_id")),
        if_not_exists=True,
    )
    for name, columns in (
        ("shop_state", ["shop", "state", "id"]),
        ("shop_created", ["shop", "created"]),
        ("state", ["state", "id"]),
        ("number", ["number"]),
        ("shop_number", ["shop_number"]),
        ("content", ["content"]),
        ("raw", ["raw"]),
        ("seen", ["seen"]),
    ):
        add_index(f"ix_shop_order_{name}", "shop_order", columns)


def _revisions() -> None:
    op.create_table(
        "shop_revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("shop_order", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64)),
        sa.Column("message", sa.BigInteger()),
        _text("written", 12),
        _count("sequence"),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_order"], ["shop_order.id"], name=op.f("fk_shop_revision_shop_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_revision")),
        sa.UniqueConstraint(
            "shop_order", "number", name=op.f("uq_shop_revision_shop_order_number")
        ),
        if_not_exists=True,
    )
    add_index("ix_shop_revision_message", "shop_revision", ["message"])
    add_index("ix_shop_revision_content", "shop_revision", ["content"])


def _refunds() -> None:
    op.create_table(
        "shop_refund",
        sa.Column("id", ID, nullable=False),
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("order_id", sa.String(120), nullable=False),
        _text("number", 80),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64)),
        sa.Column("message", sa.BigInteger()),
        _text("currency", 8),
        _text("total", 40),
        sa.Column("created", INSTANT),
        sa.Column("entered", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_refund")),
        sa.UniqueConstraint("shop", "external_id", name=op.f("uq_shop_refund_shop_external_id")),
        if_not_exists=True,
    )
    add_index("ix_shop_refund_order", "shop_refund", ["shop", "order_id"])
    add_index("ix_shop_refund_shop_state", "shop_refund", ["shop", "state", "id"])
    add_index("ix_shop_refund_content", "shop_refund", ["content"])


def _small() -> None:
    op.create_table(
        "shop_customer",
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("shop", "key", name=op.f("pk_shop_customer")),
        if_not_exists=True,
    )
    op.create_table(
        "shop_cursor",
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("begun", INSTANT, nullable=False),
        sa.Column("mark", INSTANT, nullable=False),
        sa.Column("since", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("position", sa.Text(), nullable=False, server_default=""),
        sa.Column("newest", INSTANT),
        sa.Column("started", INSTANT),
        sa.Column("ended", INSTANT),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_shop_cursor")),
        if_not_exists=True,
    )
    op.create_table(
        "errand",
        sa.Column("lane", sa.String(160), nullable=False),
        sa.Column("shop", sa.String(80), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("ran", INSTANT),
        sa.Column("worked", INSTANT),
        _count("attempts"),
        sa.Column("failing", INSTANT),
        _text("trouble", 12),
        sa.Column("failure", sa.Text(), nullable=False, server_default=""),
        sa.Column("asked", INSTANT),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_errand")),
        sa.UniqueConstraint("shop", "task", name=op.f("uq_errand_shop_task")),
        if_not_exists=True,
    )
    add_index("ix_errand_due", "errand", ["due"])


def _requests() -> None:
    op.create_table(
        "shop_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(90), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False, server_default=""),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_request")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_request_key")),
        if_not_exists=True,
    )
    add_index("ix_shop_request_created", "shop_request", ["created"])
