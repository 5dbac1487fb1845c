"""The tables of comparing shops with the house: runs, days, differences; webhooks as they stand.

The migrations make them.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from gateway.store.tables import METADATA, Id, Instant

run = Table(
    "shop_reconciling",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("run", Integer, nullable=False),
    Column("begun", Instant(), nullable=False),
    Column("since", Instant(), nullable=False),
    Column("until", Instant(), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("phase", String(8), nullable=False),
    Column("position", Instant()),
    Column("step", Integer, nullable=False),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("counts", Text, nullable=False, server_default=""),
    Column("turn", Id, nullable=False, server_default="0"),
    Column("ended", Instant()),
)
"""The comparison of a shop that runs, or the last one; ``ended`` when the last whole one was.

``phase``: ``created``, ``updated``, ``open``, ``rest``, then ``done``. ``position``: lists are
compared up to there, in pieces of ``step`` seconds. ``looks``: orders that were read by their ids.
``counts``: of the day that is being compared, as JSON. ``turn``: the row of ``shop_order`` behind
which open orders are read by their ids next, in this run or a later one.
"""

day = Table(
    "shop_reconciliation",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("run", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    Column("compared", Instant(), nullable=False),
    Index("ix_shop_reconciliation_day", "day"),
)
"""What the newest comparison of a day found; a day is one of the zone of ``reconcile.zone``.

``counts``: JSON, see :class:`gateway.store.shops.reconciliations.Counts`.
"""

difference = Table(
    "shop_difference",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("shop", String(80), nullable=False),
    Column("day", String(10), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("code", String(8), nullable=False),
    Column("number", String(80), nullable=False, server_default=""),
    Column("facts", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("first", Instant(), nullable=False),
    Column("last", Instant(), nullable=False),
    UniqueConstraint("shop", "external_id", "code"),
    Index("ix_shop_difference_shop_day", "shop", "day", "id"),
    Index("ix_shop_difference_last", "last"),
)
"""Something that is not the same in the shop, in the house and in the ERP.

``day``: on which the order was made; ``facts``: of the problem, JSON; ``run``: the last comparison
that met it; ``first``, ``last``: when it was met.
"""

health = Table(
    "shop_health",
    METADATA,
    Column("shop", String(80), primary_key=True),
    Column("since", Instant(), nullable=False),
    Column("looked", Instant(), nullable=False),
    Column("hooks", Text, nullable=False),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("made_at", Instant()),
)
"""The webhooks of a shop as its platform lists them.

``since``: looked at for the first time, ``looked``: the last time. ``hooks``: JSON, one entry for
each topic. ``made``: times one after the other that webhooks had to be made, ``made_at`` the last.
"""
