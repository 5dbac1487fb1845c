"""Files for the ERP that carry numbers only their row can give: the control record of an IDoc.

A message is judged before it has a row. What its row alone knows is put in when it gets one; for
comparing two results of one message it is left out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.layoutmodel import RecordFormat
from gateway.store import NewMessage
from gateway.syntax.record import Record

_STAMPED = re.compile(r"<(DOCNUM|CREDAT|CRETIM|SERIAL|REFINT|REFMES|ARCKEY|TEST)>[^<]*</\1>")
_CONTROL = "EDI_DC40"
_STEADY = (slice(13), slice(29, 38), slice(39, 378))
"""Of a control record, without DOCNUM, TEST and what stands behind CREDAT."""
_DOCNUM = slice(33, 49)
"""In a data record (EDI_DD40)."""
_NAMED = {"DOCNUM": slice(13, 29), "MESTYP": slice(99, 129), "ARCKEY": slice(434, 504)}
"""Of a control record, what an answer about the IDoc names again."""
_TAGGED = re.compile(r"<(DOCNUM|MESTYP|ARCKEY)>([^<]{0,200})</\1>")
_HEAD = 16_384
"""Bytes within which the control record stands."""


@dataclass(frozen=True, slots=True)
class Control:
    """What the control record of an IDoc of ours says; empty where it says nothing."""

    docnum: str = ""
    """Without zeros."""
    kind: str = ""
    """MESTYP: ``ORDERS``."""
    key: str = ""
    """ARCKEY."""


def control_of(data: bytes) -> Control | None:
    """The control record of a file that we wrote; ``None`` when it is no IDoc."""
    head = data[:_HEAD].decode("utf-8", "replace").lstrip("\ufeff")
    if head.startswith(_CONTROL):
        line = head.partition("\n")[0]
        found = {name: line[where].strip() for name, where in _NAMED.items()}
    elif "<EDI_DC40" in head:
        record = head.partition("<EDI_DC40")[2].partition("</EDI_DC40>")[0]
        found = {name: unescape(value).strip() for name, value in _TAGGED.findall(record)}
    else:
        return None
    docnum = found.get("DOCNUM", "").lstrip("0")
    return Control(docnum, found.get("MESTYP", ""), found.get("ARCKEY", ""))


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A record and its format, to be written when its row is known."""

    format: IdocFormat
    record: Record

    def write(self, row: int, at: datetime, interchange: NewMessage, reference: str) -> bytes:
        """The file. DOCNUM is the number of the row, which ALEAUD01 will name again."""
        control = {
            "REFINT": interchange.reference[:14],
            "REFMES": reference[:14],
            "ARCKEY": f"{interchange.partner}/{row}",
            "TEST": "X" if interchange.test else "",
        }
        given = {name: value for name, value in control.items() if value}
        data, _ = self.format.stamped(Stamp(row, at, given)).write([self.record])
        return data


def unstamped(layout: RecordFormat, record: Record) -> Unstamped | None:
    """What is left to do for a file of this format; ``None`` where it is whole already."""
    return Unstamped(layout, record) if isinstance(layout, IdocFormat) else None


def without_stamp(data: bytes) -> Iterator[str]:
    """The lines of an IDoc, flat or XML, without what its row gave."""
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith(_CONTROL):
            yield "".join(line[each] for each in _STEADY)
        elif "<" in line:
            yield _STAMPED.sub("", line)
        else:
            yield line[: _DOCNUM.start] + line[_DOCNUM.stop :]
