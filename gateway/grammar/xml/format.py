"""A vocabulary as a record format: reads and writes the files of one document."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.layoutmodel import FileLimits, LayoutReading, RecordLayout
from gateway.grammar.xml.model import Vocabulary
from gateway.grammar.xml.read import read
from gateway.grammar.xml.shape import Shapes
from gateway.grammar.xml.write import write
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record
from gateway.syntax.xmlevents import XmlLimits

_LIMITS = FileLimits()
_XML_LIMITS = XmlLimits()


class XmlFormat:
    """A record format. See :mod:`gateway.grammar.xml.text` for its grammar."""

    kind = "xml"
    suffix = "xml"

    def __init__(self, vocabulary: Vocabulary, limits: XmlLimits = _XML_LIMITS) -> None:
        self.vocabulary = vocabulary
        self.limits = limits
        self.shapes = Shapes(vocabulary)
        self.root: RecordLayout = self.shapes.layout(vocabulary.root)

    @property
    def name(self) -> str:
        """``ubl-2.1/Order``."""
        return self.vocabulary.name

    def read(self, data: bytes, limits: FileLimits = _LIMITS) -> LayoutReading:
        """All documents of a file and all problems, F201-F216. Never raises."""
        if len(data) > limits.bytes:
            found = problem("F203", Place(line=1), what="bytes", most=limits.bytes, line=1)
            return LayoutReading((), (found,))
        if not data.strip():
            return LayoutReading((), (problem("F117", Place(line=1), line=1),))
        return read(self.shapes, data, limits, self.limits)

    def write(self, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
        """The file; with errors (F205-F221) there is none (empty bytes)."""
        return write(self.shapes, records)

    def cut(self, data: bytes, reading: LayoutReading, ordinals: Sequence[int]) -> bytes | None:
        """A file with only these of the documents, in their own bytes; ``None``: impossible."""
        if len(ordinals) == len(reading.found):
            return data
        chosen = [reading.found[one].source for one in ordinals]
        first, last = reading.found[0].source, reading.found[-1].source
        start, end = data.find(first), data.rfind(last)
        if not self.vocabulary.wrappers or start < 0:
            return None
        return data[:start] + b"\n".join(chosen) + data[end + len(last) :]
