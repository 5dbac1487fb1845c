"""What a partner refused of what we sent.

The alarm is raised with the answer (:mod:`gateway.pipeline.reconcile`). Here it is seen to be over:
the document was sent anew, run again, or accepted after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, exists, or_, select

from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.pipeline.watch.findings import Finding
from gateway.store.alarms import Alarm
from gateway.store.tables import message

AREA = "refusal/"
_MOST = 500
"""Rows that are asked for at a time."""


def refusals(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Those that still stand."""
    ids = [alarm.message for alarm in open_.values() if alarm.message is not None]
    for start in range(0, len(ids), _MOST):
        standing = set(connection.scalars(_standing(ids[start : start + _MOST])))
        for key, alarm in open_.items():
            if alarm.message in standing:
                yield Finding(key, alarm.found, alarm.partner, alarm.message)


def _standing(ids: list[int]) -> Select[Any]:
    """Refused still, and no document of it was sent anew or run again."""
    inside, replay = message.alias("inside"), message.alias("replay")
    open_documents = exists().where(
        inside.c.carrier == message.c.id,
        inside.c.state == State.REFUSED.value,
        ~_sent_anew(inside),
    )
    return select(message.c.id).where(
        message.c.id.in_(ids),
        message.c.state == State.REFUSED.value,
        or_(message.c.kind != "interchange", open_documents),
        or_(message.c.kind != "document", ~_sent_anew(message)),
        ~exists().where(replay.c.replay_of == message.c.id),
    )


def _sent_anew(row: FromClause) -> ColumnElement[bool]:
    """A later document with the same number, for the same partner."""
    newer = message.alias()
    same = [newer.c[name] == row.c[name] for name in ("number", "partner", "document", "kind")]
    return exists().where(*same, newer.c.id > row.c.id)
