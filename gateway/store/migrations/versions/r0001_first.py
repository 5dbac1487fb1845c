"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "content",
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_content")),
    )
    op.create_table(
        "control_number",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("updated", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_control_number")),
    )
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("parent", ID, nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("intake", sa.String(length=120), nullable=True),
        sa.Column("replay_of", ID, nullable=True),
        sa.Column("replaces", ID, nullable=True),
        sa.Column("carrier", ID, nullable=True),
        sa.Column("only", sa.String(length=24), server_default="", nullable=False),
        sa.Column("source", sa.String(length=120), server_default="", nullable=False),
        sa.Column("name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("partner", sa.String(length=80), server_default="", nullable=False),
        sa.Column("document", sa.String(length=40), server_default="", nullable=False),
        sa.Column("standard", sa.String(length=16), server_default="", nullable=False),
        sa.Column("format", sa.String(length=60), server_default="", nullable=False),
        sa.Column("sender", sa.String(length=80), server_default="", nullable=False),
        sa.Column("receiver", sa.String(length=80), server_default="", nullable=False),
        sa.Column("reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("grouping", sa.String(length=80), server_default="", nullable=False),
        sa.Column("number", sa.String(length=80), server_default="", nullable=False),
        sa.Column("test", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("resume", sa.String(length=12), server_default="", nullable=False),
        sa.Column("lane", sa.String(length=120), server_default="", nullable=False),
        sa.Column("payload", sa.String(length=64), nullable=True),
        sa.Column("payload_offset", sa.Integer(), nullable=True),
        sa.Column("payload_size", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("config", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due", sa.String(length=27), nullable=True),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("updated", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["message.id"], name=op.f("fk_message_parent")),
        sa.ForeignKeyConstraint(["replaces"], ["message.id"], name=op.f("fk_message_replaces")),
        sa.ForeignKeyConstraint(["carrier"], ["message.id"], name=op.f("fk_message_carrier")),
        sa.ForeignKeyConstraint(["replay_of"], ["message.id"], name=op.f("fk_message_replay_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("intake", name=op.f("uq_message_intake")),
        sa.UniqueConstraint(
            "parent", "kind", "ordinal", name=op.f("uq_message_parent_kind_ordinal")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_created", ["created"], unique=False)
        batch_op.create_index(
            "ix_message_due",
            ["due"],
            unique=False,
            sqlite_where=sa.text("due IS NOT NULL"),
            postgresql_where=sa.text("due IS NOT NULL"),
        )
        batch_op.create_index("ix_message_number", ["number"], unique=False)
        batch_op.create_index("ix_message_partner", ["partner", "document", "id"], unique=False)
        batch_op.create_index("ix_message_payload", ["payload"], unique=False)
        batch_op.create_index("ix_message_reference", ["reference"], unique=False)
        batch_op.create_index("ix_message_replaces", ["replaces"], unique=False)
        batch_op.create_index("ix_message_carrier", ["carrier"], unique=False)
        batch_op.create_index("ix_message_replay_of", ["replay_of"], unique=False)
        batch_op.create_index("ix_message_state", ["state", "id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("folder", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due", sa.String(length=27), nullable=True),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("updated", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_delivery_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("folder", "name", name=op.f("uq_delivery_folder_name")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["due"],
            unique=False,
            sqlite_where=sa.text("due IS NOT NULL"),
            postgresql_where=sa.text("due IS NOT NULL"),
        )
        batch_op.create_index("ix_delivery_message", ["message"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("before", sa.String(length=12), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_event_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_message", ["message", "id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("standard", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("message", ID, nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_identity_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "standard",
            "sender",
            "receiver",
            "test",
            "reference",
            name=op.f("uq_identity_standard_sender_receiver_test_reference"),
        ),
    )
    op.create_table(
        "problem",
        sa.Column("id", ID, nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_problem_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.create_index("ix_problem_code", ["code", "message"], unique=False)
        batch_op.create_index("ix_problem_message", ["message", "id"], unique=False)


def downgrade() -> None:
    """Back to nothing."""
    for table in ("problem", "identity", "event", "delivery", "message", "control_number"):
        op.drop_table(table)
    op.drop_table("content")
