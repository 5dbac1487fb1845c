"""The section that UNS opens (0081): ``D`` the detail, ``S`` the summary (ISO 9735-1 §8.5).

The directories say where an UNS stands, not what it says. With two of them the first opens the
detail; a single one opens the summary where most of the message stands before it, the detail where
most stands behind it, and is not checked where neither is so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.grammar.model import Group, MessageGrammar, SegmentSlot
from gateway.grammar.walk import Finding
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

TAG = "UNS"
_DETAIL, _SUMMARY = "D", "S"
_CLEARLY = 2
"""How many times as much has to stand on one side."""


def expected_sections(grammar: MessageGrammar) -> tuple[str, ...]:
    """What the UNS of a message have to say, in their order; empty where it cannot be known."""
    members = grammar.root.members if grammar.standard == "edifact" else ()
    places = [index for index, member in enumerate(members) if member.tag == TAG]
    if len(places) == 2:
        return (_DETAIL, _SUMMARY)
    if len(places) != 1:
        return ()
    before, behind = (
        sum(map(_size, part)) for part in (members[: places[0]], members[places[0] :])
    )
    if before >= _CLEARLY * behind:
        return (_SUMMARY,)
    return (_DETAIL,) if behind >= _CLEARLY * before else ()


def _size(member: SegmentSlot | Group) -> int:
    return 1 + sum(map(_size, member.members)) if isinstance(member, Group) else 1


def wrong_sections(
    profile: str, sign: str, segments: Sequence[str], expected: Sequence[str]
) -> Iterator[Finding]:
    """The UNS that say another section than the one that begins (G133)."""
    at = -1
    for section in expected:
        at = profile.find(sign, at + 1)
        if at < 0:
            return
        element = segments[at].partition(ELEMENT)[2].partition(ELEMENT)[0]
        value = element.partition(REPETITION)[0].partition(COMPONENT)[0]
        if value and value != section:
            yield Finding("G133", at, TAG, "", {"element": 1, "value": value, "expected": section})
