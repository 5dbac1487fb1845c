"""The tables of web shops: hints, orders and their revisions, refunds, cursors, errands.

The migrations make them. What a row names in the table ``content`` is told to those who delete
contents by :mod:`gateway.store.shops.retained`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnClause,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from gateway.store.tables import METADATA, Id, Instant

_DUE: ColumnClause[str] = literal_column("due IS NOT NULL")

inbox = Table(
    "shop_inbox",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("lane", String(160), nullable=False),
    Column("topic", String(80), nullable=False, server_default=""),
    Column("kind", String(8), nullable=False, server_default=""),
    Column("external_id", String(120), nullable=False, server_default=""),
    Column("delivery", String(120), nullable=False, server_default=""),
    Column("sha", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False, server_default="new"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Instant()),
    Column("received", Instant(), nullable=False),
    Column("done", Instant()),
    Index("ix_shop_inbox_shop", "shop", "id"),
    Index("ix_shop_inbox_shop_received", "shop", "received"),
    Index("ix_shop_inbox_received", "received"),
    Index("ix_shop_inbox_lane", "lane", "id", "due", sqlite_where=_DUE, postgresql_where=_DUE),
)
"""What a shop's webhook said: this may have changed. A hint, never the truth.

``sha``: of the body; ``body``: compressed, empty once it is done. ``state``: ``new``, ``done``, or
``left`` (given up: the polls find what it meant). ``due``: when it is worked on; ``NULL`` after.
"""

order = Table(
    "shop_order",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("shop_number", String(80), nullable=False, server_default=""),
    Column("status", String(16), nullable=False, server_default=""),
    Column("shop_status", String(80), nullable=False, server_default=""),
    Column("state", String(8), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("hash", String(64), nullable=False, server_default=""),
    Column("version", String(80), nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content", String(64)),
    Column("raw", String(64)),
    Column("rules", String(16), nullable=False, server_default=""),
    Column("message", BigInteger),
    Column("test", Boolean, nullable=False, server_default="0"),
    Column("currency", String(8), nullable=False, server_default=""),
    Column("total", String(40), nullable=False, server_default=""),
    Column("created", Instant()),
    Column("placed", Instant()),
    Column("updated", Instant()),
    Column("entered", Instant(), nullable=False),
    Column("seen", Instant(), nullable=False),
    UniqueConstraint("shop", "external_id"),
    Index("ix_shop_order_shop_state", "shop", "state", "id"),
    Index("ix_shop_order_shop_created", "shop", "created"),
    Index("ix_shop_order_state", "state", "id"),
    Index("ix_shop_order_number", "number"),
    Index("ix_shop_order_shop_number", "shop_number"),
    Index("ix_shop_order_content", "content"),
    Index("ix_shop_order_raw", "raw"),
    Index("ix_shop_order_seen", "seen"),
)
"""An order of a shop as it was read last; for ever, so that it is never taken twice.

``number``: the ERP's; ``state``: ``waiting`` (``reason`` says for what), ``taken``, ``held``,
``refused``, ``ours`` (made by us in the shop), ``gone``. ``hash``: of what counts for business.
``content``: the canonical order in the table ``content``; ``raw``: there, too, the record of an
order that waits. ``rules``: of the filter that made it wait. ``message``: its newest row, which
may be gone. ``created``, ``placed``, ``updated`` are the shop's; ``entered`` and ``seen`` (when a
change of it was read last) are ours. ``total``: exact, with tax.
"""

revision = Table(
    "shop_revision",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop_order", ForeignKey("shop_order.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("content", String(64)),
    Column("message", BigInteger),
    Column("written", String(12), nullable=False, server_default=""),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("created", Instant(), nullable=False),
    UniqueConstraint("shop_order", "number"),
    Index("ix_shop_revision_message", "message"),
    Index("ix_shop_revision_content", "content"),
)
"""What an order looked like when it was taken over, each time.

``written``: what the ERP was given for it: ``order``, ``orderchange``, ``cancellation``, ``none``
(nothing it needs), or nothing yet. ``sequence``: which of the changes of the order it is.
"""

refund = Table(
    "shop_refund",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("order_id", String(120), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("state", String(8), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("hash", String(64), nullable=False),
    Column("content", String(64)),
    Column("message", BigInteger),
    Column("currency", String(8), nullable=False, server_default=""),
    Column("total", String(40), nullable=False, server_default=""),
    Column("created", Instant()),
    Column("entered", Instant(), nullable=False),
    UniqueConstraint("shop", "external_id"),
    Index("ix_shop_refund_order", "shop", "order_id"),
    Index("ix_shop_refund_shop_state", "shop", "state", "id"),
    Index("ix_shop_refund_content", "content"),
)
"""A refund of a shop, for ever; ``order_id``: the external id of its order. States as above."""

customer = Table(
    "shop_customer",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("updated", Instant(), nullable=False),
)
"""A customer the ERP was told of: ``key`` names him, ``hash`` what was told, by ``message``."""

cursor = Table(
    "shop_cursor",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("begun", Instant(), nullable=False),
    Column("mark", Instant(), nullable=False),
    Column("since", Instant()),
    Column("until", Instant()),
    Column("position", Text, nullable=False, server_default=""),
    Column("newest", Instant()),
    Column("started", Instant()),
    Column("ended", Instant()),
    Column("updated", Instant(), nullable=False),
)
"""How far the polls of a shop have read. ``begun``: orders made before it are not the house's.

``mark``: everything that changed before it (by the shop's own clock) was read. ``since``,
``until``, ``position``, ``newest``: of the window that is being read, ``newest`` the last change
met in it, ``started`` when it was begun. ``ended``: when the last whole look was begun.
"""

errand = Table(
    "errand",
    METADATA,
    Column("lane", String(160), primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("task", String(20), nullable=False),
    Column("due", Instant(), nullable=False),
    Column("ran", Instant()),
    Column("worked", Instant()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failing", Instant()),
    Column("trouble", String(12), nullable=False, server_default=""),
    Column("failure", Text, nullable=False, server_default=""),
    Column("asked", Instant()),
    UniqueConstraint("shop", "task"),
    Index("ix_errand_due", "due"),
)
"""Something that is done for a shop again and again; its lane is ``shop/NAME/TASK``.

``ran``: begun last; ``worked``: went well last. While it fails: ``attempts``, since when
(``failing``), what kind of ``trouble``, and the ``failure`` as a sentence. ``asked``: the time it
was asked for last by whoever has something for it, perhaps while it was being done.
"""
