"""The tables of what goes back to shops: the stock ledger, shipments, decisions.

The migrations make them. Rows of the table ``message`` are named by numbers that are never used
again; the rows themselves may be gone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from gateway.store.tables import METADATA, Id, Instant

_OPEN: ColumnElement[bool] = literal_column("closed IS NULL")
_DUE: ColumnElement[bool] = literal_column("due IS NOT NULL")

figure = Table(
    "stock_figure",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("test", Boolean, nullable=False, server_default="0"),
    Column("article", String(80), nullable=False),
    Column("place", String(80), nullable=False, server_default=""),
    Column("kind", String(40), nullable=False),
    Column("gtin", String(20), nullable=False, server_default=""),
    Column("quantity", BigInteger, nullable=False),
    Column("as_of", Instant(), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    UniqueConstraint("test", "article", "place", "kind"),
    Index("ix_stock_figure_gtin", "gtin"),
)
"""How much the ERP says there is of an article at a place: its newest word, whole pieces.

``as_of``: when that was so; ``sequence``: the row of the report's file, a later report has a higher
one. ``test``: of the ERP's test system.
"""

reserved = Table(
    "stock_reserved",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("test", Boolean, nullable=False, server_default="0"),
    Column("shop", String(80), nullable=False),
    Column("order_id", String(120), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("article", String(80), nullable=False),
    Column("gtin", String(20), nullable=False, server_default=""),
    Column("quantity", BigInteger, nullable=False),
    Column("at", Instant(), nullable=False),
    Column("given", Instant()),
    Column("shipped", Instant()),
    Column("closed", Instant()),
    UniqueConstraint("shop", "order_id", "article"),
    Index(
        "ix_stock_reserved_article",
        "article",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index("ix_stock_reserved_number", "number"),
)
"""What an order of a shop takes of an article, in pieces of the ERP.

``given``: when the ERP got the order; ``shipped``: when it said that all of it left; ``closed``:
from when on it counts no more, because the order was cancelled or the figures contain it.
"""

listing = Table(
    "stock_listing",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("sku", String(80), nullable=False),
    Column("location", String(120), nullable=False, server_default=""),
    Column("article", String(80), nullable=False),
    Column("product", String(120), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="new"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("expected", BigInteger),
    Column("wanted", BigInteger),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("sent", BigInteger),
    Column("sent_at", Instant()),
    Column("acked", BigInteger),
    Column("acked_at", Instant()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("looked", Instant()),
    Column("due", Instant()),
    Column("change", Integer, nullable=False, server_default="0"),
    UniqueConstraint("shop", "sku", "location"),
    Index("ix_stock_listing_article", "article"),
    Index("ix_stock_listing_shop_state", "shop", "state", "id"),
    Index(
        "ix_stock_listing_due",
        "shop",
        "due",
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    ),
)
"""An article as one shop sells it at one of its places.

``state``: ``new`` (the shop was not asked about it yet), ``known``, ``unknown``, ``unmanaged`` (the
shop does not count it), ``refused``. ``expected``: what we believe is there now; ``NULL``: look.
``sent``/``acked``: the quantity of the last call, and of the last one that was confirmed. ``turn``:
counts calls with new contents, for their keys. ``change``: counts what happened to it, so that
nothing that came while it was sent is forgotten.
"""

feed = Table(
    "stock_feed",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("as_of", Instant()),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("message", BigInteger),
    Column("stopped", String(12), nullable=False, server_default=""),
    Column("done", String(8), nullable=False, server_default=""),
    Column("since", Instant()),
    Column("fell", Integer, nullable=False, server_default="0"),
    Column("articles", Integer, nullable=False, server_default="0"),
    Column("released", Instant()),
    Column("reason", Text, nullable=False, server_default=""),
)
"""How far a shop's stock is believed: its newest report, and the kill switch.

``stopped``: ``late``, ``implausible``, or nothing; ``done``: ``freeze`` or ``zero``. ``fell`` of
``articles`` that had stock before the report fell to nothing. ``released`` and ``reason``: by a
person, last.
"""

shipment = Table(
    "shop_shipment",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("order_id", String(120), nullable=False),
    Column("number", String(80), nullable=False),
    Column("key", String(80), nullable=False, unique=True),
    Column("message", BigInteger, nullable=False),
    Column("state", String(8), nullable=False, server_default="planned"),
    Column("complete", Boolean, nullable=False, server_default="0"),
    Column("reference", String(255), nullable=False, server_default=""),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    UniqueConstraint("shop", "order_id", "number"),
)
"""What left the house for one order, by one despatch advice (``number``).

``state``: ``planned``, ``told``, ``refused`` (by the shop). ``complete``: when it was told, nothing
was left to be shipped. ``reference``: the shop's own.
"""

shipped = Table(
    "shop_shipped",
    METADATA,
    Column("shipment", ForeignKey("shop_shipment.id"), primary_key=True),
    Column("line", String(120), primary_key=True),
    Column("quantity", String(40), nullable=False),
)
"""So much of a line of the order is in a shipment; an exact number."""

decision = Table(
    "shop_decision",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("order_id", String(120), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("until", Instant()),
    Column("state", String(8), nullable=False, server_default="open"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("updated", Instant(), nullable=False),
    UniqueConstraint("shop", "order_id"),
    Index("ix_shop_decision_state", "state", "until"),
    Index("ix_shop_decision_number", "number"),
)
"""An order that has to be accepted, ``until`` then where the shop says so.

``state``: ``open``, ``planned``, ``told``, ``refused`` (by the shop), ``gone`` (no need any more).
"""
