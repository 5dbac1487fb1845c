"""Every finding with its code and its exact place; the cases are in ``cases/*.txt``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.grammar import Library, compiled, read_segments
from gateway.problems import Problem
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_SIGNS = {
    "edifact": str.maketrans({"+": ELEMENT, ":": COMPONENT, "*": REPETITION}),
    "x12": str.maketrans({"*": ELEMENT, ">": COMPONENT, "^": REPETITION}),
}


@dataclass(frozen=True)
class Case:
    title: str
    grammar: tuple[str, str, str]
    version: str
    segments: tuple[str, ...]
    findings: tuple[str, ...]


def _cases() -> Iterator[Case]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if line]
            titles = [line[2:] for line in lines if line.startswith("# ")]
            rest = [line for line in lines if not line.startswith("# ")]
            standard, directory, name, version = [*rest[0].split(), ""][:4]
            segments = [line for line in rest[1:] if not line.startswith("=> ")]
            yield Case(
                titles[-1],
                (standard, directory, name),
                version,
                tuple(line.translate(_SIGNS[standard]) for line in segments),
                tuple(line[3:] for line in rest if line.startswith("=> ")),
            )


CASES = list(_cases())
BETWEEN = {"G121", "G122", "G123", "G131", "G132", "G133", "G217"}
"""Found between segments, after the fast way took them one by one."""


def _short(found: Problem) -> str:
    place = found.place
    text = f"{found.code} {place.segment} {place.tag}"
    if place.element is not None:
        text += f" {place.element}"
    if place.component is not None:
        text += f".{place.component}"
    return text if place.repetition is None else f"{text} r{place.repetition}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_findings_and_their_places(case: Case, library: Library) -> None:
    grammar = library.message(*case.grammar)
    assert grammar is not None
    reading = read_segments(case.segments, grammar, version=case.version)
    assert [_short(found) for found in reading.problems] == list(case.findings)
    order = {found.code for found in reading.problems} & {f"G10{number}" for number in range(1, 9)}
    assert (reading.tree is None) == bool(order)
    table = compiled(grammar, version=case.version)
    accepted_at_once = table.accept(case.segments) is not None
    assert accepted_at_once == ({found.code for found in reading.problems} <= BETWEEN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_sentence_names_every_fact(case: Case, library: Library) -> None:
    grammar = library.message(*case.grammar)
    assert grammar is not None
    for found in read_segments(case.segments, grammar, version=case.version).problems:
        for text in (found.sentence, found.remedy):
            assert "?" not in text.replace("ean? nonsense", "")
            assert "None" not in text
