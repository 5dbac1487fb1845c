"""The same on PostgreSQL: replays, snapshots and control numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pipeline.renumber import counters, renumber
from gateway.pipeline.replay import preview, replay
from gateway.problems import Problem
from gateway.store import Filter, numbers, snapshots
from tests.pipeline.shop import WITHOUT_NOTE, Shop

ACME = "edifact 4098765000003:14 > 4012345000009:14 live interchange"


@pytest.fixture
def shop(tmp_path: Path, postgres_ready: str) -> Iterator[Shop]:
    made = Shop(tmp_path / "shop", database=postgres_ready)
    yield made
    made.gateway.close()


def test_as_then_by_a_filter_after_the_map_changed(shop: Shop) -> None:
    shop.acme()
    shop.run()
    (first,) = shop.orders().values()
    old = shop.workspace.hash
    shop.change(WITHOUT_NOTE)
    house = shop.gateway.house
    wanted = Filter(partner="acme-retail", since=shop.clock())
    assert preview(house, wanted).counts == {"same": 1, "differs": 1}
    assert preview(house, wanted, as_then=True).counts == {"same": 2}
    done = replay(house, wanted, "x", as_then=True, force=True)
    assert (len(done.rows), done.refused) == (2, [])
    shop.run()
    assert list(shop.orders().values()) == [first, first]
    assert len(replay(house, wanted, "x", as_then=True, force=True).skipped) == 2
    with house.store.read() as connection:
        kept = snapshots.read(connection, old)
    assert not isinstance(kept, Problem)
    assert ":${env:GATEWAY_TEST_PASSWORD}@" in kept.files["gateway.yaml"].decode()


def test_who_draws_a_number_waits_for_who_sets_it(shop: Shop) -> None:
    house = shop.gateway.house
    shop.acme()
    shop.run()
    drawn: list[int] = []

    def draw() -> None:
        with house.store.write() as connection:
            drawn.append(numbers.draw(connection, ACME, house.clock()))

    with house.store.write() as connection:
        numbers.lock(connection, ACME)
        other = threading.Thread(target=draw)
        other.start()
        other.join(0.2)
        assert drawn == []
        numbers.put(connection, ACME, 500, house.clock())
    other.join(10)
    assert drawn == [501]
    done = renumber(house, ACME, 0, "x")
    assert done.problem is not None
    assert (done.problem.code, done.after) == ("P220", None)
    assert counters(house)[0].last == 501
