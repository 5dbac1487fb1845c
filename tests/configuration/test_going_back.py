"""Which configuration `gateway rollback` goes back to, from the history alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.pipeline.configuration.applying import before
from gateway.store.applied import APPLIED, Applied

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def history(*rows: tuple[int, str, str]) -> list[Applied]:
    """Newest first; (seq, hash, kind)."""
    return [
        Applied(seq, hash_, AT, "anna", "", "", kind, APPLIED, "1", seq - 1)
        for seq, hash_, kind in sorted(rows, reverse=True)
    ]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(1, "a", "apply"), (2, "b", "apply")], 1),
        ([(1, "a", "apply"), (2, "a", "apply"), (3, "b", "apply")], 2),
        ([(1, "a", "apply")], None),
        # twice back is two steps back
        ([(1, "a", "apply"), (2, "b", "apply"), (3, "c", "apply"), (4, "b", "rollback")], 1),
        # what it went back to is older than the history that was read
        ([(8, "c", "apply"), (9, "b", "rollback")], 8),
    ],
)
def test_going_back(rows: list[tuple[int, str, str]], wanted: int | None) -> None:
    known = history(*rows)
    assert before(known, known[0]) == wanted
