"""Files that came and are not processed yet: they meet the new settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from gateway.pipeline.replay.again import THEN
from gateway.store.tables import message


def waiting(connection: Connection) -> Mapping[str, int]:
    """How many by the partner whose inbox they came into (``erp`` for the ERP's folders).

    What a person has replayed with the settings of then keeps those.
    """
    by_source = (
        select(message.c.source, func.count())
        .where(message.c.due.is_not(None), message.c.kind == "file", message.c.resume != THEN)
        .group_by(message.c.source)
    )
    found: Counter[str] = Counter()
    for source, count in connection.execute(by_source):
        found[source.partition("/")[0]] += count
    return dict(sorted(found.items()))
