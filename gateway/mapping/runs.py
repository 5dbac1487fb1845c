"""Runs: groups of elements that come again and again within one segment.

``SDQ*EA*92*0001*5*0002*7`` holds pairs (place, quantity) from element 03 on, every 2 elements, ten
times. A block with ``repeat 03 2 10`` makes one object of each; its rows name the elements of the
first run. Reading shifts each run to the place of the first, writing shifts it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from gateway.mapping.convert import Unfit
from gateway.mapping.facts import RowFacts, Where
from gateway.mapping.findings import unwritten
from gateway.problems import Problem
from gateway.syntax.normal import ELEMENT


class Shifted(Sequence[str]):
    """The segments of a message; in one of them a run stands where the first one stood."""

    __slots__ = ("place", "segments", "text")

    def __init__(self, segments: Sequence[str], index: int, text: str) -> None:
        self.segments = segments
        self.place = index
        self.text = text

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return self.text if at == self.place else self.segments[at]

    def __len__(self) -> int:
        return len(self.segments)


def runs(
    segments: Sequence[str], found: Sequence[int], first: int, step: int, times: int
) -> Iterator[tuple[int, Sequence[str]]]:
    """Each run that holds something: the index of its segment, and the segments as it sees them.

    ``first``: element of the first run (1 = first after the tag).
    """
    for index in found:
        elements = segments[index].split(ELEMENT)
        head, behind = elements[:first], elements[first + step * times :]
        for at in range(first, min(first + step * times, len(elements)), step):
            run = elements[at : at + step]
            if not any(run):
                continue
            if behind:
                run += [""] * (step * times - len(run))
            yield index, Shifted(segments, index, ELEMENT.join([*head, *run, *behind]))


def packed(segments: list[str], first: int, step: int, times: int) -> list[str]:
    """Segments of one run each → as few as possible; those with the same front share one."""
    out: list[str] = []
    front: list[str] = []
    held = 0
    for segment in segments:
        elements = segment.split(ELEMENT)
        if out and held < times and elements[:first] == front:
            out[-1] = _joined(out[-1], elements[first : first + step], first + held * step)
            held += 1
        else:
            out.append(segment)
            front, held = elements[:first], 1
    return out


def into(
    segment: str,
    runs_: list[str],
    shape: tuple[int, int, int],
    found: list[Problem],
    where: Where,
    facts: RowFacts,
) -> str:
    """A segment with runs put into it; V505 if they are more than it holds."""
    first, step, times = shape
    for at, run in enumerate(runs_[:times]):
        segment = _joined(segment, run.split(ELEMENT)[first : first + step], first + at * step)
    if len(runs_) > times:
        unwritten(f"{len(runs_)} entries", Unfit("V505", f"at most {times}"), found, where, facts)
    return segment


def _joined(segment: str, run: list[str], at: int) -> str:
    elements = segment.split(ELEMENT)
    elements += [""] * (at - len(elements))
    elements[at : at + len(run)] = run
    return ELEMENT.join(elements)
