"""The clock of a shared database: asked now and then, counted in between, deaf to jumps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, text

from gateway.store.clock import FRESH, DatabaseClock


class Monotonic:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_agrees_with_the_database_and_counts_on_by_itself(postgres_url: str) -> None:
    engine, passing = create_engine(postgres_url), Monotonic()
    clock = DatabaseClock(engine, passing)
    with engine.connect() as connection:
        told = connection.scalar(text("SELECT clock_timestamp()"))
    assert isinstance(told, datetime)
    assert abs(told - clock()) < timedelta(seconds=30)
    assert clock().tzinfo == UTC
    before = clock()
    passing.now += 12.5
    assert clock() - before == timedelta(seconds=12.5)
    engine.dispose()


def test_it_is_set_right_when_it_is_old_and_not_before(postgres_url: str) -> None:
    engine, passing = create_engine(postgres_url), Monotonic()
    clock = DatabaseClock(engine, passing)
    passing.now += FRESH - 1
    clock.sync()
    ahead = clock()
    passing.now += 2
    clock.sync()  # the seconds we counted never passed for the database
    assert ahead - clock() > timedelta(seconds=FRESH / 2)
    engine.dispose()
