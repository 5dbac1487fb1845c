"""Walk over the parts of a file and check how interchanges, groups and messages are framed.

Streaming: a message is yielded before its group and its interchange are over. Nothing of an
interchange may leave the house before its :class:`InterchangeEnd`: a wrong count or a missing
trailer refuses all of it (ISO 9735-1 §8, X12.5). Only references are remembered, to find those
that are used twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.envelope import check, model
from gateway.grammar.envelope.events import (
    Event,
    GroupSummary,
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Service,
    Stray,
)
from gateway.grammar.envelope.frame import TAGS, Claim, message_frame, trailer
from gateway.grammar.envelope.model import Fields, GroupHeader
from gateway.grammar.model import Segment
from gateway.problems import Place, Problem, problem
from gateway.syntax import Kind, Part


def walk(parts: Iterable[Part], service: Service | None = None) -> Iterator[Event]:
    """Interchanges, messages and strays of a file in their order; never raises on bad input.

    ``service`` is ``Library().service``; without it the contents of service segments are not
    checked. Every :class:`InterchangeStart` is followed by its :class:`InterchangeEnd`, also where
    the file is cut off.
    """
    walker = _Walker(service)
    for part in parts:
        yield from walker.part(part)
    yield from walker.finish()


@dataclass(slots=True)
class _Group:
    header: GroupHeader
    part: Part
    problems: list[Problem]
    messages: int = 0
    references: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Package:
    """An object and its frame (ISO 9735-8)."""

    header: Part
    reference: str
    size: int = 0


@dataclass(slots=True)
class _Open:
    """The interchange that is being walked over."""

    interchange: model.Interchange
    header: Part
    problems: list[Problem]
    service: Mapping[str, Segment]
    groups: list[GroupSummary] = field(default_factory=list)
    group: _Group | None = None
    messages: int = 0
    references: set[str] = field(default_factory=set)
    group_references: set[str] = field(default_factory=set)
    outside: Part | None = None
    """The first message outside of any group."""
    controls: list[str] = field(default_factory=list)
    package: _Package | None = None
    end: int = 0
    """Offset of the byte after the last part."""

    @property
    def level(self) -> list[Problem]:
        """Where problems go that belong to no message: to the open group, else up."""
        return self.problems if self.group is None else self.group.problems


class _Walker:
    def __init__(self, service: Service | None) -> None:
        self._service = service
        self._open: _Open | None = None
        self._before: list[Problem] = []
        """Problems of UNA and of noise, until the header comes."""
        self._steps: Mapping[Kind, Callable[[_Open, Part], Iterator[Event]]] = {
            Kind.GROUP_HEADER: self._group_header,
            Kind.GROUP_TRAILER: self._group_trailer,
            Kind.MESSAGE: self._message,
            Kind.PACKAGE_HEADER: self._package_header,
            Kind.PACKAGE_TRAILER: self._package_trailer,
            Kind.TRAILER: self._trailer,
            Kind.CONTROL: self._control,
        }

    def part(self, part: Part) -> Iterator[Event]:
        opened = self._open
        if part.kind in (Kind.ADVICE, Kind.HEADER):
            yield from self.finish()
            self._before += part.problems
            if part.kind is Kind.HEADER and part.segments and part.dialect is not None:
                yield self._start(part)
        elif opened is None:
            if part.kind is Kind.NOISE:
                self._before += part.problems
            else:
                yield Stray(part)
        else:
            opened.end = part.offset + len(part.raw)
            if part.kind is Kind.OBJECT and opened.package is not None:
                opened.package.size += len(part.raw)
            elif part.kind not in (Kind.NOISE, Kind.PACKAGE_TRAILER):
                self._close_package(opened)
            step = self._steps.get(part.kind)
            if step is not None and part.segments:
                yield from step(opened, part)
            else:
                opened.level.extend(part.problems)

    def finish(self) -> Iterator[Event]:
        """End an interchange without trailer."""
        opened = self._open
        if opened is None:
            return
        self._close_package(opened)
        self._close_group(opened)
        header, last, *_ = TAGS[opened.interchange.standard]
        facts: dict[str, Any] = {
            "header": header,
            "trailer": last,
            "reference": opened.interchange.reference,
        }
        opened.problems.append(problem("S201", Place(offset=opened.end, tag=last), **facts))
        yield self._end(opened, None)

    def _start(self, part: Part) -> InterchangeStart:
        dialect = part.dialect
        assert dialect is not None
        tables = self._service(dialect.version) if self._service else {}
        interchange = model.interchange(part.segments[0], dialect, part.offset)
        problems = [*self._before, *check.contents(part, tables)]
        tag = check.tag_of(part.segments[0])
        found = check.of_level(problems, tag)
        self._before = []
        self._open = _Open(interchange, part, list(found), tables)
        self._open.end = part.offset + len(part.raw)
        return InterchangeStart(interchange, found)

    # groups

    def _group_header(self, opened: _Open, part: Part) -> Iterator[Event]:
        self._close_group(opened)
        dialect = opened.interchange.dialect
        header = model.group(part.segments[0], dialect, len(opened.groups) + 1, part.offset)
        tag = check.tag_of(part.segments[0])
        problems = list(check.of_level(part.problems, tag))
        problems += check.contents(part, opened.service)
        if header.reference in opened.group_references:
            at = check.place(part, 1, 5 if header.standard == "edifact" else 6)
            problems.append(problem("S215", at, reference=header.reference))
        opened.group_references.add(header.reference)
        opened.group = _Group(header, part, problems)
        yield from ()

    def _group_trailer(self, opened: _Open, part: Part) -> Iterator[Event]:
        group = opened.group
        _, _, header, last, *_ = TAGS[opened.interchange.standard]
        if group is None:
            facts: dict[str, Any] = {
                "header": header,
                "trailer": last,
                "value": Fields(part.segments[0])[2],
            }
            opened.problems.append(problem("S216", check.place(part, 1), **facts))
            return
        group.problems += check.of_level(part.problems, last)
        group.problems += check.contents(part, opened.service)
        claim = Claim(header, last, group.header.reference, group.messages)
        group.problems += trailer(part, 1, claim, check.GROUP)
        self._close_group(opened, check.number(Fields(part.segments[0])[1]), ended=True)
        yield from ()

    def _close_group(
        self, opened: _Open, claimed: int | None = None, *, ended: bool = False
    ) -> None:
        group = opened.group
        if group is None:
            return
        _, _, header, last, *_ = TAGS[opened.interchange.standard]
        facts: dict[str, Any] = {
            "header": header,
            "trailer": last,
            "reference": group.header.reference,
        }
        if not ended:
            group.problems.append(problem("S211", Place(offset=opened.end, tag=last), **facts))
        if not group.messages:
            group.problems.append(problem("S214", check.place(group.part, 1), **facts))
        opened.groups.append(
            GroupSummary(group.header, tuple(group.problems), group.messages, claimed)
        )
        opened.group = None

    # messages

    def _message(self, opened: _Open, part: Part) -> Iterator[Event]:
        group = opened.group
        opened.messages += 1
        standard = opened.interchange.standard
        header = model.message(
            part.segments[0], standard, group.header if group else None, opened.messages
        )
        if group is not None:
            group.messages += 1
        elif opened.outside is None:
            opened.outside = part
        problems = list(check.in_message(part, header.reference))
        # X12 asks for unique numbers in a group, EDIFACT in an interchange (0062).
        used = group.references if group and standard == "x12" else opened.references
        problems += message_frame(header, part, used)
        if not header.reference and standard == "edifact":
            # No UCM can name it, so the level above is refused (UCM 0062 is a copy).
            opened.level.append(problem("S206", check.place(part, 1, 1), tag="UNH"))
        yield MessageFound(header, part, tuple(problems))

    # objects

    def _package_header(self, opened: _Open, part: Part) -> Iterator[Event]:
        """A package counts like a message, and stands where one could."""
        opened.messages += 1
        if opened.group is not None:
            opened.group.messages += 1
        opened.package = _Package(part, Fields(part.segments[0])[1])
        opened.level.extend(check.of_level(part.problems, "UNO"))
        opened.level.extend(check.contents(part, opened.service))
        yield from ()

    def _package_trailer(self, opened: _Open, part: Part) -> Iterator[Event]:
        package, opened.package = opened.package, None
        opened.level.extend(check.of_level(part.problems, "UNP"))
        opened.level.extend(check.contents(part, opened.service))
        facts: dict[str, Any]
        if package is None:
            facts = {"count": "1", "tag": "UNP", "expected": "; a package begins with UNO"}
            opened.level.append(problem("S102", check.place(part, 1), **facts))
            return
        claim = Claim("UNO", "UNP", package.reference, package.size)
        opened.level.extend(trailer(part, 1, claim, check.PACKAGE))
        facts = {"reference": package.reference, "counted": str(package.size)}
        opened.level.append(problem("S234", check.place(package.header, 1), **facts))
        yield from ()

    def _close_package(self, opened: _Open) -> None:
        package, opened.package = opened.package, None
        if package is not None:
            facts: dict[str, Any] = {"reference": package.reference, "trailer": "UNP"}
            at = Place(offset=opened.end, tag="UNP")
            opened.level.append(problem("S231", at, **facts))

    # the end

    def _control(self, opened: _Open, part: Part) -> Iterator[Event]:
        opened.controls += part.segments
        opened.problems += check.of_level(part.problems, check.tag_of(part.segments[0]))
        opened.problems += check.contents(part, opened.service)
        yield from ()

    def _trailer(self, opened: _Open, part: Part) -> Iterator[Event]:
        self._close_group(opened)
        header, last, *_ = TAGS[opened.interchange.standard]
        grouped = bool(opened.groups) or opened.interchange.standard == "x12"
        counted = len(opened.groups) if grouped else opened.messages
        opened.problems += check.of_level(part.problems, last)
        opened.problems += check.contents(part, opened.service)
        claim = Claim(
            header,
            last,
            opened.interchange.reference,
            counted,
            unit="group" if grouped else "message",
            numeric=last == "IEA",
        )
        opened.problems += trailer(part, 1, claim, check.INTERCHANGE)
        yield self._end(opened, check.number(Fields(part.segments[0])[1]))

    def _end(self, opened: _Open, claimed: int | None) -> InterchangeEnd:
        standard = opened.interchange.standard
        reference = opened.interchange.reference
        if opened.outside is not None and (opened.groups or standard == "x12"):
            name = Fields(opened.outside.segments[0])[1 if standard == "edifact" else 2]
            other = ", or leave out all groups" if standard == "edifact" else ""
            at = check.place(opened.outside, 1, message=name)
            facts: dict[str, Any] = {"message": name, "reference": reference, "other": other}
            opened.problems.append(problem("S205", at, **facts))
        if not opened.messages and not opened.groups and not opened.controls:
            at = check.place(opened.header, 1)
            opened.problems.append(problem("S204", at, reference=reference))
        self._open = None
        return InterchangeEnd(
            opened.interchange,
            tuple(opened.problems),
            tuple(opened.groups),
            opened.messages,
            claimed,
            tuple(opened.controls),
        )
