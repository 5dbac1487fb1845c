"""What a file of the ERP says about what it was given: IDocs, EDI_DS40 records, CSV or JSON.

SAP answers by ALEAUD01 (what was posted, and as what), SYSTAT01, or a file of EDI_DS40 records;
another ERP by a small table. Pure: nothing is stored or looked up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gateway.config.translation import Translation
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.status import read_status_file, read_statuses
from gateway.grammar.idoc.tree import Idoc
from gateway.grammar.layoutfile import LayoutError
from gateway.pipeline.posting_said import EXPECTED, Said, SaidReading, no_status, plain
from gateway.pipeline.posting_table import read_table
from gateway.problems import Problem, has_errors, problem

_BOM = b"\xef\xbb\xbf"
_HEAD = 4096
_IDOCTYP = slice(39, 69)
"""In a flat control record."""
_XML_TYPE = re.compile(rb"<IDOCTYP>\s*(\w{1,30})\s*</IDOCTYP>")
_XML_ROOT = re.compile(rb"<([A-Za-z]\w{0,29})")
_TWO = re.compile(r"\d\d", re.ASCII)
_TYPES = {"ALEAUD": "ALEAUD01", "SYSTAT": "SYSTAT01"}
"""How the name of a type begins → the type that reads all its versions."""
_RECORDS = "SYSTAT01"
"""A type that has the columns of EDI_DS40; all have the same."""
_PADDED = 1063
"""Characters of a whole data record."""


def read_said(translation: Translation, data: bytes, name: str) -> SaidReading:
    """Read a file from the folder ``status``. Never raises for what stands in it."""
    start = data[:_HEAD].removeprefix(_BOM).lstrip()
    try:
        if start.startswith(b"EDI_DS"):
            reading = _records(translation, data)
        elif start.startswith((b"<", b"EDI_DC")):
            reading = _idocs(translation, data, name)
        else:
            reading = read_table(data, start, name)
    except LayoutError as wrong:
        return SaidReading(problems=tuple(wrong.problems), broken=True)
    placed = tuple(each.at(file=name) for each in reading.problems)
    return SaidReading(reading.said, placed)


# ---- SAP


def _idocs(translation: Translation, data: bytes, name: str) -> SaidReading:
    type_ = _type(data)
    stem = next((known for known in _TYPES if type_.startswith(known)), None)
    if stem is None:
        facts: dict[str, Any] = {"name": name, "found": f"an IDoc {type_}".rstrip()}
        return SaidReading(problems=(problem("T102", expected=EXPECTED, **facts),))
    cut = _cut(data, _PADDED)
    if cut is not None:
        return SaidReading(problems=(cut,))
    layout = _layout(translation, _TYPES[stem])
    reading = layout.read(data)
    idocs, _ = layout.idocs(data)
    problems = list(reading.problems)
    if has_errors(reading.file_problems) or len(idocs) != len(reading.found):
        return SaidReading(problems=tuple(problems))
    said: list[Said] = []
    for idoc, judged in zip(idocs, reading.found, strict=True):
        if not has_errors(judged.problems):
            found, wrong = read_statuses([idoc])
            said += [Said(plain(each), _about(idoc)) for each in found]
            problems += wrong
    return _whole(said, problems)


def _records(translation: Translation, data: bytes) -> SaidReading:
    layout = _layout(translation, _RECORDS)
    columns = layout.type.records["status"]
    cut = _cut(data, max(each.first - 1 + each.length for each in columns))
    if cut is not None:
        return SaidReading(problems=(cut,))
    text = data.removeprefix(_BOM).decode(layout.settings.encoding, "replace")
    found = read_status_file(text, columns)
    said = [Said(plain(each)) for each in found]
    wrong = [
        no_status(0, f"status {each.status.status or '-'} names no IDoc")
        for each in said
        if not (_names(each) and each.status.status)
    ]
    return _whole(said, wrong)


def _whole(said: Sequence[Said], problems: Sequence[Problem]) -> SaidReading:
    """Only what names an IDoc and has a status of two digits."""
    named = [each for each in said if each.status.status and _names(each)]
    kept = tuple(each for each in named if _TWO.fullmatch(each.status.status))
    odd = [
        no_status(0, f"{each.status.status} is no status of an IDoc")
        for each in named
        if not _TWO.fullmatch(each.status.status)
    ]
    return SaidReading(kept, (*problems, *odd))


def _names(said: Said) -> bool:
    return bool(said.status.docnum or said.status.key)


def _layout(translation: Translation, name: str) -> IdocFormat:
    found = translation.layout("idoc", name)
    if not isinstance(found, IdocFormat):
        raise LayoutError([no_status(0, f"there is no grammars/idoc/{name}")])
    return found


def _type(data: bytes) -> str:
    head = data[:_HEAD].removeprefix(_BOM).lstrip()
    if head.startswith(b"<"):
        found = _XML_TYPE.search(head) or _XML_ROOT.search(head)
        return "" if found is None else found[1].decode()
    return head[_IDOCTYP].decode("ascii", "replace").strip()


def _about(idoc: Idoc) -> str:
    """MESTYP of the IDocs that an ALEAUD01 is about."""
    head = next((each.fields for each in idoc.walk() if each.type == "E1ADHDR"), {})
    return head.get("MESTYP_LNG") or head.get("MESTYP", "")


def _cut(data: bytes, whole: int) -> Problem | None:
    """Whether a flat file ends within a record: a number in it may be half a number.

    ``whole``: bytes of a record that needs no line end to be known as whole.
    """
    if data.removeprefix(_BOM).lstrip().startswith(b"<") or data.rstrip(b" \x1a")[-1:] in b"\r\n":
        return None
    lines = data.count(b"\n") + 1
    last = data[data.rfind(b"\n") + 1 :]
    return None if len(last) >= whole else no_status(lines, "the file ends within a record")
