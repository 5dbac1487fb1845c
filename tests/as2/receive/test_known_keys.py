"""An encrypted content key opens one body for ever: what brings it with another one is not opened.

So nobody learns from our answers what a message holds that he has read on the wire, whether he
puts its blocks elsewhere, changes them, or puts an encryption of his own around it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.as2.cms import enveloped as cms
from gateway.channels.as2.cms.keytransport import wrap
from gateway.channels.as2.link import Cipher, Layers
from gateway.pipeline.as2.receive import receiver
from gateway.pipeline.as2.receive.opening import Outcome, open_up
from gateway.store.as2 import envelopes
from tests.as2.attacks.forging import (
    DOCUMENT,
    EDIFACT,
    SMIME,
    envelope_of,
    enveloped,
    part,
    raw_envelope,
    recipient,
    signed,
)
from tests.as2.attacks.test_cms_oracle import CIPHER, encrypted_keys
from tests.as2.credentials import certificate
from tests.as2.receive.world import (
    ACME,
    URL,
    As2World,
    Posted,
    disposition,
    message,
    theirs,
)
from tests.pipeline.world import orders

UNIFORM = "processed/error: authentication-failed"
ALLOWED = ACME.replace(
    "      id: ACME\n", "      id: ACME\n      receive: {signed: allowed, encrypted: allowed}\n"
)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Encrypted keys that our private key was used for."""
    seen: list[bytes] = []
    unwrap = cms.unwrap

    def spy(key: Any, encrypted: Any, *more: Any) -> bytes:
        seen.append(encrypted.content)
        return unwrap(key, encrypted, *more)

    monkeypatch.setattr(cms, "unwrap", spy)
    return seen


def captured(cipher: Cipher = "aes-256-cbc", **more: Any) -> Posted:
    return message(link=theirs(layers=Layers(encrypt=cipher, compress="none")), **more)


def spliced(posted: Posted, number: int, more: bytes = bytes(32)) -> Posted:
    """The recipients of a message, and its blocks with others behind them."""
    body = posted.body
    start = body.index(CIPHER) + len(CIPHER)
    vector, blocks = body[start : start + 16], body[start + 20 :]
    changed = raw_envelope(encrypted_keys(body), CIPHER + vector, blocks + more)
    return replace(posted, body=changed).named(message_id=f"<spliced-{number}@x>")


def problems(world: As2World) -> list[str]:
    """Codes of what was found in the latest message."""
    return [each["code"] for each in json.loads(world.received()[-1].found)["problems"]]


def test_other_blocks_behind_a_captured_message_are_not_opened(
    world: As2World, used: list[bytes]
) -> None:
    posted = captured()
    first = world.post(posted)
    assert disposition(first) == "processed"
    assert len(used) == 1
    for number in range(3):
        assert disposition(world.post(spliced(posted, number))) == UNIFORM
        assert problems(world) == ["T278"]
    assert len(used) == 1
    assert world.post(posted) == first  # his own repeat is not disturbed
    assert len(world.files_received()) == 1


def test_neither_where_nobody_has_to_sign(tmp_path: Path, used: list[bytes]) -> None:
    world = As2World(tmp_path, settings=ALLOWED)
    layers = Layers(sign=None, encrypt="aes-256-cbc", compress="none")
    posted = message(link=theirs(layers=layers))
    assert disposition(world.post(posted)) == "processed"
    assert disposition(world.post(spliced(posted, 1))) == UNIFORM
    assert len(used) == 1
    assert len(world.files_received()) == 1
    world.gateway.close()


def test_nor_as_another_kind_of_encryption(world: As2World, used: list[bytes]) -> None:
    """The key of a message under GCM, used to decrypt chosen blocks by CBC (RFC 9709 §1)."""
    posted = captured("aes-256-gcm")
    assert disposition(world.post(posted)) == "processed"
    body = raw_envelope(encrypted_keys(posted.body), CIPHER + bytes(16), bytes(48))
    changed = replace(posted, body=body).named(message_id="<gcm@x>")
    assert disposition(world.post(changed)) == UNIFORM
    assert len(used) == 1


def test_nor_within_an_encryption_of_the_attacker(world: As2World, used: list[bytes]) -> None:
    posted = captured()
    assert disposition(world.post(posted)) == "processed"
    inner = part(SMIME, spliced(posted, 1).body)
    around = replace(posted, body=enveloped(inner)).named(message_id="<around@x>")
    assert disposition(world.post(around)) == UNIFORM
    assert problems(world) == ["T278"]
    assert len(used) == 2  # his own, and not the captured one


def test_a_refused_message_is_evaluated_anew_if_it_comes_as_it_was(
    world: As2World, used: list[bytes]
) -> None:
    posted = captured(signer="stranger")
    for _ in range(2):
        assert disposition(world.post(posted)) == UNIFORM
        assert problems(world) != ["T278"]
    assert len(used) == 2


def test_a_changed_message_that_came_first_binds_the_key(
    world: As2World, used: list[bytes]
) -> None:
    """One try, whatever Message-IDs the next ones have; overwriting its row does not help."""
    posted = captured()
    first = spliced(posted, 1)
    assert disposition(world.post(first)) == UNIFORM
    rubbish = message(signer="stranger", message_id="<spliced-1@x>")
    assert disposition(world.post(rubbish)) == UNIFORM
    assert len(used) == 2
    for changed in (spliced(posted, 1, bytes(48)), spliced(posted, 1, bytes(48)), posted):
        assert disposition(world.post(changed)) == UNIFORM
        assert problems(world) == ["T278"]
    assert len(used) == 2


def test_a_sender_who_uses_one_key_again_is_refused_and_the_log_says_why(
    world: As2World, used: list[bytes]
) -> None:
    key = bytes(range(32))
    encrypted = _wrapped(key)
    answers = []
    for number in range(2):
        inner = signed(part(EDIFACT, DOCUMENT + orders(str(number))))
        body = envelope_of(inner, key, encrypted)
        posted = replace(captured(), body=body).named(message_id=f"<lazy-{number}@acme.example>")
        answers.append(disposition(world.post(posted)))
    assert answers == ["processed", UNIFORM]
    (found,) = json.loads(world.received()[-1].found)["problems"]
    assert found["code"] == "T278"
    assert "a new key for each message" in found["sentence"]
    assert len(used) == 1


def test_zeros_before_the_key_make_no_other_key(world: As2World, used: list[bytes]) -> None:
    key = bytes(range(32))
    encrypted = _wrapped(key)
    blocks = CIPHER + bytes(16)
    for number, spelled in enumerate((encrypted, b"\0" + encrypted)):
        body = raw_envelope([recipient(spelled)], blocks, bytes(48))
        posted = replace(captured(), body=body).named(message_id=f"<zeros-{number}@x>")
        assert disposition(world.post(posted)) == UNIFORM
    assert used == [encrypted]


def test_one_whose_receipt_goes_elsewhere_is_not_opened_either(
    world: As2World, used: list[bytes]
) -> None:
    posted = captured(url=URL)
    assert world.post(posted).status == 200
    assert world.post(spliced(posted, 1)).status == 200  # spooled, as everything is
    world.unpack()
    assert [row.state for row in world.received()] == ["accepted", "refused"]
    assert "T278" in problems(world)
    assert len(used) == 1


def test_of_two_at_the_same_moment_only_one_is_told_what_became_of_it(
    world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another body enters with the key while this one is opened: it is looked at once more."""
    posted = captured()
    opened: list[str] = []

    def meanwhile(*given: Any) -> Outcome:
        outcome = open_up(*given)
        opened.append(outcome.code)
        if len(opened) == 1:
            assert disposition(world.post(spliced(posted, 1))) == UNIFORM
        return outcome

    monkeypatch.setattr(receiver, "open_up", meanwhile)
    assert disposition(world.post(posted)) == UNIFORM
    assert opened[0] == ""
    assert opened[-1] == "T278"
    assert world.files_received() == []


def test_keys_of_accepted_messages_are_remembered_for_ever(world: As2World) -> None:
    house = world.gateway.house
    at = house.clock()
    with house.store.write("bound") as connection:
        assert envelopes.bind(connection, ["a" * 64], "1", at, accepted=False)
        assert envelopes.bind(connection, ["b" * 64], "2", at, accepted=False)
        assert envelopes.bind(connection, ["b" * 64], "2", at, accepted=True)
        assert not envelopes.bind(connection, ["b" * 64], "3", at, accepted=True)
    with house.store.write("forgotten") as connection:
        assert envelopes.forget(connection, at, 10) == 0
        assert envelopes.forget(connection, at + timedelta(seconds=1), 10) == 1
        assert envelopes.wire_of(connection, "a" * 64) is None
        assert envelopes.wire_of(connection, "b" * 64) == "2"


def _wrapped(key: bytes) -> bytes:
    public: Any = certificate("ours").certificate.public_key()
    return wrap(public, key, "pkcs1")
