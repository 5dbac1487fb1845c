r"""The normal form of a segment: one spelling for EDIFACT and X12, whatever the delimiters.

A segment in normal form is a ``str``: tag and elements joined by :data:`ELEMENT`, components by
:data:`COMPONENT`, repetitions by :data:`REPETITION`; no terminator, no release characters, so
that ``split`` is exact and a value needs no unescaping. The signs are those of ISO 9735 level B
(IS1 … IS4); raw control characters in the data of an interchange are refused before (S1xx), so
they cannot be confused with data.

    "NAD\x1dBY\x1d4012345000009\x1f\x1f9"  is  NAD+BY+4012345000009::9'

Trailing empty elements and components are kept as they were sent; only :func:`build` trims.
"""

from __future__ import annotations

from collections.abc import Sequence

COMPONENT = "\x1f"
REPETITION = "\x1e"
ELEMENT = "\x1d"
TERMINATOR = "\x1c"
LOST = "\ufffd"
"""Stands where a character could not be kept (a control character, an undecodable byte). Reading
puts it there together with an error; writing refuses it."""

_SIGNS = COMPONENT + REPETITION + ELEMENT + TERMINATOR
_AS_LOST = dict.fromkeys(map(ord, _SIGNS), LOST)


def elements(segment: str) -> list[list[list[str]]]:
    """Split a segment: ``elements(s)[element][repetition][component]``.

    Index 0 is the tag (``[["NAD"]]``), so that index 1 is element 1 of a
    :class:`~gateway.problems.Place`. Repetitions and components count from 0 here.
    """
    return [
        [repetition.split(COMPONENT) for repetition in element.split(REPETITION)]
        for element in segment.split(ELEMENT)
    ]


def build(tag: str, *content: str | Sequence[str] | Sequence[Sequence[str]]) -> str:
    """Make a segment in normal form; trailing empty components, repetitions and elements go.

    An element is a ``str`` (simple), a sequence of ``str`` (components) or a sequence of sequences
    (repetitions of components; a simple element that repeats is ``[["a"], ["b"]]``). A value that
    holds a sign of the normal form gets :data:`LOST` in its place, which writing refuses.
    """
    texts = [_element(item) for item in content]
    while texts and not texts[-1]:
        texts.pop()
    return ELEMENT.join([tag, *texts])


def _element(item: str | Sequence[str] | Sequence[Sequence[str]]) -> str:
    if isinstance(item, str):
        return _value(item)
    if item and not isinstance(item[0], str):
        return REPETITION.join(_element(repetition) for repetition in item).rstrip(REPETITION)
    return COMPONENT.join(_value(str(value)) for value in item).rstrip(COMPONENT)


def _value(text: str) -> str:
    return text if text.isprintable() else text.translate(_AS_LOST)
