"""From message bodies to the bytes of an interchange, and the last look before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.controlnumbers import ControlNumbers
from gateway.config.envelope import EdifactSyntax, X12Syntax, syntax_of
from gateway.config.models import Agreement, Partner
from gateway.grammar import STRICT, Leniency, Library, read
from gateway.grammar.acknowledge import needs_answer
from gateway.grammar.decimalmark import with_mark
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Outgoing,
    Stray,
    walk,
    wrap,
)
from gateway.grammar.guide import Envelope, Guide, check_envelope, read_with_guide
from gateway.pipeline import counters
from gateway.pipeline.counters import ANSWERS, Numbers, Subject
from gateway.pipeline.fit import fit, fitting_for
from gateway.pipeline.heading import access_of, dialect_of, heading
from gateway.problems import Problem, errors, problem
from gateway.syntax import Dialect, read_bytes, service_string_advice, write_segments
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4

__all__ = [
    "ANSWERS",
    "EXTENSION",
    "Built",
    "Numbers",
    "compose",
    "dialect_of",
    "draw",
    "draw_for",
    "prepared",
    "recheck",
    "subject_of",
    "written",
]

EXTENSION = {"edifact": "edi", "x12": "x12"}
_OTHER_GROUP = "S226"
"""A message stands in a group of another type: a partner may ask for that."""
_ACCESS = 35
"""Characters of UNH 0068."""
_LINE_BREAK = {"none": "", "lf": "\n", "crlf": "\r\n"}


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
    *,
    messages: int = 1,
    test: bool | None = None,
) -> Numbers:
    """Control numbers for an interchange of an agreement, in the transaction that stores it.

    Raises :class:`~gateway.store.numbers.NumbersUsedUpError`.
    """
    return counters.draw(
        connection, subject_of(workspace, partner, agreement, test=test), at, messages
    )


def subject_of(
    workspace: Workspace, partner: Partner, agreement: Agreement, *, test: bool | None = None
) -> Subject:
    """What is numbered, for an interchange of an agreement."""
    standard, syntax = agreement.standard.syntax, syntax_of(partner, agreement)
    return Subject(
        standard,
        str(workspace.own.identities.of(standard)),
        str(partner.identities.of(standard)),
        agreement.mode == "test" if test is None else test,
        syntax.control_numbers,
        agreement.document,
        grouped=isinstance(syntax, X12Syntax) or syntax.group.write,
    )


def draw_for(
    connection: Connection,
    standard: str,
    ours: str,
    theirs: str,
    test: bool,
    at: datetime,
    *,
    settings: ControlNumbers | None = None,
    answers: bool = False,
) -> Numbers:
    """Control numbers for what belongs to no agreement: an acknowledgement.

    ``answers``: from the range that acknowledgements have for themselves.
    """
    wanted = settings or ControlNumbers()
    grouped = standard == "x12"
    subject = Subject(standard, ours, theirs, test, wanted, answers=answers, grouped=grouped)
    return counters.draw(connection, subject, at)


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

    ``message`` and ``test``, where they are not those of the agreement: an answer's. For numbers
    that nobody drew no secret is looked up, as the interchange will not leave. Raises
    :class:`~gateway.config.secrets.SecretError`.
    """
    syntax = syntax_of(partner, agreement)
    test = agreement.mode == "test" if test is None else test
    known = drawn.messages or counters.references(
        agreement.standard.syntax, syntax.control_numbers, len(bodies)
    )
    facts = {
        "reference": drawn.interchange,
        "group_reference": drawn.group,
        "at": at,
        "type": message or agreement.message,
        "references": known,
        "access_references": access_of(syntax, drawn.documents),
    }
    hidden = not drawn.real
    outgoing = heading(workspace, partner, agreement, syntax, facts, test=test, hidden=hidden)
    sides = (str(outgoing.sender), str(outgoing.receiver))
    long = next((each for each in outgoing.access_references if len(each) > _ACCESS), None)
    if long is not None:
        return Built(b"", (problem("P168", value=long, most=_ACCESS),), *sides, known)
    made_fit, found = fit(bodies, outgoing.dialect, fitting_for(workspace, syntax))
    data, wrong = written(wrap(made_fit, outgoing), outgoing, syntax)
    return Built(data, (*found, *wrong), *sides, known)


def prepared(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    library: Library,
    body: Sequence[str],
) -> tuple[list[str], list[Problem]]:
    """A body as it will be written: characters of the charset, the agreed decimal mark.

    And a warning for each value that is not as it was.
    """
    standard, syntax = agreement.standard, syntax_of(partner, agreement)
    dialect = dialect_of(syntax, standard.directory)
    (text,), found = fit([body], dialect, fitting_for(workspace, syntax))
    grammar = library.message(standard.syntax, standard.directory, agreement.message)
    if grammar is not None and dialect.standard == "edifact":
        text = with_mark(text, grammar, dialect.delimiters.decimal)
    return text, found


def written(
    segments: Sequence[str], outgoing: Outgoing, syntax: EdifactSyntax | X12Syntax
) -> tuple[bytes, list[Problem]]:
    """Segments as bytes, with UNA where it is agreed or needed."""
    dialect = outgoing.dialect
    line_break = _LINE_BREAK[syntax.line_breaks]
    data, found = write_segments(
        segments, dialect, line_breaks=bool(line_break), line_break=line_break
    )
    if not data or dialect.standard != "edifact":
        return data, found
    return _advice(dialect, syntax) + data, found


def recheck(
    library: Library,
    data: bytes,
    guide: Guide | None = None,
    *,
    agreed: tuple[Partner, Agreement] | None = None,
) -> list[Problem]:
    """Errors that our own grammar, and the partner's guide, find in what is about to leave.

    ``agreed``: under which agreement it leaves; its envelope may name another charset, or another
    release than what the messages have.
    """
    directory, codec, ignored = _deviating(agreed)
    found: list[Problem] = []
    header = ""
    for item in walk(read_bytes(data, codec=codec), library.service):
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
            grammar = library.message(
                message.standard, directory or message.directory, message.type
            )
            if grammar is not None:
                # an acknowledgement copies codes of its subject, which may be in no list
                leniency = STRICT if needs_answer(message.type) else Leniency(unknown_codes="warn")
                found += read(item.part, grammar, leniency=leniency).problems
    return [each for each in errors(found) if each.code not in ignored]


def _deviating(
    agreed: tuple[Partner, Agreement] | None,
) -> tuple[str, str | None, frozenset[str]]:
    """Release and codec that an envelope names otherwise, and what is wrong because of it."""
    if agreed is None:
        return "", None, frozenset()
    syntax, standard = syntax_of(*agreed), agreed[1].standard
    ignored = frozenset({_OTHER_GROUP} if syntax.group.type else ())
    return standard.directory if standard.syntax == "x12" else "", syntax.codec, ignored


def _advice(dialect: Dialect, syntax: EdifactSyntax | X12Syntax) -> bytes:
    wanted = syntax.una if isinstance(syntax, EdifactSyntax) else "needed"
    default = EDIFACT_4 if dialect.version >= "4" else EDIFACT_3
    if wanted == "never" or (wanted == "needed" and dialect.delimiters == default):
        return b""
    advice = service_string_advice(dialect.delimiters)
    return advice + _LINE_BREAK[syntax.line_breaks].encode()
