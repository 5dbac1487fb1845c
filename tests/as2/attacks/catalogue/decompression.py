"""A thousand bytes for one, in every layer."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from tests.as2.attacks.catalogue.answers import (
    AUTHENTICATION,
    DECOMPRESSION,
    INNER,
    UNEXPECTED,
    whole,
)
from tests.as2.attacks.forging import EDIFACT, SMIME, bomb, compressed, enveloped, part, signed
from tests.as2.attacks.target import Attack


def attacks(scale: int = 1) -> Iterator[Attack]:
    """A thousand bytes for one."""
    size = 32_000_000 * scale

    def one(name: str, wire: Callable[[], Iterable[bytes]], answer: str) -> Attack:
        return Attack("decompression", name, wire, answer)

    yield one("a bomb", lambda: whole(bombs(size), SMIME, "ACME-OPEN"), DECOMPRESSION)
    yield one(
        "a bomb that is encrypted", lambda: whole(enveloped(squeezed(bombs(size)))), AUTHENTICATION
    )
    yield one(
        "a bomb that a partner signed",
        lambda: whole(enveloped(signed(squeezed(bombs(size))))),
        DECOMPRESSION,
    )
    yield one(
        "a bomb around what a partner signed",
        lambda: whole(enveloped(squeezed(around(size)))),
        AUTHENTICATION,
    )
    yield one(
        "a bomb in a bomb",
        lambda: whole(compressed(zlib.compress(squeezed(bombs(size)), 9)), SMIME, "ACME-OPEN"),
        UNEXPECTED,
    )
    yield one(
        "a bomb that stays below the ratio",
        lambda: whole(slow_bomb(size), SMIME, "ACME-OPEN"),
        DECOMPRESSION,
    )
    yield one(
        "a stream that never ends",
        lambda: whole(compressed(zlib.compress(INNER)[:-6]), SMIME, "ACME-OPEN"),
        DECOMPRESSION,
    )


@cache
def bombs(size: int) -> bytes:
    """Making one takes longer than refusing it."""
    return bomb(size)


@cache
def slow_bomb(size: int) -> bytes:
    """A hundred and fifty bytes for one: only the size itself can be refused."""
    packer = zlib.compressobj(1)
    packed = packer.compress(part(EDIFACT, b""))
    zeros = bytes(1 << 20)
    for _ in range(size >> 20):
        packed += packer.compress(os.urandom(3000) + zeros)
    return compressed(packed + packer.flush())


@cache
def around(size: int) -> bytes:
    """CompressedData: something signed, and then zeros."""
    packer = zlib.compressobj(9)
    packed = packer.compress(signed(INNER))
    zeros = bytes(1 << 20)
    for _ in range(size >> 20):
        packed += packer.compress(zeros)
    return compressed(packed + packer.flush())


def squeezed(data: bytes) -> bytes:
    """CompressedData as a part."""
    return part(f"{SMIME}; smime-type=compressed-data", data)
