"""Encrypted keys that are none: what RSA made of them cannot be told from outside.

Bleichenbacher's attack needs to hear whether a chosen number has the padding of PKCS #1 v1.5. A
key that is not right is replaced by a random one, and the message fails like any changed one.
"""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.channels.as2.link import Cipher
from tests.as2.attacks.forging import DOCUMENT, EDIFACT, envelope_of, part
from tests.as2.attacks.target import UNIFORM, Target, report_of, request
from tests.as2.credentials import certificate
from tests.as2.interop.wire import call

INNER = part(EDIFACT, DOCUMENT)


def public() -> RSAPublicKey:
    key = certificate("ours").certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    return key


def encrypted(block: bytes) -> bytes:
    """RSA of a block as it is, whatever its padding."""
    numbers = public().public_numbers()
    number = pow(int.from_bytes(block, "big"), numbers.e, numbers.n)
    return number.to_bytes(256, "big")


def padded(key: bytes, *, start: bytes = b"\0\2", zero: bytes = b"\0") -> bytes:
    """A block of PKCS #1 v1.5, or nearly."""
    filler = bytes(1 + each % 255 for each in os.urandom(256 - len(start) - len(zero) - len(key)))
    return start + filler + zero + key


KEY = bytes(range(32))
BLOCKS = {
    "a key of the right size, another one": lambda: padded(os.urandom(32)),
    "an empty key": lambda: padded(b""),
    "a key of one byte": lambda: padded(b"k"),
    "a key for another cipher": lambda: padded(os.urandom(16)),
    "a key of one byte more": lambda: padded(os.urandom(33)),
    "a key as long as can be": lambda: padded(os.urandom(245)),
    "no block of encryption": lambda: padded(KEY, start=b"\0\1"),
    "a first byte that is not zero": lambda: padded(KEY, start=b"\1\2"),
    "no zero before the key": lambda: padded(bytes(each or 1 for each in KEY), zero=b"\1"),
    "a zero within the first eight bytes": lambda: b"\0\2\0" + padded(KEY)[3:],
    "nothing but zeros": lambda: bytes(256),
    "random": lambda: b"\0" + os.urandom(255),
}


def ask(target: Target, encrypted_key: bytes, cipher: Cipher = "aes-256-cbc") -> bytes:
    body = envelope_of(INNER, os.urandom(32), encrypted_key, cipher)
    got = call(target.where, request(body), body)
    assert got.disposition == UNIFORM
    return report_of(got)


def test_all_blocks_have_one_answer(target: Target) -> None:
    with target.unharmed():
        assert len({ask(target, encrypted(block())) for block in BLOCKS.values()}) == 1


def test_also_the_true_key_of_a_message_that_nobody_signed(target: Target) -> None:
    right = envelope_of(INNER, KEY, public().encrypt(KEY, PKCS1v15()))
    with target.unharmed():
        got = call(target.where, request(right), right)
        assert report_of(got) == ask(target, encrypted(padded(b"")))


@pytest.mark.parametrize("size", [0, 1, 255, 257, 512, 2048])
def test_numbers_of_another_size_have_the_same_answer(target: Target, size: int) -> None:
    with target.unharmed():
        assert ask(target, b"\xff" * size) == ask(target, encrypted(padded(b"")))


def test_numbers_beyond_the_modulus_have_the_same_answer(target: Target) -> None:
    modulus = public().public_numbers().n
    with target.unharmed():
        answers = {ask(target, (modulus + more).to_bytes(256, "big")) for more in (-1, 0, 1, 1000)}
        assert answers == {ask(target, encrypted(padded(b"")))}


@pytest.mark.soak
def test_a_thousand_random_numbers_have_one_answer(target: Target) -> None:
    answers = {ask(target, encrypted(b"\0" + os.urandom(255))) for _ in range(1000)}
    answers |= {ask(target, encrypted(padded(os.urandom(32)))) for _ in range(1000)}
    assert len(answers) == 1
