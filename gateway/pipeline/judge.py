"""What becomes of one message from a partner. Pure: nothing is stored, sent or looked up outside.

The verdict on a message and the document in it; the steps store it, `try` shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.config.translation import Translation
from gateway.documents import Document, build, check
from gateway.grammar import Leniency, MessageGrammar, Tree, read
from gateway.grammar.acknowledge import (
    Reconciliation,
    is_business_answer,
    needs_answer,
    reconcile,
)
from gateway.grammar.envelope import Interchange, MessageFound, MessageHeader
from gateway.grammar.guide import Envelope, Guide, check_envelope, read_with_guide
from gateway.grammar.read import located
from gateway.pipeline.agreed import Choice
from gateway.pipeline.constancy import Constancy
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.groups import group_problems
from gateway.pipeline.implied import pointed
from gateway.pipeline.spelling import spelled
from gateway.pipeline.stamp import Unstamped, unstamped
from gateway.pipeline.states import State
from gateway.pipeline.strictness import Terms, terms_of
from gateway.problems import Problem, Severity, has_errors, problem
from gateway.syntax.record import Record


def is_answer(message_type: str) -> bool:
    """Whether a message says something about what we sent, instead of being a document."""
    return not needs_answer(message_type) or is_business_answer(message_type)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict. ``state``: mapped, refused, held; received for an acknowledgement."""

    header: MessageHeader
    state: State
    problems: tuple[Problem, ...] = ()
    agreement: Agreement | None = None
    document: Document | None = None
    erp: bytes = b""
    """The file for the ERP."""
    unstamped: Unstamped | None = None
    """What makes that file anew when the message has a row, where it names the row."""
    suffix: str = ""
    """How the name of that file ends: ``csv``, ``json``."""
    number: str = ""
    """Business number, as far as it could be read."""
    answers: tuple[Reconciliation, ...] = ()
    """What a CONTRL, 997, APERAK or another answer says about what we sent."""

    @property
    def told(self) -> tuple[Problem, ...]:
        """What the partner is told: why a message is held is our business."""
        return () if self.state is State.HELD else self.problems


@dataclass(slots=True)
class Judge:
    """Judges the messages of one interchange of one partner."""

    workspace: Workspace
    translation: Translation
    partner: Partner
    interchange: Interchange
    paused: frozenset[str] = frozenset()
    """Scopes that a person paused."""
    choice: Choice = field(init=False)
    _found: list[Problem] = field(default_factory=list)
    _terms: dict[int, Terms] = field(default_factory=dict)
    """By the identity of the agreement."""
    _constancy: Constancy = field(default_factory=Constancy)

    def __post_init__(self) -> None:
        """Agreements are chosen for this interchange."""
        self.choice = Choice(self.workspace, self.partner, self.interchange)

    def judge(self, found: MessageFound) -> Judged:
        """The verdict on one message, with every problem that can be found."""
        judged = self._as_agreed(self._judge(found))
        reference = found.header.reference or None
        placed = tuple(each.at(message=reference) for each in judged.problems)
        return replace(judged, problems=placed)

    def _judge(self, found: MessageFound) -> Judged:
        header = found.header
        self._found = list(found.problems)  # the envelope repeats those of the part
        if is_answer(header.type):
            return self._answer(found)
        agreement = self.choice.of(header)
        refusal = self._refusal(header, agreement)
        if refusal is not None or agreement is None:
            self._found += [refusal] if refusal else []
            return self._verdict(header, State.REFUSED, agreement)
        guide, _ = self.translation.guide(self.partner, agreement)
        if guide is None and agreement.guide is not None:
            what = f"{self.partner.partner}: {agreement}"
            self._found.append(problem("P129", guide=agreement.guide, what=what, id=NUMBER))
            return self._verdict(header, State.HELD, agreement)
        tree = self._read_under(agreement, found, guide)
        if tree is None or has_errors(self._found):
            number = "" if tree is None else self._number(agreement, tree)
            return replace(self._verdict(header, State.REFUSED, agreement), number=number)
        held = self._held(header, agreement)
        if held is not None:
            self._found.append(held)
            return self._verdict(header, State.HELD, agreement)
        return self._document(header, agreement, tree)

    def recall(self, found: MessageFound) -> Agreement | None:
        """What a message that was judged before a crash means for those behind it."""
        agreement = self.choice.of(found.header)
        if agreement is not None:
            self._constant(agreement, found)
        return agreement

    def _as_agreed(self, judged: Judged) -> Judged:
        """What is refused waits for a person, where that was agreed."""
        agreement = judged.agreement
        if agreement is None or judged.state is not State.REFUSED:
            return judged
        if agreement.errors.action == "refuse":
            return judged
        held = problem("P174", message=judged.header.type, id=NUMBER)
        return replace(judged, state=State.HELD, problems=(*judged.problems, held))

    def _read_under(
        self, agreement: Agreement, found: MessageFound, guide: Guide | None
    ) -> Tree | None:
        """Read a message as strictly as was agreed."""
        terms = self._terms.get(id(agreement))
        if terms is None:
            terms = self._terms[id(agreement)] = terms_of(agreement)
        header, checks = found.header, terms.checks
        theirs, ours = self.partner.identities, self.workspace.own.identities
        grammar = None
        if terms.looks_closer:
            grammar = self._grammar(header) if guide is None else guide.grammar
        if checks.implied_decimals == "point" and grammar is not None:
            found = replace(found, part=pointed(found.part, grammar))
        tree = self._read(found, terms.leniency, guide)
        if terms.spelling and grammar is not None:
            self._found += spelled(found.part, grammar, checks)
        self._found += group_problems(header, checks, theirs, ours)
        self._found += self._constant(agreement, found)
        self._found = terms.softened(self._found)
        return tree

    def _constant(self, agreement: Agreement, found: MessageFound) -> list[Problem]:
        starts = agreement.checks.constant
        if not starts:
            return []
        reference = found.header.reference
        said = self._constancy.check(found.part, reference, id(agreement), starts)
        return list(located(list(said), found.part))

    def _answer(self, found: MessageFound) -> Judged:
        self._read(found, Leniency(unknown_codes="warn"))
        if is_business_answer(found.header.type) and has_errors(self._found):
            return self._verdict(found.header, State.REFUSED)
        answers = tuple(reconcile(found.part.segments))
        return Judged(found.header, State.RECEIVED, tuple(self._found), answers=answers)

    def _refusal(self, header: MessageHeader, agreement: Agreement | None) -> Problem | None:
        """Why a message is not taken at all."""
        partner = self.partner.partner
        if agreement is None:
            agreed = ", ".join(
                f"{each.message} {each.standard.directory}"
                + (f" ({each.match})" if each.match.asked else "")
                for each in self.partner.agreements
                if each.direction == "inbound"
            )
            message = self.choice.named(header)
            return problem("P104", message=message, partner=partner, agreed=agreed or "nothing")
        if agreement.standard.directory != header.directory:
            agreed = agreement.standard.directory
            return problem("P105", message=header.type, found=header.directory, agreed=agreed)
        if self.interchange.test and agreement.mode == "live":
            return problem("P107", message=header.type)
        return None

    def _held(self, header: MessageHeader, agreement: Agreement) -> Problem | None:
        """Why a good message waits for a person."""
        scope = f"{self.partner.partner}/inbound/{agreement.document}"
        if agreement.mode == "paused" or scope in self.paused:
            return problem("P108", message=header.type, id=NUMBER)
        if agreement.mode == "test" and not self.interchange.test:
            return problem("P109", message=header.type, id=NUMBER)
        return None

    def _read(
        self,
        found: MessageFound,
        leniency: Leniency,
        guide: Guide | None = None,
    ) -> Tree | None:
        header, standard = found.header, self.interchange.standard
        if guide is not None:
            group = "" if header.group is None else header.group.header
            envelope = Envelope(self.interchange.header, group, header.header)
            self._found += check_envelope(guide, envelope)
            reading = read_with_guide(found.part, guide, leniency=leniency)
            self._found += reading.problems
            return reading.tree
        grammar = self._grammar(header)
        if grammar is None:
            facts: dict[str, Any] = {
                "message": header.type,
                "directory": header.directory,
                "standard": standard,
            }
            self._found.append(problem("P106", **facts))
            return None
        reading = read(found.part, grammar, leniency=leniency)
        self._found += reading.problems
        return reading.tree

    def _grammar(self, header: MessageHeader) -> MessageGrammar | None:
        return self.translation.library.message(
            self.interchange.standard, header.directory, header.type, lists=header.lists
        )

    def _number(self, agreement: Agreement, tree: Tree) -> str:
        """The business number of a refused message, so that a person knows which it is."""
        compiled, _ = self.translation.partner_map(self.partner, agreement)
        return "" if compiled is None else str(compiled.read(tree)[0].get("number", ""))[:80]

    def _document(self, header: MessageHeader, agreement: Agreement, tree: Tree) -> Judged:
        compiled, _ = self.translation.partner_map(self.partner, agreement)
        if compiled is None:
            what = f"{self.partner.partner}: {agreement}"
            self._found.append(problem("P120", what=what, id=NUMBER))
            return self._verdict(header, State.HELD, agreement)
        data, found = compiled.read(tree)
        self._found += found
        if agreement.checks.unread_data != "ignore":
            self._found += _as(compiled.unread(tree), agreement.checks.unread_data)
        document, found = build(agreement.document, data)
        self._found += found
        if document is not None:
            checks = agreement.checks
            self._found += check(document, checks.totals_within, checks.profile or "")
        if document is None or has_errors(self._found):
            refused = self._verdict(header, State.REFUSED, agreement, document)
            return replace(refused, number=str(data.get("number", ""))[:80])
        return self._for_erp(header, agreement, document)

    def _for_erp(self, header: MessageHeader, agreement: Agreement, document: Document) -> Judged:
        form = self.workspace.erp_format(agreement)
        compiled, _ = self.translation.written_map(document, form)
        if compiled is None or compiled.layout is None:
            self._found.append(problem("P120", what=f"{agreement.document} as {form}", id=NUMBER))
            return self._verdict(header, State.HELD, agreement, document)
        record, found = compiled.write(document)
        assert isinstance(record, Record)
        data, found_too = compiled.layout.write([record])
        self._found += [*found, *found_too, *compiled.unwritten(document)]
        if has_errors([*found, *found_too]):  # our format cannot carry it: not the partner's fault
            return self._verdict(header, State.HELD, agreement, document)
        number = str(getattr(document, "number", ""))[:80]
        found_all = tuple(self._found)
        return Judged(
            header,
            State.MAPPED,
            found_all,
            agreement,
            document,
            data,
            unstamped(compiled.layout, record),
            compiled.layout.suffix,
            number,
        )

    def _verdict(
        self,
        header: MessageHeader,
        state: State,
        agreement: Agreement | None = None,
        document: Document | None = None,
    ) -> Judged:
        number = str(getattr(document, "number", ""))[:80]
        return Judged(header, state, tuple(self._found), agreement, document, number=number)


def _as(found: Sequence[Problem], wanted: str) -> list[Problem]:
    severity = Severity.ERROR if wanted == "fail" else Severity.WARNING
    return [Problem(each.code, each.place, each.facts, severity) for each in found]
