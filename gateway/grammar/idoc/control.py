"""The control record EDI_DC40: its columns, and what is written into it.

Values come, the later ones winning, from: what the type says (IDOCTYP) and the direction (2: to
SAP); the time of writing; rows of the map; other fields that the caller has (:class:`Stamp`); the
settings of the format. DOCNUM is the caller's; without one it counts the IDocs of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.grammar.idoc.model import IdocField

_WIDTHS = (
    "TABNAM 10 MANDT 3 DOCNUM 16 DOCREL 4 STATUS 2 DIRECT 1 OUTMOD 1 EXPRSS 1 TEST 1 IDOCTYP 30 "
    "CIMTYP 30 MESTYP 30 MESCOD 3 MESFCT 3 STD 1 STDVRS 6 STDMES 6 SNDPOR 10 SNDPRT 2 SNDPFC 2 "
    "SNDPRN 10 SNDSAD 21 SNDLAD 70 RCVPOR 10 RCVPRT 2 RCVPFC 2 RCVPRN 10 RCVSAD 21 RCVLAD 70 "
    "CREDAT 8 CRETIM 6 REFINT 14 REFGRP 14 REFMES 14 ARCKEY 70 SERIAL 20"
)


def _laid_out(text: str) -> tuple[IdocField, ...]:
    words = text.split()
    made, first = [], 1
    for name, width in zip(words[::2], words[1::2], strict=True):
        made.append(IdocField(name, first, int(width)))
        first += int(width)
    return tuple(made)


EDI_DC40 = _laid_out(_WIDTHS)
"""The 36 fields, 524 characters; the same in every release since 4.0."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What only the caller knows when a file is written."""

    docnum: int = 1
    """Number of the first IDoc; the next ones count on. SAP names it again in ALEAUD01."""
    at: datetime | None = None
    """Time of writing: CREDAT, CRETIM, SERIAL."""
    control: Mapping[str, str] = field(default_factory=dict)
    """Other fields of every control record: REFINT, ARCKEY, TEST, SNDLAD …"""


def filled(
    given: Mapping[str, str], settings: Mapping[str, str], stamp: Stamp, ordinal: int
) -> dict[str, str]:
    """The control record of the IDoc at ``ordinal`` (from 0) of a file."""
    fields = {"TABNAM": "EDI_DC40", "DIRECT": "2"}
    if stamp.at is not None:
        day, time = f"{stamp.at:%Y%m%d}", f"{stamp.at:%H%M%S}"
        fields |= {"CREDAT": day, "CRETIM": time, "SERIAL": day + time}
    fields |= {name: value for name, value in given.items() if value}
    fields |= {**stamp.control, **settings}
    fields["DOCNUM"] = f"{stamp.docnum + ordinal:016}"
    return fields
