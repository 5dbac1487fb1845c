"""A record format: a layout that reads and writes files. See :mod:`gateway.grammar.layout`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.grammar import layoutcsv, layoutflat, layoutjson, layoutxlsx
from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import DocumentRead, FileLimits, LayoutReading, RecordLayout
from gateway.grammar.layoutrows import Head
from gateway.grammar.layouttotals import FileTotals
from gateway.grammar.layoutwrite import Writer, footer_texts, needs_sums
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax.record import Record

_LIMITS = FileLimits()
_UTF8_MARK = b"\xef\xbb\xbf"
_MARKS = {"utf-8-bom": ("utf-8", _UTF8_MARK), "utf-16": ("utf-16-le", b"\xff\xfe")}
"""Encodings with a mark at the start of the file: how the rest is encoded, and the mark."""
Found: TypeAlias = "DocumentRead | Problem | Head"
_READERS = {"csv": layoutcsv.read, "flat": layoutflat.read, "json": layoutjson.read}
_WRITERS = {"csv": layoutcsv.write, "flat": layoutflat.write, "json": layoutjson.write}
_SUFFIXES = {"flat": "txt"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A record format."""

    kind: str
    """``csv``, ``flat``, ``json`` or ``xlsx``."""
    name: str
    root: RecordLayout
    encoding: str = "utf-8"
    """A Python codec, or ``utf-8-bom``."""
    form: FileForm = field(default_factory=FileForm)

    @property
    def suffix(self) -> str:
        """``csv``, ``txt``, ``json`` or ``xlsx``."""
        return _SUFFIXES.get(self.kind, self.kind)

    def read(self, data: bytes, limits: FileLimits = _LIMITS) -> LayoutReading:
        """All documents of a file and all problems, F101-F149. Never raises."""
        found: list[DocumentRead] = []
        stray: list[Problem] = []
        head = b""
        for one in self.stream(data, limits):
            if isinstance(one, DocumentRead):
                found.append(one)
            elif isinstance(one, Head):
                head = one.data
            else:
                stray.append(one)
        if self.kind == "json" and any(one.code in ("F112", "F113") for one in stray):
            found = []  # what stands before a fault may be half of something
        return LayoutReading(tuple(found), tuple(stray), head)

    def stream(self, data: bytes, limits: FileLimits = _LIMITS) -> Iterator[Found]:
        """The same one by one, in the order of the file: only one document is in memory.

        A problem that comes on its own belongs to no document, and may come after documents (the
        footer has another count): who acts on documents at once must be able to take that back.
        """
        if len(data) > limits.bytes:
            most = f"{limits.bytes} bytes"
            yield problem("F116", what="bytes", most=most, value=f"{len(data)} bytes")
            return
        nothing = True
        for one in self._found(data, limits):
            nothing = nothing and isinstance(one, Head)
            yield one
        if nothing:
            yield problem("F117", Place(line=1), line=1)

    def _found(self, data: bytes, limits: FileLimits) -> Iterator[Found]:
        if self.kind == "xlsx":
            yield from layoutxlsx.read(self.root, self.form, data, limits)
            return
        text, problems = self._decoded(data)
        yield from problems
        if not problems and text.strip():
            codec = _MARKS.get(self.encoding, (self.encoding, b""))[0]
            yield from _READERS[self.kind](self.root, self.form, text, codec, limits)

    def write(self, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
        """The file; with errors (F105-F149) there is none (empty bytes)."""
        if self.kind == "xlsx":
            return layoutxlsx.write(self.root, self.form, records)
        text, problems = _WRITERS[self.kind](self.root, self.form, records)
        if has_errors(problems):
            return b"", problems
        codec, mark = _MARKS.get(self.encoding, (self.encoding, b""))
        try:
            return mark + text.encode(codec), problems
        except UnicodeEncodeError as wrong:
            sign = text[wrong.start]
            value = f"{sign} (U+{ord(sign):04X})"
            return b"", [*problems, problem("F120", value=value, encoding=self.encoding)]

    def cut(self, data: bytes, reading: LayoutReading, ordinals: Sequence[int]) -> bytes | None:
        """A file of only these documents of the reading, byte for byte as they were.

        A footer that counts is made anew; one that sums cannot be, as the documents may be
        unreadable: ``None``, as for Excel files.
        """
        if len(ordinals) == len(reading.found) and not reading.file_problems:
            return data
        sources = [reading.found[each].source for each in ordinals]
        codec, mark = _MARKS.get(self.encoding, (self.encoding, b""))
        if self.kind == "json":
            return mark + layoutjson.joined(sources, self.form, codec)
        newline = self.form.delimited.newline.encode(codec)
        foot = self._foot(sources, reading, codec)
        if self.kind == "xlsx" or foot is None:
            return None
        ended = [one if one.endswith(newline[-1:]) else one + newline for one in sources]
        return mark + reading.head + b"".join(ended) + foot

    def _foot(self, sources: Sequence[bytes], reading: LayoutReading, codec: str) -> bytes | None:
        footer = self.form.file_footer
        if footer is None:
            return b""
        if needs_sums(footer, self.root):
            return None
        totals = FileTotals(self.root, footer, documents=len(sources))
        lines = (b"".join([reading.head, *sources])).decode(codec).splitlines()
        totals.rows = sum(1 for line in lines if line.strip()) + 1
        texts = footer_texts(footer, totals.values(), Writer())
        row_text = layoutcsv.row_text if self.kind == "csv" else layoutflat.row_text
        return row_text(footer, texts, self.form).encode(codec)

    def _decoded(self, data: bytes) -> tuple[str, list[Problem]]:
        codec, mark = _MARKS.get(self.encoding, (self.encoding, b""))
        if codec == "utf-16-le" and data.startswith(b"\xfe\xff"):
            codec, mark = "utf-16-be", b"\xfe\xff"
        if codec == "utf-8" or (data.startswith(_UTF8_MARK) and data[3:].isascii()):
            mark = _UTF8_MARK
        elif data.startswith(_UTF8_MARK):
            place = Place(line=1, column=1, offset=0)
            return "", [
                problem("F101", place, line=1, column=1, value="EFBBBF", encoding=self.encoding)
            ]
        rest = data.removeprefix(mark)
        try:
            return rest.decode(codec), []
        except UnicodeDecodeError as wrong:
            before = rest[: wrong.start].decode(codec, "replace")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            place = Place(line=line, column=column, offset=wrong.start + len(data) - len(rest))
            value = rest[wrong.start : wrong.start + 1].hex().upper()
            return "", [
                problem(
                    "F101", place, line=line, column=column, value=value, encoding=self.encoding
                )
            ]
