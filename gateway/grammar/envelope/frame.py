"""The frames of messages, and what a trailer of any level claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.grammar.envelope import check
from gateway.grammar.envelope.model import Fields, MessageHeader
from gateway.problems import Place, Problem, problem
from gateway.syntax import Part

TAGS = {
    "edifact": ("UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"),
    "x12": ("ISA", "IEA", "GS", "GE", "ST", "SE"),
}
_FUNCTIONAL_GROUPS = {
    "810": "IN", "816": "OR", "820": "RA", "824": "AG", "832": "SC", "846": "IB", "850": "PO",
    "852": "PD", "855": "PR", "856": "SH", "860": "PC", "861": "RC", "864": "TX", "865": "CA",
    "880": "GP", "940": "OW", "945": "SW", "997": "FA", "999": "FA",
}  # fmt: skip
"""GS01 (data element 479) of the transaction sets that are exchanged here."""


def functional_group(transaction_set: str) -> str:
    """GS01 for a transaction set (``850`` is in ``PO``); empty where it is not known."""
    return _FUNCTIONAL_GROUPS.get(transaction_set, "")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a trailer should say."""

    header: str
    trailer: str
    reference: str
    counted: int
    message: str = ""
    unit: str = ""
    numeric: bool = False


def trailer(part: Part, segment: int, claim: Claim, codes: check.TrailerCodes) -> Iterator[Problem]:
    """Count (element 1) and reference (element 2) of any trailer against what was found."""
    at = Fields(part.segments[segment - 1])
    facts: dict[str, Any] = {
        "header": claim.header,
        "trailer": claim.trailer,
        "reference": claim.reference,
        "counted": str(claim.counted),
        "unit": claim.unit,
    }
    if check.number(at[1]) != claim.counted:
        spot = check.place(part, segment, 1, claim.message)
        yield problem(codes.count, spot, value=at[1] or "nothing for", **facts)
    if not check.same_reference(at[2], claim.reference, numeric=claim.numeric):
        spot = check.place(part, segment, 2, claim.message)
        yield problem(codes.reference, spot, value=at[2] or "(none)", **facts)


def _typed(part: Part, header: MessageHeader) -> Iterator[Problem]:
    """Type and directory are there, and the type is that of the group."""
    message = header.reference
    edifact = header.standard == "edifact"
    if not header.type or not header.directory:
        tag, what = ("UNH", "S009 (element 2)") if edifact else ("ST", "element 1")
        if not edifact and header.type:
            tag, what = "GS", "element 8"
        yield problem(
            "S225", check.place(part, 1, 2 if edifact else 1, message), tag=tag, what=what
        )
        return
    group = header.group
    if group is None or not group.type:
        return
    own = header.type if edifact else functional_group(header.type)
    if own and own != group.type:
        at = check.place(part, 1, 2 if edifact else 1, message)
        facts: dict[str, Any] = {
            "reference": header.reference,
            "group": group.reference,
            "value": header.type,
        }
        yield problem("S226", at, expected=group.type, **facts)


def message_frame(header: MessageHeader, part: Part, used: set[str]) -> Iterator[Problem]:
    """UNH and UNT, ST and SE of one message; ``used`` are the references before it, and grows."""
    *_, first, last = TAGS[header.standard]
    message = header.reference
    spot = 1 if header.standard == "edifact" else 2
    if not header.reference:
        at = check.place(part, 1, spot, message)
        yield problem("S227", at, tag=first, what=f"element {spot}")
    elif header.reference in used:
        scope = "interchange" if header.standard == "edifact" else "group"
        at = check.place(part, 1, spot, message)
        yield problem("S224", at, reference=header.reference, scope=scope)
    used.add(header.reference)
    yield from _typed(part, header)
    if check.tag_of(part.segments[-1]) != last:
        at = Place(
            offset=part.offset + len(part.raw),
            segment=len(part.segments) + 1,
            tag=last,
            message=header.reference or None,
        )
        yield problem("S221", at, reference=header.reference, trailer=last)
        return
    claim = Claim(first, last, header.reference, len(part.segments), message)
    yield from trailer(part, len(part.segments), claim, check.MESSAGE)
