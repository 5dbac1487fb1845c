"""824, application advice: the business answer of X12 (releases 003040 on).

    BGN · N1… · OTI · TED · NTE…

One OTI for the document: accepted (TA), accepted with errors (TE) or refused (TR), named by its
number and by group and set control number. Each problem is a TED; its texts are NTE, because X12
has no place of any length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.grammar.acknowledge.business import BusinessAnswer, pieces
from gateway.grammar.envelope.model import Identity
from gateway.problems import Problem
from gateway.syntax import build

_RESPONSE = "11"
_ACCEPTED, _WITH_ERRORS, _REFUSED = "TA", "TE", "TR"
_NUMBER_OF: Mapping[str, str] = {
    "850": "PO",
    "855": "PO",
    "860": "PO",
    "865": "PO",
    "810": "IV",
    "880": "IV",
    "856": "SI",
}
"""Data element 128 of the number of a document."""
_TRANSACTION: Final = "TN"
_FROM, _TO = "FR", "TO"
_QUALIFIERS: Mapping[str, str] = {"01": "1", "14": "9"}
"""Data element 66 of a qualifier of ISA (I05): DUNS, DUNS with suffix; else agreed (ZZ)."""
_AGREED, _AGREED_ERROR = "ZZ", "ZZZ"
_NOTE = "ADD"
_FIRST, _CENTURY, _COMPOSITES = "003040", "004010", "005010"
"""The first release that we write; with dates of eight digits; with C030 in TED05."""
_TITLE, _LINE, _LINES, _VALUE = 60, 60, 100, 99
"""Characters of TED02, of an NTE (60 fit every release), NTE of a TED, characters of TED07."""
_REFERENCE, _PARTY, _ERRORS = 30, (2, 17), 9_999


def application_advice(answer: BusinessAnswer) -> list[str]:
    """The segments between ST and SE in normal form.

    Raises ``ValueError`` for a release that is none, for a refusal without a reason, and for
    something accepted with errors.
    """
    release = answer.directory[:6]
    if not (release.isascii() and release.isdigit() and len(release) == 6) or release < _FIRST:
        raise ValueError(f"{answer.directory!r} is no release of X12 that has an 824 here")
    told = answer.told
    subject = answer.subject
    date = f"{answer.at:%Y%m%d}" if release >= _CENTURY else f"{answer.at:%y%m%d}"
    body = [
        build("BGN", _RESPONSE, answer.number[:_REFERENCE], date, f"{answer.at:%H%M}"),
        *_party(_FROM, subject.receiver),
        *_party(_TO, subject.sender),
        _identified(answer, with_errors=bool(told)),
    ]
    for one in told[:_ERRORS]:
        body += _error(answer, one, release)
    return body


def _identified(answer: BusinessAnswer, *, with_errors: bool) -> str:
    """OTI: what happened to which document."""
    subject = answer.subject
    accepted = _WITH_ERRORS if with_errors else _ACCEPTED
    number = subject.number or subject.message or "0"
    qualifier = _NUMBER_OF.get(subject.type, _TRANSACTION) if subject.number else _TRANSACTION
    group = subject.group if _numeric(subject.group, 9) else ""
    control = subject.message if group and 4 <= len(subject.message) <= 9 else ""
    return build(
        "OTI",
        accepted if answer.accepted else _REFUSED,
        qualifier,
        number[:_REFERENCE],
        _code(subject.sender),
        _code(subject.receiver),
        "",
        "",
        group,
        control,
        subject.type if len(subject.type) == 3 else "",
    )


def _party(function: str, identity: Identity) -> list[str]:
    """N1, where the identity fits: a part of one is somebody else."""
    least, most = _PARTY
    if not least <= len(identity.id) <= most:
        return []
    return [build("N1", function, "", _QUALIFIERS.get(identity.qualifier, _AGREED), identity.id)]


def _code(identity: Identity) -> str:
    """OTI04, OTI05: as in GS02 and GS03."""
    return identity.id if 2 <= len(identity.id) <= 15 else ""


def _error(answer: BusinessAnswer, found: Problem, release: str) -> list[str]:
    """TED with the place, as far as the problem is one of a segment; NTE with the texts."""
    place = found.place
    tag = place.tag if place.segment and place.tag and 2 <= len(place.tag) <= 3 else ""
    element = str(place.element) if tag and place.element else ""
    position = [element, str(place.component or "")] if release >= _COMPOSITES else element
    title = answer.plain(f"{found.code} {found.registered.title}")
    value = answer.plain(found.facts.get("value", ""))[:_VALUE] if tag else ""
    ted = build(
        "TED",
        _AGREED_ERROR,
        next(pieces(title, _TITLE, 1), ""),
        tag,
        str(place.segment) if tag else "",
        position,
        "",
        value,
    )
    sentence, remedy = answer.texts(found)
    lines = list(pieces(sentence, _LINE, _LINES - 1))
    lines += pieces(remedy, _LINE, _LINES - len(lines))
    return [ted, *(build("NTE", _NOTE, line) for line in lines)]


def _numeric(text: str, width: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= width
