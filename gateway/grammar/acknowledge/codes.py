"""The codes of acknowledgements: what each version has, precedence, and what they mean.

The registry of problems names one code per problem; data element 0085 differs by syntax version,
and a level that can carry one code only carries the one that explains most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.problems import Problem, errors

UNSPECIFIED = "18"
"""0085: other error; the texts of the problem say what."""
_INTO_3: Mapping[str, str] = {"45": "18", "46": "2", "47": "18", "48": "12"}
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
_PRECEDENCE = (
    *("22", "20", "2", "46", "47", "21"),  # the level cannot be read
    *("23", "7", "43", "17", "24", "25", "26"),  # it is not for us, or not now
    *("13", "28", "29", "30", "32", "33"),  # cut off, references, counts, nesting
    *("31", "15", "14", "16", "12", "37", "38", "19", "39", "40", "35", "36"),
)
_TA1_PRECEDENCE = (
    *("026", "004", "002", "027", "022", "017"),
    *("018", "005", "006", "007", "008", "009", "020", "025"),
    *("023", "001", "021", "024"),
)
_GS_ELEMENTS = {1: "1", 6: "6", 8: "2"}
_ISA_ELEMENTS: Mapping[int, str] = {
    **{1: "010", 2: "011", 3: "012", 4: "013", 5: "005", 6: "006", 7: "007", 8: "008"},
    **{9: "014", 10: "015", 11: "016", 12: "017", 13: "018", 14: "019", 15: "020", 16: "027"},
}
_IEA_ELEMENTS = {1: "021", 2: "001"}


def syntax_error(found: Problem, version: str) -> str:
    """0085 of a problem in the code list of syntax version ``1`` to ``4``."""
    code = found.registered.edifact or UNSPECIFIED
    return (_INTO_4 if version >= "4" else _INTO_3).get(code, code)


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
    table = {"ISA": _ISA_ELEMENTS, "IEA": _IEA_ELEMENTS}.get(found.place.tag or "", {})
    return table.get(found.place.element or 0, "024" if found.place.tag != "ISA" else "022")


def foremost_note(problems: Iterable[Problem]) -> str:
    """The one TA105 of an interchange; ``000`` where there is no error."""
    notes = sorted({interchange_note(one) for one in errors(problems)})
    ranked = [note for note in _TA1_PRECEDENCE if note in notes]
    return (ranked or notes or ["000"])[0]


def group_codes(problems: Iterable[Problem]) -> list[str]:
    """AK905 … AK909: at most five, sorted."""
    found = set()
    for one in errors(problems):
        by_element = _GS_ELEMENTS.get(one.place.element or 0, "1")
        found.add(one.registered.ak9 or (by_element if one.place.tag == "GS" else "5"))
    return sorted(found, key=int)[:5]


def set_codes(problems: Iterable[Problem]) -> list[str]:
    """AK502 … AK506: at most five, sorted; ``5`` (segments in error) for what has no own code."""
    return sorted({one.registered.ak5 or "5" for one in errors(problems)}, key=int)[:5]


MEANING_0085: Mapping[str, str] = {
    "2": "syntax version or level not supported",
    "7": "the recipient is somebody else",
    "12": "a value is invalid",
    "13": "something mandatory is missing",
    "14": "a value is not supported here",
    "15": "a segment or element is not supported here",
    "16": "too many elements or components",
    "17": "no agreement",
    "18": "another error",
    "19": "decimal notation",
    "20": "a service character is not allowed",
    "21": "characters outside the level",
    "22": "service characters are wrong",
    "23": "the sender is unknown",
    "24": "too old",
    "25": "test messages are not taken",
    "26": "came before (duplicate)",
    "28": "references differ",
    "29": "a count is wrong",
    "30": "groups and messages mixed",
    "31": "several types in a group",
    "32": "empty",
    "33": "data between messages",
    "35": "repeated too often",
    "36": "group repeated too often",
    "37": "wrong kind of characters",
    "38": "no digit before the decimal mark",
    "39": "a value is too long",
    "40": "a value is too short",
    "45": "a trailing separator",
    "46": "the charset is not supported",
    "47": "the envelope is not supported",
    "48": "a dependency between elements is broken",
}
"""0085 in our words, for people."""

MEANING_SEGMENT: Mapping[str, str] = {
    "1": "unknown segment",
    "2": "segment not expected",
    "3": "mandatory segment missing",
    "4": "loop repeated too often",
    "5": "segment repeated too often",
    "6": "segment not in the set",
    "7": "segment out of sequence",
    "8": "segment has element errors",
}
"""AK304, IK304."""

MEANING_ELEMENT: Mapping[str, str] = {
    "1": "mandatory element missing",
    "2": "conditionally required element missing",
    "3": "too many elements",
    "4": "too short",
    "5": "too long",
    "6": "invalid character",
    "7": "invalid code",
    "8": "invalid date",
    "9": "invalid time",
    "10": "elements exclude each other",
    "12": "too many repetitions",
    "13": "too many components",
}
"""AK403, IK403."""

MEANING_SET: Mapping[str, str] = {
    "1": "transaction set not supported",
    "2": "trailer missing",
    "3": "control numbers differ",
    "4": "segment count is wrong",
    "5": "segments in error",
    "6": "set identifier missing or invalid",
    "7": "control number missing or invalid",
    "23": "control number used twice",
}
"""AK502, IK502."""

MEANING_GROUP: Mapping[str, str] = {
    "1": "group not supported",
    "2": "version not supported",
    "3": "trailer missing",
    "4": "control numbers differ",
    "5": "count of sets is wrong",
    "6": "control number invalid",
}
"""AK905."""

MEANING_TA1: Mapping[str, str] = {
    "000": "no error",
    "001": "control numbers of header and trailer differ",
    "002": "standard not supported",
    "003": "version not supported",
    "004": "segment terminator is invalid",
    "005": "qualifier of the sender is invalid",
    "006": "sender is unknown",
    "007": "qualifier of the receiver is invalid",
    "008": "receiver is unknown",
    "009": "receiver is unknown",
    "014": "date is invalid",
    "015": "time is invalid",
    "017": "version is invalid",
    "018": "control number is invalid",
    "020": "test indicator is invalid",
    "021": "count of groups is wrong",
    "022": "control structure is invalid",
    "023": "the file ended early",
    "024": "contents are invalid",
    "025": "control number used twice",
    "026": "element separator is invalid",
    "027": "component separator is invalid",
}
"""TA105."""
