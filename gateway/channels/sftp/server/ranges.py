"""Which parts of a file were read or written, as few ranges. Pure."""

from __future__ import annotations

from bisect import bisect_left

MOST = 4096
"""Ranges with gaps between them; a client that makes more of them does so on purpose."""


class TooManyGapsError(ValueError):
    """More than :data:`MOST` ranges."""


class Ranges:
    """Half-open ranges of positions, in order, that neither touch nor overlap."""

    __slots__ = ("_all",)

    def __init__(self, end: int = 0) -> None:
        self._all: list[tuple[int, int]] = [(0, end)] if end else []

    def add(self, start: int, end: int) -> None:
        """These positions, too. Raises :class:`TooManyGapsError`."""
        if start >= end:
            return
        every = self._all
        if every and every[-1][0] <= start <= every[-1][1]:  # the next one, as nearly always
            every[-1] = (every[-1][0], max(every[-1][1], end))
            return
        first = bisect_left(every, start, key=lambda one: one[1])
        last = first
        while last < len(every) and every[last][0] <= end:
            start, end = min(start, every[last][0]), max(end, every[last][1])
            last += 1
        every[first:last] = [(start, end)]
        if len(every) > MOST:
            raise TooManyGapsError(f"more than {MOST} pieces with gaps between them")

    def cut(self, end: int) -> None:
        """Nothing from there on."""
        self._all = [(start, min(stop, end)) for start, stop in self._all if start < end]

    def gap(self, end: int) -> tuple[int, int] | None:
        """The first positions below ``end`` that are in none of them."""
        at = 0
        for start, stop in self._all:
            if start > at:
                break
            at = stop
        else:
            return (at, end) if at < end else None
        return (at, min(start, end)) if at < end else None

    @property
    def all(self) -> tuple[tuple[int, int], ...]:
        """From and to, in order."""
        return tuple(self._all)
