"""IDoc XML: bytes ⇄ elements. Knows no segment.

Reading is by expat, without document types and entities, and within limits; it never raises.
SAP's form has no attributes but ``BEGIN="1"`` (IDOC) and ``SEGMENT="1"``, no mixed content and no
namespaces, so an element is a name, a text and the elements below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from gateway.problems import Place, Problem, problem

DEEPEST = 40
"""Elements within elements; the deepest IDoc type has 8."""
MOST = 1_000_000
"""Elements of a file; some 4,000 orders of ten lines have that many."""


@dataclass(slots=True)
class XmlElement:
    """One element."""

    name: str
    line: int
    start: int
    """Byte offset of its start tag."""
    end: int = 0
    """Byte offset after its end tag."""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    kids: list[XmlElement] = field(default_factory=list)


class _Refused(Exception):  # noqa: N818 (it never leaves the module)
    """What is no IDoc XML; ends the reading."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.found = found


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.open: list[XmlElement] = []
        self.texts: list[str] = []
        self.root: XmlElement | None = None
        self.count = 0
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.finish
        self.parser.CharacterDataHandler = self.texts.append
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parser = self.parser
        line = parser.CurrentLineNumber
        self.mixed(line)
        self.count += 1
        if self.count > MOST or len(self.open) >= DEEPEST:
            deep = self.count <= MOST
            what, most = ("nested elements", DEEPEST) if deep else ("elements", MOST)
            value = f"line {line}"
            raise _Refused(problem("F307", Place(line=line), what=what, most=most, value=value))
        made = XmlElement(name, line, parser.CurrentByteIndex, attributes=attributes)
        if self.open:
            self.open[-1].kids.append(made)
        else:
            self.root = made
        self.open.append(made)

    def finish(self, name: str) -> None:
        done = self.open.pop()
        done.end = self.parser.CurrentByteIndex
        if done.kids:
            self.mixed(self.parser.CurrentLineNumber)
        else:
            done.text = "".join(self.texts)
        self.texts.clear()

    def mixed(self, line: int) -> None:
        """A text between elements may only be blank."""
        held = "".join(self.texts).strip()
        self.texts.clear()
        if held:
            raise _Refused(
                problem(
                    "F310", Place(line=line), line=line, value=f"the text {held[:40]}",
                    expected="a segment or field",
                )
            )  # fmt: skip

    def doctype(self, name: str, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        found = problem("F309", Place(line=line), line=line, value=f"<!DOCTYPE {name[:30]}>")
        raise _Refused(found)


def read_xml(data: bytes) -> tuple[XmlElement | None, list[Problem]]:
    """The root element, or what keeps the bytes from being IDoc XML (F307-F310)."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except _Refused as wrong:
        return None, [wrong.found]
    except expat.ExpatError as wrong:
        line, column = wrong.lineno, wrong.offset + 1
        reason = expat.errors.messages.get(wrong.code, "not well-formed")
        place = Place(line=line, column=column)
        return None, [problem("F308", place, line=line, column=column, reason=reason)]
    except (LookupError, ValueError) as wrong:
        reason = f"unknown encoding ({type(wrong).__name__})"
        return None, [problem("F308", Place(line=1), line=1, column=1, reason=reason)]
    if reader.root is not None:
        _ends(reader.root, data)
    return reader.root, []


def _ends(root: XmlElement, data: bytes) -> None:
    """Expat tells where an end tag starts; the IDocs below the root need where it ends."""
    for one in root.kids:
        closed = data.find(b">", one.end)
        one.end = closed + 1 if closed >= 0 else len(data)


def open_tag(name: str, attributes: str = "") -> str:
    """``<E1EDK01 SEGMENT="1">``."""
    return f"<{name}{attributes}>"


def fields_text(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of the fields of a segment."""
    for name, value in fields:
        yield f"<{name}>{escape(value)}</{name}>"
