"""The codes of acknowledgements: what each version has, and which one a level names.

The registry of problems names one code per problem and kind of answer. Data element 0085 differs
by syntax version, a 999 has codes that a 997 lacks, and a level that can carry one code only
carries the one that explains most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.problems import Code, Problem, errors

UNSPECIFIED = "18"
"""0085: other error; the texts of the problem say what."""
CODES_3 = frozenset({"2", "7", *map(str, range(12, 44))})
"""0085 as it is used with syntax version 3."""
CODES_4 = frozenset(
    {"2", "7", *map(str, (*range(12, 19), *range(20, 27), 28, 29, 30, 32, 33, *range(35, 38)))}
    | {"39", "40", "45", "46", "47", "48"}
)
"""0085 of the 4.02 service list."""
_INTO_3: Mapping[str, str] = {"45": "18", "46": "2", "47": "18", "48": "12"}
_INTO_3_OF: Mapping[str, str] = {"G215": "13", "G216": "12"}
"""What a broken dependency is where there is no code 48: something missing, or too much."""
_INTO_4: Mapping[str, str] = {
    "19": "12",
    "27": "18",
    "31": "18",
    "34": "15",
    "38": "12",
    "41": "18",
    "42": "18",
    "43": "7",
}
_AT_TAG: Mapping[tuple[str, str], str] = {("S105", "UNA"): "20"}
"""UNA is readable as such; one of its characters cannot be a service character."""
_PRECEDENCE = (
    *("22", "20", "2", "46", "47", "21"),  # the level cannot be read
    *("23", "7", "43", "17", "24", "25", "26"),  # it is not for us, or not now
    *("13", "28", "29", "30", "32", "33"),  # cut off, references, counts, nesting
    *("31", "15", "14", "16", "12", "37", "38", "19", "39", "40", "35", "36"),
)
_TA1_PRECEDENCE = (
    *("026", "004", "002", "003", "027", "022", "017"),
    *("018", "005", "006", "007", "008", "009", "020", "025"),
    *("023", "001", "021", "024"),
)
_GS_ELEMENTS = {1: "1", 6: "6", 8: "2"}
_ST_ELEMENTS = {1: "6", 2: "7"}
_SEGMENTS_IN_ERROR = "5"
_BY_ELEMENT: Mapping[str, Mapping[int, str]] = {
    "ISA": {
        **{1: "010", 2: "011", 3: "012", 4: "013", 5: "005", 6: "006", 7: "007", 8: "008"},
        **{9: "014", 10: "015", 11: "016", 12: "017", 13: "018", 14: "019", 15: "020"},
        16: "027",
    },
    "IEA": {1: "021", 2: "001"},
    "ISB": {1: "031"},
    "ISE": {1: "028", 2: "029", 3: "030"},
}
"""TA105 by the element of a control segment that is in error."""
_NEWER_997 = frozenset({"12", "13"})
"""AK403: too many repetitions, too many components; 997s from 005010 on have them."""
_FROM = "005010"
_TWICE = "S215"
_NOT_UNIQUE = "19"
"""AK905 from 005010 on: the control number of the group is used twice."""
_MOST = 5
"""Codes in AK5, AK9."""


def syntax_error(found: Problem, version: str) -> str:
    """0085 of a problem in the code list of syntax version ``1`` to ``4``."""
    code = found.registered.edifact or UNSPECIFIED
    code = _AT_TAG.get((found.code, found.place.tag or ""), code)
    if version >= "4":
        code = _INTO_4.get(code, code)
        return code if code in CODES_4 else UNSPECIFIED
    if code not in CODES_3:
        code = _INTO_3_OF.get(found.code) or _INTO_3.get(code, UNSPECIFIED)
    return code


def foremost(problems: Iterable[Problem], version: str) -> Problem | None:
    """The error that a level with one 0085 names; ties go to the first in the file."""
    return min(
        errors(problems), key=lambda one: _rank(one, syntax_error(one, version)), default=None
    )


def _rank(found: Problem, code: str) -> tuple[int, int, int, str]:
    place = found.place
    rank = _PRECEDENCE.index(code) if code in _PRECEDENCE else len(_PRECEDENCE)
    offset = place.offset if place.offset is not None else -1
    return rank, offset, place.element or 0, found.code


def interchange_note(found: Problem) -> str:
    """TA105 of a problem of an X12 interchange."""
    if found.registered.ta1:
        time = found.registered.ta1 == "014" and found.place.element == 10
        return "015" if time else found.registered.ta1
    table = _BY_ELEMENT.get(found.place.tag or "", {})
    return table.get(found.place.element or 0, "024" if found.place.tag != "ISA" else "022")


def foremost_note(problems: Iterable[Problem]) -> str:
    """The one TA105 of an interchange; ``000`` where there is none."""
    notes = sorted({interchange_note(one) for one in problems})
    ranked = [note for note in _TA1_PRECEDENCE if note in notes]
    return (ranked or notes or ["000"])[0]


def reportable(found: Problem) -> bool:
    """Whether a 997 or 999 has a code of its own for a problem, so that a warning can be told."""
    row = found.registered
    return any((row.ak3, row.ak4, row.ak5, row.ik3, row.ik4, row.ik5))


def segment_code(row: Code, *, extended: bool) -> str | None:
    """AK304; IK304 where ``extended`` (a 999)."""
    return (row.ik3 if extended else None) or row.ak3


def element_code(row: Code, release: str, *, extended: bool) -> str | None:
    """AK403 of a 997 of a release; IK403 where ``extended`` (a 999)."""
    if extended or (row.ik4 in _NEWER_997 and release >= _FROM):
        return row.ik4 or row.ak4
    return row.ak4


def group_codes(problems: Iterable[Problem], release: str) -> list[str]:
    """AK905 … AK909: at most five, sorted."""
    found = set()
    for one in problems:
        by_element = _GS_ELEMENTS.get(one.place.element or 0, "1")
        code = one.registered.ak9 or (by_element if one.place.tag == "GS" else "5")
        found.add(_NOT_UNIQUE if one.code == _TWICE and release >= _FROM else code)
    return sorted(found, key=int)[:_MOST]


def header_code(found: Problem) -> str | None:
    """AK502 of an element of ST: its identifier or its control number is invalid."""
    return _ST_ELEMENTS.get(found.place.element or 0) if found.place.tag == "ST" else None


def set_codes(problems: Iterable[Problem], *, extended: bool) -> list[str]:
    """AK502 … AK506, IK502 …: at most five, sorted; ``5`` for what has no own code."""
    found = set()
    for one in problems:
        row = one.registered
        own = row.ak5 if row.ak5 not in (None, _SEGMENTS_IN_ERROR) else header_code(one)
        found.add(own or (row.ik5 if extended else None) or _SEGMENTS_IN_ERROR)
    return sorted(found, key=in_order)[:_MOST]


def in_order(code: str) -> tuple[bool, int]:
    """Codes as numbers, those of guides (``I5``) last."""
    return code.startswith("I"), int(code.removeprefix("I"))
