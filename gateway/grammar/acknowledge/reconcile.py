"""Read what partners answer: which of our interchanges, groups and messages were taken.

CONTRL, 997, 999 and TA1 speak of the syntax, APERAK and 824 of the business. Reads segments in
normal form, not a tree: an answer with a fault of its own is still an answer. Levels that the
answer does not name follow from the level above: a CONTRL with UCI 7 accepts every message of the
interchange that it does not refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.grammar.acknowledge.told import Reconciliation, State
from gateway.grammar.acknowledge.told_edifact import APERAK, CONTRL, Step
from gateway.grammar.acknowledge.told_x12 import ADVICE, FUNCTIONAL
from gateway.grammar.envelope.model import Fields
from gateway.syntax.normal import ELEMENT

_SYNTAX: Mapping[str, Step] = {**CONTRL, **FUNCTIONAL}
_BUSINESS: Mapping[str, Mapping[str, Step]] = {"APERAK": APERAK, "824": ADVICE}


def reconcile(segments: Sequence[str]) -> list[Reconciliation]:
    """The statements of an answer (UNH … UNT, ST … SE) or of TA1 segments, outer first.

    Segments that say nothing about acceptance are passed over; never raises.
    """
    state = State()
    steps = _SYNTAX
    for segment in segments:
        tag = segment.partition(ELEMENT)[0]
        if tag in ("UNH", "ST"):
            steps = _BUSINESS.get(_type(segment, tag), _SYNTAX)
        step = steps.get(tag)
        if step is not None:
            step(state, Fields(segment))
    return [note.finished() for note in state.notes]


def is_business_answer(message_type: str) -> bool:
    """Whether a message answers the contents of another one: APERAK, 824."""
    return message_type in _BUSINESS


def _type(segment: str, tag: str) -> str:
    return Fields(segment)[2 if tag == "UNH" else 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Something of ours that an answer may speak of; a level that it does not have is empty."""

    id: int
    interchange: str = ""
    group: str = ""
    message: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What an answer speaks of."""

    kind: Literal["one", "none", "many"]
    candidates: tuple[int, ...] = ()
    """Ids, in the order of what was sent."""


def match(told: Reconciliation, sent: Iterable[Sent]) -> Match:
    """Which of ours a statement is about: every reference that it names must agree.

    Numbers are the same with and without leading zeros (ISA13 comes back as digits). A statement
    without any reference is about none.
    """
    found = tuple(one.id for one in sent if _agrees(told, one))
    return Match("one" if len(found) == 1 else "many" if found else "none", found)


def contradicts(earlier: Reconciliation, later: Reconciliation) -> bool:
    """Whether a later answer takes back what an earlier one said on the same level.

    A receipt says nothing about the contents, and a business answer may refuse what was taken as
    syntax: neither contradicts.
    """
    if earlier.accepted == later.accepted or earlier.business != later.business:
        return False
    return not (earlier.receipt and earlier.accepted)


def _agrees(told: Reconciliation, sent: Sent) -> bool:
    named = [
        (told.interchange, sent.interchange),
        (told.group, sent.group),
        (told.message, sent.message),
        (told.document, sent.document),
    ]
    asked = [(theirs, ours) for theirs, ours in named if theirs]
    return bool(asked) and all(_same(theirs, ours) for theirs, ours in asked)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    digits = one.isascii() and one.isdigit() and other.isascii() and other.isdigit()
    return digits and one.lstrip("0") == other.lstrip("0")
