"""A person sends something again: as the same message, or as another one."""

from __future__ import annotations

from gateway.pipeline.replay import replay
from tests.as2.send.peer import lost, negative, other_bytes, receipt
from tests.as2.send.shop import Shop


def again(shop: Shop) -> None:
    done = replay(shop.house, [shop.row.id], "asked by the partner")
    assert done.refused == []
    shop.run()


def test_what_was_refused_is_built_anew(shop: Shop) -> None:
    shop.peer.ways = [negative()]
    shop.invoice()
    again(shop)
    first, second = shop.peer.requests
    assert first.message_id != second.message_id
    assert [each.state for each in shop.all_sent] == ["rejected", "acknowledged"]
    assert (shop.row.state, shop.document.state) == ("delivered", "delivered")
    assert "replayed with another Message-ID: asked by the partner" in shop.texts


def test_what_was_given_up_is_sent_as_it_was(shop: Shop) -> None:
    shop.peer.ways = [lost, lost, lost]
    shop.invoice()
    for _ in range(2):
        shop.wait(minutes=5)
    assert shop.row.state == "dead"
    again(shop)
    assert len({each.wire for each in shop.peer.requests}) == 1
    assert (shop.sent.state, shop.sent.attempts, shop.row.state) == (
        "acknowledged",
        4,
        "delivered",
    )
    assert len(shop.peer.documents) == 1


def test_a_replay_that_fails_again_is_given_up_again(shop: Shop) -> None:
    shop.peer.ways = [lost] * 6
    shop.invoice()
    for _ in range(2):
        shop.wait(minutes=5)
    again(shop)
    for _ in range(2):
        shop.wait(minutes=5)
    assert (shop.row.state, shop.sent.state, len(shop.peer.requests)) == ("dead", "exhausted", 6)


def test_what_was_held_goes_out_under_another_id_and_is_free_again(shop: Shop) -> None:
    shop.peer.ways = [other_bytes]
    shop.invoice()
    again(shop)
    first, second = shop.peer.requests
    assert first.message_id != second.message_id
    assert shop.row.state == "delivered"
    assert any("the partner may receive it twice" in text for text in shop.texts)


def test_what_is_held_stays_so_while_the_receipt_does_not_fit(shop: Shop) -> None:
    shop.peer.ways = [other_bytes, other_bytes]
    shop.invoice()
    again(shop)
    assert (shop.row.state, shop.codes) == ("held", ["T293", "T293"])


def test_what_arrived_may_be_sent_once_more(shop: Shop) -> None:
    shop.peer.ways = [receipt, receipt]
    shop.invoice()
    again(shop)
    assert [each.state for each in shop.all_sent] == ["acknowledged", "acknowledged"]
    assert shop.row.state == "delivered"
    assert shop.peer.names == ["INVOIC_000000001.edi", "INVOIC_000000001-2.edi"]


def test_what_waits_for_its_receipt_is_not_replayed(shop: Shop) -> None:
    shop.peer.ways = [lost]
    shop.invoice()
    with shop.house.store.write() as connection:
        connection.exec_driver_sql("UPDATE message SET state = 'mapped' WHERE kind = 'interchange'")
    done = replay(shop.house, [shop.row.id], "impatient")
    assert [found.code for _, found in done.refused] == ["P204"]
    assert "its receipt is still to come" in done.refused[0][1].sentence
