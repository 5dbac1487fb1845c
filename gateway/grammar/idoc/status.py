"""What became of an IDoc: ALEAUD01, SYSTAT01 and files of EDI_DS40 records ⇄ small values.

SAP → us: ALEAUD01 (report RBDSTATE, or the partner agreement of ALEAUD) tells for each IDoc that we
sent whether it was posted. DOCNUM of E1STATE is *our* number, the one in the control record that we
wrote; E1PRTOB names SAP's own number and the document that was made.
us → SAP: SYSTAT01 (message STATUS) or EDI_DS40 records tell SAP what became of its own IDocs.

``posted`` is None while nobody knows yet (50, 62, 64).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.grammar.idoc.control import Stamp, filled
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.model import IdocField
from gateway.grammar.idoc.tree import Idoc, Segment
from gateway.problems import Place, Problem, problem

POSTED = frozenset(("53", "12", "16", "41"))
"""Of IDocs to SAP 53; of IDocs from SAP: sent, acknowledged, posted by the partner."""
FAILED = frozenset(("51", "56", "60", "63", "65", "68", "02", "04", "05", "17", "40"))
"""Application, syntax or ALE error, 68 given up; from SAP: not sent, refused, not posted."""
_RECORD = "EDI_DS"
_LATEST = 4


@dataclass(frozen=True, slots=True)
class IdocStatus:
    """One thing said about one IDoc."""

    docnum: str
    """Number of the IDoc it is about, without zeros; empty if only ``key`` names it."""
    status: str
    """``53`` posted, ``51`` not posted …"""
    text: str = ""
    """Message, its parameters (&1 …) filled in."""
    code: str = ""
    """Message class and number: ``VG 140``."""
    at: datetime | None = None
    """When, in SAP's local time; ALEAUD01 does not say."""
    segment: str = ""
    """SEGNUM of the segment at fault."""
    field: str = ""
    key: str = ""
    """ARCKEY that we gave it."""
    theirs: str = ""
    """SAP's own number of the IDoc."""
    made: str = ""
    """Key of the document that was made (OBJKEY): the sales order."""

    @property
    def posted(self) -> bool | None:
        """Whether the document arrived in the application; ``None``: not known yet."""
        if self.status in POSTED:
            return True
        return False if self.status in FAILED else None


def read_statuses(idocs: Iterable[Idoc]) -> tuple[list[IdocStatus], list[Problem]]:
    """What ALEAUD01 and SYSTAT01 IDocs say."""
    found: list[IdocStatus] = []
    problems: list[Problem] = []
    for idoc in idocs:
        before = len(found)
        for one in idoc.walk():
            if one.type == "E1STATE":
                found.append(_state(one))
            elif one.type == "E1STATS":
                found.append(_stats(one.fields))
        if len(found) == before:
            problems.append(_nothing(idoc.line, f"{idoc.type or 'the IDoc'} holds no status"))
    problems += [
        _nothing(0, f"status {one.status or '-'} names no IDoc")
        for one in found
        if not (one.docnum or one.key) or not one.status
    ]
    return found, problems


def _nothing(line: int, reason: str) -> Problem:
    where = f"line {line}" if line else "the file"
    return problem("F360", Place(line=line or None), where=where, reason=reason)


def _state(segment: Segment) -> IdocStatus:
    fields = segment.fields
    objects = [one.fields for one in segment.kids if one.type == "E1PRTOB"]
    parameters = [fields.get(f"STAPA{at}_LNG") or fields.get(f"STAPA{at}", "") for at in _ORDINALS]
    return IdocStatus(
        docnum=_number(fields.get("DOCNUM", "")),
        status=fields.get("STATUS", ""),
        text=_filled(fields.get("STATXT", ""), parameters),
        code=_code(fields),
        theirs=_number(next((one["DOCNUM"] for one in objects if one.get("DOCNUM")), "")),
        made=next((one["OBJKEY"] for one in objects if one.get("OBJKEY")), ""),
    )


def _stats(fields: dict[str, str]) -> IdocStatus:
    return IdocStatus(
        docnum=_number(fields.get("DOCNUM", "")),
        status=fields.get("STATUS", ""),
        text=_filled(fields.get("STATXT", ""), [fields.get(f"STAPA{at}", "") for at in _ORDINALS]),
        code=_code(fields),
        at=_moment(fields.get("LOGDAT", ""), fields.get("LOGTIM", "")),
        segment=fields.get("SEGNUM", "").strip("0 ") and fields["SEGNUM"],
        field=fields.get("SEGFLD", ""),
        key=fields.get("ARCKEY", ""),
    )


_ORDINALS = range(1, _LATEST + 1)


def _number(text: str) -> str:
    return text.lstrip("0")


def _code(fields: dict[str, str]) -> str:
    if "STAMID" in fields:
        return f"{fields['STAMID']} {fields.get('STAMNO', '')}".rstrip()
    return fields.get("STACOD", "")


def _filled(text: str, parameters: Sequence[str]) -> str:
    """``Sales order &1 saved``, and the plain ``&`` of older messages, with their values."""
    for at, value in enumerate(parameters, start=1):
        if f"&{at}" in text:
            text = text.replace(f"&{at}", value)
        elif value:
            text = text.replace("& ", f"{value} ", 1)
    return " ".join(text.split())


def _moment(day: str, time: str) -> datetime | None:
    digits = f"{day}{time or '000000'}"
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 (SAP's local time)
    except ValueError:
        return None


# ---------------------------------------------------------------------- writing


def write_statuses(
    statuses: Sequence[IdocStatus], systat: IdocFormat, stamp: Stamp
) -> tuple[bytes, list[Problem]]:
    """An IDoc SYSTAT01 (message STATUS) that tells SAP about its own IDocs."""
    control = {"MESTYP": "STATUS"}
    settings = {**systat.settings.control, "IDOCTYP": systat.type.name}
    idoc = Idoc(filled(control, settings, stamp, 0))
    client = idoc.control.get("MANDT", "")
    idoc.segments = [Segment("E1STATS", _stats_fields(one, client)) for one in statuses]
    return systat.encoded([idoc])


def _stats_fields(one: IdocStatus, client: str) -> dict[str, str]:
    """Long messages are cut: SAP shows 70 characters, the gateway keeps the whole."""
    day, time = (f"{one.at:%Y%m%d}", f"{one.at:%H%M%S}") if one.at else ("", "")
    fields = {
        "MANDT": client,
        "DOCNUM": one.docnum.zfill(16),
        "LOGDAT": day,
        "LOGTIM": time,
        "STATUS": one.status,
        "STACOD": one.code[:8],
        "STATXT": one.text[:70],
        "SEGNUM": one.segment,
        "SEGFLD": one.field[:10],
        "ARCKEY": one.key[:70],
    }
    return {name: value for name, value in fields.items() if value}


def read_status_file(text: str, layout: Sequence[IdocField]) -> list[IdocStatus]:
    """Records EDI_DS40, one a line, by the columns that a type has for ``status``."""
    found = []
    for line in text.splitlines():
        if line.startswith(_RECORD):
            fields = {
                one.name: value
                for one in layout
                if (value := line[one.first - 1 : one.first - 1 + one.length].rstrip())
            }
            found.append(_stats(fields))
    return found


def write_status_file(
    statuses: Sequence[IdocStatus], layout: Sequence[IdocField], client: str = ""
) -> str:
    """The same records, padded."""
    width = max(one.first - 1 + one.length for one in layout)
    lines = []
    for one in statuses:
        fields = {"TABNAM": "EDI_DS40", **_stats_fields(one, client)}
        line = "".join(
            fields.get(column.name, "")[: column.length].ljust(column.length) for column in layout
        )
        lines.append(f"{line.ljust(width)}\n")
    return "".join(lines)
