"""Sections of a message: ``header/ALC``, ``detail/NAD``, ``summary/TAX+7``.

Groups are numbered anew in many directories, sections stay: one map with sections serves all of
them. The header ends where the detail begins: behind the UNS that opens it, else at the group that
may repeat most (LIN, CPS, PO1, HL). The summary begins behind the UNS that closes the detail, else
behind that group.
"""

from __future__ import annotations

from gateway.grammar.model import Group, SegmentSlot

SECTIONS = ("header", "detail", "summary")
_STARTS = ("UNH", "ST")
_DIVIDER = "UNS"


def has_sections(scope: Group | SegmentSlot) -> bool:
    """Whether a group is a whole message."""
    return isinstance(scope, Group) and scope.tag in _STARTS


def section(root: Group, name: str) -> range:
    """Indices of the members of a message that stand in a section."""
    detail, summary = _borders(root)
    return {
        "header": range(detail),
        "detail": range(detail, summary),
        "summary": range(summary, len(root.members)),
    }[name]


def section_of(root: Group, index: int) -> str:
    """The section that a member of a message stands in."""
    detail, summary = _borders(root)
    return SECTIONS[(index >= detail) + (index >= summary)]


def _borders(root: Group) -> tuple[int, int]:
    """Where the detail and where the summary begin."""
    members = root.members
    dividers = [index for index, one in enumerate(members) if one.tag == _DIVIDER]
    if len(dividers) > 1:
        return dividers[0] + 1, dividers[1] + 1
    groups = [(one.max, _size(one), -at) for at, one in enumerate(members) if _repeats(one)]
    main = -max(groups)[2] if groups else len(members) - 1
    if not dividers:
        return main, main + 1
    if dividers[0] < main:  # UNS+D: what may follow the detail is part of it
        return dividers[0] + 1, len(members)
    return main, dividers[0] + 1


def _repeats(member: Group | SegmentSlot) -> bool:
    return isinstance(member, Group) and member.max > 1


def _size(member: Group | SegmentSlot) -> int:
    return 1 + sum(map(_size, member.members)) if isinstance(member, Group) else 1
