"""Verdicts: what is accepted, what is refused, and why; the only input of acknowledgements.

A level is refused by errors of its own or by a level above. Warnings refuse nothing; they are
reported to the partner only where that is agreed, and only by X12.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.grammar.envelope.events import InterchangeEnd, MessageFound
from gateway.grammar.envelope.model import GroupHeader, Interchange, MessageHeader
from gateway.problems import Problem, has_errors

_ANSWERS = frozenset({"CONTRL", "997", "999", "TA1"})


def needs_answer(message_type: str) -> bool:
    """Whether a message may be acknowledged: an acknowledgement never is, or two would go on."""
    return message_type not in _ANSWERS


@dataclass(frozen=True, slots=True)
class MessageVerdict:
    """One message with everything found in it: frame, structure, elements, business."""

    header: MessageHeader
    problems: tuple[Problem, ...] = ()
    unit: tuple[str, str] = ("", "")
    """What a 999 may name the document by: an element and its value (``BEG03``, the number)."""

    @property
    def accepted(self) -> bool:
        """Whether the message itself has no error; a level above may still refuse it."""
        return not has_errors(self.problems)


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """A group with its messages."""

    header: GroupHeader
    messages: tuple[MessageVerdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    claimed: int | None = None
    """Messages that UNE or GE names."""
    received: int = 0
    """Messages counted; may be more than ``messages`` holds."""

    @property
    def accepted(self) -> bool:
        """Whether the group itself has no error."""
        return not has_errors(self.problems)


@dataclass(frozen=True, slots=True)
class InterchangeVerdict:
    """An interchange with its groups, and the messages outside of groups."""

    interchange: Interchange
    groups: tuple[GroupVerdict, ...] = ()
    messages: tuple[MessageVerdict, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the interchange itself has no error."""
        return not has_errors(self.problems)

    def accepted_messages(self) -> Iterator[MessageVerdict]:
        """The messages that no level refuses: exactly those that may be processed."""
        if not self.accepted:
            return
        yield from (one for one in self.messages if one.accepted)
        for group in self.groups:
            if group.accepted:
                yield from (one for one in group.messages if one.accepted)


def judge(found: MessageFound, problems: Iterable[Problem] = ()) -> MessageVerdict:
    """The verdict on a message: problems of its frame, and those of its contents."""
    reference = found.header.reference or None
    more = (one.at(message=reference) for one in problems)
    return MessageVerdict(found.header, (*found.problems, *more))


def conclude(
    end: InterchangeEnd,
    messages: Sequence[MessageVerdict],
    problems: Iterable[Problem] = (),
) -> InterchangeVerdict:
    """The verdict on an interchange, once it is over.

    ``messages`` are the verdicts on its messages in their order (for a CONTRL the refused ones are
    enough); ``problems`` are more of the level of the interchange, such as an unknown sender.
    """
    inside: dict[int, list[MessageVerdict]] = {}
    outside = []
    for one in messages:
        if one.header.group is None:
            outside.append(one)
        else:
            inside.setdefault(one.header.group.index, []).append(one)
    groups = tuple(
        GroupVerdict(
            group.header,
            tuple(inside.get(group.header.index, ())),
            group.problems,
            group.claimed,
            group.counted,
        )
        for group in end.groups
    )
    return InterchangeVerdict(end.interchange, groups, tuple(outside), (*end.problems, *problems))
