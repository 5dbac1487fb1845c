"""Blocks of a message put elsewhere in it, where no signature covers: nothing of them gets out.

What is signed stays whole, so a gateway that reads over whatever stands around it would accept the
message, or not, by what the moved block decrypts to: that is an answer about a secret. Under CBC,
around a signed part there may only be text, which a block out of its place never is.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest

from gateway.channels.as2.cms.enveloped import decrypt
from gateway.channels.as2.extent import Extent
from tests.as2.attacks.forging import raw_envelope
from tests.as2.attacks.target import UNIFORM, Target
from tests.as2.attacks.test_cms_oracle import CIPHER, captured, encrypted_keys
from tests.as2.credentials import own
from tests.as2.receive.world import Posted

SIZE = 16


@pytest.fixture(autouse=True)
def _every_key_is_new(every_key_is_new: None) -> None:
    """These attacks are stood even by a gateway that remembers no keys."""


class Captured:
    """A message on the wire as its blocks; and what is in it, which the attacker does not know."""

    def __init__(self) -> None:
        self.posted = captured()
        body = self.posted.body
        start = body.index(CIPHER) + len(CIPHER)
        self.vector = body[start : start + SIZE]
        content = body[start + SIZE + 4 :]
        self.blocks = [content[at : at + SIZE] for at in range(0, len(content), SIZE)]
        self.keys = encrypted_keys(body)
        opened = decrypt(Extent.of(body), [own("ours")], BytesIO).content
        self.plain = opened.read(opened.size)

    def before(self, number: int) -> bytes:
        """What a block is combined with."""
        return self.blocks[number - 1] if number else self.vector

    def made(self, blocks: list[bytes], number: int) -> Posted:
        """The message of these blocks, under an id of its own."""
        body = raw_envelope(self.keys, CIPHER + self.vector, b"".join(blocks))
        return replace(self.posted, body=body).named(message_id=f"<spliced-{number:05}@x>")


@cache
def message() -> Captured:
    return Captured()


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def answers(target: Target, each: list[Posted]) -> set[str]:
    return {target.sends(posted).disposition for posted in each}


@pytest.mark.parametrize("secret", [20, 40, 60])
def test_a_block_behind_the_end_whose_padding_is_right_or_wrong(
    target: Target, secret: int
) -> None:
    """The padding oracle: right for one guess in 256, unless what follows the end is looked at."""
    known = message()
    plain = known.plain[secret * SIZE : (secret + 1) * SIZE]
    decrypted = xor(plain, known.before(secret))
    masks = [
        xor(decrypted, b"x" * (SIZE - length) + bytes((length,)) * length) for length in (1, 2, 15)
    ]
    masks += [xor(decrypted, bytes(SIZE)), xor(decrypted, b"\n" * SIZE), xor(decrypted, b"x" * 16)]
    spliced = [
        known.made([*known.blocks, mask, known.blocks[secret]], secret * 100 + number)
        for number, mask in enumerate(masks)
    ]
    with target.unharmed():
        assert answers(target, spliced) == {UNIFORM}


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_block_within_the_headers_around_the_signature(target: Target, place: int) -> None:
    """Whether it has a line end in it, say, would decide whether the headers can be read."""
    known = message()
    head, tail = known.blocks[:place], known.blocks[place:]
    spliced = [
        known.made(
            [*head, os.urandom(SIZE), known.blocks[40], head[-1], *tail],
            10_000 + place * 100 + number,
        )
        for number in range(12)
    ]
    with target.unharmed():
        assert answers(target, spliced) == {UNIFORM}


def test_a_block_in_place_of_one_of_the_headers(target: Target) -> None:
    known = message()
    spliced = []
    for place in range(1, 9):
        blocks = list(known.blocks)
        blocks[place] = known.blocks[40]
        spliced.append(known.made(blocks, 20_000 + place))
    with target.unharmed():
        assert answers(target, spliced) == {UNIFORM}
