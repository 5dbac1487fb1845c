"""Forged receipts: a message is settled by what the partner signed about it, and by nothing else.

One house, one message that waits for its receipt, and a partner's address that anybody can write
to. Whatever comes, the message goes on waiting; the true receipt settles it in the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from gateway.channels.as2.mdn.write import Mdn
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.store.as2 import sent
from gateway.web.port import Address
from tests.as2.attacks.target import from_elsewhere
from tests.as2.credentials import own
from tests.as2.interop.gate import listening
from tests.as2.interop.wire import Reply, call, head
from tests.as2.mdn.receipts import Raw, around, multipart, notification, report, signed, text
from tests.as2.mdn.receipts import signature as signature_of
from tests.as2.send.peer import Peer, peer_link, refusal, served, taken
from tests.as2.send.shop import Shop

LATER = "receipt: {mode: async, within: 1h}"
NAMES = (("AS2-From", "ACME"), ("AS2-To", "OURS"), ("Message-ID", "<forged@attacker.example>"))


@dataclass
class Desk:
    """The house, its partner, and where receipts come in."""

    shop: Shop
    where: Address

    @property
    def true(self) -> Mdn:
        """The receipt that the partner has made."""
        return list(self.shop.peer.receipts.values())[-1]

    @property
    def message_id(self) -> str:
        return self.shop.peer.requests[-1].message_id

    @property
    def mic(self) -> str:
        """What the partner says that he received."""
        line = next(each for each in self.true.body.splitlines() if b"content-MIC" in each)
        return line.partition(b": ")[2].decode()

    def arrives(self, mdn: Raw | Mdn, line: str = "") -> Reply:
        told = head(mdn.headers, line or f"X-Forwarded-For: {from_elsewhere()}",
                    length=len(mdn.body))  # fmt: skip
        return call(self.where, told, mdn.body)

    @property
    def state(self) -> tuple[str, str]:
        (row,) = self.shop.interchanges
        with self.shop.house.store.read() as connection:
            (one,) = sent.of_message(connection, row.id)
        return row.state, one.state

    def fields(self, outcome: str = "processed", **changed: str) -> str:
        """Of a report about the message."""
        lines = {
            "Final-Recipient": "rfc822; ACME",
            "Original-Message-ID": self.message_id,
            "Disposition": f"automatic-action/MDN-sent-automatically; {outcome}",
            "Received-content-MIC": self.mic,
        } | {name.replace("_", "-"): value for name, value in changed.items()}
        return "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def report(self, outcome: str = "processed", **changed: str) -> Raw:
        return report(text(), notification(self.fields(outcome, **changed)), names=NAMES)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A message is out, and its receipt is still to come."""
    with served(Peer(peer_link())) as peer:
        shop = Shop.open(tmp_path_factory.mktemp("desk"), peer, LATER)
        peer.ways = [taken]
        shop.invoice()
        links = links_for(shop.world.workspace)
        with listening(Receiver(shop.house, links)) as where:
            yield Desk(shop, where)
        shop.world.gateway.close()


def by(desk: Desk, who: str, **changes: object) -> Mdn:
    """The true receipt, as another one would write it."""
    link = replace(desk.shop.peer.link, ours=(own(who),) if who else (), **changes)  # type: ignore[arg-type]
    return Peer(link).take(desk.shop.peer.requests[-1])


def rewritten(desk: Desk, old: bytes, new: bytes) -> Mdn:
    assert old in desk.true.body
    return replace(desk.true, body=desk.true.body.replace(old, new))


def beside(desk: Desk) -> Raw:
    """A true signature over a report of another message, around a report of this one."""
    other = desk.report(Original_Message_ID="<other@edi.example>")
    return around(desk.report(), desk.report().part, signature_of(other.part))


FORGED: dict[str, Callable[[Desk], Raw | Mdn]] = {
    "not signed": lambda d: d.report(),
    "not signed, a refusal": lambda d: d.report("processed/error: decryption-failed"),
    "a stranger signed": lambda d: by(d, "stranger"),
    "we signed it ourselves": lambda d: signed(d.report(), own("ours")),
    "another partner signed": lambda d: signed(d.report(), own("northwind-4096")),
    "an old certificate signed": lambda d: signed(d.report(), own("acme-expired")),
    "the coming certificate signed": lambda d: signed(d.report(), own("acme-next")),
    "signed over SHA-1": lambda d: signed(d.report(), digest="sha-1"),
    "made a refusal on its way": lambda d: rewritten(
        d, b"; processed", b"; processed/error: decryption-failed"
    ),
    "another digest on its way": lambda d: rewritten(d, b"content-MIC: ", b"content-MIC: A"),
    "for another message on its way": lambda d: rewritten(
        d, d.message_id.encode(), b"<other@edi.example>"
    ),
    "for a message that never was": lambda d: signed(
        d.report(Original_Message_ID="<never@edi.example>")
    ),
    "between others": lambda d: signed(
        replace(d.report(), headers=(("AS2-From", "ACME"), ("AS2-To", "NEMO")))
    ),
    "a signature over something else": beside,
    "a report beside what is signed": lambda d: around(
        d.report(), d.report().part, text(), signature_of(text())
    ),
    "a report in front of what is signed": lambda d: Raw(
        d.report().headers,
        multipart(notification(d.fields("processed")), boundary="rep"),
    ),
    "two reports that are signed": lambda d: signed(
        report(
            text(),
            notification(d.fields()),
            notification(d.fields("processed/error: decryption-failed")),
            names=NAMES,
        )
    ),
    "two dispositions in one report": lambda d: signed(
        report(
            text(),
            notification(
                d.fields() + "Disposition: automatic-action/MDN-sent-automatically; failed\r\n"
            ),
            names=NAMES,
        )
    ),
    "no disposition": lambda d: signed(
        report(text(), notification("Reporting-UA: x\r\n"), names=NAMES)
    ),
    "no report": lambda d: signed(report(text(), names=NAMES)),
    "no signature in the signature": lambda d: around(
        d.report(), d.report().part, b"Content-Type: application/pkcs7-signature\r\n\r\n"
    ),
    "rubbish": lambda d: Raw(d.report().headers, secrets.token_bytes(500)),
    "as large as a receipt may be": lambda d: Raw(d.report().headers, bytes(1_000_000)),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_receipt_changes_nothing(desk: Desk, forged: Callable[[Desk], Raw | Mdn]) -> None:
    got = desk.arrives(forged(desk))
    assert got.status in (200, 403)  # 403: between ids that were not agreed
    assert desk.state == ("mapped", "sent")


def test_the_answer_does_not_tell_what_a_receipt_was_worth(desk: Desk) -> None:
    answers = {desk.arrives(forge(desk)).body for forge in list(FORGED.values())[:8]}
    assert len(answers) == 1


def test_more_than_a_receipt_can_be_is_not_kept(desk: Desk) -> None:
    before = len(desk.shop.receipts)
    assert desk.arrives(Raw(desk.report().headers, bytes(1_000_001))).status == 413
    assert len(desk.shop.receipts) == before


def test_who_floods_with_forged_receipts_is_slowed_down(desk: Desk) -> None:
    line = f"X-Forwarded-For: {from_elsewhere()}"
    before = len(desk.shop.receipts)
    statuses = [desk.arrives(desk.report(), line).status for _ in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert len(desk.shop.receipts) - before < 30


def test_the_true_one_settles_it_and_an_old_one_never_unsettles_it(desk: Desk) -> None:
    assert desk.state == ("mapped", "sent")
    assert desk.arrives(desk.true).status == 200
    assert desk.state == ("delivered", "acknowledged")
    # what the partner signs afterwards is told, and changes nothing
    desk.arrives(refusal(desk.shop.peer, desk.shop.peer.requests[-1]))
    assert desk.state == ("delivered", "acknowledged")
    # nor does the same one for the next message
    desk.shop.peer.ways = [taken]
    desk.shop.invoice()
    settled = next(iter(desk.shop.peer.receipts.values()))
    desk.arrives(settled)
    states = sorted(row.state for row in desk.shop.interchanges)
    assert states == ["delivered", "mapped"]
