"""What was read or written of a file is known to the byte."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.sftp.server.ranges import MOST, Ranges, TooManyGapsError

EXAMPLES = int(os.environ.get("SFTP_LAW_EXAMPLES", "20"))
PIECES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=14)


@settings(max_examples=EXAMPLES, deadline=None)
@given(PIECES, st.integers(0, 50), st.none() | st.integers(0, 50))
def test_ranges_hold_the_positions_that_were_added(
    pieces: list[tuple[int, int]], end: int, cut: int | None
) -> None:
    ranges, positions = Ranges(), set[int]()
    for start, length in pieces:
        ranges.add(start, start + length)
        positions.update(range(start, start + length))
    if cut is not None:
        ranges.cut(cut)
        positions = {each for each in positions if each < cut}
    assert {each for start, stop in ranges.all for each in range(start, stop)} == positions
    assert all(one[1] < two[0] for one, two in zip(ranges.all, ranges.all[1:], strict=False))
    missing = sorted(set(range(end)) - positions)
    gap = ranges.gap(end)
    assert (gap is None) == (not missing)
    if gap is not None:
        assert gap[0] == missing[0]
        assert set(range(*gap)) <= set(missing)


def test_pieces_without_end_are_refused() -> None:
    ranges = Ranges()
    with pytest.raises(TooManyGapsError):
        for number in range(MOST + 2):
            ranges.add(2 * number, 2 * number + 1)
