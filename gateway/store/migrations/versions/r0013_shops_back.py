"""What goes back to web shops: the stock ledger, shipments, decisions.

Only additions: code of revision 0012 goes on working while and after this one runs; what goes back
waits for newer code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {
    "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012",
}  # fmt: skip
"""Older code that may go on working on it; it sends nothing back to shops."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = (
    "shop_decision",
    "shop_shipped",
    "shop_shipment",
    "stock_feed",
    "stock_listing",
    "stock_reserved",
    "stock_figure",
)


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _figures()
    _reserved()
    _listings()
    _feeds()
    _shipments()
    _decisions()


def downgrade() -> None:
    """Back to the revision before."""
    for table in TABLES:
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    """A text that is empty until it is known."""
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _needed(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default="0")


def _at(name: str, *, needed: bool = False) -> sa.Column[str]:
    return sa.Column(name, INSTANT, nullable=not needed)


def _figures() -> None:
    op.create_table(
        "stock_figure",
        _id(),
        _flag("test"),
        _needed("article", 80),
        _text("place", 80),
        _needed("kind", 40),
        _text("gtin", 20),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _at("as_of", needed=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_figure")),
        sa.UniqueConstraint(
            "test", "article", "place", "kind",
            name=op.f("uq_stock_figure_test_article_place_kind"),
        ),
        if_not_exists=True,
    )  # fmt: skip
    add_index("ix_stock_figure_gtin", "stock_figure", ["gtin"])


def _reserved() -> None:
    op.create_table(
        "stock_reserved",
        _id(),
        _flag("test"),
        _needed("shop", 80),
        _needed("order_id", 120),
        _text("number", 80),
        _needed("article", 80),
        _text("gtin", 20),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _at("at", needed=True),
        _at("given"),
        _at("shipped"),
        _at("closed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_reserved")),
        sa.UniqueConstraint(
            "shop", "order_id", "article", name=op.f("uq_stock_reserved_shop_order_id_article")
        ),
        if_not_exists=True,
    )
    add_index("ix_stock_reserved_article", "stock_reserved", ["article"], "closed IS NULL")
    add_index("ix_stock_reserved_number", "stock_reserved", ["number"])


def _listings() -> None:
    op.create_table(
        "stock_listing",
        _id(),
        _needed("shop", 80),
        _needed("sku", 80),
        _text("location", 120),
        _needed("article", 80),
        _text("product", 120),
        sa.Column("state", sa.String(12), nullable=False, server_default="new"),
        _long("reason"),
        sa.Column("expected", sa.BigInteger()),
        sa.Column("wanted", sa.BigInteger()),
        _count("turn"),
        sa.Column("sent", sa.BigInteger()),
        _at("sent_at"),
        sa.Column("acked", sa.BigInteger()),
        _at("acked_at"),
        _count("attempts"),
        _at("looked"),
        _at("due"),
        _count("change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_listing")),
        sa.UniqueConstraint(
            "shop", "sku", "location", name=op.f("uq_stock_listing_shop_sku_location")
        ),
        if_not_exists=True,
    )
    add_index("ix_stock_listing_article", "stock_listing", ["article"])
    add_index("ix_stock_listing_shop_state", "stock_listing", ["shop", "state", "id"])
    add_index("ix_stock_listing_due", "stock_listing", ["shop", "due"], "due IS NOT NULL")


def _feeds() -> None:
    op.create_table(
        "stock_feed",
        _needed("shop", 80),
        _at("as_of"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("message", sa.BigInteger()),
        _text("stopped", 12),
        _text("done", 8),
        _at("since"),
        _count("fell"),
        _count("articles"),
        _at("released"),
        _long("reason"),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_stock_feed")),
        if_not_exists=True,
    )


def _shipments() -> None:
    op.create_table(
        "shop_shipment",
        _id(),
        _needed("shop", 80),
        _needed("order_id", 120),
        _needed("number", 80),
        _needed("key", 80),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="planned"),
        _flag("complete"),
        _text("reference", 255),
        _at("created", needed=True),
        _at("updated", needed=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_shipment")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_shipment_key")),
        sa.UniqueConstraint(
            "shop", "order_id", "number", name=op.f("uq_shop_shipment_shop_order_id_number")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "shop_shipped",
        sa.Column("shipment", ID, nullable=False),
        _needed("line", 120),
        _needed("quantity", 40),
        sa.ForeignKeyConstraint(
            ["shipment"], ["shop_shipment.id"], name=op.f("fk_shop_shipped_shipment")
        ),
        sa.PrimaryKeyConstraint("shipment", "line", name=op.f("pk_shop_shipped")),
        if_not_exists=True,
    )


def _decisions() -> None:
    op.create_table(
        "shop_decision",
        _id(),
        _needed("shop", 80),
        _needed("order_id", 120),
        _text("number", 80),
        _at("until"),
        sa.Column("state", sa.String(8), nullable=False, server_default="open"),
        _long("reason"),
        _at("updated", needed=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_decision")),
        sa.UniqueConstraint("shop", "order_id", name=op.f("uq_shop_decision_shop_order_id")),
        if_not_exists=True,
    )
    add_index("ix_shop_decision_state", "shop_decision", ["state", "until"])
    add_index("ix_shop_decision_number", "shop_decision", ["number"])
