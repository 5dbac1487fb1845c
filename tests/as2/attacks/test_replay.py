"""Messages that were read on the wire and come again: the same answer, and nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gateway.channels.as2.link import Layers
from tests.as2.attacks.target import UNIFORM, Target
from tests.as2.receive.world import message, theirs
from tests.pipeline.world import orders

UNEXPECTED = "processed/error: unexpected-processing-error"


def test_the_same_message_gets_the_same_receipt_and_makes_nothing(target: Target) -> None:
    posted = message(orders("replay 1"))
    first = target.post(posted)
    assert first.disposition == "processed"
    with target.unharmed():
        for _ in range(5):
            assert target.sends(posted) == first


def test_the_same_message_by_many_at_once_is_one(target: Target) -> None:
    posted = message(orders("replay 2"))
    before = target.files
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: target.sends(posted), range(8)))
    assert len({answer.body for answer in answers}) == 1
    assert target.files == before + 1
    target.works()


def test_under_another_message_id_it_waits_for_a_person(target: Target) -> None:
    """The id stands outside of what is signed. The content tells; the receipt is positive."""
    posted = message(orders("replay 3"))
    assert target.post(posted).disposition == "processed"
    again = target.sends(posted.named(message_id="<fresh@attacker.example>"))
    assert again.disposition == "processed"
    last = target.world.rows(kind="file")[-1]
    assert (last.state, last.due) == ("held", None)


def test_other_bytes_under_an_accepted_id_are_refused(target: Target) -> None:
    first = message(orders("replay 4"), message_id="<taken@acme.example>")
    answer = target.post(first)
    assert answer.disposition == "processed"
    with target.unharmed():
        for other in (
            message(orders("replay 5"), message_id="<taken@acme.example>"),
            message(signer="stranger", message_id="<taken@acme.example>"),
        ):
            assert target.sends(other).disposition == UNEXPECTED
        assert target.post(first) == answer  # his own repeat is not disturbed


def test_rubbish_under_the_id_of_tomorrow_blocks_nothing(target: Target) -> None:
    """Who knows how a partner counts cannot take his next ids away."""
    with target.unharmed():
        rubbish = message(signer="stranger", message_id="<tomorrow@acme.example>")
        assert target.sends(rubbish).disposition == UNIFORM
    data = orders("replay 6")
    target.accepts(message(data, message_id="<tomorrow@acme.example>"), [data])


def test_under_another_partners_name_it_is_nobodys(target: Target) -> None:
    posted = message(orders("replay 7"))
    assert target.post(posted).disposition == "processed"
    with target.unharmed():
        assert target.sends(posted.named(as2_from="NORTHWIND")).disposition == UNIFORM


def test_to_another_channel_of_the_partner_the_content_is_known(target: Target) -> None:
    """He signed it, so it is his; that it came before is known across his channels."""
    posted = message(orders("replay 8"))
    assert target.post(posted).disposition == "processed"
    assert target.sends(posted.named(as2_from="ACME-OPEN")).disposition == "processed"
    assert target.world.rows(kind="file")[-1].state == "held"


def test_what_the_layers_are_repacked_in_makes_no_new_content(target: Target) -> None:
    """A thief of a partner's key aside, the same document stays the same document."""
    data = orders("replay 9")
    for layers in (Layers(), Layers(compress="none"), Layers(encrypt="aes-128-cbc")):
        assert target.post(message(data, link=theirs(layers=layers))).disposition == "processed"
    states = [row.state for row in target.world.rows(kind="file")[-3:]]
    assert states == ["received", "held", "held"]


def test_a_receipt_for_a_repeat_cannot_be_redirected(target: Target) -> None:
    posted = message(orders("replay 10"))
    assert target.post(posted).disposition == "processed"
    before = len(target.world.receipts_out())
    with target.unharmed():
        answer = target.sends(posted, "Receipt-Delivery-Option: https://attacker.example/mdn")
        assert answer.status == 200
    assert len(target.world.receipts_out()) == before
