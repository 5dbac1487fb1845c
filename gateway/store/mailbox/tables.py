"""The tables of the mailboxes; the migrations make them.

A mailbox is what these rows say. Only uploads that were not taken over yet are files of their own;
everything else lies in the archive or among the ``content``, where the rest of the house keeps it.

Older code, which does not know these tables, deletes files and deliveries after their retention:
their rows go with them (``ON DELETE CASCADE``).
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

upload = Table(
    "mailbox_upload",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("name", String(255), nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("renamed", Boolean, nullable=False, server_default="0"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("sha", String(64)),
    Column("message", ForeignKey("message.id", ondelete="CASCADE")),
    Column("owner", String(120), nullable=False, server_default=""),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Index("ix_mailbox_upload_name", "partner", "channel", "name", "id"),
    Index("ix_mailbox_upload_message", "message"),
    Index("ix_mailbox_upload_updated", "updated"),
    Index(
        "ix_mailbox_upload_unfinished",
        "partner",
        "channel",
        sqlite_where=literal_column("message IS NULL"),
        postgresql_where=literal_column("message IS NULL"),
    ),
    sqlite_autoincrement=True,  # sessions hold numbers of rows that others delete: none comes twice
)
"""A file in ``in/``. ``token``: its name in our folder until it is taken over.

``state``: ``open`` (a session of the process ``owner`` writes it), ``torn`` (a session ended in the
middle; ``size`` is what may be continued), ``closed`` (whole, waits for its final name), ``taken``
(``message`` is its row; ``sha`` its payload). ``renamed``: it got its name by a rename.
"""

offer = Table(
    "mailbox_offer",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("name", String(255), nullable=False),
    Column("delivery", ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("message", ForeignKey("message.id", ondelete="CASCADE")),
    Column("sha", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("sent", Text, nullable=False, server_default=""),
    Column("ended", Boolean, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fetched", Instant()),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Index("ix_mailbox_offer_state", "partner", "channel", "state", "id"),
    Index("ix_mailbox_offer_name", "partner", "channel", "name", "id"),
    Index("ix_mailbox_offer_message", "message"),
    Index(
        "ix_mailbox_offer_waiting",
        "created",
        sqlite_where=literal_column("state = 'waiting'"),
        postgresql_where=literal_column("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)
"""A file in ``out/`` or ``archive/``: the bytes of a delivery, which the partner fetches.

``state``: ``waiting`` (not fetched yet), ``kept`` (fetched, still in ``out/``), ``archived``
(fetched, in ``archive/``), ``gone``. ``sent``: the parts that were sent (``0-4096 8192-9000``),
``ended``: a reading that got to the last byte was closed by the partner; ``tries``: readings that
did not fetch all of it.
"""

action = Table(
    "mailbox_action",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("session", String(40), nullable=False, server_default=""),
    Column("user", String(80), nullable=False, server_default=""),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("channel", String(40), nullable=False, server_default=""),
    Column("address", String(64), nullable=False, server_default=""),
    Column("action", String(16), nullable=False),
    Column("path", String(300), nullable=False, server_default=""),
    Column("target", String(300), nullable=False, server_default=""),
    Column("size", BigInteger),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("message", Id),
    Index("ix_mailbox_action_partner", "partner", "channel", "id"),
    Index("ix_mailbox_action_at", "at"),
)
"""What was done at the server, or refused (``outcome`` says why). ``message``: the row it concerns,
which may be deleted before it."""
