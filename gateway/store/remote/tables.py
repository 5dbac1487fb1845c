"""The tables of channels that reach out to partners' servers; the migrations make them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from gateway.store.tables import METADATA, Id, Instant

picked = Table(
    "picked",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("spot", String(64), nullable=False),
    Column("sha", String(64), nullable=False),
    Column("source", String(120), nullable=False),
    Column("path", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("size", BigInteger, nullable=False),
    Column("changed", BigInteger),
    Column("message", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Instant()),
    Column("failing", Instant()),
    Column("found", Text, nullable=False, server_default=""),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    UniqueConstraint("spot", "sha"),
    Index("ix_picked_source", "source", "id"),
    Index("ix_picked_message", "message"),
    Index(
        "ix_picked_due",
        "source",
        "due",
        sqlite_where=literal_column("due IS NOT NULL"),
        postgresql_where=literal_column("due IS NOT NULL"),
    ),
)
"""A file that was taken over from a server: this row is the memory, for ever.

``spot``: SHA-256 of source, path, size and time; together with the SHA-256 of the bytes it names
one file. ``place``: where it lies on the server, where that is not ``path`` (claimed). ``message``
is the row it became, which may be gone by now. ``state``: ``accepted`` (it is still to be deleted,
moved or marked there; then ``due`` says when), ``cleared``, ``left``. ``found``: why not, as JSON.
"""

look = Table(
    "remote_look",
    METADATA,
    Column("source", String(120), primary_key=True),
    Column("owner", String(200), nullable=False, server_default=""),
    Column("looked", Instant(), nullable=False),
    Column("worked", Instant()),
    Column("took", Instant()),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing", Instant()),
    Column("trouble", String(12), nullable=False, server_default=""),
    Column("found", Text, nullable=False, server_default=""),
    Column("left", Integer, nullable=False, server_default="0"),
    Column("told", Text, nullable=False, server_default=""),
)
"""What the last look into a folder on a server came to; one row for each channel.

``looked``: when it began; ``worked``: the last one that worked; ``took``: the last one that took a
file. While looks fail: ``failures``, ``failing`` (since when), ``trouble`` and the problem
``found``. While they work ``left`` counts files that cannot be taken, ``found`` is about the first.
``told``: its numbers, as JSON. These are notes: they need not survive a power cut.
"""
