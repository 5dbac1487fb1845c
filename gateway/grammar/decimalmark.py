"""The decimal mark of numbers, where UNA names the comma (ISO 9735:1988 §10).

Maps write a full stop. Which values are numbers the grammar of the message says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.grammar.model import MessageGrammar, Segment
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

FULL_STOP = "."
_NUMERIC = "n"


def with_mark(body: Sequence[str], grammar: MessageGrammar, mark: str) -> list[str]:
    """Segments in normal form, with another decimal mark in numeric values."""
    if mark == FULL_STOP:
        return list(body)
    return [_marked(text, grammar.segments.get(text.partition(ELEMENT)[0]), mark) for text in body]


def _marked(text: str, segment: Segment | None, mark: str) -> str:
    if segment is None or FULL_STOP not in text:
        return text
    tag, *elements = text.split(ELEMENT)
    return ELEMENT.join([tag, *_elements(elements, segment, mark)])


def _elements(elements: Sequence[str], segment: Segment, mark: str) -> Iterator[str]:
    for number, element in enumerate(elements):
        if FULL_STOP not in element or number >= len(segment.elements):
            yield element
            continue
        kinds = [each.element.kind for each in segment.elements[number].components]
        yield REPETITION.join(
            COMPONENT.join(
                value.replace(FULL_STOP, mark) if kind == _NUMERIC else value
                for value, kind in _with_kinds(repetition.split(COMPONENT), kinds)
            )
            for repetition in element.split(REPETITION)
        )


def _with_kinds(values: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, value in enumerate(values):
        yield value, kinds[place] if place < len(kinds) else ""
