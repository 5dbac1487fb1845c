"""More bytes than fit, in every disguise."""

from __future__ import annotations

from collections.abc import Iterator

from tests.as2.attacks.catalogue.answers import CHUNKED
from tests.as2.attacks.target import Attack, request
from tests.as2.interop.wire import chunked


def attacks(scale: int = 1) -> Iterator[Attack]:
    """More than fits."""
    limit = 4_000_000 * scale

    def endless() -> Iterator[bytes]:
        yield request(b"", CHUNKED, length=None)
        piece = chunked(bytes(65_536), 65_536)[:-5]
        for _ in range(limit // 65_536 + 2):
            yield piece

    yield Attack(
        "slow_or_large",
        "a length beyond the limit",
        lambda: [request(b"", length=limit + 1)],
        "413",
    )
    yield Attack(
        "slow_or_large", "a length beyond reason", lambda: [request(b"", length="9" * 30)], "400"
    )
    yield Attack("slow_or_large", "chunks without end", endless, "413")
    yield Attack(
        "slow_or_large",
        "a chunk beyond reason",
        lambda: [request(b"", CHUNKED, length=None), b"f" * 15 + b"\r\n", bytes(limit + 100_000)],
        "413",
    )
    yield Attack(
        "slow_or_large",
        "tiny chunks",
        lambda: [request(b"", CHUNKED, length=None), b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n"],
        "400",
    )
    yield Attack(
        "slow_or_large",
        "an extension of a chunk without end",
        lambda: [request(b"", CHUNKED, length=None), b"1;", b"x" * 300_000],
        "400",
    )
