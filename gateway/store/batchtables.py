"""Tables of documents that are collected before they leave (``send: {batch: …}``)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    literal_column,
)

from gateway.store.tables import METADATA, Id, Instant

batch = Table(
    "batch",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("lane", String(160), nullable=False, unique=True),
    Column("partner", String(80), nullable=False),
    Column("document", String(40), nullable=False),
    Column("standard", String(40), nullable=False),
    Column("test", Boolean, nullable=False, server_default="0"),
    Column("due", Instant()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failing", Instant()),
    Column("updated", Instant(), nullable=False),
    Index(
        "ix_batch_lane",
        "lane",
        "id",
        "due",
        sqlite_where=literal_column("due IS NOT NULL"),
        postgresql_where=literal_column("due IS NOT NULL"),
    ),
)
"""Documents of one agreement that are collected; ``due``: when it is looked at again."""

batched = Table(
    "batched",
    METADATA,
    Column("message", ForeignKey("message.id"), primary_key=True, autoincrement=False),
    Column("lane", String(160), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Instant(), nullable=False),
    Index("ix_batched_lane", "lane", "message"),
)
"""The messages in it, as they were made when their documents were read."""
