"""The bucket: never more than burst and rate allow, whatever is asked when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.shops.pace import Bucket, Pace


@given(
    rate=st.floats(0.01, 50),
    burst=st.integers(1, 30),
    asks=st.lists(st.floats(0, 20), max_size=60),
)
def test_no_window_holds_more_calls_than_allowed(
    rate: float, burst: int, asks: list[float]
) -> None:
    bucket, now, made = Bucket(Pace(rate, burst), 0.0), 0.0, []
    for pause in asks:
        now += pause
        if bucket.wait(now) <= 0:
            bucket.take(now)
            made.append(now)
    for first, start in enumerate(made):
        for last in range(first, len(made)):
            assert last - first + 1 <= burst + rate * (made[last] - start) + 1e-6


def test_what_the_shop_says_counts() -> None:
    bucket = Bucket(Pace(2, 10), 0.0)
    bucket.told(0.0, left=0, rate=1)
    assert bucket.wait(0.0) == 1.0
    bucket.block(0.0, 30)
    assert bucket.wait(5.0) == 25.0
    assert Bucket(Pace(), 0.0).wait(0.0, 100) == 0.0
