"""What walking over the parts of a file yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.grammar.envelope.model import GroupHeader, Interchange, MessageHeader
from gateway.grammar.model import Segment
from gateway.problems import Problem
from gateway.syntax import Part


class Service(Protocol):
    """Service segments by tag for a syntax version: ``Library().service``."""

    def __call__(self, syntax_version: str, /) -> Mapping[str, Segment]:
        """UNB, UNZ, ISA, GS … of ``3``, ``4``, ``00401``."""
        ...


@dataclass(frozen=True, slots=True)
class InterchangeStart:
    """An interchange begins: who, to whom, under which reference."""

    interchange: Interchange
    problems: tuple[Problem, ...] = ()
    """Found in UNA, UNB, ISA. They stand in :class:`InterchangeEnd` again."""


@dataclass(frozen=True, slots=True)
class MessageFound:
    """A message with what its frame has wrong; its contents are the grammar's to check."""

    header: MessageHeader
    part: Part
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """A group after its end."""

    header: GroupHeader
    problems: tuple[Problem, ...] = ()
    counted: int = 0
    claimed: int | None = None
    """What UNE or GE said; ``None`` where it is missing or no number."""


@dataclass(frozen=True, slots=True)
class InterchangeEnd:
    """An interchange is over. Whether it is refused as a whole is known only now."""

    interchange: Interchange
    problems: tuple[Problem, ...] = ()
    """All of the level of the interchange."""
    groups: tuple[GroupSummary, ...] = ()
    """All groups, with the problems of their level."""
    messages: int = 0
    claimed: int | None = None
    """What UNZ or IEA said."""
    controls: tuple[str, ...] = ()
    """TA1 and other segments between ISA and the first group, in normal form."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Bytes outside any interchange that are more than noise; its problems are the part's."""

    part: Part


Event = InterchangeStart | MessageFound | InterchangeEnd | Stray
