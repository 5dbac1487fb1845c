"""TA1: the acknowledgement of an X12 interchange as such (X12.5)."""

from __future__ import annotations

from gateway.grammar.acknowledge.codes import foremost_note
from gateway.grammar.acknowledge.verdict import InterchangeVerdict
from gateway.problems import errors
from gateway.syntax import build


def needs_ta1(verdict: InterchangeVerdict) -> bool:
    """Whether to send one: asked for by ISA14, or nothing else would say that it is refused."""
    return verdict.interchange.ack_requested or not verdict.accepted


def ta1(verdict: InterchangeVerdict, *, warnings: bool = False) -> str:
    """The segment in normal form: ISA13, ISA09, ISA10 of what is answered, A E or R, one TA105.

    It stands directly after ISA. An interchange that it refuses gets no 997. ``warnings`` reports
    those that TA105 has a code for: the interchange is then accepted with errors (``E``).
    """
    subject = verdict.interchange
    told = errors(verdict.problems)
    if warnings and not told:
        told = [one for one in verdict.problems if one.registered.ta1]
    accepted = "E" if told else "A"
    return build(
        "TA1",
        _digits(subject.reference, 9),
        _digits(subject.date_text, 6),
        _digits(subject.time_text, 4),
        accepted if verdict.accepted else "R",
        foremost_note(told),
    )


def _digits(text: str, width: int) -> str:
    """As it came where it is digits; else zeros: a part of it could name another interchange."""
    sound = text.isascii() and text.isdigit() and len(text) <= width
    return text.rjust(width, "0") if sound else "0" * width
