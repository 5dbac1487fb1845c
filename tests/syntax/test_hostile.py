"""Hostile input: time grows with the size only, and memory is bounded by one message."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest

from gateway.syntax import Kind, Limits, read
from tests.syntax.interchanges import ISA

UNB = b"UNB+UNOC:3+A+B+260301:0915+1'"
START = UNB + b"UNH+1+X'"
GS = ISA + b"GS*PO*A*B*20260301*0915*1*X*005010~"

SHAPES: dict[str, Callable[[int], bytes]] = {
    "one segment without end": lambda n: START + b"A" * n,
    "only release characters": lambda n: START + b"?" * n,
    "only released terminators": lambda n: START + b"FTX+" + b"?'" * (n // 2),
    "messages without trailers": lambda n: UNB + b"UNH+1+X'" * (n // 8),
    "messages without trailers but the last": lambda n: UNB + b"UNH+1+X'" * (n // 8) + b"UNT+1+1'",
    "trailer tags in data": lambda n: START + b"FTX+" + b"UNT+" * (n // 4),
    "released trailers": lambda n: START + b"FTX+" + b"?'UNT+" * (n // 6),
    "trailers after noise": lambda n: START + b"\r\n UNT+" * (n // 7),
    "line breaks only": lambda n: START + b"\n" * n,
    "empty segments": lambda n: START + b"'" * n,
    "strays": lambda n: UNB + b"A'" * (n // 2),
    "control characters": lambda n: START + b"A\x00'" * (n // 3),
    "undecodable bytes": lambda n: START.replace(b"UNOC", b"UNOW") + b"\xff" * n + b"'",
    "a wrapped segment": lambda n: START + b"A\n" * (n // 2) + b"'",
    "headers": lambda n: UNB * (n // 29),
    "advices": lambda n: b"UNA:+.? '" * (n // 9),
    "junk": lambda n: b"x" * n,
    "X12 sets without trailers": lambda n: GS + b"ST*850*1~" * (n // 9),
    "X12 trailer tags in data": lambda n: GS + b"ST*850*1~N1*" + b"SE*ST*" * (n // 6),
    "X12 headers": lambda n: ISA * (n // 106),
}


def seconds(data: bytes) -> float:
    best = 60.0
    for _ in range(2):
        start = time.process_time()
        for _ in read((data,), limits=Limits(segment_bytes=1 << 18)):
            pass
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_size_only(shape: str) -> None:
    small, large = (seconds(SHAPES[shape](size)) for size in (25_000, 100_000))
    assert large < 10 * small + 0.05, (
        f"{shape}: {small:.4f} s and {large:.4f} s for 4 times as much"
    )


def test_memory_is_bounded_by_one_message() -> None:
    message = b"UNH+1+X'" + b"FTX+AAI+++text'" * 1000 + b"UNT+1002+1'"

    def chunks() -> Iterator[bytes]:
        yield UNB
        for _ in range(1000):
            yield message
        yield b"UNZ+1000+1'"

    tracemalloc.start()
    try:
        messages = sum(part.kind is Kind.MESSAGE for part in read(chunks()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert messages == 1000
    assert peak < 1_500_000


def test_memory_is_bounded_by_the_limits() -> None:
    limits = Limits(segment_bytes=50_000, message_bytes=50_000)
    shapes = [(b"", b"A" * 10_000), (START, b"A" * 10_000), (START, b"FTX+AAI+++text'" * 700)]
    tracemalloc.start()
    try:
        for head, chunk in shapes:
            for _ in read(chain([head], repeat(chunk, 30)), limits=limits):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
