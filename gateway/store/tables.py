"""The tables. The migrations make them; a test compares both.

One ``message`` table holds everything that has a state: files, interchanges, messages, business
documents and acknowledgements; ``parent`` is the thing it was found in. Instants are UTC text of
fixed width, which sorts as time does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


Id = BigInteger().with_variant(Integer, "sqlite")
"""Row numbers: 64 bits everywhere (SQLite's only automatic key is spelled INTEGER)."""


class Instant(TypeDecorator[datetime]):
    """A zone-aware instant as ``2026-03-02T09:14:00.000000Z``."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        """To UTC text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        """From UTC text."""
        if value is None:
            return None
        return datetime.fromisoformat(value)


def instant(stored: datetime | str) -> datetime:
    """An instant of a row that comes as it is stored (:mod:`gateway.store.prepared`)."""
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


message = Table(
    "message",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("parent", ForeignKey("message.id")),
    Column("ordinal", Integer),
    Column("intake", String(120), unique=True),
    Column("replay_of", ForeignKey("message.id")),
    Column("replaces", ForeignKey("message.id")),
    Column("carrier", ForeignKey("message.id")),
    Column("only", String(24), nullable=False, server_default=""),
    Column("source", String(120), nullable=False, server_default=""),
    Column("name", String(255), nullable=False, server_default=""),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("document", String(40), nullable=False, server_default=""),
    Column("standard", String(16), nullable=False, server_default=""),
    Column("format", String(60), nullable=False, server_default=""),
    Column("sender", String(80), nullable=False, server_default=""),
    Column("receiver", String(80), nullable=False, server_default=""),
    Column("reference", String(80), nullable=False, server_default=""),
    Column("grouping", String(80), nullable=False, server_default=""),
    Column("number", String(80), nullable=False, server_default=""),
    Column("test", Boolean, nullable=False, server_default="0"),
    Column("state", String(12), nullable=False),
    Column("resume", String(12), nullable=False, server_default=""),
    Column("lane", String(120), nullable=False, server_default=""),
    Column("payload", String(64)),
    Column("payload_offset", Integer),
    Column("payload_size", Integer),
    Column("content", String(64)),
    Column("config", String(64), nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Instant()),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Column("failing", Instant()),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("deadline", Instant()),
    Column("trace", String(55), nullable=False, server_default=""),
    UniqueConstraint("parent", "kind", "ordinal"),
    sqlite_autoincrement=True,
)

# The lists that a person looks at, and the two that the runner asks for all the time. The partial
# index needs a literal: a bound parameter would hide it from SQLite's planner.
Index("ix_message_state", message.c.state, message.c.id)
Index("ix_message_partner", message.c.partner, message.c.document, message.c.id)
Index("ix_message_partner_id", message.c.partner, message.c.id)
Index("ix_message_partner_state", message.c.partner, message.c.state, message.c.id)
Index("ix_message_document", message.c.document, message.c.id)
Index("ix_message_name", message.c.name, message.c.id)
Index(
    "ix_message_grouping",
    message.c.grouping,
    message.c.id,
    sqlite_where=literal_column("grouping <> ''"),
    postgresql_where=literal_column("grouping <> ''"),
)
Index("ix_message_reference", message.c.reference)
Index("ix_message_number", message.c.number)
Index("ix_message_created", message.c.created)
Index("ix_message_payload", message.c.payload)
Index(
    "ix_message_content",
    message.c.content,
    sqlite_where=literal_column("content IS NOT NULL"),
    postgresql_where=literal_column("content IS NOT NULL"),
)
Index(
    "ix_message_source",
    message.c.source,
    message.c.id,
    sqlite_where=literal_column("kind = 'file'"),
    postgresql_where=literal_column("kind = 'file'"),
)
Index("ix_message_replay_of", message.c.replay_of)
Index("ix_message_replaces", message.c.replaces)
Index("ix_message_carrier", message.c.carrier)
Index(
    "ix_message_lane",
    message.c.lane,
    message.c.id,
    message.c.due,
    sqlite_where=literal_column("due IS NOT NULL"),
    postgresql_where=literal_column("due IS NOT NULL"),
)
Index(
    "ix_message_deadline",
    message.c.deadline,
    sqlite_where=literal_column("deadline IS NOT NULL"),
    postgresql_where=literal_column("deadline IS NOT NULL"),
)

event = Table(
    "event",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("message", ForeignKey("message.id"), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("before", String(12), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_event_message", "message", "id"),
)

problem = Table(
    "problem",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("message", ForeignKey("message.id"), nullable=False),
    Column("code", String(8), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_problem_message", "message", "id"),
    Index("ix_problem_code", "code", "message"),
)

delivery = Table(
    "delivery",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("message", ForeignKey("message.id")),
    Column("purpose", String(12), nullable=False),
    Column("folder", String(1024), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Instant()),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    Column("lane", String(160), nullable=False, server_default=""),
    Column("outlet", String(16), nullable=False, server_default="folder"),
    Column("temporary", String(255), nullable=False, server_default=""),
    Column("failing", Instant()),
    Column("crashes", Integer, nullable=False, server_default="0"),
    UniqueConstraint("folder", "name"),
    Index("ix_delivery_message", "message"),
    Index("ix_delivery_sha", "sha"),
    Index(
        "ix_delivery_lane",
        "lane",
        "id",
        "due",
        sqlite_where=literal_column("due IS NOT NULL"),
        postgresql_where=literal_column("due IS NOT NULL"),
    ),
)

identity = Table(
    "identity",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("standard", String(16), nullable=False),
    Column("sender", String(80), nullable=False),
    Column("receiver", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("reference", String(80), nullable=False),
    Column("content", String(64)),
    Column("message", ForeignKey("message.id"), nullable=False),
    Column("created", Instant(), nullable=False),
    UniqueConstraint("standard", "sender", "receiver", "test", "reference"),
    Index("ix_identity_message", "message"),
)

sequence = Table(
    "sequence",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("standard", String(16), nullable=False),
    Column("sender", String(80), nullable=False),
    Column("receiver", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("prefix", String(80), nullable=False, server_default=""),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("last", BigInteger, nullable=False),
    Column("message", Id, nullable=False),
    Column("updated", Instant(), nullable=False),
    UniqueConstraint("standard", "sender", "receiver", "test", "prefix"),
)
"""How far the references of a partner's interchanges are; ``message``: which was the last."""

gap = Table(
    "gap",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("sequence", ForeignKey("sequence.id"), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("message", Id, nullable=False),
    Column("found", Instant(), nullable=False),
    Column("due", Instant(), nullable=False),
    Index("ix_gap_sequence", "sequence", "first"),
    Index("ix_gap_due", "due"),
)
"""References that were left out and are missing still; ``message`` showed it."""

waiting = Table(
    "waiting",
    METADATA,
    Column("message", Id, primary_key=True, autoincrement=False),
    Column("sequence", ForeignKey("sequence.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Index("ix_waiting_sequence", "sequence", "number"),
)
"""Interchanges that are held until the references before them have come."""

control_number = Table(
    "control_number",
    METADATA,
    Column("scope", String(200), primary_key=True),
    Column("value", Integer, nullable=False),
    Column("updated", Instant(), nullable=False),
)

content = Table(
    "content",
    METADATA,
    Column("sha", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# ---- who works on what ------------------------------------------------------------------------

lane = Table(
    "lane",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("lease", Instant()),
    Column("owner", String(120), nullable=False, server_default=""),
    Column("updated", Instant(), nullable=False),
)

pause = Table(
    "pause",
    METADATA,
    Column("scope", String(160), primary_key=True),
    Column("mode", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(120), nullable=False, server_default=""),
    Column("at", Instant(), nullable=False),
)

duty = Table(
    "duty",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("due", Instant(), nullable=False),
    Column("ran", Instant()),
    Column("failure", Text, nullable=False, server_default=""),
)

# ---- what a person has to know ----------------------------------------------------------------

silence = Table(
    "silence",
    METADATA,
    Column("source", String(120), primary_key=True),
    Column("since", Instant(), nullable=False),
)
"""Channels (``partner/channel``) whose silence is an alarm, and since when that is watched."""

alarm = Table(
    "alarm",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("key", String(250), nullable=False),
    Column("code", String(8), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("message", ForeignKey("message.id")),
    Column("data", Text, nullable=False),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("raised", Instant(), nullable=False),
    Column("seen", Instant(), nullable=False),
    Column("resolved", Instant()),
    Index(
        "uq_alarm_open",
        "key",
        unique=True,
        sqlite_where=literal_column("resolved IS NULL"),
        postgresql_where=literal_column("resolved IS NULL"),
    ),
    Index("ix_alarm_resolved", "resolved", "id"),
    Index("ix_alarm_message", "message"),
)

thread = Table(
    "thread",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner", String(80), nullable=False),
    Column("number", String(80), nullable=False),
    Column("state", String(16), nullable=False, server_default="open"),
    Column("due", Instant()),
    Column("created", Instant(), nullable=False),
    Column("updated", Instant(), nullable=False),
    UniqueConstraint("partner", "number"),
    Index("ix_thread_number", "number"),
    Index("ix_thread_state", "state", "id"),
    Index("ix_thread_partner_state", "partner", "state", "id"),
    Index(
        "ix_thread_due",
        "due",
        sqlite_where=literal_column("due IS NOT NULL"),
        postgresql_where=literal_column("due IS NOT NULL"),
    ),
)
"""The documents about one order of one partner; ``number`` is the number of the order."""

thread_document = Table(
    "thread_document",
    METADATA,
    Column("thread", ForeignKey("thread.id"), primary_key=True),
    Column("message", ForeignKey("message.id"), primary_key=True),
    Column("document", String(40), nullable=False),
    Index("ix_thread_document_message", "message"),
)

snapshot = Table(
    "snapshot",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("manifest", String(64), nullable=False),
    Column("at", Instant(), nullable=False),
)
"""The settings and maps that messages were processed with: ``manifest`` names paths and hashes."""

configuration = Table(
    "configuration",
    METADATA,
    Column("seq", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("state", String(10), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("version", String(40), nullable=False, server_default=""),
    Column("based", Id, nullable=False, server_default="0"),
    Column("at", Instant(), nullable=False),
    Column("who", String(120), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("summary", Text, nullable=False, server_default=""),
    Index(
        "uq_configuration_prepared",
        "state",
        unique=True,
        sqlite_where=literal_column("state = 'prepared'"),
        postgresql_where=literal_column("state = 'prepared'"),
    ),
)
"""What was applied, in order: the newest in state ``applied`` is what runs. At most one is
``prepared``: a command is about to apply it, and renews ``at`` as long as it lives."""

process = Table(
    "process",
    METADATA,
    Column("owner", String(160), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("seen", Instant(), nullable=False),
    Column("running", Id, nullable=False, server_default="0"),
    Column("ready", Id, nullable=False, server_default="0"),
    Column("trouble", Text, nullable=False, server_default=""),
)
"""Processes at work: the ``seq`` of what each runs, of what it could run, or why it cannot."""

audit = Table(
    "audit",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("who", String(120), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_audit_subject", "subject", "id"),
)
"""What a person did to the house: pauses, replays, resets of control numbers."""

doomed = Table(
    "doomed",
    METADATA,
    Column("sha", String(64), primary_key=True),
    Column("at", Instant(), nullable=False),
)
"""Payloads that no row names any more, since when; a day later they are removed."""

schema_note = Table(
    "schema_note",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(32), nullable=False),
    Column("compatible_with", Text, nullable=False, server_default=""),
)
"""One row: which older code may work on the tables as they are."""
