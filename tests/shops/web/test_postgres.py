"""The same on PostgreSQL: where two transactions meet, and what it cannot hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.channels.shops.connector import Hint
from gateway.pipeline.shops.reception.webhooks import Taken
from gateway.pipeline.upload.receive.receiver import REPLAYED
from tests.pipeline.world import GATEWAY
from tests.shops.web.world import FILES, KEY, ShopWorld, hook, posted


@pytest.fixture
def shared(tmp_path: Path, postgres_ready: str) -> Iterator[ShopWorld]:
    text = f"{GATEWAY}database: {postgres_ready}\n"
    made = ShopWorld(tmp_path, FILES | {"gateway.yaml": text})
    yield made
    made.gateway.close()


@pytest.mark.parametrize("same", [True, False])
def test_two_at_once_with_one_key(shared: ShopWorld, same: bool) -> None:
    meet = threading.Barrier(2, timeout=10)

    def checkpoint(name: str) -> None:
        if name == "shop: archived":
            meet.wait()

    shared.gateway.house.checkpoint = checkpoint
    desk = shared.posting(shared.gateway)
    bodies = [posted("1"), posted("1" if same else "2")]
    with ThreadPoolExecutor(2) as threads:
        both = [
            threads.submit(shared.ask, "/api/orders", each, once="k", desk=desk, key=KEY)
            for each in bodies
        ]
        answers = [each.result(20) for each in both]
    assert sorted(each.status for each in answers) == ([201, 201] if same else [201, 422])
    if same:
        assert answers[0].body == answers[1].body
        assert sorted(REPLAYED in each.headers for each in answers) == [False, True]
    assert len(shared.requests()) == len(shared.shop_orders()) == 1


def test_webhooks_share_a_commit_and_one_does_not_spoil_the_others(shared: ShopWorld) -> None:
    def taken(number: int, topic: str = "order.updated") -> Taken:
        hint = Hint("hint", topic=topic, kind="order", external_id=str(number))
        return Taken("acme-shop", hint, b"{}", datetime(2026, 3, 2, tzinfo=UTC), 0.0)

    answers = shared.webhooks.store([taken(1), taken(2, "\ud800"), taken(3, "a\x00b")])
    assert [each.status for each in answers] == [200, 503, 200]
    assert shared.call(*hook(4)).status == 200
    assert [row.external_id for row in shared.hints()] == ["1", "3", "4"]
