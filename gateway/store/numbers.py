"""Control numbers: drawn in the transaction that stores what carries them.

One counter per scope (own identity, partner, standard, level, live or test). A crash before the
commit gives the number back; after the commit the same bytes are sent again, with their number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from gateway.store.tables import control_number


def draw(connection: Connection, scope: str, at: datetime, *, largest: int = 999_999_999) -> int:
    """The next number of a scope, from 1; starts again at 1 after ``largest``."""
    statement = insert(control_number).values(scope=scope, value=1, updated=at)
    value = connection.scalar(
        statement.on_conflict_do_update(
            index_elements=["scope"],
            set_={"value": control_number.c.value % largest + 1, "updated": at},
        ).returning(control_number.c.value)
    )
    assert isinstance(value, int)
    return value
