"""The table of uploads; the migrations make it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from gateway.store.tables import METADATA, Id, Instant

upload = Table(
    "upload_received",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("partner", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("given", String(255), nullable=False),
    Column("sha", String(64), nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created", Instant(), nullable=False),
)
"""A file that came under a key (``given``, the header Idempotency-Key), for ever.

``key``: SHA-256 of partner, channel and that key. ``sha``: of the file. ``message``: the row made
of it, which may be gone; the number is never used again. ``answer``: the body of our answer.
"""
