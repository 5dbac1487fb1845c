"""What a charset does not hold, written with other characters: ``ß`` as ``ss``.

Only values change, never the structure, and every change is told. What no rule covers stays as it
is, and writing refuses it: nothing is dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.problems import Place
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.part import Dialect
from gateway.syntax.write import misfits, writable


@dataclass(frozen=True, slots=True)
class Fitting:
    """How values are made to fit; without anything they are refused."""

    table: Mapping[str, str] = field(default_factory=dict)
    """What is written for a character."""
    fold: bool = False
    """A letter whose accent cannot be written loses it."""
    upper: bool = False
    """Small letters that cannot be written become capitals."""
    replacement: str = ""
    """Stands for what nothing else covers."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is written otherwise."""

    place: Place
    before: str
    after: str
    raised: bool
    """Only small letters became capitals."""


def fitted(
    segments: Sequence[str], dialect: Dialect, fitting: Fitting
) -> tuple[list[str], list[Change]]:
    """The segments as far as they can be made to fit, and what was changed."""
    texts = list(segments)
    if writable(texts, dialect):
        return texts, []
    signs = {sign for text in texts for sign in set(text)}
    rules = _rules(misfits(signs, dialect), dialect, fitting)
    if not rules:
        return texts, []
    changes: list[Change] = []
    wrong = set(rules)
    for number, text in enumerate(texts, 1):
        if wrong.intersection(text):
            texts[number - 1] = _segment(text, number, rules, changes)
    return texts, changes


def _rules(wrong: Sequence[str], dialect: Dialect, fitting: Fitting) -> dict[str, str]:
    """What is written for each character that does not fit, where something can be."""
    found: dict[str, str] = {}
    for sign in wrong:
        for text in _candidates(sign, fitting):
            if not misfits(set(text), dialect):
                found[sign] = text
                break
    return found


def _candidates(sign: str, fitting: Fitting) -> list[str]:
    """In the order in which they are tried."""
    plain = [fitting.table[sign]] if sign in fitting.table else []
    if fitting.fold:
        parts = unicodedata.normalize("NFKD", sign)
        bare = "".join(one for one in parts if not unicodedata.combining(one))
        plain += [bare] if bare and bare != sign else []
    raised = [text.upper() for text in [sign, *plain]] if fitting.upper else []
    return [*plain, *raised, *([fitting.replacement] if fitting.replacement else [])]


def _segment(text: str, number: int, rules: Mapping[str, str], changes: list[Change]) -> str:
    tag, *rest = text.split(ELEMENT)
    table = str.maketrans(dict(rules))
    raising = all(sign.upper() == written for sign, written in rules.items())
    written = [tag]
    for element, value in enumerate(rest, 1):
        after = value.translate(table)
        written.append(after)
        if after == value:
            continue
        pairs = zip(_values(value), _values(after), strict=True)
        for (repetition, component, old), (_, _, new) in pairs:
            if old != new:
                place = Place(
                    segment=number,
                    tag=tag,
                    element=element,
                    component=component if COMPONENT in value else None,
                    repetition=repetition if REPETITION in value else None,
                )
                changes.append(Change(place, old, new, raising or old.upper() == new))
    return ELEMENT.join(written)


def _values(element: str) -> list[tuple[int, int, str]]:
    return [
        (repetition, component, value)
        for repetition, components in enumerate(element.split(REPETITION), 1)
        for component, value in enumerate(components.split(COMPONENT), 1)
    ]
