"""A scenario at work: documents travel through the temporary house, each step is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from gateway.config.models import Agreement
from gateway.documents import DOCUMENTS, Document, Order
from gateway.documents.threads import Entry, Rules, compare
from gateway.pipeline import wire
from gateway.pipeline.rehearsal.envelopes import acknowledged, as_partner
from gateway.pipeline.rehearsal.examples.deal import Deal, sells_to_us
from gateway.pipeline.rehearsal.fitting import Fitting, unfit
from gateway.pipeline.rehearsal.stage import Outcome, Stage
from gateway.pipeline.rehearsal.step import FailedStepError, Step
from gateway.pipeline.states import State
from gateway.problems import Problem, errors, has_errors, problem
from gateway.store import Message
from gateway.syntax.record import Record

_ARRIVED = (State.DELIVERED, State.ACKNOWLEDGED)
_SEE = "look at the files with --keep DIR, or try one alone: gateway try FILE"


@dataclass(slots=True)
class Play:
    """One scenario on its stage."""

    stage: Stage
    deal: Deal
    name: str
    folder: Path
    """Where its files are written."""
    steps: list[Step] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    exchanged: dict[str, list[Path]] = field(default_factory=dict)
    """Files by document."""
    _fittings: dict[int, Fitting] = field(default_factory=dict)
    """Of all scenarios on a stage, by agreement."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _files: list[str] = field(default_factory=list)
    _kept: int = 0
    base: int = 0
    """The control numbers of the partner's interchanges go on from here."""

    def next_number(self) -> int:
        """The next control number of the partner."""
        return self.base + next(self._numbers)

    # ---- what was agreed

    def agreement(self, document: str) -> Agreement | None:
        """The agreement about a document, whichever way it goes; one in test comes first."""
        ways = (
            ("outbound", "inbound") if sells_to_us(self.stage.partner) else ("inbound", "outbound")
        )
        if document not in ("order", "orderchange", "receipt", "remittance"):
            ways = ways[::-1]
        found = (
            self.stage.workspace.agreement(self.stage.partner, document, way, test=True)
            for way in ways
        )
        return next((each for each in found if each is not None), None)

    def inbound(self) -> Agreement | None:
        """Any agreement by which the partner sends something, orders first."""
        found = [each for each in self.stage.partner.agreements if each.direction == "inbound"]
        return min(found, key=lambda each: each.document != "order", default=None)

    # ---- steps

    def exchange(self, document: str, data: Mapping[str, Any]) -> Document | None:
        """A document goes its way; as the receiver has it. ``None``: it is not agreed."""
        agreement = self.agreement(document)
        if agreement is None:
            self.steps.append(Step(f"{document}", "not agreed"))
            return None
        with self.step(way_of(agreement)):
            went = self.from_partner if agreement.direction == "inbound" else self.from_erp
            row = went(agreement, data)
            found = DOCUMENTS[document].from_json(self.stage.payload(row))
            self.entries.append(
                Entry(message=row.id, document=found, at=row.created, state=row.state)
            )
        return found

    def order(self, data: Mapping[str, Any]) -> Order:
        """The order that everything begins with."""
        found = self.exchange("order", data)
        assert isinstance(found, Order)
        return found

    def thread(self, *codes: str, whole: bool = True) -> None:
        """The documents of the order beside each other: these findings and no others.

        ``whole``: everything has been delivered and invoiced.
        """
        with self.step("the documents of the order compared"):
            agreed = frozenset(each.document for each in self.stage.partner.agreements)
            at = max(one.at for one in self.entries)
            rules = Rules(at=at, exchanged=agreed, grace=timedelta(0))
            order = next(one.number for one in self.entries if one.document.name == "order")
            found = compare(order, self.entries, rules)
            said = sorted({each.problem.code for each in found.findings})
            if said != sorted(codes):
                told = [each.problem for each in found.findings]
                self.fail(", ".join(codes) or "no difference", ", ".join(said) or "none", *told)
            last = agreed & {"despatch", "invoice"}
            if whole and last and not codes and found.state != "complete":
                self.fail("a complete order", f"one that is {found.state}")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """What happens inside is one step."""
        self._files = []
        try:
            yield
        except FailedStepError as failed:
            self.steps.append(Step(what, "failed", failed.found, tuple(self._files)))
            raise
        self.steps.append(Step(what, "done", (), tuple(self._files)))

    def fail(self, expected: str, found: str, *told: Problem) -> None:
        """Raises :class:`FailedStepError`."""
        first = problem("P252", step=self.name, expected=expected, found=found, how=_SEE)
        raise FailedStepError(first, *told)

    def _fitting(self, agreement: Agreement) -> Fitting:
        stage = self.stage
        known = self._fittings.get(id(agreement))
        if known is None:
            known = Fitting(stage.workspace, stage.house.translation, stage.partner, agreement)
            self._fittings[id(agreement)] = known
        return known

    # ---- from the partner

    def message(self, agreement: Agreement, data: Mapping[str, Any]) -> tuple[str, ...]:
        """The body of the partner's message."""
        fitted = self._fitting(agreement).fit(data, self.stage.house.clock())
        if fitted.document is None or has_errors(fitted.problems):
            raise FailedStepError(unfit(self.stage.partner.partner, agreement, fitted))
        return fitted.body

    def interchange(
        self, agreement: Agreement, bodies: list[tuple[str, ...]], *, test: bool | None = None
    ) -> bytes:
        """An interchange of the partner's, with the next number."""
        number = self.next_number()
        numbers = wire.Numbers(f"{number:09}", str(number))
        at, stage = self.stage.house.clock(), self.stage
        built = as_partner(
            stage.workspace, stage.partner, agreement, bodies, numbers, at, test=test
        )
        if has_errors(built.problems):
            raise FailedStepError(*errors(built.problems))
        return built.data

    def from_partner(self, agreement: Agreement, data: Mapping[str, Any]) -> Message:
        """His message comes: it reaches the ERP and is answered."""
        body = self.message(agreement, data)
        made = self.interchange(agreement, [body])
        outcome = self.receive(agreement, made)
        row = outcome.of("message")
        if row is None or row.state not in _ARRIVED:
            self.fail("taken over", "none" if row is None else row.state, *errors(outcome.found))
        assert row is not None
        erp = self.stage.delivered(row)
        if erp is None:
            self.fail("a file for the ERP", "none")
        assert erp is not None
        self.keep(f"{agreement.document}-for-erp", erp[1], erp[0].rpartition(".")[2])
        self._answered(agreement, outcome)
        return row

    def receive(self, agreement: Agreement, data: bytes, name: str = "") -> Outcome:
        """Bytes of the partner's come."""
        ending = wire.EXTENSION[agreement.standard.syntax]
        path = self.keep(name or f"{agreement.document}-from-partner", data, ending)
        self.exchanged.setdefault(agreement.document, []).append(path)
        return self.stage.from_partner(agreement, f"{self.name}-{path.name}", data)

    def _answered(self, agreement: Agreement, outcome: Outcome) -> None:
        """Our acknowledgement, where one is agreed."""
        if agreement.answer == "none" or agreement.acknowledge.when != "always":
            return
        answer = outcome.of("acknowledgement")
        if answer is None or answer.state != State.DELIVERED:
            state = "none" if answer is None else answer.state
            self.fail(f"answered with {agreement.answer}", state, *errors(outcome.found))
        assert answer is not None
        made = self.stage.payload(answer)
        self.keep("acknowledgement", made, wire.EXTENSION[agreement.standard.syntax])

    # ---- from the ERP

    def from_erp(self, agreement: Agreement, data: Mapping[str, Any]) -> Message:
        """A file of the ERP comes: its document reaches the partner, who acknowledges it."""
        fitted = self._fitting(agreement).fit(data, self.stage.house.clock())
        if fitted.document is None:
            raise FailedStepError(unfit(self.stage.partner.partner, agreement, fitted))
        made, suffix = self.erp_file(agreement, fitted.document)
        path = self.keep(f"{agreement.document}-from-erp", made, suffix)
        self.exchanged.setdefault(agreement.document, []).append(path)
        outcome = self.stage.from_erp(agreement, f"{self.name}-{path.name}", made)
        row, carrier = outcome.of("document"), outcome.of("interchange")
        if row is None or carrier is None or row.state not in _ARRIVED:
            state = "none" if row is None else row.state
            self.fail("sent to the partner", state, *errors(outcome.found))
        assert row is not None and carrier is not None
        sent = self.stage.payload(carrier)
        ending = wire.EXTENSION[agreement.standard.syntax]
        path = self.keep(f"{agreement.document}-for-partner", sent, ending)
        self.exchanged[agreement.document].append(path)
        self._acknowledge(agreement, row, sent)
        return row

    def erp_file(self, agreement: Agreement, document: Document) -> tuple[bytes, str]:
        """The document as the ERP writes it, and how the name of such a file ends."""
        form = self.stage.workspace.erp_format(agreement)
        compiled, found = self.stage.house.translation.written_map(document, form)
        if compiled is None or compiled.layout is None:
            raise FailedStepError(*errors(found))
        record, found = compiled.write(document)
        assert isinstance(record, Record)
        data, more = compiled.layout.write([record])
        if has_errors([*found, *more]):
            raise FailedStepError(*errors([*found, *more]))
        return data, compiled.layout.suffix

    def _acknowledge(self, agreement: Agreement, row: Message, sent: bytes) -> None:
        """The partner's answer, where one is awaited."""
        if agreement.acknowledge.syntax in (None, "none"):
            return
        library, partner = self.stage.house.translation.library, self.stage.partner
        number = f"{self.next_number():09}"
        at = self.stage.house.clock()
        made = acknowledged(library, partner, agreement, sent, number, at)
        if made is None:
            return
        ending = wire.EXTENSION[agreement.standard.syntax]
        path = self.keep("acknowledgement-from-partner", made, ending)
        outcome = self.stage.from_partner(agreement, f"{self.name}-{path.name}", made)
        state = self.stage.now(row).state
        if state != State.ACKNOWLEDGED:
            self.fail("acknowledged by the partner", state, *errors(outcome.found))

    # ---- files

    def keep(self, name: str, data: bytes, suffix: str) -> Path:
        """Write a file of the scenario."""
        self._kept += 1
        path = self.folder / f"{self._kept:02}-{name}.{suffix}"
        path.write_bytes(data)
        self._files.append(path.name)
        return path


def way_of(agreement: Agreement) -> str:
    """``order from the partner``."""
    other = "from the partner" if agreement.direction == "inbound" else "to the partner"
    return f"{agreement.document} {other}"
