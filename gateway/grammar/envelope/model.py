"""Headers of interchanges, groups and messages, read from segments in normal form.

What the header says is kept as text (also where it is wrong); dates are interpreted beside it.
A header names no time zone, so the instant stays a date and a time without one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from gateway.syntax import Dialect
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_CENTURY_PIVOT = 70
"""Two-digit years from 70 on are 19xx (as POSIX has it)."""
_RELEASE = 6
"""Characters of GS08 and ST03 that name the X12 release: ``004010``."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A party of an envelope: UNB S002/S003 (0004 0007 0008), ISA05/06, UNG S006, GS02."""

    id: str
    qualifier: str = ""
    routing: str = ""
    """Internal identification or reverse routing: 0008, 0014."""

    def __str__(self) -> str:
        """``4012345000009:14``."""
        return f"{self.id}:{self.qualifier}" if self.qualifier else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Interchange:
    """UNB (ISO 9735-1 annex C) or ISA (X12.5)."""

    standard: str
    dialect: Dialect
    sender: Identity
    receiver: Identity
    reference: str
    """0020; ISA13 as sent."""
    date_text: str = ""
    time_text: str = ""
    date: dt.date | None = None
    time: dt.time | None = None
    test: bool = False
    """0035 is 1 (or another test), ISA15 is T."""
    ack_requested: bool = False
    """0031 is 1 or 2, ISA14 is 1."""
    receipt_only: bool = False
    """0031 is 2 (syntax 4): only receipt is to be acknowledged."""
    application_reference: str = ""
    agreement: str = ""
    """0032."""
    header: str = ""
    """Normal form."""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHeader:
    """UNG or GS."""

    standard: str
    dialect: Dialect
    index: int
    """Position in the interchange, from 1: what tells groups with the same reference apart."""
    type: str
    """0038 (``ORDERS``), GS01 (``PO``)."""
    sender: Identity
    receiver: Identity
    reference: str
    date_text: str = ""
    time_text: str = ""
    date: dt.date | None = None
    time: dt.time | None = None
    agency: str = ""
    """0051, GS07."""
    directory: str = ""
    """``D96A``, ``004010``."""
    association: str = ""
    """0057; what follows the release in GS08 (``VICS``)."""
    header: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeader:
    """UNH or ST."""

    reference: str
    type: str
    """``ORDERS``, ``850``."""
    directory: str
    """``D96A`` (0052 and 0054), ``004010`` (ST03, else GS08)."""
    association: str = ""
    """0057 (``EAN008``); what follows the release in ST03 or GS08 (``VICS``)."""
    group: GroupHeader | None = None
    header: str = ""
    """Normal form."""
    standard: str = "edifact"
    index: int = 1
    """Position in the interchange, from 1."""
    access_reference: str = ""
    """0068."""
    lists: str = ""
    """``D16B`` (0052 and 0110): whose code lists hold, where it is not ``directory``."""


class Fields:
    """The values of one segment by position: ``fields[2, 1]`` is component 1 of element 2.

    Of a repeated element the first repetition; empty where nothing stands.
    """

    __slots__ = ("_elements",)

    def __init__(self, segment: str) -> None:
        self._elements = segment.split(ELEMENT)

    def __getitem__(self, place: int | tuple[int, int]) -> str:
        element, component = place if isinstance(place, tuple) else (place, 1)
        if element >= len(self._elements):
            return ""
        components = self._elements[element].partition(REPETITION)[0].split(COMPONENT)
        return components[component - 1] if component <= len(components) else ""


def interchange(header: str, dialect: Dialect, offset: int = 0) -> Interchange:
    """Read UNB or ISA; what is missing is empty."""
    at = Fields(header)
    return (_unb if dialect.standard == "edifact" else _isa)(at, header, dialect, offset)


def _unb(at: Fields, header: str, dialect: Dialect, offset: int) -> Interchange:
    return Interchange(
        standard="edifact",
        dialect=dialect,
        sender=Identity(at[2, 1], at[2, 2], at[2, 3]),
        receiver=Identity(at[3, 1], at[3, 2], at[3, 3]),
        reference=at[5],
        date_text=at[4, 1],
        time_text=at[4, 2],
        date=date_of(at[4, 1]),
        time=time_of(at[4, 2]),
        test=at[11] not in ("", "0"),
        ack_requested=at[9] in ("1", "2"),
        receipt_only=at[9] == "2",
        application_reference=at[7],
        agreement=at[10],
        header=header,
        offset=offset,
    )


def _isa(at: Fields, header: str, dialect: Dialect, offset: int) -> Interchange:
    return Interchange(
        standard="x12",
        dialect=dialect,
        sender=Identity(at[6].rstrip(), at[5].rstrip()),
        receiver=Identity(at[8].rstrip(), at[7].rstrip()),
        reference=at[13].strip(),
        date_text=at[9],
        time_text=at[10],
        date=date_of(at[9]),
        time=time_of(at[10]),
        test=at[15] == "T",
        ack_requested=at[14] == "1",
        header=header,
        offset=offset,
    )


def group(header: str, dialect: Dialect, index: int = 1, offset: int = 0) -> GroupHeader:
    """Read UNG or GS; what is missing is empty."""
    at = Fields(header)
    edifact = dialect.standard == "edifact"
    directory, association = (at[7, 1] + at[7, 2], at[7, 3]) if edifact else release(at[8])
    date, time = (at[4, 1], at[4, 2]) if edifact else (at[4], at[5])
    return GroupHeader(
        standard=dialect.standard,
        dialect=dialect,
        index=index,
        type=at[1],
        sender=Identity(at[2, 1], at[2, 2]),
        receiver=Identity(at[3, 1], at[3, 2]),
        reference=at[5] if edifact else at[6],
        date_text=date,
        time_text=time,
        date=date_of(date),
        time=time_of(time),
        agency=at[6] if edifact else at[7],
        directory=directory,
        association=association,
        header=header,
        offset=offset,
    )


def message(
    header: str, standard: str, group: GroupHeader | None = None, index: int = 1
) -> MessageHeader:
    """Read UNH or ST; an ST without its own release (ST03) has that of the group."""
    at = Fields(header)
    if standard == "edifact":
        return MessageHeader(
            reference=at[1],
            type=at[2, 1],
            directory=at[2, 2] + at[2, 3],
            association=at[2, 5],
            group=group,
            header=header,
            index=index,
            access_reference=at[3],
            lists=at[2, 2] + at[2, 6].removeprefix(at[2, 2]) if at[2, 6] else "",
        )
    directory, association = release(at[3])
    if not directory and group is not None:
        directory, association = group.directory, group.association
    return MessageHeader(
        reference=at[2],
        type=at[1],
        directory=directory,
        association=association,
        group=group,
        header=header,
        standard="x12",
        index=index,
    )


def release(version: str) -> tuple[str, str]:
    """``004010VICS`` is release ``004010`` as narrowed by ``VICS``."""
    text = version.strip()
    return text[:_RELEASE], text[_RELEASE:]


def date_of(text: str) -> dt.date | None:
    """``YYMMDD`` or ``CCYYMMDD``; ``None`` for what is no date."""
    if len(text) not in (6, 8) or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if len(text) == 6:
        year += 1900 if year >= _CENTURY_PIVOT else 2000
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def time_of(text: str) -> dt.time | None:
    """``HHMM``, ``HHMMSS`` and X12's tenths or hundredths after it; ``None`` for no time."""
    if len(text) not in (4, 6, 7, 8) or not (text.isascii() and text.isdigit()):
        return None
    fraction = int(text[6:].ljust(6, "0")) if len(text) > 6 else 0
    try:
        return dt.time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0), fraction)
    except ValueError:
        return None
