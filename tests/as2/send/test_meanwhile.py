"""What changes while a message is on its way: its receipt, the settings, the clock, its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from gateway.channels.as2.mdn import write
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mdn.write import Mdn
from gateway.pipeline.as2.send import attempt
from gateway.pipeline.housekeeping import expire
from gateway.pipeline.replay import replay
from gateway.store import deliveries
from gateway.store.as2 import sent as sent_rows
from gateway.store.as2.sent import Sent
from gateway.store.as2.tables import receipt as receipts
from gateway.store.as2.tables import sent as table
from tests.as2.send.peer import Answer, Peer, Request, lost, mismatching, refusal, status, taken
from tests.as2.send.shop import FOLDER, Shop, channel, settings
from tests.pipeline.world import contrl

LATER = "receipt: {mode: async, within: 1h}"
NONE = "receipt: {mode: none}"
NEW_ID = "quirks: {resend_id: new}"
Open = Callable[..., Shop]


def row(shop: Shop, id_: int) -> Sent:
    with shop.house.store.read() as connection:
        return sent_rows.of_message(connection, id_)[-1]


def first(shop: Shop) -> Mdn:
    """The receipt for what the partner got first."""
    return shop.peer.receipts[shop.peer.requests[0].message_id]


# ---- receipts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "state"), [(refusal, "rejected"), (mismatching, "mismatch")], ids=["no", "other bytes"]
)
def test_a_receipt_for_the_second_of_a_batch_while_the_first_is_sent(
    opened: Open, made: Callable[[Peer, Request], Mdn], state: str
) -> None:
    """What was refused is built anew when a person wants it, and not by itself."""
    shop = opened(LATER)
    shop.peer.ways = [lost, lost]
    shop.invoice()
    shop.invoice()

    def meanwhile(peer: Peer, request: Request) -> Answer:
        shop.arrives(made(peer, peer.requests[1]))
        return taken(peer, request)

    shop.peer.ways = [meanwhile]
    shop.wait(minutes=2)
    assert len(shop.peer.requests) == 3
    second = shop.interchanges[1]
    assert row(shop, second.id).state == state
    with shop.house.store.read() as connection:
        (only,) = deliveries.of_message(connection, second.id)
    assert (only.state in ("dead", "done"), only.due) == (True, None)


def test_a_late_receipt_for_the_first_id_ends_the_attempts_under_the_second(opened: Open) -> None:
    shop = opened(NEW_ID)
    shop.peer.ways = [lost]
    shop.invoice()

    def meanwhile(peer: Peer, request: Request) -> Answer:
        shop.arrives(first(shop))
        return Answer(500)

    shop.peer.ways = [meanwhile]
    shop.wait(minutes=2)
    assert [each.state for each in shop.all_sent] == ["acknowledged", "unknown"]
    assert (shop.row.state, shop.delivery.state, shop.delivery.due) == ("delivered", "done", None)
    shop.wait(minutes=5)
    assert len(shop.peer.requests) == 2


def test_a_refusal_that_nobody_asked_for_is_no_arrival(opened: Open) -> None:
    shop = opened(NONE)

    def meanwhile(peer: Peer, request: Request) -> Answer:
        options = "signed-receipt-protocol=optional, pkcs7-signature"
        wish = (
            ("Disposition-Notification-To", "x"),
            (
                "Disposition-Notification-Options",
                f"{options}; signed-receipt-micalg=required, sha-256",
            ),
        )
        shop.arrives(refusal(peer, replace(request, headers=(*request.headers, *wish))))
        return Answer(200)

    shop.peer.ways = [meanwhile]
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == ("dead", "rejected", "dead")


def test_a_receipt_that_was_kept_is_judged_before_anything_goes_again(opened: Open) -> None:
    shop = opened(LATER)
    shop.peer.ways = [lost]
    shop.invoice()
    made = first(shop)

    class Died(BaseException):
        """The process ends."""

    def die(name: str) -> None:
        if name == "as2 receipt: kept":
            raise Died

    shop.house.checkpoint = die
    with pytest.raises(Died):
        shop.arrives(made)
    shop.house.checkpoint = lambda _name: None
    shop.wait(minutes=2)
    assert (shop.row.state, shop.receipts, len(shop.peer.requests)) == ("delivered", ["settled"], 1)


def duplicate(peer: Peer, request: Request) -> Mdn:
    """He knows the Message-ID, and refuses it instead of repeating his receipt."""
    said = Disposition(level="error", text="duplicate-document")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "disposition_for", lambda *_given: said)
        return refusal(peer, request)


def test_who_had_it_before_is_not_taken_for_one_who_has_it_not(shop: Shop) -> None:
    """The receipt for the first attempt was lost: to build it anew would double the document."""

    def again(peer: Peer, request: Request) -> Answer:
        made = duplicate(peer, request)
        return Answer(200, made.headers, made.body)

    shop.peer.ways = [lost, again]
    shop.invoice()
    shop.wait(minutes=1)
    assert (shop.row.state, shop.sent.state) == ("held", "mismatch")
    assert shop.codes == ["T283", "T272"]
    assert "processed/error: duplicate-document" in shop.problems[-1].sentence
    shop.wait(minutes=5)
    assert len(shop.peer.requests) == 2


def test_a_duplicate_of_what_was_acknowledged_is_no_contradiction(opened: Open) -> None:
    shop = opened(LATER)
    shop.peer.ways = [taken]
    shop.invoice()
    shop.arrives(first(shop))
    shop.arrives(duplicate(shop.peer, shop.peer.requests[0]))
    assert (shop.row.state, shop.codes, shop.receipts) == ("delivered", [], ["settled", "repeat"])


# ---- the partner's own answer --------------------------------------------------------------------


def answered(shop: Shop) -> None:
    shop.world.acme("answer.edi", contrl("77", "000000001"))
    shop.run()


def test_what_was_answered_is_not_sent_again_for_want_of_a_receipt(opened: Open) -> None:
    shop = opened(LATER)
    shop.peer.ways = [taken]
    shop.invoice()
    answered(shop)
    assert (shop.row.state, shop.document.state) == ("acknowledged", "acknowledged")
    shop.wait(hours=2)
    assert (len(shop.peer.requests), shop.delivery.state) == (1, "done")
    shop.arrives(first(shop))
    assert (shop.row.state, shop.sent.state) == ("acknowledged", "acknowledged")


def test_an_answer_that_comes_while_it_is_sent_again(opened: Open) -> None:
    shop = opened(LATER)
    shop.peer.ways = [lost]
    shop.invoice()

    def meanwhile(peer: Peer, request: Request) -> Answer:
        answered(shop)
        return Answer(500)

    shop.peer.ways = [meanwhile]
    shop.wait(minutes=2)
    assert (shop.row.state, shop.sent.state, shop.delivery.state) == (
        "acknowledged",
        "unknown",
        "done",
    )
    shop.wait(hours=2)
    assert len(shop.peer.requests) == 2


def test_what_was_given_up_and_is_answered_after_all(opened: Open) -> None:
    shop = opened()
    shop.peer.ways = [lost, lost, lost]
    shop.invoice()
    for _ in range(2):
        shop.wait(minutes=5)
    assert shop.row.state == "dead"
    answered(shop)
    assert (shop.row.state, shop.document.state) == ("acknowledged", "acknowledged")
    assert shop.delivery.state == "done"


# ---- settings ------------------------------------------------------------------------------------


def changed(shop: Shop, before: str, after: str) -> None:
    files = dict(shop.world.files)
    name = "partners/acme-retail/partner.yaml"
    assert before in files[name]
    files[name] = files[name].replace(before, after)
    shop.world.reload(files)


def test_a_channel_that_becomes_a_folder_leaves_what_may_have_arrived_to_a_person(
    opened: Open,
) -> None:
    shop = opened()
    shop.peer.ways = [lost]
    shop.invoice()
    changed(
        shop,
        channel(shop.peer),
        FOLDER.replace("acme/in", "acme/other") + "  drop:\n"
        '    kind: folder\n    receive: {folder: acme/in, match: "*"}\n',
    )
    for _ in range(3):
        shop.wait(minutes=5)
    assert (shop.row.state, shop.sent.state) == ("dead", "exhausted")
    assert shop.codes == ["T283", "T298", "T298", "T295"]
    assert shop.world.sent() == {}
    shop.world.reload(settings(shop.peer))
    assert replay(shop.house, [shop.row.id], "the channel is back").refused == []
    shop.run()
    assert (shop.row.state, len({each.wire for each in shop.peer.requests})) == ("delivered", 1)


def test_a_channel_that_is_gone_for_a_while_costs_no_attempt_while_a_receipt_is_awaited(
    opened: Open,
) -> None:
    shop = opened(LATER)
    shop.peer.ways = [taken]
    shop.invoice()
    changed(shop, "    kind: as2\n", "    kind: as2\n    # the same\n")
    shop.look()
    assert (shop.row.state, shop.delivery.attempts, len(shop.peer.requests)) == ("mapped", 0, 1)


# ---- the clock -----------------------------------------------------------------------------------


def test_a_deadline_of_a_wrong_clock_is_brought_near(opened: Open) -> None:
    shop = opened(LATER)
    shop.world.clock.forward(days=365)
    shop.peer.ways = [taken]
    shop.invoice()
    shop.world.clock.forward(days=-365)
    shop.look()  # a start
    assert shop.delivery.due == shop.sent.deadline == shop.world.clock() + timedelta(hours=1)
    shop.wait(minutes=30)
    shop.look()
    shop.peer.ways = [taken]
    shop.wait(minutes=31)
    assert len(shop.peer.requests) == 2


# ---- faults of ours ------------------------------------------------------------------------------


def test_a_bug_behind_the_request_waits_like_a_lost_answer(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = opened()

    def broken(*_given: Any) -> bool:
        raise ZeroDivisionError("bug")

    with monkeypatch.context() as patch:
        patch.setattr(attempt, "is_mdn", broken)
        shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.codes) == ("retrying", "unknown", ["T283"])
    assert len(shop.peer.requests) == 1
    shop.wait(minutes=1)
    assert shop.row.state == "delivered"


def test_deaths_count_only_without_an_attempt_in_between(opened: Open) -> None:
    """A house that is started anew while a server hangs is no message that kills processes."""
    shop = opened()
    shop.peer.ways = [status(500)]
    with shop.house.store.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER old AFTER INSERT ON delivery BEGIN "
            "UPDATE delivery SET crashes = 4 WHERE id = new.id; END"
        )
    shop.invoice()
    assert (shop.row.state, shop.delivery.crashes) == ("retrying", 0)


# ---- what is over --------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [NONE, NEW_ID], ids=["no receipt", "a first id without one"])
def test_what_arrived_is_over_whatever_its_receipt_says(opened: Open, more: str) -> None:
    shop = opened(more)
    shop.peer.ways = [status(200)] if more == NONE else [lost]
    shop.invoice()
    shop.wait(minutes=1)
    assert shop.row.state == "delivered"
    shop.look()
    shop.world.clock.forward(days=11 * 366)
    shop.look()
    expire(shop.house)
    assert shop.interchanges == []
    with shop.house.store.read() as connection:
        for each in (table, receipts):
            assert connection.scalar(select(func.count()).select_from(each)) == 0


def test_the_history_names_the_message_and_who_signed_its_receipt(shop: Shop) -> None:
    shop.invoice()
    assert shop.texts[-1].endswith(f": processed ({shop.sent.message_id}, signed with acme.pem)")


def test_each_attempt_has_its_line(shop: Shop) -> None:
    shop.peer.ways = [status(500), status(404), status(503)]
    shop.invoice()
    for _ in range(2):
        shop.wait(minutes=5)
    said = [text for text in shop.texts if "answers" in text]
    assert [next(code for code in ("500", "404", "503") if code in text) for text in said] == [
        "500",
        "404",
        "503",
    ]
    assert f"no receipt for {shop.sent.message_id}" in shop.texts[-1]


def test_what_is_sent_once_more_and_fails_says_so(shop: Shop) -> None:
    shop.invoice()
    assert replay(shop.house, [shop.row.id], "asked by the partner", force=True).refused == []
    shop.peer.ways = [lost, lost, lost]
    shop.run()
    for _ in range(2):
        shop.wait(minutes=5)
    assert (shop.row.state, shop.delivery.state, shop.sent.state) == (
        "delivered",
        "dead",
        "exhausted",
    )
    assert shop.codes[-1] == "T295"
    assert "after 3 attempts there is no receipt" in shop.texts[-1]


def test_what_is_acknowledged_is_never_sent_again(shop: Shop) -> None:
    shop.invoice()
    with shop.house.store.write() as connection:
        due = {"state": "pending", "due": shop.world.clock()}
        deliveries.change(connection, [shop.delivery.id], shop.world.clock(), **due)
    shop.run()
    assert (len(shop.peer.requests), shop.delivery.state, shop.delivery.due) == (1, "done", None)
