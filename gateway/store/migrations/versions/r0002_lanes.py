"""Lanes, pauses, duties, alarms, business threads, snapshots and the audit trail.

Only additions: code of the revision before goes on working while and after this one runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(27)


def upgrade() -> None:
    """To this revision."""
    _widen()
    _work()
    _watch()
    _keep()
    _adopt()


def downgrade() -> None:
    """Back to the revision before."""
    for table in (
        "audit",
        "snapshot",
        "thread_document",
        "thread",
        "alarm",
        "duty",
        "pause",
        "lane",
    ):
        op.drop_table(table)
    op.drop_index("ix_identity_message", "identity")
    op.drop_index("ix_delivery_lane", "delivery")
    op.drop_index("ix_message_deadline", "message")
    op.drop_index("ix_message_lane", "message")
    with op.batch_alter_table("delivery") as delivery:
        for column in ("lane", "outlet", "temporary", "failing", "crashes"):
            delivery.drop_column(column)
        delivery.alter_column("message", existing_type=ID, nullable=False)
    with op.batch_alter_table("message") as message:
        for column in ("failing", "crashes", "deadline", "trace"):
            message.drop_column(column)
    _partial("ix_message_due", "message", ["due"], "due IS NOT NULL")
    _partial("ix_delivery_due", "delivery", ["due"], "due IS NOT NULL")


def _widen() -> None:
    """New columns of the tables that are there."""
    op.drop_index("ix_delivery_due", "delivery")
    op.drop_index("ix_message_due", "message")
    op.add_column("message", sa.Column("failing", INSTANT))
    op.add_column("message", _count("crashes"))
    op.add_column("message", sa.Column("deadline", INSTANT))
    op.add_column("message", _text("trace", 55))
    op.add_column("delivery", _text("lane", 160))
    op.add_column(
        "delivery", sa.Column("outlet", sa.String(16), nullable=False, server_default="folder")
    )
    op.add_column("delivery", _text("temporary", 255))
    op.add_column("delivery", sa.Column("failing", INSTANT))
    op.add_column("delivery", _count("crashes"))
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("message", existing_type=ID, nullable=True)
    _partial("ix_message_lane", "message", ["lane", "id", "due"], "due IS NOT NULL")
    _partial("ix_message_deadline", "message", ["deadline"], "deadline IS NOT NULL")
    _partial("ix_delivery_lane", "delivery", ["lane", "id", "due"], "due IS NOT NULL")
    op.create_index("ix_identity_message", "identity", ["message"])


def _work() -> None:
    """Who works on what."""
    op.create_table(
        "lane",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("lease", INSTANT),
        _text("owner", 120),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lane")),
    )
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(160), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _text("who", 120),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_pause")),
    )
    op.create_table(
        "duty",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("ran", INSTANT),
        sa.Column("failure", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty")),
    )


def _watch() -> None:
    """What a person has to know: alarms and business threads."""
    op.create_table(
        "alarm",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        _text("partner", 80),
        sa.Column("message", ID),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("raised", INSTANT, nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("resolved", INSTANT),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_alarm_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    _partial("uq_alarm_open", "alarm", ["key"], "resolved IS NULL", unique=True)
    op.create_index("ix_alarm_resolved", "alarm", ["resolved", "id"])
    op.create_index("ix_alarm_message", "alarm", ["message"])
    op.create_table(
        "thread",
        sa.Column("id", ID, nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, server_default="open"),
        sa.Column("due", INSTANT),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("partner", "number", name=op.f("uq_thread_partner_number")),
    )
    op.create_index("ix_thread_number", "thread", ["number"])
    op.create_index("ix_thread_state", "thread", ["state", "id"])
    _partial("ix_thread_due", "thread", ["due"], "due IS NOT NULL")
    op.create_table(
        "thread_document",
        sa.Column("thread", ID, nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_thread_document_thread")),
        sa.ForeignKeyConstraint(
            ["message"], ["message.id"], name=op.f("fk_thread_document_message")
        ),
        sa.PrimaryKeyConstraint("thread", "message", name=op.f("pk_thread_document")),
    )
    op.create_index("ix_thread_document_message", "thread_document", ["message"])


def _keep() -> None:
    """What settings were in force, and what a person did."""
    op.create_table(
        "snapshot",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])


def _adopt() -> None:
    """Work that waits in a database of before gets the lanes it belongs to."""
    op.execute("UPDATE message SET lane = 'in/' || source WHERE due IS NOT NULL")
    op.execute(
        "UPDATE delivery SET lane = 'to/' || purpose || '/' || folder "
        "WHERE due IS NOT NULL AND length(folder) < 140"
    )
    op.execute("UPDATE delivery SET lane = 'to/' || purpose WHERE due IS NOT NULL AND lane = ''")


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    clause = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")
