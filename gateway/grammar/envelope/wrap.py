"""Wrap the bodies of messages into an interchange: headers, trailers, counts, fixed widths.

Pure: references, control numbers and the instant are arguments. What is passed is trusted to fit
(configuration checks identities and numbers); what does not fit raises ``ValueError``, because a
half-right envelope must not leave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.grammar.envelope.frame import functional_group
from gateway.grammar.envelope.model import Identity
from gateway.syntax import Dialect, build
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_NO_REPETITION = "U"
"""ISA11 before 00402: the standards identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Everything an interchange needs beside the bodies of its messages.

    ``at`` is written as it is, in its own zone: envelopes name none. ``references`` are those of
    the messages (UNH 0062, ST02); where they are missing, 1, 2, 3 … are used.
    """

    dialect: Dialect
    sender: Identity
    receiver: Identity
    reference: str
    """0020; ISA13, at most 9 digits."""
    at: dt.datetime
    type: str = ""
    """``ORDRSP``, ``855``."""
    directory: str = ""
    """``D96A``, ``004010``; that of ISA12 where it is not set."""
    association: str = ""
    """``EAN008``; in X12 what follows the release in GS08."""
    references: tuple[str, ...] = ()
    agency: str = "UN"
    """0051."""
    test: bool = False
    ack_requested: bool = False
    application_reference: str = ""
    agreement: str = ""
    group: bool = False
    """EDIFACT: whether UNG and UNE are written. X12 always has a group."""
    group_type: str = ""
    """GS01; follows from ``type`` where it is not set."""
    group_reference: str = ""
    """GS06, 0048; that of the interchange where it is not set."""
    group_sender: str = ""
    """GS02, 0040; the id of the sender where it is not set."""
    group_receiver: str = ""
    controls: tuple[str, ...] = ()
    """Segments directly after ISA: TA1."""


def wrap(messages: Sequence[Sequence[str]], outgoing: Outgoing) -> list[str]:
    """All segments of the interchange in normal form, UNB to UNZ or ISA to IEA.

    Each message is its body; one that starts with UNH or ST already (an acknowledgement) is taken
    as it is. Raises ``ValueError`` for what the envelope cannot hold.
    """
    references = outgoing.references or tuple(str(n) for n in range(1, len(messages) + 1))
    if len(references) != len(messages):
        raise ValueError(f"{len(messages)} messages, but {len(references)} references")
    edifact = outgoing.dialect.standard == "edifact"
    framed: list[list[str]] = []
    for body, reference in zip(messages, references, strict=True):
        ready = bool(body) and body[0].partition(ELEMENT)[0] in ("UNH", "ST")
        framed.append(list(body) if ready else frame(body, outgoing, reference))
    return (_edifact if edifact else _x12)(framed, outgoing)


def frame(body: Sequence[str], outgoing: Outgoing, reference: str) -> list[str]:
    """One message with UNH and UNT, ST and SE."""
    count = str(len(body) + 2)
    if outgoing.dialect.standard == "edifact":
        kind = [
            outgoing.type,
            outgoing.directory[:1],
            outgoing.directory[1:],
            outgoing.agency,
            outgoing.association,
        ]
        return [build("UNH", reference, kind), *body, build("UNT", count, reference)]
    number = reference.rjust(4, "0")
    if len(number) > 9:
        raise ValueError(f"ST02 holds 4 to 9 characters, not {reference!r}")
    return [build("ST", outgoing.type, number), *body, build("SE", count, number)]


def _edifact(messages: Sequence[Sequence[str]], out: Outgoing) -> list[str]:
    date = f"{out.at:%Y%m%d}" if out.dialect.version >= "4" else f"{out.at:%y%m%d}"
    stamp = [date, f"{out.at:%H%M}"]
    _fits("0020", out.reference, 14)
    header = build(
        "UNB",
        [out.dialect.level, out.dialect.version],
        _party(out.sender),
        _party(out.receiver),
        stamp,
        out.reference,
        "",
        out.application_reference,
        "",
        "1" if out.ack_requested else "",
        out.agreement,
        "1" if out.test else "",
    )
    inner = [segment for message in messages for segment in message]
    count = len(messages)
    if out.group:
        inner = _ung(inner, count, stamp, out)
        count = 1
    return [header, *inner, build("UNZ", str(count), out.reference)]


def _ung(inner: list[str], count: int, stamp: list[str], out: Outgoing) -> list[str]:
    reference = out.group_reference or out.reference
    header = build(
        "UNG",
        out.group_type or out.type,
        [out.group_sender or out.sender.id, out.sender.qualifier],
        [out.group_receiver or out.receiver.id, out.receiver.qualifier],
        stamp,
        reference,
        out.agency,
        [out.directory[:1], out.directory[1:], out.association],
    )
    return [header, *inner, build("UNE", str(count), reference)]


def _party(identity: Identity) -> list[str]:
    _fits("S002/S003", identity.id, 35)
    return [identity.id, identity.qualifier, identity.routing]


def _x12(messages: Sequence[Sequence[str]], out: Outgoing) -> list[str]:
    groups = _gs(messages, out) if messages else []
    control = _digits("ISA13", out.reference, 9)
    count = "1" if messages else "0"
    return [_isa(out, control), *out.controls, *groups, build("IEA", count, control)]


def _gs(messages: Sequence[Sequence[str]], out: Outgoing) -> list[str]:
    reference = str(int(_digits("GS06", out.group_reference or out.reference, 9)))
    directory = out.directory or f"{out.dialect.version}0"
    date = f"{out.at:%Y%m%d}" if directory >= "004010" else f"{out.at:%y%m%d}"
    header = build(
        "GS",
        out.group_type or functional_group(out.type),
        out.group_sender or out.sender.id,
        out.group_receiver or out.receiver.id,
        date,
        f"{out.at:%H%M}",
        reference,
        "X",
        directory + out.association,
    )
    inner = [segment for message in messages for segment in message]
    return [header, *inner, build("GE", str(len(messages)), reference)]


def _isa(out: Outgoing, control: str) -> str:
    """106 characters on the wire; ISA11 and ISA16 are service characters, so signs here."""
    repeats = bool(out.dialect.delimiters.repetition)
    return ELEMENT.join(
        [
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            _padded("ISA05", out.sender.qualifier, 2),
            _padded("ISA06", out.sender.id, 15),
            _padded("ISA07", out.receiver.qualifier, 2),
            _padded("ISA08", out.receiver.id, 15),
            f"{out.at:%y%m%d}",
            f"{out.at:%H%M}",
            REPETITION if repeats else _NO_REPETITION,
            _padded("ISA12", out.dialect.version[:5], 5),
            control,
            "1" if out.ack_requested else "0",
            "T" if out.test else "P",
            COMPONENT,
        ]
    )


def _padded(name: str, text: str, width: int) -> str:
    _fits(name, text, width)
    return text.ljust(width)


def _fits(name: str, text: str, width: int) -> None:
    if not text.strip() or len(text) > width:
        raise ValueError(f"{name} holds 1 to {width} characters, not {text!r}")


def _digits(name: str, text: str, width: int) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > width:
        raise ValueError(f"{name} holds up to {width} digits, not {text!r}")
    return text.rjust(width, "0")
