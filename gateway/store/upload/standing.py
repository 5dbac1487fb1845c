"""What became of a file that was posted: the states of what is in it, and what was found."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, func, select, union_all

from gateway.problems import Problem
from gateway.store.tables import Id, message, problem

_PART, _INNER = message.alias("part"), message.alias("inner")
_FILE: BindParameter[int] = bindparam("file", type_=Id)
_COUNTED = (
    select(_INNER.c.state, func.count())
    .join(_PART, _INNER.c.parent == _PART.c.id)
    .where(_PART.c.parent == _FILE, _INNER.c.kind == "message")
    .group_by(_INNER.c.state)
)
_ROWS = union_all(
    select(message.c.id).where(message.c.id == _FILE),
    select(_PART.c.id).where(_PART.c.parent == _FILE),
    select(_INNER.c.id).join(_PART, _INNER.c.parent == _PART.c.id).where(_PART.c.parent == _FILE),
).subquery("rows")
_FOUND = (
    select(message.c.document, message.c.number, problem.c.data)
    .join_from(_ROWS, message, message.c.id == _ROWS.c.id)
    .join(problem, problem.c.message == message.c.id)
    .where(problem.c.code.in_(bindparam("codes", expanding=True)))
    .order_by(message.c.id, problem.c.id)
    .limit(bindparam("limit_"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """``states``: how many messages are in which; ``found``: what of, and the problem."""

    states: dict[str, int]
    found: list[tuple[str, Problem]]


def standing(connection: Connection, file: int, codes: list[str], limit: int) -> Standing:
    """Of a file. ``codes``: problems that are told, so many of them."""
    states = {state: number for state, number in connection.execute(_COUNTED, {"file": file})}
    rows = connection.execute(_FOUND, {"file": file, "codes": codes, "limit_": limit})
    found = [
        (f"{row.document} {row.number}".strip(), Problem.from_json(json.loads(row.data)))
        for row in rows
    ]
    return Standing(states, found)
