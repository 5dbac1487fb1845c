"""From message bodies to the bytes of an interchange, and the last look before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.models import Agreement, EdifactSyntax, Partner, X12Syntax
from gateway.config.models import Identity as Configured
from gateway.grammar import STRICT, Leniency, Library, read
from gateway.grammar.acknowledge import needs_answer
from gateway.grammar.envelope import (
    Identity,
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Outgoing,
    Stray,
    walk,
    wrap,
)
from gateway.grammar.guide import Envelope, Guide, check_envelope, read_with_guide
from gateway.problems import Problem, errors
from gateway.store import numbers
from gateway.syntax import Dialect, read_bytes, service_string_advice, write_segments
from gateway.syntax.charset import LEVELS, X12_CODEC
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4, Delimiters

EXTENSION = {"edifact": "edi", "x12": "x12"}
_WIDTH = 9
LEVELS_OF = {"edifact": ("interchange",), "x12": ("interchange", "group")}
"""What is numbered, by syntax; messages count from 1 in each interchange."""
ANSWERS = "answer-"
"""Begins the level of a counter that acknowledgements have for themselves."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Control numbers of one interchange; its messages count from 1."""

    interchange: str
    group: str


@dataclass(frozen=True, slots=True)
class Built:
    """An interchange ready to leave; empty with errors when it cannot be written."""

    data: bytes
    problems: tuple[Problem, ...]
    sender: str
    receiver: str
    references: tuple[str, ...]
    """Of the messages, in order."""


def draw(
    connection: Connection,
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    at: datetime,
) -> Numbers:
    """Control numbers for an interchange of an agreement, in the transaction that stores it."""
    standard, test = agreement.standard.syntax, agreement.mode == "test"
    ours = str(workspace.own.identities.of(standard))
    theirs = str(partner.identities.of(standard))
    return draw_for(connection, standard, ours, theirs, test, at)


def draw_for(
    connection: Connection,
    standard: str,
    ours: str,
    theirs: str,
    test: bool,
    at: datetime,
    *,
    answers: bool = False,
) -> Numbers:
    """One counter per pair of identities, standard, level, live or test.

    ``answers``: from the range that acknowledgements have for themselves.
    """
    interchange, *groups = scopes(standard, ours, theirs, test, answers=answers)
    drawn = numbers.draw(connection, interchange, at)
    group = "".join(str(numbers.draw(connection, scope, at)) for scope in groups)
    return Numbers(f"{drawn:0{_WIDTH}}", group)


def scopes(
    standard: str, ours: str, theirs: str, test: bool, *, answers: bool = False
) -> list[str]:
    """Names of the counters for what goes from us to a partner: interchanges, X12 groups."""
    scope = f"{standard} {ours} > {theirs} {'test' if test else 'live'}"
    return [f"{scope} {ANSWERS if answers else ''}{level}" for level in LEVELS_OF[standard]]


def compose(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    bodies: Sequence[Sequence[str]],
    drawn: Numbers,
    at: datetime,
    *,
    message: str = "",
    test: bool | None = None,
) -> Built:
    """The interchange of some bodies (without UNH or ST) for a partner.

    ``message`` and ``test``, where they are not those of the agreement: an answer's.
    """
    standard = agreement.standard
    test = agreement.mode == "test" if test is None else test
    own = workspace.own.identities.of(standard.syntax)
    theirs = partner.identities.of(standard.syntax)
    if own is None or theirs is None:
        raise ValueError(f"{partner.partner} or we have no {standard.syntax} identity")
    width = 4 if standard.syntax == "x12" else 1
    references = tuple(f"{n:0{width}}" for n in range(1, len(bodies) + 1))
    syntax = partner.syntax.edifact if standard.syntax == "edifact" else partner.syntax.x12
    outgoing = Outgoing(
        dialect=dialect_of(syntax),
        sender=_identity(own, test),
        receiver=_identity(theirs, test),
        reference=drawn.interchange,
        at=at,
        type=message or agreement.message,
        directory=standard.directory,
        association=standard.association,
        references=references,
        test=_test(syntax, test),
        ack_requested=syntax.ask_ack,
        application_reference=getattr(syntax, "application_reference", ""),
        group_reference=drawn.group,
        group_sender=own.group or "",
        group_receiver=theirs.group or "",
    )
    data, found = written(wrap(bodies, outgoing), outgoing, syntax)
    return Built(data, tuple(found), str(outgoing.sender), str(outgoing.receiver), references)


def written(
    segments: Sequence[str], outgoing: Outgoing, syntax: EdifactSyntax | X12Syntax
) -> tuple[bytes, list[Problem]]:
    """Segments as bytes, with UNA where it is agreed or needed."""
    dialect = outgoing.dialect
    data, found = write_segments(segments, dialect, line_breaks=syntax.line_breaks)
    if not data or dialect.standard != "edifact":
        return data, found
    return _advice(dialect, syntax) + data, found


def dialect_of(syntax: EdifactSyntax | X12Syntax) -> Dialect:
    """How a partner wants to be written to."""
    signs = syntax.delimiters
    if isinstance(syntax, EdifactSyntax):
        level, version = syntax.version.level, syntax.version.version
        repetition = EDIFACT_4.repetition if version >= "4" else ""
        delimiters = Delimiters(
            signs.component,
            signs.element,
            signs.decimal,  # type: ignore[union-attr]
            signs.release,  # type: ignore[union-attr]
            repetition,
            signs.terminator,
        )
        codec = syntax.codec or LEVELS.get(level, "iso8859-1")
        return Dialect("edifact", version, delimiters, codec, level)
    repetition = signs.repetition if syntax.version >= "00402" else ""  # type: ignore[union-attr]
    delimiters = Delimiters(signs.component, signs.element, ".", "", repetition, signs.terminator)
    return Dialect("x12", syntax.version, delimiters, syntax.codec or X12_CODEC)


def recheck(library: Library, data: bytes, guide: Guide | None = None) -> list[Problem]:
    """Errors that our own grammar, and the partner's guide, find in what is about to leave."""
    found: list[Problem] = []
    header = ""
    for item in walk(read_bytes(data), library.service):
        if isinstance(item, Stray):
            found += item.part.problems
        elif isinstance(item, InterchangeStart):
            header = item.interchange.header
        elif isinstance(item, InterchangeEnd):
            found += item.problems
            found += [each for group in item.groups for each in group.problems]
        elif isinstance(item, MessageFound):
            found += item.problems
            message = item.header
            if guide is not None:
                group = message.group.header if message.group else ""
                found += check_envelope(guide, Envelope(header, group, message.header))
                found += read_with_guide(item.part, guide).problems
                continue
            grammar = library.message(message.standard, message.directory, message.type)
            if grammar is not None:
                # an acknowledgement copies codes of its subject, which may be in no list
                leniency = STRICT if needs_answer(message.type) else Leniency(unknown_codes="warn")
                found += read(item.part, grammar, leniency=leniency).problems
    return errors(found)


def _advice(dialect: Dialect, syntax: EdifactSyntax | X12Syntax) -> bytes:
    wanted = syntax.una if isinstance(syntax, EdifactSyntax) else "needed"
    default = EDIFACT_4 if dialect.version >= "4" else EDIFACT_3
    if wanted == "never" or (wanted == "needed" and dialect.delimiters == default):
        return b""
    advice = service_string_advice(dialect.delimiters)
    return advice + (b"\r\n" if syntax.line_breaks else b"")


def _test(syntax: EdifactSyntax | X12Syntax, test: bool) -> bool:
    usage = getattr(syntax, "usage", None)
    return test if usage is None else bool(usage == "T")


def _identity(configured: Configured, test: bool) -> Identity:
    id_ = configured.test_id if test and configured.test_id else configured.id
    return Identity(id_, configured.qualifier)
