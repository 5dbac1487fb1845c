"""The table of requests to the API; the migrations make it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from gateway.store.tables import METADATA, Id, Instant

request = Table(
    "shop_request",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("owner", String(90), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("location", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False),
    Column("created", Instant(), nullable=False),
    Index("ix_shop_request_created", "created"),
)
"""A request that came under a key (the header Idempotency-Key), and our answer to it.

``key``: SHA-256 of the owner and that key. ``owner``: ``shop:NAME`` or ``erp``. ``digest``: SHA-256
of method, path and body. ``status``, ``location``, ``answer``: what was said.
"""
