"""What must hold for any bytes. Each target takes bytes and raises ``AssertionError``, or nothing.

Both engines use them: Hypothesis in the tests, atheris (libFuzzer) by ``python -m tests.fuzz``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache

from gateway.grammar import Leniency, Library, compiled, read, read_segments
from gateway.grammar.acknowledge import (
    AckRules,
    InterchangeVerdict,
    MessageVerdict,
    Numbers,
    acknowledge,
    conclude,
    judge,
    needs_answer,
    reconcile,
)
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    walk,
)
from gateway.grammar.model import MessageGrammar
from gateway.grammar.read import accepted, explain
from gateway.problems import Problem, errors, has_errors
from gateway.syntax import (
    EDIFACT_3,
    EDIFACT_4,
    X12_00501,
    Dialect,
    Kind,
    Limits,
    Part,
    detect,
    locate,
    read_bytes,
    spans,
    write_segments,
)
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST, TERMINATOR
from gateway.syntax.source import Source
from gateway.syntax.stream import Reader

Target = Callable[[bytes], None]
AT = datetime(2026, 1, 2, 10, 15, tzinfo=UTC)
TIGHT = Limits(segment_bytes=60, message_bytes=400, segments_per_message=8)
_RULES = (
    AckRules(syntax="contrl", every=True),
    AckRules(syntax="contrl", version="4", charset="UNOC"),
    AckRules(syntax="997", warnings=True, ta1="always"),
    AckRules(syntax="999", warnings=True),
    AckRules(syntax="ta1"),
)
_LONGEST = 600
"""Byte by byte is only for inputs up to here: a fuzzer likes short ones anyway."""


@cache
def library() -> Library:
    return Library()


def grammar_of(found: MessageFound) -> MessageGrammar | None:
    header = found.header
    return library().message(header.standard, header.directory, header.type)


def syntax(data: bytes) -> None:
    """Parts tile the input, however it comes and whichever way reads it; problems have places."""
    detect(data[:200])
    for limits in (Limits(), TIGHT):
        whole = read_bytes(data, limits=limits)
        assert b"".join(part.raw for part in whole) == data
        assert all(part.raw for part in whole)
        assert _parts(data, limits, fast=False) == whole
        if len(data) <= _LONGEST:
            assert _parts(data, limits, block=1) == whole
        for part in whole:
            _placed(part)


def _parts(data: bytes, limits: Limits, *, block: int = 1 << 16, fast: bool = True) -> list[Part]:
    chunks = (data[at : at + block] for at in range(0, len(data), block))
    return list(Reader(Source(chunks, block), limits, None, fast=fast).parts())


def _placed(part: Part) -> None:
    end = part.offset + len(part.raw)
    if part.kind is Kind.JUNK:
        assert has_errors(part.problems)
    for found in part.problems:
        assert found.sentence and found.remedy and found.sentence != "?"
        assert found.place.offset is not None and part.offset <= found.place.offset <= end
    cut = spans(part)
    assert [span.text for span in cut] == list(part.segments)
    for number in range(1, min(len(cut), 3) + 1):
        for spot in ((), (1,), (2, 2), (1, 1, 2)):
            offset, width = locate(part, number, *spot)
            assert part.offset <= offset <= end and width >= 1


def envelope(data: bytes) -> None:
    """Every interchange that begins ends; messages are counted; problems stand in the file."""
    open_ = 0
    messages = 0
    for event in walk(read_bytes(data), library().service):
        if isinstance(event, InterchangeStart):
            assert not open_
            open_, messages = 1, 0
        elif isinstance(event, MessageFound):
            assert open_
            messages += 1
            assert event.header.index == messages
            _in_file(event.problems, data)
        elif isinstance(event, InterchangeEnd):
            assert open_
            open_ = 0
            assert event.messages == messages
            assert sum(one.counted for one in event.groups) <= messages
            _in_file(event.problems, data)
            for group in event.groups:
                _in_file(group.problems, data)
    assert not open_


def _in_file(problems: tuple[Problem, ...], data: bytes) -> None:
    for found in problems:
        assert found.sentence and found.remedy
        assert found.place.offset is not None and 0 <= found.place.offset <= len(data)


def grammar(data: bytes) -> None:
    """Reading with the grammar: both ways agree, nothing accepted has an error, places are true."""
    for event in walk(read_bytes(data), library().service):
        if not isinstance(event, MessageFound):
            continue
        known = grammar_of(event)
        if known is None:
            continue
        reading = read(event.part, known)
        start, end = event.part.offset, event.part.offset + len(event.part.raw)
        for found in reading.problems:
            assert found.sentence and found.remedy
            offset = found.place.offset
            assert offset is not None and start <= offset <= end
            assert found.place.segment is not None
            assert 1 <= found.place.segment <= len(event.part.segments) + 1
        table = compiled(known)
        if table.accept(event.part.segments) is not None:
            assert accepted(explain(event.part.segments, table, every=True))
        if reading.tree is None:
            assert has_errors(read_segments(event.part.segments, known).problems)


def verdicts(data: bytes) -> Iterator[InterchangeVerdict]:
    """What the pipeline does: frames, grammars, verdicts; answers are not answered."""
    found: list[MessageVerdict] = []
    for event in walk(read_bytes(data), library().service):
        if isinstance(event, MessageFound):
            if needs_answer(event.header.type):
                known = grammar_of(event)
                found.append(judge(event, read(event.part, known).problems if known else ()))
        elif isinstance(event, InterchangeEnd):
            yield conclude(event, found)
            found = []


def answers(data: bytes) -> None:
    """Acknowledgements: the same again, can be written, read clean, and refuse what is wrong."""
    for verdict in verdicts(data):
        for rules in _RULES:
            numbers = Numbers(interchange="12", group="3")
            made = acknowledge(verdict, rules, numbers, AT)
            again = acknowledge(verdict, rules, numbers, AT)
            assert (made is None) == (again is None)
            if made is None or again is None:
                continue
            assert made.segments == again.segments
            dialect = made.outgoing.dialect
            wire, problems = write_segments(made.segments, dialect)
            assert not problems, [str(one) for one in problems]
            for body in made.messages:
                _reads_clean(list(body), _release(made.segments))
            _reads_back(wire, made.messages, dialect)


def _release(segments: Sequence[str]) -> str:
    """GS08 of an answer."""
    header = next((one for one in segments if one.startswith(f"GS{ELEMENT}")), "")
    return header.rpartition(ELEMENT)[2][:6]


def _reads_clean(body: list[str], release: str) -> None:
    """Errors that our own grammar finds; codes that are copies may be wrong as the partner has."""
    _, second, kind, *_ = [*body[0].split(ELEMENT), "", ""]
    if body[0].startswith("UNH"):
        directory = "".join(kind.split(COMPONENT)[1:3])
        known = library().message("edifact", directory, "CONTRL")
    else:
        known = library().message("x12", release, second)
    if known is not None:
        found = errors(read_segments(body, known, leniency=Leniency(unknown_codes="warn")).problems)
        assert not found, [str(one) for one in found]


def _reads_back(wire: bytes, bodies: object, dialect: Dialect) -> None:
    default = EDIFACT_4 if dialect.version == "4" else EDIFACT_3
    if dialect.standard == "edifact" and dialect.delimiters != default:
        return  # would need UNA, which the channel writes
    parts = read_bytes(wire, codec=dialect.codec)
    messages = [list(part.segments) for part in parts if part.kind is Kind.MESSAGE]
    assert messages == [list(body) for body in bodies]  # type: ignore[attr-defined]


def reconciled(data: bytes) -> None:
    """An answer of any content is read, and says something or nothing."""
    text = data.decode("utf-8", "replace").replace("+", ELEMENT).replace(":", COMPONENT)
    reconcile(text.split("'"))
    for part in read_bytes(data):
        reconcile(part.segments)


_WRITTEN = (
    Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC"),
    Dialect("edifact", "4", EDIFACT_4, "utf-8", "UNOW"),
    Dialect("x12", "00501", X12_00501, "utf-8"),
)


def written(data: bytes) -> None:
    """What can be written without a problem is read back as it was; the rest is told."""
    text = data.decode("utf-8", "replace").replace(TERMINATOR, "").replace(LOST, "")
    for dialect in _WRITTEN:
        first, last = ("UNH", "UNT") if dialect.standard == "edifact" else ("ST", "SE")
        body = [one for one in text.split("\n") if one[:3].isalnum() and one[:3].isupper()]
        inner = [one for one in body if one[:3] not in _FRAME and one[:2] not in _FRAME]
        segments = [f"{first}{ELEMENT}1", *inner, f"{last}{ELEMENT}1"]
        wire, problems = write_segments(segments, dialect)
        if problems:
            continue
        parts = read_bytes(_header(dialect) + wire)
        found = next(part for part in parts if part.kind is Kind.MESSAGE)
        assert list(found.segments) == segments
        assert found.raw == wire


_EDIFACT = ("UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ")
_X12 = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "TA3", "ISB", "ISE")
_FRAME = frozenset((*_EDIFACT, *_X12))


def _header(dialect: Dialect) -> bytes:
    if dialect.standard == "edifact":
        return f"UNB+{dialect.level}:{dialect.version}+A+B+260101:0000+1'".encode()
    isa = "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
    return f"{isa}*260101*0000*^*00501*000000001*0*P*>~GS*PO~".encode()


TARGETS: dict[str, Target] = {
    "syntax": syntax,
    "envelope": envelope,
    "grammar": grammar,
    "acknowledge": answers,
    "reconcile": reconciled,
    "write": written,
}
