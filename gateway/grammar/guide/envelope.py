"""What a guide says of the envelope around its message: UNB, UNG, UNH, ISA, GS, ST.

The rules belong to the message, so what they find refuses the message and not the interchange,
which may hold messages of other agreements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.grammar.guide.elements import ElementFault, faults
from gateway.grammar.guide.finding import expected
from gateway.grammar.guide.model import EnvelopeRule, Guide
from gateway.grammar.guide.positions import Positions
from gateway.problems import Place, Problem, problem
from gateway.syntax.normal import ELEMENT

_HEADERS = ("UNH", "ST")
_CODES = {"G311": "G331", "G312": "G331", "G313": "G332"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """The service segments before a message, in normal form; the group is empty without one."""

    interchange: str = ""
    group: str = ""
    message: str = ""


def check_envelope(guide: Guide, envelope: Envelope) -> list[Problem]:
    """What the envelope has that the guide does not want (G331 … G335). Places have no bytes."""
    headers = {
        text.partition(ELEMENT)[0]: text
        for text in (envelope.interchange, envelope.group, envelope.message)
        if text
    }
    return [one for rule in guide.envelope for one in _rule(guide, rule, headers.get(rule.tag))]


def _rule(guide: Guide, rule: EnvelopeRule, header: str | None) -> Iterator[Problem]:
    place = Place(tag=rule.tag)
    facts: dict[str, Any] = {"tag": rule.tag, "what": rule.tag, "guide": guide.name}
    if header is None:
        if rule.usage in ("R", "M"):
            yield problem("G334", place, **facts, after="the interchange header")
        return
    if rule.usage == "N":
        yield problem("G335", place, **facts)
        return
    text = _unpadded(header) if rule.tag == "ISA" else header
    for fault in faults(text, Positions(rule.segment, spread=False), rule.elements):
        yield _problem(guide, rule, fault)


def _problem(guide: Guide, rule: EnvelopeRule, fault: ElementFault) -> Problem:
    place = Place(
        segment=1 if rule.tag in _HEADERS else None,
        tag=rule.tag,
        element=fault.element,
        component=fault.rule.at.component,
        repetition=fault.repetition,
    )
    facts: dict[str, Any] = {"number": fault.rule.number, "expected": expected(fault)}
    facts.update(fault.facts)
    if "limit" in facts:
        side = "at most" if fault.code == "G315" else "at least"
        facts["expected"] = f"{side} {facts['limit']} characters"
    known: dict[str, Any] = {"tag": rule.tag, "what": fault.rule.what, "guide": guide.name, **facts}
    return problem(_CODES.get(fault.code, "G333"), place, **known)


def _unpadded(header: str) -> str:
    """ISA without the blanks that fill its elements."""
    return ELEMENT.join(text.strip() for text in header.split(ELEMENT))
