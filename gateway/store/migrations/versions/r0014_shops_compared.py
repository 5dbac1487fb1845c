"""Comparing shops with the house: runs, days, differences; webhooks as they stand.

Only additions: code of revision 0013 goes on working while and after this one runs; it compares
nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COMPATIBLE_WITH = {
    "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013",
}  # fmt: skip
"""Older code that may go on working on it; it compares nothing."""

INSTANT = sa.String(27)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = ("shop_health", "shop_difference", "shop_reconciliation", "shop_reconciling")


def upgrade() -> None:
    """To this revision; a second time after it was killed in between."""
    _runs()
    _days()
    _differences()
    _health()


def downgrade() -> None:
    """Back to the revision before."""
    for table in TABLES:
        op.drop_table(table)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _at(name: str, *, needed: bool = False) -> sa.Column[str]:
    return sa.Column(name, INSTANT, nullable=not needed)


def _runs() -> None:
    op.create_table(
        "shop_reconciling",
        _text("shop", 80),
        _number("run"),
        _at("begun", needed=True),
        _at("since", needed=True),
        _at("until", needed=True),
        _text("zone", 64),
        _text("phase", 8),
        _at("position"),
        _number("step"),
        _count("looks"),
        sa.Column("counts", sa.Text(), nullable=False, server_default=""),
        sa.Column("turn", ID, nullable=False, server_default="0"),
        _at("ended"),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_shop_reconciling")),
        if_not_exists=True,
    )


def _days() -> None:
    op.create_table(
        "shop_reconciliation",
        _text("shop", 80),
        _text("day", 10),
        _number("run"),
        _long("counts"),
        _at("compared", needed=True),
        sa.PrimaryKeyConstraint("shop", "day", name=op.f("pk_shop_reconciliation")),
        if_not_exists=True,
    )
    add_index("ix_shop_reconciliation_day", "shop_reconciliation", ["day"])


def _differences() -> None:
    op.create_table(
        "shop_difference",
        sa.Column("id", ID, nullable=False),
        _text("shop", 80),
        _text("day", 10),
        _text("external_id", 120),
        _text("code", 8),
        sa.Column("number", sa.String(80), nullable=False, server_default=""),
        _long("facts"),
        _number("run"),
        _at("first", needed=True),
        _at("last", needed=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_difference")),
        sa.UniqueConstraint(
            "shop", "external_id", "code", name=op.f("uq_shop_difference_shop_external_id_code")
        ),
        if_not_exists=True,
    )
    add_index("ix_shop_difference_shop_day", "shop_difference", ["shop", "day", "id"])
    add_index("ix_shop_difference_last", "shop_difference", ["last"])


def _health() -> None:
    op.create_table(
        "shop_health",
        _text("shop", 80),
        _at("since", needed=True),
        _at("looked", needed=True),
        _long("hooks"),
        _count("made"),
        _at("made_at"),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_shop_health")),
        if_not_exists=True,
    )
