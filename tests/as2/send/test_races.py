"""Several receipts, and an attempt, over the same message at the same moment; on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.as2.send.peer import Answer, Peer, Request, refusal, taken
from tests.as2.send.shop import Shop
from tests.pipeline.world import GATEWAY

LATER = "receipt: {mode: async, within: 1h}"
TIMES = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, peer: Peer) -> Iterator[Shop]:
    more = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
        more["gateway.yaml"] = f"{GATEWAY}database: {url}\n"
    made = Shop.open(tmp_path, peer, LATER, files=more)
    made.peer.ways = [taken]
    made.invoice()
    yield made
    made.world.gateway.close()


def at_once(*works: Callable[[], object]) -> None:
    """All of them, begun at the same moment; the first failure is raised."""
    gate = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failures:
        raise failures[0]


def test_the_same_receipt_many_times_settles_once(shop: Shop) -> None:
    (made,) = shop.peer.receipts.values()
    at_once(*[lambda: shop.arrives(made)] * TIMES)
    assert Counter(shop.receipts) == {"settled": 1, "repeat": TIMES - 1}
    assert shop.row.state == "delivered"


def test_of_two_that_contradict_each_other_one_counts(shop: Shop) -> None:
    (good,) = shop.peer.receipts.values()
    bad = refusal(shop.peer, shop.peer.requests[0])
    at_once(lambda: shop.arrives(good), lambda: shop.arrives(bad))
    outcome = (shop.row.state, shop.sent.state, shop.delivery.state)
    assert outcome in (("delivered", "acknowledged", "done"), ("dead", "rejected", "dead"))
    assert Counter(shop.receipts) == {"settled": 1, "repeat": 1}


def test_a_receipt_and_an_attempt_at_the_same_moment(shop: Shop) -> None:
    """The second attempt is answered with an error just when the receipt comes."""
    (made,) = shop.peer.receipts.values()
    together = threading.Barrier(2)

    def error(_peer: Peer, _request: Request) -> Answer:
        together.wait()
        return Answer(500)

    def arrives() -> None:
        together.wait()
        shop.arrives(made)

    shop.peer.ways = [error]
    shop.world.clock.forward(minutes=61)
    at_once(shop.run, arrives)
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == (
        "delivered",
        "acknowledged",
        "done",
    )
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 2
