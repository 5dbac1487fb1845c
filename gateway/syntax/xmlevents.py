"""XML as events: bytes → start, text and end of elements, with limits against hostile files.

No document type, no entities but the five of XML, no network: a file that declares a DOCTYPE is
refused where it does so. Names are ``namespace local`` with one blank between, or the local name
alone where there is no namespace. The charset is the one of the BOM or of the XML declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from gateway.problems import Place, Problem, problem

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What one file may hold; protects memory and time, not business."""

    depth: int = 100
    elements: int = 5_000_000
    attributes: int = 64
    """Of one element."""
    attribute: int = 65_536
    """Characters of one attribute."""
    text: int = 48_000_000
    """Characters of one element (a document that is carried inside is text); the events look."""


class Events(Protocol):
    """What takes the events. :class:`Position` says where they are."""

    open: int
    """How many elements are open; counted by ``start`` and ``end``."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """The element that began last ends."""

    def text(self, data: str) -> None:
        """Characters; may come in several pieces."""


class Stop(Exception):  # noqa: N818 (carries a problem; never leaves the floor)
    """Reading cannot go on; carries the problem."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


class Position:
    """Where the parser is."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self._parser.CurrentLineNumber

    @property
    def column(self) -> int:
        """Column, from 1."""
        return self._parser.CurrentColumnNumber + 1

    @property
    def offset(self) -> int:
        """Byte where the event begins, from 0."""
        return self._parser.CurrentByteIndex


def make_parser() -> tuple[expat.XMLParserType, Position]:
    """A parser that takes no document type, and where it stands."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    position = Position(parser)

    def doctype(name: str, *_: object) -> None:
        raise Stop(_at(position, "F202", value=f"DOCTYPE {name[:_SHOWN]}"))

    parser.StartDoctypeDeclHandler = doctype
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser, position


def parse(
    data: bytes,
    events: Events,
    parser: expat.XMLParserType,
    position: Position,
    limits: XmlLimits,
) -> Problem | None:
    """Send all events of a file; the problem that ends reading too early (F201-F203), if any."""
    _watch(parser, position, events, limits)
    try:
        parser.Parse(data, True)
    except Stop as stop:
        return stop.problem
    except expat.ExpatError as wrong:
        return _malformed(wrong)
    except (LookupError, ValueError) as wrong:
        # the charset of the declaration is none, or one that expat cannot be taught
        return problem("F201", Place(line=1, column=1), line=1, column=1, reason=str(wrong))
    return None


def _watch(
    parser: expat.XMLParserType, position: Position, events: Events, limits: XmlLimits
) -> None:
    elements = 0
    on_start, most_depth, most_elements = events.start, limits.depth, limits.elements

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if events.open >= most_depth:
            raise Stop(_at(position, "F203", what="levels", most=most_depth))
        if elements > most_elements:
            raise Stop(_at(position, "F203", what="elements", most=most_elements))
        if attributes:
            if len(attributes) > limits.attributes:
                raise Stop(_at(position, "F203", what="attributes", most=limits.attributes))
            if any(len(value) > limits.attribute for value in attributes.values()):
                what = "characters of an attribute"
                raise Stop(_at(position, "F203", what=what, most=limits.attribute))
        on_start(name, attributes)

    parser.StartElementHandler = start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text


def _at(position: Position, code: str, **facts: object) -> Problem:
    place = Place(line=position.line, column=position.column)
    return problem(code, place, severity=None, line=position.line, **facts)


def _malformed(wrong: expat.ExpatError) -> Problem:
    line, column = wrong.lineno, wrong.offset + 1
    reason = expat.ErrorString(wrong.code) or "not well-formed"
    place = Place(line=line, column=column)
    return problem("F201", place, line=line, column=column, reason=reason)
