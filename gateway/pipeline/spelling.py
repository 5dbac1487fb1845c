"""How values are spelled: zeros and blanks that say nothing, separators up to the last element.

Looked at only where an agreement asks for it. Of what the syntax itself forbids the grammar tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from gateway.config.checks import Checks
from gateway.grammar import Element, MessageGrammar, Segment, compiled
from gateway.grammar.read import located
from gateway.pipeline.strictness import as_agreed
from gateway.problems import Place, Problem, problem
from gateway.syntax import COMPONENT, ELEMENT, REPETITION, TERMINATOR, Part

_BLANK = re.compile(f"[{COMPONENT}{REPETITION}{ELEMENT}] | (?=[{TERMINATOR}-{COMPONENT}])")
_LEADING = re.compile(r"-?0[0-9]")
_TRAILING = re.compile(r"-?[0-9]*[.,][0-9]*0")
_NUMERIC = ("n", "N", "R")
_SERVICE = ("UNH", "UNT", "ST", "SE")

_Fault = Callable[[str, Element | None], str]
"""What a value has too much, in words; empty where nothing is wrong."""


def spelled(part: Part, grammar: MessageGrammar, checks: Checks) -> list[Problem]:
    """What the agreement does not want in a message, with byte offsets."""
    version = part.dialect.version if part.dialect is not None else ""
    known = compiled(grammar, version=version).segments
    found = list(_short(part, known)) if checks.trailing_separators == "require" else []
    looks: list[tuple[str, _Fault]] = [
        (checks.leading_zeros, _leading_zeros),
        (checks.trailing_zeros, _trailing_zeros),
    ]
    if _BLANK.search(TERMINATOR.join([*part.segments, ""])):
        looks.append((checks.blanks, _blanks))
    for check, fault in looks:
        if check != "ignore":
            seen = _values(part, known, fault)
            found += [one for each in seen for one in as_agreed(each, check)]
    return list(located(found, part))


def _short(part: Part, known: Mapping[str, Segment]) -> Iterator[Problem]:
    for index, segment in enumerate(part.segments):
        tag, *texts = segment.split(ELEMENT)
        limit = len(known[tag].elements) if tag in known else 0
        if len(texts) < limit and tag not in _SERVICE:
            place = Place(segment=index + 1, tag=tag)
            yield problem("P173", place, tag=tag, count=len(texts), limit=limit)


def _values(part: Part, known: Mapping[str, Segment], fault: _Fault) -> Iterator[Problem]:
    for index, segment in enumerate(part.segments):
        tag, *texts = segment.split(ELEMENT)
        slots = known[tag].elements if tag in known else ()
        for at, text in enumerate(texts):
            parts = slots[at].components if at < len(slots) else ()
            whole = REPETITION not in text and COMPONENT not in text
            for nth, one in enumerate(text.split(REPETITION)):
                for inner, value in enumerate(one.split(COMPONENT)):
                    element = parts[inner].element if inner < len(parts) else None
                    what = fault(value, element)
                    if what:
                        place = Place(
                            segment=index + 1,
                            tag=tag,
                            element=at + 1,
                            component=None if whole else inner + 1,
                            repetition=nth + 1 if REPETITION in text else None,
                        )
                        yield _said(place, value, what)


def _said(place: Place, value: str, what: str) -> Problem:
    name = f"element {place.element}"
    if place.component is not None:
        name = f"component {place.element}.{place.component}"
    return problem("P179", place, tag=place.tag or "", what=name, value=value, found=what)


def _leading_zeros(value: str, element: Element | None) -> str:
    if element is None or element.kind not in _NUMERIC or element.codes:
        return ""
    digits = sum(sign.isdigit() for sign in value)
    # up to the least length of an element they are needed
    return "zeros before the number" if digits > element.min and _LEADING.match(value) else ""


def _trailing_zeros(value: str, element: Element | None) -> str:
    numeric = element is not None and element.kind in _NUMERIC
    return "zeros behind its decimals" if numeric and _TRAILING.fullmatch(value) else ""


def _blanks(value: str, _: Element | None) -> str:
    if value.startswith(" "):
        return "blanks at its start"
    return "blanks at its end" if value.endswith(" ") else ""
