"""Wrap the bodies of messages into an interchange: headers, trailers, counts, fixed widths.

Pure: references, control numbers and the instant are arguments. What is passed is trusted to fit
(configuration checks identities and numbers); what does not fit raises ``ValueError``, because a
half-right envelope must not leave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
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
    usage: str = ""
    """ISA15; ``T`` or ``P`` as ``test`` says where it is not set."""
    ack_requested: bool = False
    receipt_only: bool = False
    """0031 is 2 (syntax 4): receipt alone is asked for."""
    encoding: str = ""
    """0133 (syntax 4)."""
    sender_further: str = ""
    """0042 (syntax 4)."""
    receiver_further: str = ""
    """0046 (syntax 4)."""
    recipient: tuple[str, str] = ("", "")
    """S005: reference or password 0022, its qualifier 0025."""
    application_reference: str = ""
    priority: str = ""
    """0029."""
    agreement: str = ""
    authorization: tuple[str, str] = ("00", "")
    """ISA01, ISA02."""
    security: tuple[str, str] = ("00", "")
    """ISA03, ISA04."""
    access_references: tuple[str, ...] = ()
    """UNH 0068 of the messages; without them none."""
    group: bool = False
    """EDIFACT: whether UNG and UNE are written. X12 always has a group."""
    group_type: str = ""
    """GS01; follows from ``type`` where it is not set. UNG 0038."""
    group_agency: str = ""
    """GS07 (``X`` where it is not set); UNG 0051."""
    group_association: str | None = None
    """UNG 0057; ``association`` where it is not set."""
    group_version: str = ""
    """GS08; ``directory`` and ``association`` where it is not set."""
    group_sender_qualifier: str | None = None
    """UNG 0007; that of the sender where it is not set."""
    group_receiver_qualifier: str | None = None
    group_password: str = ""
    """UNG 0058."""
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
    if outgoing.references and len(outgoing.references) != len(messages):
        counts = f"{len(messages)} messages, but {len(outgoing.references)} references"
        raise ValueError(counts)
    return [segment for piece in pieces(messages, outgoing) for segment in piece]


def pieces(messages: Iterable[Sequence[str]], outgoing: Outgoing) -> Iterator[list[str]]:
    """The same message by message: the header, each message, the trailer.

    So an interchange of any length is written in bounded memory: each piece goes through
    :func:`gateway.syntax.write_segments` for itself. Raises ``ValueError`` like :func:`wrap`, and
    where there are more messages than references.
    """
    edifact = outgoing.dialect.standard == "edifact"
    grouped = outgoing.group or not edifact
    count = 0
    for body in messages:
        if count == 0:
            header = _unb(outgoing) if edifact else [_isa(outgoing), *outgoing.controls]
            yield [*header, *(_group_header(outgoing) if grouped else [])]
        count += 1
        ready = bool(body) and body[0].partition(ELEMENT)[0] in ("UNH", "ST")
        yield list(body) if ready else frame(body, outgoing, *_references(outgoing, count))
    if count == 0:  # X12 has no group without sets
        yield _unb(outgoing) if edifact else [_isa(outgoing), *outgoing.controls]
        grouped = outgoing.group and edifact
        yield _group_header(outgoing) if grouped else []
    yield [
        *([_group_trailer(outgoing, count)] if grouped else []),
        _trailer(outgoing, count, grouped),
    ]


def _references(outgoing: Outgoing, number: int) -> tuple[str, str]:
    """Of a message: its own, and the access reference."""
    known, access = outgoing.references, outgoing.access_references
    if known and number > len(known):
        raise ValueError(f"more than {len(known)} messages, but {len(known)} references")
    return known[number - 1] if known else str(number), access[number - 1] if access else ""


def frame(body: Sequence[str], outgoing: Outgoing, reference: str, access: str = "") -> list[str]:
    """One message with UNH and UNT, ST and SE; ``access``: 0068."""
    count = str(len(body) + 2)
    if outgoing.dialect.standard == "edifact":
        kind = [
            outgoing.type,
            outgoing.directory[:1],
            outgoing.directory[1:],
            outgoing.agency,
            outgoing.association,
        ]
        _fits("0062", reference, 14)
        header = build("UNH", reference, kind, _within("0068", access, 35))
        return [header, *body, build("UNT", count, reference)]
    number = reference.rjust(4, "0")
    if len(number) > 9:
        raise ValueError(f"ST02 holds 4 to 9 characters, not {reference!r}")
    return [build("ST", outgoing.type, number), *body, build("SE", count, number)]


def _group_header(out: Outgoing) -> list[str]:
    return [_ung(out) if out.dialect.standard == "edifact" else _gs(out)]


def _group_trailer(out: Outgoing, messages: int) -> str:
    tag = "UNE" if out.dialect.standard == "edifact" else "GE"
    return build(tag, str(messages), _group_reference(out))


def _trailer(out: Outgoing, messages: int, grouped: bool) -> str:
    """The count is that of groups, where there are any."""
    count = str(1 if grouped else messages)
    if out.dialect.standard == "edifact":
        return build("UNZ", count, out.reference)
    return build("IEA", count, _digits("ISA13", out.reference, 9))


def _group_reference(out: Outgoing) -> str:
    if out.dialect.standard == "edifact":
        reference = out.group_reference or out.reference
        _fits("0048", reference, 14)
        return reference
    _digits("GS06", out.group_reference or out.reference, 9)
    return out.group_reference or str(int(out.reference))


def _stamp(out: Outgoing) -> list[str]:
    date = f"{out.at:%Y%m%d}" if out.dialect.version >= "4" else f"{out.at:%y%m%d}"
    return [date, f"{out.at:%H%M}"]


def _unb(out: Outgoing) -> list[str]:
    _fits("0020", out.reference, 14)
    asked = "2" if out.receipt_only else "1"
    header = build(
        "UNB",
        [out.dialect.level, out.dialect.version, "", out.encoding],
        _party(out.sender, out.sender_further),
        _party(out.receiver, out.receiver_further),
        _stamp(out),
        out.reference,
        [_within("0022", out.recipient[0], 14), out.recipient[1]],
        _within("0026", out.application_reference, 14),
        out.priority,
        asked if out.ack_requested else "",
        _within("0032", out.agreement, 35),
        "1" if out.test else "",
    )
    return [header]


def _ung(out: Outgoing) -> str:
    return build(
        "UNG",
        out.group_type or out.type,
        [
            out.group_sender or out.sender.id,
            _given(out.group_sender_qualifier, out.sender.qualifier),
        ],
        [
            out.group_receiver or out.receiver.id,
            _given(out.group_receiver_qualifier, out.receiver.qualifier),
        ],
        _stamp(out),
        _group_reference(out),
        out.group_agency or out.agency,
        [
            out.directory[:1],
            out.directory[1:],
            _given(out.group_association, out.association),
        ],
        _within("0058", out.group_password, 14),
    )


def _given(own: str | None, other: str) -> str:
    return other if own is None else own


def _party(identity: Identity, further: str) -> list[str]:
    _fits("S002/S003", identity.id, 35)
    return [identity.id, identity.qualifier, _within("0008/0014", identity.routing, 14), further]


def _gs(out: Outgoing) -> str:
    directory = out.directory or f"{out.dialect.version}0"
    date = f"{out.at:%Y%m%d}" if directory >= "004010" else f"{out.at:%y%m%d}"
    return build(
        "GS",
        out.group_type or functional_group(out.type),
        out.group_sender or out.sender.id,
        out.group_receiver or out.receiver.id,
        date,
        f"{out.at:%H%M}",
        _group_reference(out),
        out.group_agency or "X",
        out.group_version or directory + out.association,
    )


def _isa(out: Outgoing) -> str:
    """106 characters on the wire; ISA11 and ISA16 are service characters, so signs here."""
    repeats = bool(out.dialect.delimiters.repetition)
    return ELEMENT.join(
        [
            "ISA",
            out.authorization[0],
            _within("ISA02", out.authorization[1], 10).ljust(10),
            out.security[0],
            _within("ISA04", out.security[1], 10).ljust(10),
            _padded("ISA05", out.sender.qualifier, 2),
            _padded("ISA06", out.sender.id, 15),
            _padded("ISA07", out.receiver.qualifier, 2),
            _padded("ISA08", out.receiver.id, 15),
            f"{out.at:%y%m%d}",
            f"{out.at:%H%M}",
            REPETITION if repeats else _NO_REPETITION,
            _padded("ISA12", out.dialect.version[:5], 5),
            _digits("ISA13", out.reference, 9),
            "1" if out.ack_requested else "0",
            out.usage or ("T" if out.test else "P"),
            COMPONENT,
        ]
    )


def _padded(name: str, text: str, width: int) -> str:
    _fits(name, text, width)
    return text.ljust(width)


def _within(name: str, text: str, width: int) -> str:
    """A value that may be empty; it may be a secret, so it is not told."""
    if len(text) > width:
        raise ValueError(f"{name} holds at most {width} characters, not {len(text)}")
    return text


def _fits(name: str, text: str, width: int) -> None:
    if not text.strip() or len(text) > width:
        raise ValueError(f"{name} holds 1 to {width} characters, not {text!r}")


def _digits(name: str, text: str, width: int) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > width:
        raise ValueError(f"{name} holds up to {width} digits, not {text!r}")
    return text.rjust(width, "0")
