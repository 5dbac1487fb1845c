"""The tables of AS2; the migrations make them.

Everything that came or went is kept as it was on the wire: ``wire`` is the body in the archive (a
small one that came: among the ``content``), ``headers`` the list of its headers as JSON. A receipt
is kept whole, with its own headers, among the ``content``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    literal_column,
)

from gateway.store.tables import METADATA, Id, Instant

received = Table(
    "as2_received",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("partner", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("as2_from", String(255), nullable=False),
    Column("as2_to", String(255), nullable=False),
    Column("message_id", String(1000), nullable=False),
    Column("headers", Text, nullable=False),
    Column("wire", String(64)),
    Column("wire_size", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("message", ForeignKey("message.id")),
    Column("found", Text, nullable=False, server_default=""),
    Column("disposition", Text, nullable=False, server_default=""),
    Column("mdn", String(64)),
    Column("mdn_to", Text, nullable=False, server_default=""),
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("config", String(64), nullable=False, server_default=""),
    Column("lane", String(160), nullable=False, server_default=""),
    Column("due", Instant()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failing", Instant()),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Index("ix_as2_received_partner", "partner", "id"),
    Index("ix_as2_received_message", "message"),
    Index("ix_as2_received_wire", "wire"),
    Index("ix_as2_received_mdn", "mdn"),
    Index(
        "ix_as2_received_lane",
        "lane",
        "id",
        "due",
        sqlite_where=literal_column("due IS NOT NULL"),
        postgresql_where=literal_column("due IS NOT NULL"),
    ),
)
"""A message of a partner. ``key``: SHA-256 of partner, AS2-From, AS2-To and Message-ID, for ever.

``state``: ``spooled`` (durable, still to be opened), ``accepted``, ``refused``. ``found``: its
layers, signer, MIC and problems, as JSON. ``mdn_to``: where the receipt goes, empty for the reply.
"""

envelope = Table(
    "as2_envelope",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("wire", String(64), nullable=False),
    Column("accepted", Boolean, nullable=False, server_default="0"),
    Column("created", Instant(), nullable=False),
    Index(
        "ix_as2_envelope_created",
        "created",
        sqlite_where=literal_column("NOT accepted"),
        postgresql_where=literal_column("NOT accepted"),
    ),
)
"""An encrypted content key that our private key opened (``key``: its SHA-256), and the SHA-256 of
the body it came with first. It opens no other body: see :mod:`gateway.store.as2.envelopes`."""

sent = Table(
    "as2_sent",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("delivery", ForeignKey("delivery.id")),
    Column("message", ForeignKey("message.id")),
    Column("partner", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("as2_from", String(255), nullable=False),
    Column("as2_to", String(255), nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("headers", Text, nullable=False),
    Column("wire", String(64)),
    Column("wire_size", BigInteger, nullable=False),
    Column("payload", String(64), nullable=False),
    Column("mics", Text, nullable=False, server_default=""),
    Column("receipt", String(8), nullable=False),
    Column("signed", Boolean, nullable=False, server_default="0"),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deadline", Instant()),
    Column("status", Integer),
    Column("mdn", String(64)),
    Column("disposition", Text, nullable=False, server_default=""),
    Column("found", Text, nullable=False, server_default=""),
    Column("config", String(64), nullable=False, server_default=""),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Index("ix_as2_sent_delivery", "delivery", "id"),
    Index("ix_as2_sent_message", "message"),
    Index("ix_as2_sent_partner", "partner", "id"),
    Index("ix_as2_sent_wire", "wire"),
    Index("ix_as2_sent_mdn", "mdn"),
)
"""A message of ours, built once: every attempt sends these bytes with these headers.

``state``: ``ready``, ``sending``, ``sent`` (the receipt is awaited), ``unknown`` (no or no clear
reply), ``acknowledged``, ``rejected``, ``mismatch``, ``exhausted``. ``mics``: digest → base64,
computed when it was built. The last row of a delivery is the one that counts.
"""

receipt = Table(
    "as2_receipt",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("sent", ForeignKey("as2_sent.id")),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("message_id", String(1000), nullable=False, server_default=""),
    Column("content", String(64), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("found", Text, nullable=False, server_default=""),
    Column("created", Instant(), nullable=False),
    Index("ix_as2_receipt_sent", "sent"),
    Index("ix_as2_receipt_partner", "partner", "id"),
    Index("ix_as2_receipt_content", "content"),
    Index(
        "ix_as2_receipt_received",
        "partner",
        "id",
        sqlite_where=literal_column("verdict = 'received'"),
        postgresql_where=literal_column("verdict = 'received'"),
    ),
)
"""Every receipt that came, those that settled nothing among them. ``verdict``: ``received`` (not
judged yet), ``settled``, ``repeat`` (it was settled before), ``ignored`` (it proves nothing:
``found`` says why)."""

ARCHIVED = (received.c.wire, sent.c.wire)
"""What these tables name in the archive, where it is not among the ``content``."""
KEPT = (received.c.mdn, sent.c.mdn, sent.c.payload, receipt.c.content)
"""What they name among the ``content``."""
