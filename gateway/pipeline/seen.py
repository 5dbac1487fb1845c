"""Whether the same bytes came before: from the same inbox, or from the same partner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from gateway.pipeline.states import State
from gateway.store.prepared import Prepared
from gateway.store.tables import message

_NOT_TAKEN_OVER = (State.REFUSED, State.HELD, State.DEAD)


def _same(payload: ColumnElement[bool]) -> Select[Any]:
    return (
        select(message.c.id, message.c.payload)
        .where(
            payload,
            message.c.kind == "file",
            message.c.intake.is_not(None),
            # not IS NULL: nearly every row is, and SQLite would read all of them by that index
            func.coalesce(message.c.replaces, 0) == 0,
            *(message.c.state != str(state) for state in _NOT_TAKEN_OVER),
        )
        .order_by(message.c.id)
    )


_ONE = message.c.payload == bindparam("sha")
_MANY = message.c.payload.in_(bindparam("shas", expanding=True))
"""A list is spelled out for each query, which costs more than the query of one payload does."""
_INBOX = message.c.source == bindparam("source_")
# written so that no index over partners is chosen: a partner has many rows, a payload has few
_PARTNER = func.coalesce(message.c.partner, "") == bindparam("partner_")
_IN_INBOX = Prepared(_same(_ONE).where(_INBOX)), _same(_MANY).where(_INBOX)
_OF_PARTNER = Prepared(_same(_ONE).where(_PARTNER)), _same(_MANY).where(_PARTNER)


def in_inbox(connection: Connection, source: str, shas: Sequence[str]) -> dict[str, int]:
    """By payload: the first file of these bytes of an inbox of which something was taken over."""
    return _earliest(connection, _IN_INBOX, shas, source_=source)


def of_partner(connection: Connection, partner: str, shas: Sequence[str]) -> dict[str, int]:
    """The same, whichever way the partner sent it."""
    return _earliest(connection, _OF_PARTNER, shas, partner_=partner)


def unfinished(connection: Connection, files: Collection[int]) -> set[int]:
    """Which of these files of the ERP have documents that were not taken over.

    They may come again byte for byte, when the settings were mended: each document that was sent
    is known by itself.
    """
    if not files:
        return set()
    refused = [str(state) for state in _NOT_TAKEN_OVER]
    return set(
        connection.scalars(
            select(message.c.parent)
            .where(
                message.c.parent.in_(sorted(files)),
                message.c.kind == "document",
                func.coalesce(message.c.state, "").in_(refused),
            )
            .distinct()
        )
    )


def _earliest(
    connection: Connection,
    statements: tuple[Prepared, Select[Any]],
    shas: Sequence[str],
    **bound: str,
) -> dict[str, int]:
    one, many = statements
    if len(shas) == 1:
        rows = one.all(connection, {"sha": shas[0], **bound})
    else:
        rows = connection.execute(many, {"shas": sorted(set(shas)), **bound}).all()
    earliest: dict[str, int] = {}
    for row in rows:
        earliest.setdefault(str(row[1]), row[0])
    return earliest
