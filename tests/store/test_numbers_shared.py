"""Several counters number what one partner gets, on machines that draw at the same moment."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from gateway.store import Store, numbers
from gateway.store.numbers import Span

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
PAIR = "edifact OURS > THEIRS live interchange"
WAYS = {
    "its own": {"scope": PAIR},
    "of a document": {"scope": f"{PAIR}@invoice", "pair": PAIR},
    "of another document": {"scope": f"{PAIR}@order", "pair": PAIR},
    "of all partners": {"scope": "edifact OURS > * live interchange", "pair": PAIR},
    "a range": {"scope": PAIR, "span": Span(5, 90)},
}


def waits(store: Store) -> bool:
    """Whether somebody waits for a lock."""
    with store.read() as connection:
        asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(connection.exec_driver_sql(asked).scalar())


PAIRS = [
    ("its own", "its own"),
    ("of a document", "its own"),
    ("of a document", "a range"),
    ("of all partners", "of another document"),
]
if os.environ.get("GATEWAY_KILL_EVERYWHERE"):
    PAIRS = list(product(WAYS, WAYS))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_that_draw_at_once_get_two_numbers(
    postgres_ready: str, tmp_path: Path, first: str, second: str
) -> None:
    """The counters are those of before; the settings have just given out further ones."""
    store = Store.open(postgres_ready, tmp_path)
    with store.write() as connection:
        for way in WAYS.values():
            numbers.put(connection, str(way["scope"]), 10, AT)
    drawn: list[int] = []

    def other() -> None:
        with store.write() as connection:
            drawn.append(numbers.draw(connection, at=AT, **WAYS[second]))  # type: ignore[arg-type]

    thread = threading.Thread(target=other)
    with store.write() as connection:
        drawn.append(numbers.draw(connection, at=AT, **WAYS[first]))  # type: ignore[arg-type]
        thread.start()
        while thread.is_alive() and not waits(store):
            time.sleep(0.001)
    thread.join()
    assert len(set(drawn)) == 2, drawn
    store.close()
