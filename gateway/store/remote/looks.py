"""How the last look into each folder on a server went: notes, one row for each channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.problems import Problem
from gateway.store.remote.tables import look
from gateway.store.upsert import upsert

ROOM = 200
"""Signs of an owner that are kept."""


@dataclass(frozen=True, slots=True)
class Look:
    """The last look of a channel."""

    source: str
    """``acme-retail/main``."""
    owner: str
    """The process that looked."""
    looked: datetime
    """When it began."""
    worked: datetime | None = None
    """When one worked last."""
    took: datetime | None = None
    """When one took a file last."""
    failures: int = 0
    """Looks that failed since then, one after the other."""
    failing: datetime | None = None
    trouble: str = ""
    """Of the last failure (``RemoteError.trouble``)."""
    found: str = ""
    left: int = 0
    """Files that cannot be taken."""
    told: str = ""

    @property
    def problem(self) -> Problem | None:
        """Why the look failed, or the first of the files that cannot be taken."""
        return Problem.from_json(json.loads(self.found)) if self.found else None

    @property
    def numbers(self) -> Mapping[str, int | float]:
        """``entries``, ``taken``, ``waiting``, ``ignored``, ``seconds``."""
        known: Mapping[str, int | float] = json.loads(self.told) if self.told else {}
        return known


_NAMES = tuple(field.name for field in fields(Look))


def find(connection: Connection, source: str) -> Look | None:
    """The last look of a channel."""
    row = connection.execute(select(look).where(look.c.source == source)).first()
    return None if row is None else _from(row)


def find_all(connection: Connection) -> list[Look]:
    """Those of all channels."""
    return [_from(row) for row in connection.execute(select(look).order_by(look.c.source))]


def worked(
    connection: Connection,
    source: str,
    owner: str,
    at: datetime,
    numbers: Mapping[str, int | float],
    *,
    left: int = 0,
    first: Problem | None = None,
) -> None:
    """A look that began at an instant worked; so many files cannot be taken."""
    new: dict[str, Any] = {
        "owner": owner[:ROOM],
        "looked": at,
        "worked": at,
        "failures": 0,
        "failing": None,
        "trouble": "",
        "found": _text(first),
        "left": left,
        "told": json.dumps(dict(numbers)),
    }
    if numbers.get("taken"):
        new["took"] = at
    upsert(connection, look, {"source": source, **new}, keys=["source"], change=new)


def failed(
    connection: Connection, source: str, owner: str, at: datetime, trouble: str, found: Problem
) -> None:
    """A look that began at an instant failed."""
    new: dict[str, Any] = {
        "owner": owner[:ROOM],
        "looked": at,
        "trouble": trouble,
        "found": _text(found),
        "left": 0,
    }
    change = new | {"failures": look.c.failures + 1}
    row = {"source": source, "failures": 1, **new}
    kept = upsert(connection, look, row, keys=["source"], change=change)
    if kept.failing is None:
        began = look.update().where(look.c.source == source)
        connection.execute(began.values(failing=at))


def _text(found: Problem | None) -> str:
    return "" if found is None else json.dumps(found.as_json(), ensure_ascii=False)


def _from(row: Row[Any]) -> Look:
    return Look(**{name: row._mapping[name] for name in _NAMES})
