"""IDocs as a record format: files with any number of IDocs ⇄ one record for each.

Flat files and XML are both read, whatever the settings say; written is what they say. Each IDoc is
judged alone: one with errors has no record, its neighbours do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gateway.grammar.idoc import kinds
from gateway.grammar.idoc.check import check_idoc, check_values, rules
from gateway.grammar.idoc.control import Stamp, filled
from gateway.grammar.idoc.direct import DirectWriter
from gateway.grammar.idoc.flat import FlatCodec
from gateway.grammar.idoc.layout import CONTROL, root_layout
from gateway.grammar.idoc.model import IdocType
from gateway.grammar.idoc.records import RecordCodec
from gateway.grammar.idoc.settings import Settings
from gateway.grammar.idoc.tree import Idoc
from gateway.grammar.idoc.xml import XmlCodec
from gateway.grammar.layoutmodel import DocumentRead, FileLimits, LayoutReading, RecordLayout
from gateway.problems import Place, Problem, Severity, has_errors, problem
from gateway.syntax.idocflat import documents, joined, lines
from gateway.syntax.idocxml import read_xml
from gateway.syntax.record import Record

_LIMITS = FileLimits()
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_STEM = re.compile(r"(.+?)\d*")


class IdocFormat:
    """Files of one IDoc type: a :class:`~gateway.grammar.layoutmodel.RecordFormat`."""

    kind = "idoc"

    def __init__(self, name: str, found: IdocType, settings: Settings | None = None) -> None:
        self.name = name
        self.settings = settings or Settings()
        self.type = found
        self.flat = FlatCodec(found)
        self.xml = XmlCodec(self.flat)
        written = {**kinds.ZEROS, **self.settings.zeros}
        read = {**kinds.READ_ZEROS, **self.settings.zeros}
        self.records = RecordCodec(self.flat, read, written)
        self.direct: DirectWriter | None = None
        if self.settings.form != "xml":
            form, newline = self.settings.records, self.settings.newline
            self.direct = DirectWriter(self.flat, self.records, form, newline)
        self.root: RecordLayout = root_layout(self.flat)
        self._rules = {name: rules(slices) for name, slices in self.flat.slices.items()}
        self._rules[CONTROL] = rules(self.flat.control)
        self.stamp = Stamp()

    @property
    def suffix(self) -> str:
        """``idoc`` or ``xml``."""
        return "xml" if self.settings.form == "xml" else "idoc"

    def stamped(self, stamp: Stamp) -> IdocFormat:
        """The same format with numbers and times for the files it writes next."""
        made = object.__new__(IdocFormat)
        made.__dict__.update(self.__dict__)
        made.stamp = stamp
        return made

    # ------------------------------------------------------------------ reading

    def read(self, data: bytes, limits: FileLimits = _LIMITS) -> LayoutReading:
        """All IDocs of a file and all problems, F30x-F34x. Never raises."""
        if len(data) > limits.bytes:
            return _refused(
                problem("F307", what="bytes", most=limits.bytes, value=f"{len(data)} bytes")
            )
        start = data.removeprefix(_BOM).lstrip()[:1]
        if not data.strip(b"\r\n\t \x1a"):
            return _refused(problem("F306", Place(line=1)))
        if start == b"<" or data[:2] in _WIDE:
            return self._read_xml(data, limits)
        return self._read_flat(data, limits)

    def idocs(self, data: bytes) -> tuple[list[Idoc], list[Problem]]:
        """The trees of a file, which lose nothing, for people and for tests."""
        if data.removeprefix(_BOM).lstrip()[:1] == b"<":
            root, problems = read_xml(data)
            found = [self.xml.read(one) for one in root.kids] if root is not None else []
        else:
            text, problems = self._decoded(data)
            groups = documents(lines(text))
            found = [self.flat.read(group) for group in groups if group[0].control]
        return [one for one, _ in found], [*problems, *(p for _, told in found for p in told)]

    def _read_flat(self, data: bytes, limits: FileLimits) -> LayoutReading:
        text, problems = self._decoded(data)
        if problems:
            return LayoutReading((), tuple(problems))
        head = _BOM if data.startswith(_BOM) else b""
        found: list[DocumentRead] = []
        for group in documents(lines(text)):
            source = joined(group)
            first = group[0]
            if not first.control:
                if stray := next((one for one in group if one.text.strip()), None):
                    spot, value = Place(line=stray.line), stray.text[:30].rstrip()
                    problems.append(problem("F302", spot, line=stray.line, value=value))
                head += source.encode(self.settings.encoding)
                continue
            if len(found) >= limits.documents:
                return _refused(_too_many(first.line, limits))
            idoc, told = self.flat.read(group)
            raw = source.encode(self.settings.encoding)
            found.append(self._judged(idoc, told, raw, limits))
        return LayoutReading(tuple(found), tuple(problems), head)

    def _read_xml(self, data: bytes, limits: FileLimits) -> LayoutReading:
        root, problems = read_xml(data)
        if root is None:
            return LayoutReading((), tuple(problems))
        found: list[DocumentRead] = []
        for one in root.kids:
            if one.name != "IDOC":
                spot, value = Place(line=one.line), f"<{one.name[:40]}>"
                problems.append(
                    problem("F310", spot, line=one.line, value=value, expected="<IDOC>")
                )
                continue
            if len(found) >= limits.documents:
                return _refused(_too_many(one.line, limits))
            idoc, told = self.xml.read(one)
            found.append(self._judged(idoc, told, data[one.start : one.end], limits))
        if not found and not problems:
            problems = [problem("F306", Place(line=root.line))]
        head = data[: root.kids[0].start] if root.kids else b""
        return LayoutReading(tuple(found), tuple(problems), head)

    def _judged(
        self, idoc: Idoc, problems: list[Problem], source: bytes, limits: FileLimits
    ) -> DocumentRead:
        problems += self._type_problems(idoc)
        if not has_errors(problems):
            problems += check_idoc(idoc, self.flat.root, self._rules)
        record = None
        if not has_errors(problems):
            record, told = self.records.record(idoc)
            problems += told
        if has_errors(problems):
            record = None
        return DocumentRead(record, tuple(problems[: limits.problems]), source, idoc.line)

    def _type_problems(self, idoc: Idoc) -> Iterator[Problem]:
        """F328. Versions of one type (ORDERS04) differ in what is added at ends only."""
        ours = {self.type.name, self.settings.control.get("IDOCTYP", self.type.name)}
        told = {idoc.type, idoc.control.get("CIMTYP", "")} - {""}
        if ours & told or not told:
            return
        stems = {_stem(one) for one in ours} & {_stem(one) for one in told}
        yield problem(
            "F328", Place(line=idoc.line), severity=Severity.WARNING if stems else None,
            line=idoc.line, value=idoc.type, expected=self.type.name,
        )  # fmt: skip

    def _decoded(self, data: bytes) -> tuple[str, list[Problem]]:
        encoding = self.settings.encoding
        body = data.removeprefix(_BOM) if encoding == "utf-8" else data
        try:
            return body.decode(encoding), []
        except UnicodeDecodeError as wrong:
            before = body[: wrong.start]
            line = before.count(b"\n") + 1
            column = len(before) - (before.rfind(b"\n") + 1) + 1
            place = Place(line=line, column=column, offset=wrong.start)
            value = body[wrong.start : wrong.start + 1].hex().upper()
            return "", [
                problem("F301", place, line=line, column=column, value=value, encoding=encoding)
            ]

    def cut(self, data: bytes, reading: LayoutReading, ordinals: Sequence[int]) -> bytes | None:
        """A file with only these IDocs, in their own bytes."""
        if len(ordinals) == len(reading.found):
            return data
        kept = b"".join(reading.found[at].source for at in ordinals)
        last = reading.found[-1].source
        end = data.rfind(last) + len(last)
        return reading.head + kept + data[end:]

    # ------------------------------------------------------------------ writing

    def write(self, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
        """The file; with errors (F320-F343) there is none (empty bytes)."""
        made: list[Idoc] = []
        texts: list[str] = []
        problems: list[Problem] = []
        settings = self._control()
        for at, record in enumerate(records):
            if text := self._direct_text(record, settings, at):
                texts.append(text)
                continue
            idoc, told = self.records.idoc(record)
            idoc.control = filled(idoc.control, settings, self.stamp, at)
            problems += told
            problems += check_idoc(idoc, self.flat.root, self._rules)
            made.append(idoc)
            texts.append("" if has_errors(problems) else self._text(idoc))
        if has_errors(problems):
            return b"", problems
        data, told = self.encoded(made) if self.direct is None else self._bytes("".join(texts))
        return data, [*problems, *told]

    def _direct_text(self, record: Record, settings: Mapping[str, str], at: int) -> str:
        """The lines of an IDoc about which there is nothing to say; empty for another one."""
        if self.direct is None:
            return ""
        control = filled(self.records.control(record), settings, self.stamp, at)
        if any(check_values(CONTROL, control, self._rules[CONTROL], 0)):
            return ""
        text = self.direct.text(record, control)
        if text is None:
            return ""
        return f"{self.flat.control_line(Idoc(control))}{self.settings.newline}{text}"

    def _text(self, idoc: Idoc) -> str:
        settings = self.settings
        return (
            "" if self.direct is None else self.flat.write(idoc, settings.records, settings.newline)
        )

    def encoded(self, made: Sequence[Idoc]) -> tuple[bytes, list[Problem]]:
        """The bytes of trees, by the settings."""
        settings = self.settings
        if settings.form == "xml":
            root = settings.root or self._control()["IDOCTYP"]
            return self.xml.write(made, root, settings.newline).encode(), []
        lines = (self.flat.write(one, settings.records, settings.newline) for one in made)
        return self._bytes("".join(lines))

    def _bytes(self, text: str) -> tuple[bytes, list[Problem]]:
        encoding = self.settings.encoding
        try:
            return text.encode(encoding), []
        except UnicodeEncodeError as wrong:
            sign = text[wrong.start]
            reason = f"the sign {sign} (U+{ord(sign):04X}) is not in {encoding}"
            line = text.count("\n", 0, wrong.start) + 1
            where = f"line {line}, {text[: wrong.start].rpartition(chr(10))[2][:30].rstrip()}"
            return b"", [problem("F333", Place(line=line), where=where, value=sign, reason=reason)]

    def _control(self) -> dict[str, str]:
        """What settings and type say about every control record."""
        given = dict(self.settings.control)
        basic = given.setdefault("IDOCTYP", self.type.name)
        if basic != self.type.name:
            given.setdefault("CIMTYP", self.type.name)
        return given


def _stem(name: str) -> str:
    known = _STEM.fullmatch(name)
    return known[1] if known else name


def _too_many(line: int, limits: FileLimits) -> Problem:
    most = limits.documents
    return problem("F307", Place(line=line), what="IDocs", most=most, value=f"line {line}")


def _refused(found: Problem) -> LayoutReading:
    return LayoutReading((), (found,))
