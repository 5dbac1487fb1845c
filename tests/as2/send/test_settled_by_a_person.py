"""`gateway as2 settle`: the partner has it, as somebody was told on the telephone."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.store import audit
from tests.as2.send.peer import Way, lost, other_bytes, receipt
from tests.as2.send.shop import Shop


def settle(shop: Shop, id_: int) -> Result:
    words = ["-w", str(shop.world.root), "as2", "settle", str(id_), "--reason", "told by phone"]
    return CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.mark.parametrize(
    ("ways", "state"),
    [([other_bytes], "held"), ([lost] * 3, "dead"), ([lost], "retrying")],
    ids=["held", "dead", "retrying"],
)
def test_what_arrived_after_all(shop: Shop, ways: list[Way], state: str) -> None:
    shop.peer.ways = list(ways)
    shop.invoice()
    for _ in range(len(ways) - 1):
        shop.wait(minutes=5)
    assert shop.row.state == state
    assert settle(shop, shop.row.id).exit_code == 0
    assert (shop.row.state, shop.document.state) == ("delivered", "delivered")
    assert (shop.delivery.state, shop.delivery.due) == ("done", None)
    assert "the partner has it: told by phone" in shop.texts[-1]
    with shop.house.store.read() as connection:
        assert [each.action for each in audit.of(connection)] == ["settle"]
    shop.wait(hours=2)
    assert len(shop.peer.requests) == len(ways)


def test_what_cannot_be_settled(shop: Shop) -> None:
    shop.peer.ways = [receipt]
    shop.invoice()
    done = settle(shop, shop.row.id)
    assert done.exit_code == 2
    assert "is delivered, there is nothing to settle" in done.stderr
    (file,) = shop.world.rows(kind="file")
    assert "was never sent by AS2" in settle(shop, file.id).stderr
    assert "there is no message 99" in settle(shop, 99).stderr
