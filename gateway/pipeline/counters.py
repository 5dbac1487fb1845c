"""Which counter numbers an interchange, a group, a message; and how its numbers are written.

The name of a counter says what it counts: ``edifact OURS > THEIRS live interchange``. Behind the
level stand, where settings ask for it, a prefix (``interchange=INV``) and the document that has a
counter of its own (``interchange@invoice``); ``*`` in place of the partner is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.controlnumbers import ControlNumbers, Range, most
from gateway.store import numbers
from gateway.store.numbers import Span

ANSWERS = "answer-"
"""Begins the level of a counter that acknowledgements have for themselves."""
EVERYBODY = "*"
_SHARED = ("document", "global")
_BY_DOCUMENT = ("agreement", "document")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Control numbers of one interchange; its messages count from 1 where they are not said."""

    interchange: str
    group: str
    messages: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    """Business numbers of what is in the messages."""
    real: bool = True
    """They were drawn; else they stand in while something is only tried."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is numbered."""

    standard: str
    ours: str
    theirs: str
    test: bool
    settings: ControlNumbers
    document: str = ""
    """Of the agreement; empty for what has none: an acknowledgement."""
    answers: bool = False
    """It has numbers from the range of acknowledgements."""
    grouped: bool = True
    """There is a group around the messages."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter that is drawn from, and how its numbers look."""

    scope: str
    pair: str
    """The scope that keeps the highest number of the pair; empty where that is ``scope``."""
    span: Span
    width: int
    zeros: bool
    prefix: str = ""

    def text(self, number: int) -> str:
        """A number as it is written."""
        return self.prefix + (f"{number:0{self.width}}" if self.zeros else str(number))


def counters(subject: Subject) -> Iterator[tuple[str, Counter]]:
    """By level, those that numbers are drawn from: interchange, group, message."""
    settings = subject.settings
    x12 = subject.standard == "x12"
    width = 9 if x12 else settings.width
    whole = settings.answers if subject.answers else settings
    yield "interchange", _counter(
        subject, "interchange", whole, width, True if x12 else settings.leading_zeros,
        "" if x12 else settings.prefix,
    )  # fmt: skip
    group = settings.group
    if subject.grouped and group.by == "counter":
        span = settings.answers if subject.answers else group
        yield "group", _counter(subject, "group", span, group.width, group.leading_zeros)
    message = settings.message
    if message.by == "counter" and not subject.answers:
        digits, least = (9, 4) if x12 else (14 - len(message.prefix), 1)
        prefix = "" if x12 else message.prefix
        one = _counter(subject, "message", message, message.width or digits, True, prefix)
        yield (
            "message",
            Counter(one.scope, one.pair, one.span, message.width or least, one.zeros, prefix),
        )


def draw(connection: Connection, subject: Subject, at: datetime, messages: int = 1) -> Numbers:
    """Control numbers for one interchange, in the transaction that stores it.

    Raises :class:`~gateway.store.numbers.NumbersUsedUpError`.
    """
    drawn: dict[str, list[int]] = {}
    for level, counter in counters(subject):
        count = messages if level == "message" else 1
        drawn[level] = numbers.draw_many(
            connection, counter.scope, at, count, span=counter.span, pair=counter.pair
        )
    return spelled(subject, drawn)


def spelled(subject: Subject, drawn: Mapping[str, Sequence[int]]) -> Numbers:
    """Numbers of the levels, as the interchange has them."""
    texts = {
        level: [counter.text(number) for number in drawn[level]]
        for level, counter in counters(subject)
    }
    (interchange,) = texts["interchange"]
    group = texts.get("group", [""])[0]
    if subject.grouped and not group:
        group = _as_group(subject, interchange)
    return Numbers(interchange, group, tuple(texts.get("message", ())))


def references(standard: str, settings: ControlNumbers, count: int) -> tuple[str, ...]:
    """Of messages that count from 1 in their interchange."""
    message = settings.message
    width = message.width or (4 if standard == "x12" else 1)
    prefix = "" if standard == "x12" else message.prefix
    return tuple(f"{prefix}{number:0{width}}" for number in range(1, count + 1))


def _as_group(subject: Subject, interchange: str) -> str:
    """The number of the interchange, as its group has it."""
    if subject.standard == "edifact":
        return interchange
    group = subject.settings.group
    return f"{int(interchange):0{group.width if group.leading_zeros else 1}}"


def _counter(
    subject: Subject, level: str, span: Range, width: int, zeros: bool, prefix: str = ""
) -> Counter:
    per = subject.settings.per
    if subject.answers or (per in _BY_DOCUMENT and not subject.document):
        per = "partner"
    named = f"{ANSWERS if subject.answers else ''}{level}{'=' if prefix else ''}{prefix}"
    mode = "test" if subject.test else "live"
    pair = f"{subject.standard} {subject.ours} > {subject.theirs} {mode} {named}"
    whose = EVERYBODY if per in _SHARED else subject.theirs
    scope = f"{subject.standard} {subject.ours} > {whose} {mode} {named}"
    scope += f"@{subject.document}" if per in _BY_DOCUMENT else ""
    last = most(width) if span.last is None else span.last
    limits = Span(span.first, last, subject.settings.at_end == "again")
    return Counter(scope, "" if pair == scope else pair, limits, width, zeros, prefix)
