"""Problems of the structure layer (codes G1…): which segments stand where, and how often.

AK3 is data element 720 (segment syntax error), EDIFACT data element 0085.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer

_BEFORE = "The message no longer tells which line or party the data belongs to."

CODES: tuple[Code, ...] = (
    Code(
        code="G101",
        layer=Layer.STRUCTURE,
        title="No segment tag",
        sentence="{value!r} is no segment tag",
        why="A segment starts with a tag of two or three capital letters or digits.",
        remedy="Usually a separator stands inside data without being released, or a line is cut.",
        edifact="15",
        ak3="1",
        ak5="5",
    ),
    Code(
        code="G102",
        layer=Layer.STRUCTURE,
        title="Segment not in this message",
        sentence="{message} {directory} has no segment {tag}",
        why="The directory does not know the segment in this message, so nobody can read it.",
        remedy="Leave {tag} out, or agree on a message or directory that has it.",
        edifact="15",
        ak3="6",
        ak5="5",
    ),
    Code(
        code="G103",
        layer=Layer.STRUCTURE,
        title="Segment out of sequence",
        sentence="{tag} stands after {after}; {message} {directory} has it {where}",
        why=_BEFORE,
        remedy="Send {tag} {where}; possible here: {expected}.",
        edifact="15",
        ak3="7",
        ak5="5",
    ),
    Code(
        code="G104",
        layer=Layer.STRUCTURE,
        title="Segment not expected here",
        sentence="{tag} cannot follow {after}",
        why=_BEFORE,
        remedy="Possible here: {expected}.",
        edifact="15",
        ak3="2",
        ak5="5",
    ),
    Code(
        code="G105",
        layer=Layer.STRUCTURE,
        title="Mandatory segment missing",
        sentence="{tag} is missing between {after} and {before}",
        why="The directory makes the segment mandatory.",
        remedy="Send {tag} after {after}.",
        edifact="13",
        ak3="3",
        ak5="5",
    ),
    Code(
        code="G106",
        layer=Layer.STRUCTURE,
        title="Mandatory group missing",
        sentence="group {group} is missing between {after} and {before}; it starts with {tag}",
        why="The directory makes the group mandatory, or its first segment was left out.",
        remedy="Send a group that starts with {tag} after {after}.",
        edifact="13",
        ak3="3",
        ak5="5",
    ),
    Code(
        code="G107",
        layer=Layer.STRUCTURE,
        title="Segment repeated too often",
        sentence="{tag} is number {count} of its kind here; {message} {directory} allows {limit}",
        why="What exceeds the maximum has no place in the message and would be lost.",
        remedy="Send at most {limit}.",
        edifact="35",
        ak3="5",
        ak5="5",
    ),
    Code(
        code="G108",
        layer=Layer.STRUCTURE,
        title="Group repeated too often",
        sentence="this group {group} ({tag}) is number {count} here; "
        "{message} {directory} allows {limit}",
        why="What exceeds the maximum has no place in the message and would be lost.",
        remedy="Send at most {limit}, or split the message.",
        edifact="36",
        ak3="4",
        ak5="5",
    ),
    Code(
        code="G109",
        layer=Layer.STRUCTURE,
        title="Segment without data",
        sentence="{tag} holds no data",
        why="In X12 a segment has at least one data element.",
        remedy="Leave {tag} out, or fill it.",
        edifact="13",
        ak3="8",
        ak5="5",
    ),
)
