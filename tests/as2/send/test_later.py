"""Receipts that come by themselves: in time, late, twice, forged, or never."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.channels.as2.mdn.write import Mdn
from gateway.problems import problem
from tests.as2.credentials import own
from tests.as2.send.peer import Peer, lost, mismatching, negative, receipt, refusal, status, taken
from tests.as2.send.shop import Shop

LATER = "receipt: {mode: async, within: 1h}"


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    return opened(LATER)


def made(shop: Shop) -> Mdn:
    """The receipt that the partner has made by now."""
    return list(shop.peer.receipts.values())[-1]


def sent(shop: Shop) -> Shop:
    shop.peer.ways = [taken]
    shop.invoice()
    return shop


def test_what_the_server_took_waits_for_its_receipt(shop: Shop) -> None:
    sent(shop)
    assert shop.peer.requests[0].get("Receipt-Delivery-Option") == "http://127.0.0.1:9/as2"
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == ("mapped", "sent", "pending")
    assert shop.sent.deadline == shop.delivery.due
    assert "its receipt is expected by 2026-03-02 10:14 UTC" in shop.texts[-1]
    shop.wait(minutes=59)
    shop.look()  # a start makes everything due that never failed, as a clock may have jumped
    assert len(shop.peer.requests) == 1
    assert shop.sent.deadline == shop.delivery.due


def test_its_receipt_settles_it(shop: Shop) -> None:
    sent(shop)
    assert shop.arrives(made(shop)) == (200, "the receipt was taken", False)
    assert (shop.row.state, shop.document.state) == ("delivered", "delivered")
    assert (shop.sent.state, shop.delivery.state) == ("acknowledged", "done")
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 1


@pytest.mark.parametrize("code", [200, 204])
def test_any_2xx_is_fine(shop: Shop, code: int) -> None:
    shop.peer.ways = [status(code)]
    shop.invoice()
    assert shop.sent.state == "sent"


def test_a_refusal_that_comes_by_itself_ends_it(shop: Shop) -> None:
    sent(shop)
    shop.arrives(refusal(shop.peer, shop.peer.requests[0]))
    assert (shop.row.state, shop.sent.state, shop.codes) == ("dead", "rejected", ["T292"])
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 1


def test_other_bytes_are_held(shop: Shop) -> None:
    sent(shop)
    shop.arrives(mismatching(shop.peer, shop.peer.requests[0]))
    assert (shop.row.state, shop.sent.state, shop.codes) == ("held", "mismatch", ["T293"])


def test_a_refusal_may_stand_in_the_reply_all_the_same(shop: Shop) -> None:
    shop.peer.ways = [negative()]
    shop.invoice()
    assert (shop.row.state, shop.sent.state) == ("dead", "rejected")


def test_without_a_receipt_the_same_bytes_go_again(shop: Shop) -> None:
    sent(shop)
    shop.peer.ways = [taken]
    shop.wait(minutes=61)
    first, second = shop.peer.requests
    assert first.wire == second.wire
    assert (shop.row.state, shop.sent.state, shop.codes) == ("retrying", "sent", ["T294"])
    shop.arrives(made(shop))
    assert (shop.row.state, len(shop.peer.documents)) == ("delivered", 1)


def test_a_receipt_that_never_comes_is_given_up_and_entered_when_it_comes(shop: Shop) -> None:
    sent(shop)
    for _ in range(4):
        shop.peer.ways = [taken]
        shop.wait(minutes=61)
    assert len(shop.peer.requests) == 3
    assert (shop.row.state, shop.sent.state) == ("dead", "exhausted")
    assert shop.codes[-1] == "T295"
    shop.look()
    assert "A106" in shop.alarms
    shop.arrives(made(shop))
    assert (shop.row.state, shop.document.state) == ("delivered", "delivered")
    assert (shop.sent.state, shop.delivery.state) == ("acknowledged", "done")
    assert shop.texts[-1].endswith(
        f": processed, late ({shop.sent.message_id}, signed with acme.pem)"
    )
    shop.world.clock.forward(minutes=2)
    shop.look()
    assert shop.alarms == []


def test_a_late_receipt_settles_what_is_unknown(shop: Shop) -> None:
    shop.peer.ways = [lost]
    shop.invoice()
    assert shop.sent.state == "unknown"
    shop.arrives(made(shop))
    assert (shop.row.state, shop.sent.state) == ("delivered", "acknowledged")
    shop.wait(minutes=5)
    assert len(shop.peer.requests) == 1


def test_a_late_refusal_leaves_what_was_given_up_as_it_is(shop: Shop) -> None:
    shop.peer.ways = [lost, lost, lost]
    shop.invoice()
    for _ in range(3):
        shop.wait(minutes=5)
    shop.arrives(refusal(shop.peer, shop.peer.requests[0]))
    assert (shop.row.state, shop.sent.state, shop.codes[-1]) == ("dead", "rejected", "T292")


def test_a_second_receipt_is_no_news(shop: Shop) -> None:
    sent(shop)
    shop.arrives(made(shop))
    before = shop.texts
    shop.arrives(made(shop))
    assert shop.receipts == ["settled", "repeat"]
    assert shop.texts == before


def test_a_second_receipt_never_flips_the_first(shop: Shop) -> None:
    sent(shop)
    shop.arrives(made(shop))
    shop.arrives(refusal(shop.peer, shop.peer.requests[0]))
    assert (shop.row.state, shop.sent.state) == ("delivered", "acknowledged")
    assert (shop.receipts, shop.codes) == (["settled", "repeat"], ["T297"])


def test_nor_the_other_way_round(shop: Shop) -> None:
    sent(shop)
    good = made(shop)
    shop.arrives(refusal(shop.peer, shop.peer.requests[0]))
    shop.arrives(good)
    assert (shop.row.state, shop.sent.state) == ("dead", "rejected")
    assert shop.codes == ["T292", "T297"]


# ---- what proves nothing ------------------------------------------------------------------------


def other(shop: Shop, **changes: object) -> Mdn:
    """A receipt as made by somebody else."""
    link = replace(shop.peer.link, **changes)  # type: ignore[arg-type]
    return Peer(link).take(shop.peer.requests[0])


def unchanged(shop: Shop) -> bool:
    return (shop.row.state, shop.sent.state) == ("mapped", "sent")


def test_a_forged_receipt_changes_nothing(shop: Shop) -> None:
    sent(shop)
    told = shop.arrives(other(shop, ours=(own("stranger"),)))
    assert told == (200, "the receipt was taken", True)
    assert unchanged(shop)
    assert (shop.receipts, shop.alarms) == (["ignored"], ["A130"])
    assert "proves nothing" in shop.texts[-1]


def test_an_unsigned_receipt_changes_nothing(shop: Shop) -> None:
    sent(shop)
    shop.arrives(other(shop, ours=()))
    assert unchanged(shop)
    assert shop.receipts == ["ignored"]


def test_a_receipt_under_other_ids_changes_nothing(shop: Shop) -> None:
    sent(shop)
    shop.arrives(other(shop, our_id="SOMEBODY"))
    assert unchanged(shop)
    assert shop.receipts == ["ignored"]


def test_a_receipt_whose_outer_ids_were_changed_changes_nothing(shop: Shop) -> None:
    sent(shop)
    good = made(shop)
    headers = tuple((k, "OTHER" if k == "AS2-To" else v) for k, v in good.headers)
    shop.arrives(replace(good, headers=headers))
    assert unchanged(shop)


def test_a_receipt_for_nothing_that_was_sent_is_logged_and_not_kept(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    sent(shop)
    request = shop.peer.requests[0]
    headers = tuple((k, "<never@sent>" if k == "Message-ID" else v) for k, v in request.headers)
    refused = refusal(shop.peer, replace(request, headers=headers))
    caplog.clear()
    assert shop.arrives(refused) == (200, "the receipt was taken", True)
    assert unchanged(shop)
    assert (shop.receipts, shop.alarms) == ([], [])
    told = problem("T296", partner="acme-retail", message_id="<never@sent>")
    assert told.sentence in caplog.text


def test_a_receipt_with_one_byte_changed_changes_nothing(shop: Shop) -> None:
    sent(shop)
    good = made(shop)
    shop.arrives(replace(good, body=good.body.replace(b"content-MIC: ", b"content-MIC: A")))
    assert unchanged(shop)


def test_garbage_and_what_is_too_large(shop: Shop) -> None:
    headers = (("Content-Type", "multipart/report"), ("AS2-From", "ACME"), ("AS2-To", "OURS"))
    told = shop.arrives(Mdn(headers, secrets.token_bytes(200)))
    assert told == (200, "the receipt was taken", True)
    code, _, ignored = shop.arrives(Mdn(headers, bytes(1_000_001)))
    assert (code, ignored) == (413, True)
    assert shop.receipts == []


def test_a_signed_receipt_without_ids_in_its_headers_counts(shop: Shop) -> None:
    sent(shop)
    good = made(shop)
    headers = tuple(pair for pair in good.headers if not pair[0].startswith("AS2-"))
    shop.arrives(replace(good, headers=headers))
    assert shop.row.state == "delivered"


def test_header_fields_that_only_http_knows_do_no_harm(shop: Shop) -> None:
    sent(shop)
    good = made(shop)
    shop.arrives(replace(good, headers=(("X!Y~", "1"), ("1st", "2"), *good.headers)))
    assert (shop.receipts, shop.row.state) == (["settled"], "delivered")


def test_many_forged_receipts_fill_neither_history_nor_store(shop: Shop) -> None:
    sent(shop)
    before, good = len(shop.texts), made(shop)
    forged = other(shop, ours=(own("stranger"),))
    for _ in range(23):
        shop.arrives(forged)
    assert len(shop.texts) - before == 5
    assert shop.receipts == ["ignored"] * 20
    shop.arrives(good)  # the good one still counts
    assert shop.receipts == [*["ignored"] * 20, "settled"]
    assert shop.row.state == "delivered"


# ---- a process that dies ------------------------------------------------------------------------


def test_a_receipt_that_was_kept_and_not_judged_is_taken_up(shop: Shop) -> None:
    sent(shop)

    class Died(BaseException):
        """The process ends."""

    def die(name: str) -> None:
        if name == "as2 receipt: kept":
            raise Died

    house = shop.house
    house.checkpoint = die
    with pytest.raises(Died):
        shop.arrives(made(shop))
    house.checkpoint = lambda _name: None
    assert (shop.receipts, shop.row.state) == (["received"], "mapped")
    shop.wait(minutes=61)
    assert (shop.receipts, shop.row.state) == (["settled"], "delivered")
    assert len(shop.peer.requests) == 1


def test_a_receipt_may_be_faster_than_the_reply(shop: Shop) -> None:
    def fast(peer: Peer, request: object) -> object:
        answer = taken(peer, request)  # type: ignore[arg-type]
        shop.arrives(made(shop))
        return answer

    shop.peer.ways = [fast]  # type: ignore[list-item]
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == (
        "delivered",
        "acknowledged",
        "done",
    )
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 1


@pytest.mark.parametrize("way", [lost, status(500), receipt])
def test_a_receipt_that_comes_while_it_is_sent_again(shop: Shop, way: object) -> None:
    """Whatever the second attempt met, the receipt has settled it."""
    sent(shop)

    def meanwhile(peer: Peer, request: object) -> object:
        shop.arrives(made(shop))
        return way(peer, request)  # type: ignore[operator]

    shop.peer.ways = [meanwhile]  # type: ignore[list-item]
    shop.wait(minutes=61)
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == (
        "delivered",
        "acknowledged",
        "done",
    )
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 2
