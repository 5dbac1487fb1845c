"""APERAK: the business answer of EDIFACT (directories D.95A on, EANCOM too).

    BGM · DTM · SG{RFF · DTM} · SG{NAD} · SG{ERC · FTX · SG{RFF · FTX}}

BGM says accepted (4343 AP) or refused (RE); the RFF name the document, its message and its
interchange; each problem is an ERC with our own code, its texts below. Texts stand in lines of 70
characters, which every directory and EANCOM can hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.grammar.acknowledge.business import BusinessAnswer, pieces
from gateway.grammar.envelope.model import Identity
from gateway.problems import Problem
from gateway.syntax import build

_ACCEPTED, _REFUSED = "AP", "RE"
_NAME = "305"
"""1001: errors and acknowledgement of an application; EANCOM 2002 has no other."""
_NAMED_FROM: Final = 99, "B"
"""The directory from which 1001 has it; before, BGM goes without a name."""
_CODES_FROM: Final = 95, "B"
"""The directory from which 9321 holds a code of ours; before it the text begins with the code."""
_MORE_FROM: Final = 97, "B"
"""The directory from which an ERC may have several references; EANCOM 1997 has none there."""
_PIVOT = 90
"""Directories from D.90A are of the last century."""
_ORIGINAL = "9"
_ISSUED, _REFERENCE_DATE = "137", "171"
_NUMBER_OF: Mapping[str, str] = {
    "ORDERS": "ON",
    "ORDRSP": "POR",
    "ORDCHG": "PP",
    "DESADV": "AAK",
    "INVOIC": "IV",
    "RECADV": "ALO",
    "REMADV": "RA",
    "PRICAT": "PL",
}
"""1153 of the number of a document."""
_DOCUMENT, _MESSAGE, _INTERCHANGE = "DM", "ACW", "ACE"
"""1153 of any other document, of its message, of its interchange; EANCOM has none of them."""
_EANCOM = "EAN"
_SENDER, _RECIPIENT = "MS", "MR"
_AGENCIES: Mapping[str, str] = {"14": "9", "1": "16"}
"""3055 of a qualifier of UNB (0007): GS1, DUNS."""
_AGREED = "ZZZ"
_OWN_LIST = "ZZZ"
"""3055: a list that was agreed; the codes are ours."""
_ERROR_TEXT = "AAO"
_LANGUAGE = "EN"
_LINE, _LINES, _TEXTS, _ERRORS = 70, 5, 9, 999
"""Characters of a line, lines of an FTX, FTX below an RFF, ERC of a message."""
_PARTY, _REFERENCE, _CODE = 17, 35, 8


def aperak(answer: BusinessAnswer) -> list[str]:
    """The segments between UNH and UNT in normal form.

    Raises ``ValueError`` for a directory without APERAK, for a refusal without a reason, and for
    something accepted with errors. More than 999 problems are told as a number.
    """
    age = _age(answer.directory)
    told = answer.told
    subject = answer.subject
    named = [_NAME] if age >= _era(*_NAMED_FROM) else ""
    response = _ACCEPTED if answer.accepted else _REFUSED
    body = [
        build("BGM", named, answer.number[:_REFERENCE], _ORIGINAL, response),
        build("DTM", [_ISSUED, f"{answer.at:%Y%m%d%H%M}", "203"]),
        *_references(answer),
        *_party(_SENDER, subject.receiver),
        *_party(_RECIPIENT, subject.sender),
    ]
    for one in told[: _ERRORS - 1]:
        body += _error(answer, one, age)
    if len(told) >= _ERRORS:
        body += [
            build("ERC", [_AGREED, "", _OWN_LIST]),
            _text([f"{len(told) - _ERRORS + 1} more problems are not listed"]),
        ]
    return body


def _age(directory: str) -> tuple[int, str]:
    """Directories in their order; raises ``ValueError`` for one without APERAK."""
    year, half = directory[1:3], directory[3:4]
    if (
        directory[:1] != "D"
        or not (year.isascii() and year.isdigit())
        or half not in ("A", "B", "C")
    ):
        raise ValueError(f"{directory!r} is no directory of EDIFACT")
    if _era(int(year), half) < _era(95, "A"):
        raise ValueError(f"{directory} has no APERAK, D95A is the first directory with it")
    return _era(int(year), half)


def _era(year: int, half: str) -> tuple[int, str]:
    return year + (1900 if year >= _PIVOT else 2000), half


def _references(answer: BusinessAnswer) -> list[str]:
    """The document with its date, then the message and the interchange it came in."""
    subject, found = answer.subject, []
    if qualifier := _qualifier(answer):
        found.append(build("RFF", [qualifier, subject.number[:_REFERENCE]]))
        if subject.date is not None:
            found.append(build("DTM", [_REFERENCE_DATE, f"{subject.date:%Y%m%d}", "102"]))
    if answer.association.startswith(_EANCOM):
        return found
    for qualifier, reference in (
        (_MESSAGE, subject.message),
        (_INTERCHANGE, subject.interchange),
    ):
        if reference:
            found.append(build("RFF", [qualifier, reference[:_REFERENCE]]))
    return found


def _qualifier(answer: BusinessAnswer) -> str:
    """1153 of the number of the document; empty where there is none, or no code for it."""
    other = "" if answer.association.startswith(_EANCOM) else _DOCUMENT
    return _NUMBER_OF.get(answer.subject.type, other) if answer.subject.number else ""


def _party(function: str, identity: Identity) -> list[str]:
    """NAD, where the identity fits: a part of one is somebody else."""
    if not identity.id or len(identity.id) > _PARTY:
        return []
    agency = _AGENCIES.get(identity.qualifier, _OWN_LIST)
    return [build("NAD", function, [identity.id, "", agency])]


def _error(answer: BusinessAnswer, found: Problem, age: tuple[int, str]) -> list[str]:
    """ERC with five lines; what they do not hold goes below a reference, where there is one."""
    qualifier = _qualifier(answer)
    more = age >= _era(*_MORE_FROM) and bool(qualifier)
    coded = age >= _era(*_CODES_FROM)
    sentence, remedy = answer.texts(found)
    if not coded:
        sentence = f"{found.code}: {sentence}"
    most = _LINES * (1 + _TEXTS) if more else _LINES
    # the sentence may take what the remedy leaves, and three lines at least
    wanted = len(list(pieces(remedy, _LINE, most)))
    first = list(pieces(sentence, _LINE, max(most - wanted, 3)))
    lines = [*first, *pieces(remedy, _LINE, most - len(first))]
    code = found.code[:_CODE] if coded else _AGREED
    segments = [build("ERC", [code, "", _OWN_LIST]), _text(lines[:_LINES])]
    if rest := lines[_LINES:]:
        segments.append(build("RFF", [qualifier, answer.subject.number[:_REFERENCE]]))
        segments += [_text(rest[at : at + _LINES]) for at in range(0, len(rest), _LINES)]
    return segments


def _text(lines: Sequence[str]) -> str:
    return build("FTX", _ERROR_TEXT, "", "", list(lines), _LANGUAGE)
