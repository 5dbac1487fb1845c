"""A database that has worked for years: millions of finished messages, filled in fast.

One order of Acme Retail is what the pipeline leaves behind for one: a file, an interchange, a
message and an acknowledgement, their timelines, two deliveries, an identity, two contents, a
thread. A fifth of the messages has warnings, one in five hundred was refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from gateway.store import Store
from gateway.store.tables import (
    Instant,
    content,
    delivery,
    event,
    identity,
    message,
    problem,
    thread,
    thread_document,
)

PARTNERS = ("acme-retail", "northwind", *(f"shop-{number:02}" for number in range(1, 49)))
START = datetime(2021, 1, 4, 6, 0, tzinfo=UTC)
BATCH = 2000
_WAY = ("received", "identified", "checked", "mapped", "delivered", "acknowledged")
_INSTANT = Instant()
_BODY = b"{" + b'"line": "of a document that was exchanged long ago", ' * 8 + b"}"


def fill(store: Store, orders: int) -> int:
    """Add so many finished orders; how many rows the ``message`` table has then."""
    with store.read() as connection:
        have = connection.scalar(select(func.max(thread.c.id))) or 0
        highest = connection.scalar(select(func.max(message.c.id))) or 0
    for first in range(have, have + orders, BATCH):
        numbers = range(first, min(first + BATCH, have + orders))
        tables: dict[Table, list[dict[str, Any]]] = {}
        for number in numbers:
            highest += 4
            for table, row in _order(number, highest - 3):
                tables.setdefault(table, []).append(row)
        with store.write() as connection:
            for table, rows in tables.items():
                connection.execute(insert(table), rows)
    with store.write() as connection:
        _settle(connection)
    return highest


def _settle(connection: Connection) -> None:
    """Numbers go on after those that were filled in, and PostgreSQL knows what is there."""
    if connection.dialect.name != "postgresql":
        return
    for table in (message, thread):
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        highest = f"(SELECT max(id) FROM {table.name})"
        connection.execute(text(f"SELECT setval({sequence}, {highest})"))
    connection.execute(text("ANALYZE"))


def _order(number: int, id_: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    """All rows of one order; ``id_`` and the three after it are its messages."""
    partner = PARTNERS[number % len(PARTNERS) if number % 3 else number % 2]
    at = START + timedelta(seconds=number * 40)
    sha = sha256(b"%d" % number).hexdigest()
    refused = number % 500 == 7
    rows = list(_messages(number, id_, partner, at, sha, refused))
    for row in rows:
        yield message, row
        for before, state in zip(("", *_WAY), _WAY[:4], strict=False):
            line = {"message": row["id"], "at": at, "before": before, "state": state}
            yield event, {**line, "text": f"{state} by the pipeline"}
    if number % 5 == 0 or refused:
        code = "E405" if refused else "V513"
        data = {"severity": "error" if refused else "warning", "data": f'{{"code": "{code}"}}'}
        yield problem, {"message": id_ + 2, "code": code, **data}
    yield identity, {
        "standard": "edifact", "sender": f"{partner}:14", "receiver": "us:14", "test": False,
        "reference": f"R{number}", "content": sha, "message": id_ + 1, "created": at,
    }  # fmt: skip
    yield content, {"sha": sha, "size": len(_BODY), "body": _BODY}
    for purpose, about in (("erp", id_ + 2), ("partner", id_ + 3)):
        yield delivery, {
            "key": f"{purpose}:{about}", "message": about, "purpose": purpose, "folder": purpose,
            "name": f"{about}.edi", "sha": sha, "state": "done", "created": at, "updated": at,
            "lane": f"to/{purpose}/order",
        }  # fmt: skip
    known = {"id": number + 1, "partner": partner, "number": f"PO-{number}"}
    yield thread, {**known, "state": "open" if number % 100 == 3 else "complete",
                   "created": at, "updated": at}  # fmt: skip
    yield thread_document, {"thread": number + 1, "message": id_ + 2, "document": "order"}


def _messages(
    number: int, id_: int, partner: str, at: datetime, sha: str, refused: bool
) -> Iterator[dict[str, Any]]:
    shared = {
        "direction": "in", "partner": partner, "source": f"{partner}/main", "payload": sha,
        "name": f"order-{number}.edi", "created": at, "updated": at, "standard": "edifact",
        "document": "", "reference": "", "number": "", "grouping": "", "format": "",
        "parent": None, "ordinal": None, "intake": None, "lane": f"in/{partner}/main",
    }  # fmt: skip
    end = "refused" if refused else "acknowledged"
    yield shared | {"id": id_, "kind": "file", "state": "split", "intake": f"t{number}"}
    yield shared | {
        "id": id_ + 1, "kind": "interchange", "state": "acknowledged", "parent": id_, "ordinal": 0,
        "reference": f"R{number}",
    }  # fmt: skip
    yield shared | {
        "id": id_ + 2, "kind": "message", "state": end, "parent": id_ + 1, "ordinal": 0,
        "reference": "1", "number": f"PO-{number}", "document": "order",
        "grouping": f"G{number}" if number % 2 else "", "format": "edifact/D96A/ORDERS",
    }  # fmt: skip
    yield shared | {
        "id": id_ + 3, "kind": "acknowledgement", "direction": "out", "state": "delivered",
        "parent": id_ + 1, "ordinal": 0, "reference": str(number), "document": "CONTRL",
    }  # fmt: skip
