"""A record format: a layout that reads and writes files. See :mod:`gateway.grammar.layout`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.grammar import layoutcsv, layoutjson
from gateway.grammar.layoutmodel import FileLimits, LayoutReading, RecordLayout, check_record
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax.csvrecords import Delimited
from gateway.syntax.record import Record

_LIMITS = FileLimits()


@dataclass(frozen=True, slots=True)
class Layout:
    """A record format."""

    kind: str
    """``csv`` or ``json``."""
    name: str
    root: RecordLayout
    encoding: str = "utf-8"
    form: Delimited = field(default_factory=Delimited)
    """Of CSV files."""
    wrap: bool = False
    """JSON: whether a single document is written as a list of one."""

    def read(self, data: bytes, limits: FileLimits = _LIMITS) -> LayoutReading:
        """All documents of a file and all problems, F101-F119. Never raises."""
        if len(data) > limits.bytes:
            most = f"{limits.bytes} bytes"
            found = problem("F116", what="bytes", most=most, value=f"{len(data)} bytes")
            return LayoutReading((), (found,))
        text, problems = self._decoded(data)
        if problems:
            return LayoutReading((), tuple(problems))
        if not text.strip():
            return LayoutReading((), (problem("F117", Place(line=1), line=1),))
        if self.kind == "csv":
            return layoutcsv.read(self.root, self.form, text, self.encoding, limits)
        return layoutjson.read(self.root, text, self.encoding, limits)

    def write(self, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
        """The file; with errors (F105-F120) there is none (empty bytes)."""
        problems = [one for record in records for one in check_record(record, self.root)]
        if has_errors(problems):
            return b"", problems
        if self.kind == "csv":
            text = layoutcsv.write(self.root, self.form, records)
        else:
            text = layoutjson.write(self.root, records, self.wrap)
        try:
            return text.encode(self.encoding), problems
        except UnicodeEncodeError as wrong:
            sign = text[wrong.start]
            value = f"{sign} (U+{ord(sign):04X})"
            return b"", [*problems, problem("F120", value=value, encoding=self.encoding)]

    def _decoded(self, data: bytes) -> tuple[str, list[Problem]]:
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return data.decode(self.encoding), []
        except UnicodeDecodeError as wrong:
            before = data[: wrong.start]
            line = before.count(b"\n") + 1
            column = len(before) - (before.rfind(b"\n") + 1) + 1
            place = Place(line=line, column=column, offset=wrong.start)
            value = data[wrong.start : wrong.start + 1].hex().upper()
            return "", [
                problem(
                    "F101", place, line=line, column=column, value=value, encoding=self.encoding
                )
            ]
