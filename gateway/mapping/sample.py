"""A sample through its map: the document it becomes, and what is written from that.

Everything that a run would tell is kept, each finding with the step that told it, so that a golden
file shows at once what a change of a map changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.documents import Document, build, check
from gateway.grammar import Tree, read, read_segments
from gateway.grammar.guide import Guide, read_with_guide
from gateway.mapping.compiled import CompiledMap
from gateway.mapping.share import Share, share
from gateway.problems import Problem, has_errors
from gateway.syntax import Part, elements, write_segments
from gateway.syntax import build as segment
from gateway.syntax.record import Record


@dataclass
class Outcome:
    """What became of one message or record. Empty where problems kept it from being made."""

    canonical: str = ""
    """The document as JSON."""
    back: bytes = b""
    """Written again in the format it came in."""
    erp: bytes = b""
    """Written in the format of the ERP, if a map to it was given."""
    sent: bytes = b""
    """Of a file of the ERP: the body of the message that a partner gets."""
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    """(step, finding)."""
    share: Share = field(default_factory=Share)
    """How much of it was read."""

    def listed(self) -> str:
        """All problems, one a line, after the step that found them."""
        return "".join(f"{step}: {found}\n" for step, found in self.problems)

    def tell(self, step: str, problems: Any) -> None:
        """Keep what a step found."""
        self.problems += [(step, one) for one in problems]


def message_outcome(
    compiled: CompiledMap,
    part: Part,
    *,
    guide: Guide | None = None,
    erp: CompiledMap | None = None,
) -> Outcome:
    """One message of a partner, there and back, and to the ERP."""
    assert compiled.grammar is not None
    outcome = Outcome()
    reading = read(part, compiled.grammar) if guide is None else read_with_guide(part, guide)
    outcome.tell("grammar", reading.problems)
    if reading.tree is None:
        return outcome
    document = _document(compiled, reading.tree, outcome)
    if document is None:
        return outcome
    body, problems = compiled.write(document)
    outcome.tell("write", problems)
    if not has_errors(problems):
        assert isinstance(body, list)
        _back(compiled, part, body, outcome)
    if erp is not None:
        outcome.erp = _file(erp, document, "erp", outcome)
    return outcome


def record_outcome(compiled: CompiledMap, record: Record) -> Outcome:
    """One document of a file of the ERP, there and back."""
    outcome = Outcome()
    document = _document(compiled, record, outcome)
    if document is not None:
        outcome.back = _file(compiled, document, "write", outcome)
    return outcome


def _document(compiled: CompiledMap, source: Tree | Record, outcome: Outcome) -> Document | None:
    fields, problems = compiled.read(source)
    outcome.tell("read", problems)
    outcome.tell("unread", compiled.unread(source))
    outcome.share = share(compiled, source)
    document, problems = build(compiled.document, fields)
    outcome.tell("document", problems)
    if document is None:
        return None
    outcome.canonical = document.to_json()
    outcome.tell("check", check(document))
    outcome.tell("unwritten", compiled.unwritten(document))
    return document


def _back(compiled: CompiledMap, part: Part, body: list[str], outcome: Outcome) -> None:
    """The body in the envelope that the message came in, read again by its grammar."""
    assert compiled.grammar is not None and part.dialect is not None
    last = elements(part.segments[-1])
    trailer = segment(last[0][0][0], str(len(body) + 2), last[2][0][0])
    message = [part.segments[0], *body, trailer]
    outcome.tell("back", read_segments(message, compiled.grammar).problems)
    outcome.back, problems = write_segments(message, part.dialect, line_breaks=True)
    outcome.tell("wire", problems)


def _file(compiled: CompiledMap, document: Document, step: str, outcome: Outcome) -> bytes:
    record, problems = compiled.write(document)
    outcome.tell(step, problems)
    if has_errors(problems):
        return b""
    data: bytes
    data, problems = compiled.layout.write([record])
    outcome.tell(step, problems)
    if step == "erp":
        outcome.tell(step, compiled.unwritten(document))
    return data
