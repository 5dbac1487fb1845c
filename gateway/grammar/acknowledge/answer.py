"""The acknowledgement of an interchange, as an agreement asks for it.

Pure: what was found, what was agreed, the numbers and the instant are arguments; the same
arguments give the same segments. Whether a message may be answered at all is asked before
(:func:`~gateway.grammar.acknowledge.verdict.needs_answer`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.grammar.acknowledge.codes import reportable
from gateway.grammar.acknowledge.contrl import RECEIVED, TAKEN, contrl
from gateway.grammar.acknowledge.functional import VERSION_999, functional_997, functional_999
from gateway.grammar.acknowledge.ta1 import ta1
from gateway.grammar.acknowledge.verdict import (
    GroupVerdict,
    InterchangeVerdict,
    MessageVerdict,
    needs_answer,
)
from gateway.grammar.envelope.answer import answering
from gateway.grammar.envelope.model import Interchange
from gateway.grammar.envelope.wrap import Outgoing, wrap
from gateway.syntax import EDIFACT_3, EDIFACT_4, write_segments
from gateway.syntax.charset import LEVELS

Kind = Literal["contrl", "997", "999", "ta1", "none"]
When = Literal["always", "on_request", "errors"]
Ta1When = Literal["on_request", "always", "errors", "never"]
_ANSWERS_GROUP: Final = "FA"
_RELEASE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AckRules:
    """What was agreed about acknowledgements.

    A refusal is told whatever ``when`` says: only ``none`` (and, for interchanges of X12 that are
    refused as a whole, ``ta1`` = ``never``) keeps silent about it.
    """

    syntax: Kind = "contrl"
    """``ta1`` is the receipt of X12 alone; a kind of the other standard answers nothing."""
    when: When = "always"
    """``on_request``: EDIFACT UNB 0031; X12 has no request for a 997, so it is sent."""
    level: Literal["content", "receipt"] = "content"
    """``receipt``: UCI 8, or TA1 alone."""
    every: bool | None = None
    """List accepted messages too; by default a CONTRL does not, a 997 does."""
    warnings: bool = False
    """Report warnings that X12 has a code for; a CONTRL never does."""
    ta1: Ta1When = "on_request"
    """``on_request``: ISA14 asks for it, or the interchange is refused as a whole."""
    version: str = ""
    """Of the answer: syntax version of a CONTRL (``3``, ``4``), release of a 997 (``004010``),
    version of a 999 (``005010X231A1``). Empty: as its subject has it."""
    association: str = ""
    """0057 of the CONTRL."""
    charset: str = ""
    """Level of the CONTRL (``UNOC``). Empty, or too narrow for what is copied: that of its
    subject; UNOC where that is too narrow as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Control numbers of one answer."""

    interchange: str
    group: str = ""
    message: int = 1
    """Of the first message; the next ones count on."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer, ready to be wrapped and written."""

    kind: str
    """``CONTRL``, ``997``, ``999``, ``TA1``."""
    outgoing: Outgoing
    messages: Sequence[Sequence[str]]
    """UNH … UNT, ST … SE."""

    @property
    def segments(self) -> list[str]:
        """The whole interchange in normal form."""
        return wrap(self.messages, self.outgoing)


def acknowledge(
    verdict: InterchangeVerdict, rules: AckRules, numbers: Numbers, at: dt.datetime
) -> Acknowledgement | None:
    """The answer to an interchange; ``None`` when none is due.

    ``at`` is written as it is. Acknowledgements in it are left out; an interchange that holds
    nothing else is not answered (of X12, one that is refused gets its TA1: nobody answers that).
    """
    edifact = verdict.interchange.standard == "edifact"
    if _only_answers(verdict) and (edifact or verdict.accepted):
        return None
    if edifact:
        return _edifact(verdict, rules, numbers, at) if rules.syntax == "contrl" else None
    return _x12(verdict, rules, numbers, at) if rules.syntax in ("997", "999", "ta1") else None


def _only_answers(verdict: InterchangeVerdict) -> bool:
    """Whether all messages that are known are acknowledgements."""
    groups = (one for each in verdict.groups for one in each.messages)
    kinds = {one.header.type for one in (*verdict.messages, *groups)}
    return bool(kinds) and not any(map(needs_answer, kinds))


def _edifact(
    verdict: InterchangeVerdict, rules: AckRules, numbers: Numbers, at: dt.datetime
) -> Acknowledgement | None:
    subject = verdict.interchange
    silent = rules.when == "errors" or (rules.when == "on_request" and not subject.ack_requested)
    if silent and not _refuses(verdict):
        return None
    receipt = rules.level == "receipt" or subject.receipt_only
    body = contrl(
        _without_answers(verdict),
        reference=str(numbers.message),
        level=RECEIVED if receipt else TAKEN,
        every=bool(rules.every),
        association=rules.association,
        syntax=rules.version,
    )
    made = Acknowledgement("CONTRL", _envelope(subject, rules, numbers, at, body), [body])
    if rules.charset and write_segments(made.segments, made.outgoing.dialect)[1]:
        own = replace(rules, charset="")  # what is copied was read in the charset of the subject
        made = replace(made, outgoing=_envelope(subject, own, numbers, at, body))
    return made


def _without_answers(verdict: InterchangeVerdict) -> InterchangeVerdict:
    """A CONTRL says nothing of a CONTRL."""
    kept = tuple(one for one in verdict.messages if needs_answer(one.header.type))
    groups = tuple(
        replace(each, messages=tuple(one for one in each.messages if needs_answer(one.header.type)))
        for each in verdict.groups
    )
    return replace(verdict, messages=kept, groups=groups)


def _envelope(
    subject: Interchange, rules: AckRules, numbers: Numbers, at: dt.datetime, body: Sequence[str]
) -> Outgoing:
    """Syntax version and charset as agreed, the rest as its subject has it."""
    dialect = subject.dialect
    if rules.version and rules.version != dialect.version:
        signs = EDIFACT_4 if rules.version >= "4" else EDIFACT_3
        dialect = replace(dialect, version=rules.version, delimiters=signs)
    if rules.charset in LEVELS:
        dialect = replace(dialect, level=rules.charset, codec=LEVELS[rules.charset])
    answered = replace(subject, dialect=dialect)
    return answering(answered, numbers.interchange, at, content=[body])


def _x12(
    verdict: InterchangeVerdict, rules: AckRules, numbers: Numbers, at: dt.datetime
) -> Acknowledgement | None:
    groups = [one for one in verdict.groups if one.header.type != _ANSWERS_GROUP]
    control = (ta1(verdict, warnings=rules.warnings),) if _ta1_due(verdict, rules) else ()
    functional = rules.syntax != "ta1" and rules.level == "content" and verdict.accepted
    due = functional and rules.when == "errors"
    answered = [one for one in groups if _tells(one, rules)] if due else groups * functional
    outgoing = answering(
        verdict.interchange, numbers.interchange, at, group=groups[0].header if groups else None
    )
    outgoing = replace(_released(outgoing, rules), group_reference=numbers.group, controls=control)
    release = outgoing.directory or _default_release(verdict.interchange)
    bodies = [
        _functional(one, str(number), rules, release)
        for number, one in enumerate(answered, numbers.message)
    ]
    if not bodies and not control:
        return None
    return Acknowledgement(rules.syntax if bodies else "TA1", outgoing, bodies)


def _released(outgoing: Outgoing, rules: AckRules) -> Outgoing:
    """GS08 of the answer: that of a 999 never is its subject's."""
    version = rules.version or (VERSION_999 if rules.syntax == "999" else "")
    kind = "999" if rules.syntax == "999" else "997"
    if not version:
        return replace(outgoing, type=kind)
    release, association = version[:_RELEASE], version[_RELEASE:]
    return replace(outgoing, type=kind, directory=release, association=association)


def _default_release(subject: Interchange) -> str:
    return f"{subject.dialect.version}0"


def _functional(group: GroupVerdict, reference: str, rules: AckRules, release: str) -> list[str]:
    every = rules.every is not False and rules.when != "errors"
    if rules.syntax == "999":
        return functional_999(
            group,
            reference=reference,
            every=every,
            warnings=rules.warnings,
            version=rules.version or VERSION_999,
        )
    return functional_997(
        group, reference=reference, every=every, warnings=rules.warnings, release=release
    )


def _ta1_due(verdict: InterchangeVerdict, rules: AckRules) -> bool:
    """Whether a TA1 is sent; where it is the only answer, by ``when`` as other answers are."""
    if rules.ta1 == "never":
        return False
    if not verdict.accepted or rules.ta1 == "always":
        return True
    alone = rules.syntax == "ta1" or rules.level == "receipt"
    if rules.ta1 == "errors" or rules.when == "errors":
        return False
    return verdict.interchange.ack_requested or (alone and rules.when == "always")


def _refuses(verdict: InterchangeVerdict) -> bool:
    """Whether any level is refused."""
    messages = (*verdict.messages, *(one for each in verdict.groups for one in each.messages))
    told = [one for one in messages if needs_answer(one.header.type)]
    groups = all(one.accepted for one in verdict.groups)
    return not (verdict.accepted and groups and all(one.accepted for one in told))


def _tells(group: GroupVerdict, rules: AckRules) -> bool:
    """Whether a group has anything that an answer of errors only would tell."""
    return not group.accepted or any(_has_news(one, rules) for one in group.messages)


def _has_news(one: MessageVerdict, rules: AckRules) -> bool:
    return not one.accepted or (rules.warnings and any(map(reportable, one.problems)))
