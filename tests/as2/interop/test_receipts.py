"""Receipts as products write them, posted to our address: each settles the message it is for.

The spellings are those of ``tests/as2/mdn/spellings``, where each is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.store.as2 import sent
from gateway.store.as2.sent import Sent
from gateway.web.port import Address
from tests.as2.interop.gate import listening
from tests.as2.interop.shop import sending
from tests.as2.interop.wire import answer, call, head
from tests.as2.mdn.receipts import FIELDS, MESSAGE_ID, MIC, SHA1, Raw, report, signed
from tests.as2.mdn.receipts import notification as notified
from tests.as2.send.shop import Shop
from tests.pipeline.world import invoices

FOLDER = Path(__file__).parents[1] / "mdn" / "spellings"
ENCODED = {"mic-wrapped-within", "report-base64", "report-quoted-printable", "whole-body-base64"}
"""Those in which the digest of another message cannot simply be put in."""
SPELLINGS = sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem not in ENCODED)
BATCH = 8


@dataclass
class Desk:
    """A house whose receipts come later, to its address."""

    shop: Shop
    where: Address
    stock: list[Sent] = field(default_factory=list)
    """Messages that wait for their receipts."""

    def waiting(self) -> Sent:
        """One of them."""
        if not self.stock:
            seen = {row.id for row in self.shop.interchanges}
            for _ in range(BATCH):
                number = self.shop.numbers.pop(0)
                self.shop.world.erp(f"{number}.csv", invoices([number]))
            self.shop.run()
            new = [row.id for row in self.shop.interchanges if row.id not in seen]
            self.stock = [self.now(id_) for id_ in new]
        assert self.stock[-1].state == "sent"
        return self.stock.pop()

    def now(self, id_: int | None) -> Sent:
        """The message in which an interchange went out, as it is now."""
        assert id_ is not None
        with self.shop.house.store.read() as connection:
            (row,) = sent.of_message(connection, id_)
        return row

    def settles(self, raw: Raw, waiting: Sent) -> None:
        """The receipt is taken, and ends the waiting."""
        told = head(raw.headers, length=len(raw.body))
        assert call(self.where, told, raw.body).status == 200
        assert self.now(waiting.message).state == "acknowledged"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("desk")
    with sending(root, "receipt: {mode: async}", lambda _heard: answer("202 Accepted")) as shop:
        links = links_for(shop.world.workspace)
        with listening(Receiver(shop.house, links)) as where:
            yield Desk(shop, where)


def about(row: Sent, text: str) -> str:
    """The same receipt, for this message."""
    facts = {MESSAGE_ID: row.message_id, MIC: row.mics["sha-256"], SHA1: row.mics["sha-1"]}
    for of_another, ours in facts.items():
        text = text.replace(of_another, ours)
        text = text.replace(of_another.strip("<>"), ours.strip("<>"))
    return text.replace("NORTHWIND", "OURS")


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_receipt_in_this_spelling_settles_its_message(desk: Desk, name: str) -> None:
    row = desk.waiting()
    text = about(row, (FOLDER / f"{name}.txt").read_text("latin-1").partition("\n")[2])
    top, _, body = text.replace("\n", "\r\n").encode("latin-1").partition(b"\r\n\r\n")
    desk.settles(signed(Raw(Headers.parse(top).items, body)), row)


def written(desk: Desk, fields: str, without: str = "") -> None:
    """A receipt of these fields, without one of the usual headers."""
    row = desk.waiting()
    names = (("AS2-From", "ACME"), ("AS2-To", "OURS"), ("Message-ID", "<r@acme.example>"))
    raw = signed(report(notified(about(row, fields)), names=names))
    kept = tuple(pair for pair in raw.headers if pair[0] != without)
    desk.settles(replace(raw, headers=kept), row)


def test_a_receipt_without_a_message_id(desk: Desk) -> None:
    written(desk, FIELDS, without="Message-ID")


def test_a_final_recipient_that_is_not_who_was_written_to(desk: Desk) -> None:
    written(desk, FIELDS.replace("rfc822; ACME", "rfc822; mailbox@acme.example"))


def test_a_receipt_without_original_recipient(desk: Desk) -> None:
    assert "Original-Recipient" not in FIELDS
    written(desk, FIELDS)
