"""Every way in which sending fails has a sentence that says what was met, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest

from gateway.channels.as2.link import Link
from gateway.channels.http import Reply, Unanswered, Unsent
from gateway.pipeline.as2.send.reply import About, no_receipt, unanswered, unsent
from gateway.problems.codes import as2_sending
from gateway.store import NewMessage, deliveries, messages
from tests.as2.send.peer import Peer
from tests.as2.send.shop import Shop
from tests.as2.send.test_outbox import plan

ABOUT = About(Link("acme", "main", "OURS", "ACME"), "INVOIC_1.edi", "<1@ours>", 4711, "as2.example")


@pytest.mark.parametrize(
    ("kind", "code"), [("reach", "T280"), ("tls", "T281"), ("pin", "T282"), ("settings", "T298")]
)
def test_what_never_left(kind: Literal["reach", "tls", "pin", "settings"], code: str) -> None:
    found = unsent(Unsent(kind, "abcd", "ef01"), ABOUT)
    assert found.code == code
    assert "abcd" in found.sentence
    assert "{" not in found.sentence + found.remedy
    if kind == "pin":
        assert "pinned is ef01" in found.sentence


def test_what_was_not_answered() -> None:
    found = unanswered(Unanswered("an answer took too long"), ABOUT)
    assert found.code == "T283"
    assert found.sentence == "INVOIC_1.edi: as2.example did not answer: an answer took too long"
    assert "<1@ours>" in found.remedy


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (200, "T290"),
        (301, "T287"),
        (400, "T288"),
        (401, "T284"),
        (403, "T284"),
        (404, "T285"),
        (405, "T285"),
        (408, "T289"),
        (413, "T286"),
        (429, "T289"),
        (500, "T289"),
        (599, "T289"),
    ],
)
def test_what_was_answered_instead_of_a_receipt(status: int, code: str) -> None:
    found = no_receipt(Reply(status, (), b""), ABOUT)
    assert found.code == code
    assert str(status) in found.sentence
    assert "{" not in found.sentence + found.remedy


def test_what_the_partners_server_says_is_shown_short_and_harmless() -> None:
    headers = (("Content-Type", "text/plain"),)
    found = no_receipt(Reply(400, headers, b"\x1b[31mno\r\nway " + b"x" * 5000), ABOUT)
    assert "\x1b" not in found.sentence
    assert len(found.sentence) < 400


def test_all_advice_of_sending_is_in_full_sentences() -> None:
    for row in as2_sending.CODES:
        assert row.title
        assert row.why.endswith(".")
        assert not row.remedy.endswith(".")


def test_a_receipt_of_ours_that_is_not_taken_is_told_with_its_message(
    opened: Callable[..., Shop], peer: Peer
) -> None:
    shop = opened()
    one = plan(shop, f"http://127.0.0.1:{peer.port}/mdn")
    new = NewMessage(kind="file", direction="in", state="received", partner="acme-retail")
    with shop.house.store.write() as connection:
        (id_,) = messages.add(connection, [new], shop.world.clock())
        deliveries.change(connection, [one.id], shop.world.clock(), message=id_)
    shop.run()
    with shop.house.store.read() as connection:
        (found,) = messages.problems_of(connection, id_)
    assert found.code == "T299"
    assert "not in receipt_urls" in found.sentence
