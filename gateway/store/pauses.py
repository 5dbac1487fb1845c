"""What a person has paused, and which lanes that stops.

A scope names a partner (``acme-retail``), one of its channels (``acme-retail/main``), an agreement
(``acme-retail/outbound/invoice``), the ERP (``erp``, ``erp/invoice``) or everything (``all``).
``pause`` stops the work and goes on taking files in; ``drain`` takes no more files in and finishes
what is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from gateway.store.prepared import Prepared
from gateway.store.tables import instant, pause
from gateway.store.upsert import upsert

EVERYTHING = "all"
_STOPS = {"pause": ("in/", "to/"), "drain": ("poll/",)}
"""By mode: the kinds of lanes that rest."""
_ASKS = ("poll", "inbox", "recheck")
"""Tasks of shops that take orders in."""
_FIND = Prepared(
    select(pause.c.scope, pause.c.mode, pause.c.reason, pause.c.who, pause.c.at).order_by(
        pause.c.scope
    )
)


@dataclass(frozen=True, slots=True)
class Pause:
    """One scope that rests."""

    scope: str
    mode: str
    """``pause`` or ``drain``."""
    reason: str
    who: str
    at: datetime

    def stops(self, key: str) -> bool:
        """Whether a lane rests."""
        return _kind(key) in _STOPS[self.mode] and covers(self.scope, key)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        names = ("scope", "mode", "reason", "who")
        return {name: getattr(self, name) for name in names} | {"at": self.at.isoformat()}


def _kind(key: str) -> str:
    """``in/``, ``to/``, ``poll/`` …; what asks a shop is a poll, what is told to it goes to it."""
    kind, _, rest = key.partition("/")
    if kind != "shop":
        return f"{kind}/"
    return "poll/" if rest.rpartition("/")[2] in _ASKS else "to/"


def covers(scope: str, key: str) -> bool:
    """Whether a lane (``to/acme-retail/main/invoice``) belongs to a scope."""
    parts = key.split("/")[1:]
    if scope == EVERYTHING:
        return True
    wanted = scope.split("/")
    if wanted[1:2] == ["outbound"] and len(wanted) == 3:
        return key.startswith("to/") and parts[:1] == wanted[:1] and parts[-1:] == wanted[2:]
    return parts[: len(wanted)] == wanted


def add(connection: Connection, scope: str, mode: str, reason: str, who: str, at: datetime) -> None:
    """Pause or drain a scope; a second time replaces the first."""
    row = {"mode": mode, "reason": reason, "who": who, "at": at}
    upsert(connection, pause, {"scope": scope, **row}, keys=["scope"], change=row)


def end(connection: Connection, scope: str) -> bool:
    """Let a scope go on; whether it rested."""
    return connection.execute(delete(pause).where(pause.c.scope == scope)).rowcount == 1


def find(connection: Connection) -> list[Pause]:
    """All that rests."""
    rows = _FIND.all(connection, {})
    return [Pause(scope, mode, reason, who, instant(at)) for scope, mode, reason, who, at in rows]


def stopped(pauses: Iterable[Pause], key: str) -> Pause | None:
    """What stops a lane, if anything does."""
    return next((each for each in pauses if each.stops(key)), None)
