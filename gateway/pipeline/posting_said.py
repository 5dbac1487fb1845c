"""One thing that the ERP says about what it was given, and a file of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from gateway.grammar.idoc.status import IdocStatus
from gateway.problems import Place, Problem, problem

EXPECTED = "ALEAUD01, SYSTAT01, EDI_DS40 records, or CSV or JSON with message and status"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the ERP says about one file that we gave it."""

    status: IdocStatus
    """``docnum`` is the number of our row."""
    kind: str = ""
    """MESTYP of what it is about (``ORDERS``), where the answer says so."""
    number: str = ""
    """Business number of what it is about, where the answer says so."""
    idoc: bool = True
    """It is about an IDoc."""

    @property
    def row(self) -> int | None:
        """Our row: DOCNUM, or the end of the key ``acme-retail/4711`` that we gave."""
        digits = self.status.docnum or self.status.key.rpartition("/")[2]
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


@dataclass(frozen=True, slots=True)
class SaidReading:
    """All that a file says. With ``broken`` it is our settings that cannot read it."""

    said: tuple[Said, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: bool = False


def plain(status: IdocStatus) -> IdocStatus:
    """Without NUL, which no database keeps."""
    texts: dict[str, Any] = {each.name: getattr(status, each.name) for each in fields(status)}
    odd = {name: text for name, text in texts.items() if isinstance(text, str) and "\0" in text}
    shown: dict[str, Any] = {
        name: text.replace("\0", "\N{SYMBOL FOR NULL}") for name, text in odd.items()
    }
    return replace(status, **shown) if shown else status


def no_status(line: int, reason: str) -> Problem:
    """F360; line 0 is the whole file."""
    where = f"line {line}" if line else "the file"
    return problem("F360", Place(line=line or None), where=where, reason=reason)
