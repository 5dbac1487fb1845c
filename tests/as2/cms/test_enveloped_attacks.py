"""Nobody learns from our refusals what is inside: after a key was used there is one of them.

Bleichenbacher (1998), Vaudenay (2002), and what came after: whoever can tell a wrong padding from
wrong content decrypts a message with some thousands of questions.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from gateway.channels.as2.cms import keytransport
from gateway.channels.as2.cms.ciphers import CIPHERS
from gateway.channels.as2.cms.enveloped import UNOPENED, decrypt, encrypt, read_envelope
from gateway.channels.as2.cms.keytransport import (
    EncryptedKey,
    rejects_implicitly,
    unwrap,
    wrap,
)
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Cipher, Transport
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem
from tests.as2.cms.shapes import reshaped, whole
from tests.as2.credentials import certificate, own

CONTENT = b"Content-Type: application/edifact\r\n\r\nUNB+UNOC:3'"
BEFORE_A_KEY = {"T200", "T201", "T202", "T210", "T211", "T212", "T213", "T215"}


def sealed(cipher: Cipher, transport: Transport = "pkcs1") -> bytes:
    return whole(encrypt(Extent.of(CONTENT), [certificate("ours")], cipher, transport, BytesIO))


def attempt(envelope: bytes) -> bytes | Problem:
    try:
        return whole(decrypt(Extent.of(envelope), [own("ours")], BytesIO).content)
    except RefusedError as refused:
        return refused.problem


@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-128-gcm"])
@pytest.mark.parametrize("transport", ["pkcs1", "oaep-sha-256"])
def test_cut_off_at_every_byte(cipher: Cipher, transport: Transport) -> None:
    envelope = sealed(cipher, transport)
    for size in range(len(envelope)):
        found = attempt(envelope[:size])
        assert isinstance(found, Problem) and found.code in ("T200", "T201"), size


@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
@pytest.mark.parametrize("transport", ["pkcs1", "oaep-sha-1"])
def test_every_byte_changed_is_one_and_the_same_refusal(
    cipher: Cipher, transport: Transport
) -> None:
    envelope = sealed(cipher, transport)
    seen: set[Problem] = set()
    used = 0
    for at in range(len(envelope)):
        changed = bytearray(envelope)
        changed[at] ^= 0x41
        found = attempt(bytes(changed))
        if isinstance(found, bytes):  # a block that a change garbled, or a byte of no meaning
            assert cipher == "aes-256-cbc" or found == CONTENT, at
        elif found.code not in BEFORE_A_KEY:
            seen.add(found)
            used += 1
    assert used > 250
    assert len(seen) == 1
    assert seen.pop().code == UNOPENED


def _with_key(envelope: bytes, encrypted: bytes) -> bytes:
    (recipient,) = read_envelope(Extent.of(envelope)).recipients
    assert isinstance(recipient.key, EncryptedKey)
    return envelope.replace(recipient.key.content, encrypted)


def _public() -> RSAPublicKey:
    public = certificate("ours").certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    return public


WRONG_KEYS: dict[str, Callable[[], bytes]] = {
    "another key": lambda: wrap(_public(), bytes(32), "pkcs1"),
    "a short key": lambda: wrap(_public(), bytes(16), "pkcs1"),
    "a long key": lambda: wrap(_public(), bytes(33), "pkcs1"),
    "an empty key": lambda: wrap(_public(), b"", "pkcs1"),
    "another padding": lambda: wrap(_public(), bytes(32), "oaep-sha-1"),
    "no padding": lambda: bytes(255) + b"\x02",
    "zero": lambda: bytes(256),
    "more than the modulus": lambda: b"\xff" * 256,
}


@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
def test_whatever_is_wrong_with_the_key(cipher: Cipher) -> None:
    envelope = sealed(cipher)
    seen = {name: attempt(_with_key(envelope, made())) for name, made in WRONG_KEYS.items()}
    # one of 256 random keys gives a right padding by chance, and garbage
    refused = {found for found in seen.values() if isinstance(found, Problem)}
    assert len(refused) == 1 and refused.pop().code == UNOPENED, seen
    assert CONTENT not in seen.values()


def test_a_wrong_padding_of_rsa_is_a_random_key_of_the_right_size() -> None:
    key = own("ours").key
    assert isinstance(key, RSAPrivateKey)
    for transport in get_args(Transport):
        scheme = padding.PKCS1v15()
        encrypted = EncryptedKey(transport, scheme, bytes(255) + b"\x02")
        found = unwrap(key, encrypted, 32, lambda size: b"r" * size)
        assert len(found) == 32


def test_openssl_rejects_implicitly() -> None:
    """Garbage below the modulus never raises: it becomes bytes of a length that says nothing."""
    key, dice = own("ours").key, random.Random(7)
    assert isinstance(key, RSAPrivateKey)
    modulus = key.public_key().public_numbers().n
    lengths = set()
    for _ in range(60):
        garbage = dice.randrange(2, modulus).to_bytes(256, "big")
        once = key.decrypt(garbage, padding.PKCS1v15())
        assert once == key.decrypt(garbage, padding.PKCS1v15())
        lengths.add(len(once))
    assert len(lengths) > 20
    assert rejects_implicitly()


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("OpenSSL 3.2.0 23 Nov 2023", True),
        ("OpenSSL 4.0.3 29 Sep 2026", True),
        ("OpenSSL 3.0.19 27 Jan 2026", False),
        ("OpenSSL 1.1.1w 11 Sep 2023", False),
        ("LibreSSL 4.2.0", False),
    ],
)
def test_which_openssl_does(monkeypatch: pytest.MonkeyPatch, text: str, has: bool) -> None:
    monkeypatch.setattr(type(keytransport.backend), "openssl_version_text", lambda _: text)
    assert rejects_implicitly() == has


def test_what_is_wrong_is_looked_at_after_everything_was_decrypted() -> None:
    """Wrong key or right one: the same bytes go through the cipher before anything is said."""

    class Counting(BytesIO):
        written = 0

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            Counting.written += len(data)
            return super().write(data)

    content = bytes(1_000_000)
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        made = encrypt(Extent.of(content), [certificate("ours")], cipher, "pkcs1", BytesIO)
        amounts = []
        for envelope in (made, Extent.of(_with_key(whole(made), WRONG_KEYS["a short key"]()))):
            Counting.written = 0
            try:
                decrypt(envelope, [own("ours")], Counting)
            except RefusedError as refused:
                assert refused.problem.code == UNOPENED
            amounts.append(Counting.written)
        assert amounts == [CIPHERS[cipher].padded(len(content))] * 2


def test_content_in_millions_of_pieces_is_refused_before_a_key_is_used() -> None:
    began = time.process_time()
    made = reshaped(sealed("aes-256-cbc"), 64)
    ends = re.search(rb"\0{6,}", made)  # of the encrypted key, which may end in zeros itself
    assert ends is not None
    found = attempt(made[: ends.end() - 6] + b"\x04\x00" * 3_000_000 + made[ends.end() :])
    assert isinstance(found, Problem) and found.code == "T202"
    assert time.process_time() - began < 2


def test_a_piece_of_another_kind_is_refused_before_a_key_is_used() -> None:
    made = reshaped(sealed("aes-256-gcm"), 16)
    found = attempt(made.replace(b"\x04\x10", b"\x05\x10", 1))
    assert isinstance(found, Problem) and found.code == "T200"


def test_a_short_tag_counts_only_as_announced() -> None:
    """Twelve bytes of the tag under an announcement of sixteen would be a weaker tag."""
    envelope = sealed("aes-256-gcm")
    assert envelope.count(b"\x02\x01\x10") == 1
    announced = envelope.replace(b"\x02\x01\x10", b"\x02\x01\x0c")
    found = attempt(announced)
    assert isinstance(found, Problem) and found.code == "T200"
    found = attempt(envelope.replace(b"\x02\x01\x10", b"\x02\x01\x04"))
    assert isinstance(found, Problem) and found.code == "T200"
