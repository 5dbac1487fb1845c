"""Changed ciphertexts: whatever goes wrong behind our key, the answer and its moment are the same.

CBC has no protection of its own, and decryption comes before the signature can be checked: who can
tell a bad padding from bad content reads the message, byte for byte (RFC 8551 §6).
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from asn1crypto import cms

from gateway.channels.as2.link import Layers
from gateway.web import as2
from tests.as2.attacks.forging import (
    DOCUMENT,
    EDIFACT,
    SMIME,
    enveloped,
    part,
    raw_envelope,
    signed,
)
from tests.as2.attacks.target import UNIFORM, Target, from_elsewhere, report_of, request, timed
from tests.as2.interop.wire import call
from tests.as2.receive.world import Posted, message, theirs
from tests.pipeline.world import orders


@pytest.fixture(autouse=True)
def _every_key_is_new(every_key_is_new: None) -> None:
    """These attacks are stood even by a gateway that remembers no keys."""


INNER = part(EDIFACT, DOCUMENT)
CIPHER = bytes.fromhex("301d060960864801650304012a0410")
"""AES-256-CBC and the head of its vector."""


def captured(cipher: str = "aes-256-cbc") -> Posted:
    """A message of the partner that the attacker has read on the wire."""
    layers = Layers(encrypt=cipher, compress="none")  # type: ignore[arg-type]
    message_id = f"<{next(_NUMBERS):04}@acme.example>"
    return message(orders("oracle"), link=theirs(layers=layers), message_id=message_id)


_NUMBERS = count(1)


def flips(body: bytes, most: int) -> Iterable[bytes]:
    """One bit changed at places all over the encrypted content, its last blocks above all."""
    last = len(body) - 1
    places = {last - distance for distance in range(33)}
    places |= {last - 40 - number * (len(body) - 700) // most for number in range(most)}
    for place in sorted(places):
        yield body[:place] + bytes((body[place] ^ 1 << place % 8,)) + body[place + 1 :]


def ask(target: Target, posted: Posted, bodies: Iterable[bytes]) -> set[bytes]:
    """All different answers."""
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: target.sends(replace(posted, body=body)), bodies))
    assert {answer.disposition for answer in answers} == {UNIFORM}
    return {report_of(answer) for answer in answers}


@pytest.mark.parametrize("most", [40, pytest.param(3000, marks=pytest.mark.soak)])
def test_a_bit_changed_anywhere_has_one_answer(target: Target, most: int) -> None:
    posted = captured()
    with target.unharmed(memory=100_000_000, seconds=0.05 * (most + 40)):
        assert len(ask(target, posted, flips(posted.body, most))) == 1


def test_changes_within_the_first_block_and_the_vector(target: Target) -> None:
    """The vector decides the first block alone: the classical way to change a known header."""
    posted = captured()
    start = posted.body.index(CIPHER) + len(CIPHER)
    bodies = [
        posted.body[:place] + bytes((posted.body[place] ^ 0x81,)) + posted.body[place + 1 :]
        for place in range(start, start + 36)
        if place not in range(start + 16, start + 20)  # tag and length of the content
    ]
    with target.unharmed(seconds=4):
        assert len(ask(target, posted, bodies)) == 1


def test_what_is_outside_of_the_signature_can_be_changed_and_means_nothing(target: Target) -> None:
    """``content-Type`` for ``Content-Type``: the signed bytes are the same, and only they count."""
    posted = captured()
    place = posted.body.index(CIPHER) + len(CIPHER)
    changed = posted.body[:place] + bytes((posted.body[place] ^ 0x20,)) + posted.body[place + 1 :]
    target.accepts(replace(posted, body=changed), [orders("oracle")])


def test_cut_off_and_swapped_blocks(target: Target) -> None:
    content = captured().body
    start = content.index(CIPHER) + len(CIPHER)
    vector, encrypted = content[start : start + 16], content[start + 20 :]
    recipients = encrypted_keys(content)
    bodies = [
        raw_envelope(recipients, CIPHER + vector, changed)
        for changed in (
            encrypted[:-16], encrypted[:-32], encrypted[16:], encrypted[:16], encrypted[-16:],
            encrypted[16:32] + encrypted[:16] + encrypted[32:], encrypted[:-1], encrypted[:-15],
            encrypted + b"\0", bytes(16), bytes(4096), b"",
        )
    ]  # fmt: skip
    with target.unharmed():
        assert len(ask(target, captured(), bodies)) == 1


def encrypted_keys(body: bytes) -> list[bytes]:
    """The recipients of a captured message, as they are."""
    info = cms.ContentInfo.load(body)
    return [each.dump() for each in info["content"]["recipient_infos"]]


def test_content_that_decrypts_well_and_is_wrong_has_the_same_answer(target: Target) -> None:
    """Padding that is right, and then: nothing, nonsense, no signature, a stranger's signature."""
    contents = [
        b"", b"\0", b"nonsense", INNER, signed(INNER, "stranger"), part(SMIME, b"nonsense"),
        part(SMIME, enveloped(INNER, "stranger")), part("multipart/signed", b""),
        part("multipart/report; boundary=b", b""), b"Content-Type: " + b"x" * 70_000,
    ]  # fmt: skip
    well_padded = [enveloped(each) for each in contents]
    badly_padded = [posted_flip(captured())]
    with target.unharmed():
        assert len(ask(target, captured(), [*well_padded, *badly_padded])) == 1


def posted_flip(posted: Posted) -> bytes:
    return posted.body[:-1] + bytes((posted.body[-1] ^ 0x80,))


def test_gcm_passed_off_as_cbc_tells_nothing(target: Target) -> None:
    """The key of a message under GCM, used to decrypt chosen blocks by CBC (RFC 9709 §1)."""
    posted = captured("aes-256-gcm")
    bodies = [
        raw_envelope(encrypted_keys(posted.body), CIPHER + bytes(16), bytes((number,)) * 48)
        for number in range(6)
    ]
    with target.unharmed():
        assert len(ask(target, posted, [*bodies, posted_flip(posted)])) == 1


def test_encrypted_to_us_and_nothing_else(target: Target) -> None:
    """Anybody can encrypt to us: alone that proves nothing, whatever is inside."""
    for inner in (INNER, part("application/xml", b"<a/>"), signed(INNER, "ours")):
        body = enveloped(inner)
        with target.unharmed():
            got = call(target.where, request(body), body)
        assert got.disposition == UNIFORM
        assert b"Received-content-MIC" not in got.body


def test_the_answers_leave_at_marks_of_time(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the opening stopped takes milliseconds more or less; the answer waits for a mark."""
    monkeypatch.setattr(as2, "MARK", 0.5)
    posted = captured()
    early = replace(posted, body=posted_flip(posted))
    late = replace(posted, body=enveloped(signed(part(EDIFACT, bytes(300_000)), "stranger")))
    for seconds in timed(target, [early, late] * 4, UNIFORM):
        assert seconds >= 0.5
        assert seconds % 0.5 < 0.25  # and a little more, on a busy machine


def test_who_keeps_trying_is_slowed_down_and_a_person_is_told(target: Target) -> None:
    line = f"X-Forwarded-For: {from_elsewhere()}"
    posted = captured()
    tried = [replace(posted, body=body) for body in flips(posted.body, 0)][:25]
    with target.unharmed(seconds=4):  # the partner calls from elsewhere, and is not slowed down
        statuses = [target.post(each, line).status for each in tried]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
    assert "A136" in {each.found.code for each in target.world.gateway.alarms()}
