"""What a file of the ERP holds, document by document. Pure: nothing is stored or sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.config.translation import Translation
from gateway.documents import Document, Party, build, check
from gateway.documents.threads import orders_of
from gateway.grammar.guide import Guide
from gateway.grammar.layoutmodel import DocumentRead, RecordFormat
from gateway.mapping import CompiledMap
from gateway.pipeline import wire
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.shelf import number_of
from gateway.pipeline.shops.back.order import NO_SHOPS, Look
from gateway.pipeline.shops.back.route import Goal, Routed, route
from gateway.pipeline.shops.back.told import Planned
from gateway.pipeline.sources import led_back
from gateway.pipeline.states import State
from gateway.problems import Place, Problem, Severity, errors, has_errors, problem
from gateway.syntax.record import Record

_RECEIVERS: dict[str, tuple[str, ...]] = {
    "order": ("supplier",),
    "orderchange": ("supplier",),
    "orderresponse": ("buyer", "ship_to", "invoicee"),
    "despatch": ("buyer", "ship_to", "invoicee"),
    "receipt": ("supplier", "ship_from"),
    "invoice": ("buyer", "invoicee", "ship_to"),
    "inventory": ("buyer", "supplier", "warehouse"),
    "sales": ("supplier", "buyer"),
    "catalogue": ("buyer", "supplier"),
    "remittance": ("payee", "payer"),
    "parties": ("receiver", "sender"),
    "refund": ("buyer",),
}
"""Whose document it is: the parties that may name the partner, first match wins."""
LOG = logging.getLogger(__name__)
_NOMINAL = datetime(2000, 1, 1, tzinfo=UTC)
_MOST = 100
_NO_TEXT = ("xlsx",)
"""Kinds of formats whose files have no lines to show."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One document of the file. ``state``: mapped, refused or held."""

    ordinal: int
    state: State
    problems: tuple[Problem, ...]
    document: Document | None = None
    partner: Partner | None = None
    agreement: Agreement | None = None
    segments: tuple[str, ...] = ()
    """Body of the message in normal form."""
    number: str = ""
    """Business number, as far as it could be read."""
    shops: tuple[str, ...] = ()
    """Web shops that it is for."""
    calls: tuple[Planned, ...] = ()
    """What they are told."""

    @property
    def whom(self) -> str:
        """The only one that it is for: a partner or a shop; nothing where there are several."""
        if self.partner is not None:
            return self.partner.partner
        return self.shops[0] if len(self.shops) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Room:
    """What a document is judged by, and in which folders it lay."""

    workspace: Workspace
    translation: Translation
    test: bool
    """It lay in the folders of the ERP's test system."""
    look: Look


@dataclass(frozen=True, slots=True)
class ExportReading:
    """The whole file."""

    form: str
    documents: tuple[Exported, ...]
    problems: tuple[Problem, ...]
    """Of the file as a whole; an error refuses all of it."""
    text: str
    alone: Callable[[Sequence[int]], bytes | None] = lambda _ordinals: None
    """A file that holds only these documents; ``None`` when it cannot be made."""


def read_export(
    workspace: Workspace,
    translation: Translation,
    data: bytes,
    name: str,
    document: str,
    *,
    test: bool = False,
    wanted: Set[str] | None = None,
    look: Look = NO_SHOPS,
) -> ExportReading:
    """Read a file of the ERP that lay in the folder of a document; ``test``: of its sandbox.

    ``wanted``: only these documents, by their place from 0; ``""`` or ``None`` is all.
    ``look``: how orders of web shops are found.
    """
    form = translation.erp_form(document, name, data)
    compiled, _ = translation.erp_map(document, form)
    if compiled is None or compiled.layout is None:
        facts: dict[str, Any] = {"what": f"{document} as {form}", "id": NUMBER}
        return ExportReading(form, (), (problem("P120", Place(file=name), **facts),), "")
    layout: RecordFormat = compiled.layout
    room = _Room(workspace, translation, test, look)
    reading = layout.read(data)
    documents = tuple(
        _verdict(_guarded(room, compiled, found, ordinal), name, found.line)
        for ordinal, found in enumerate(reading.found)
        if wanted is None or not wanted.isdisjoint(("", str(ordinal)))
    )

    def alone(ordinals: Sequence[int]) -> bytes | None:
        return layout.cut(data, reading, ordinals)

    shared = tuple(each.at(file=name) for each in reading.file_problems)
    text = "" if layout.kind in _NO_TEXT else data.decode("utf-8", "replace")
    return ExportReading(form, documents, shared, text, alone)


def partner_of(workspace: Workspace, document: Document) -> tuple[Partner | None, str]:
    """The partner a document is for, and what was tried."""
    tried: list[str] = []
    for role in _RECEIVERS[document.name]:
        party = getattr(document, role, None)
        if not isinstance(party, Party):
            continue
        for label, value, find in (
            ("GLN", party.gln, workspace.partner_by_gln),
            ("number", party.supplier_number, workspace.partner_by_erp),
            ("number", party.buyer_number, workspace.partner_by_erp),
        ):
            if value:
                tried.append(f"{role} {label} {value}")
                partner = find(value)
                if partner is not None:
                    return partner, ""
    return None, ", ".join(tried) or f"no GLN or number of {' or '.join(_RECEIVERS[document.name])}"


def _guarded(
    room: _Room,
    compiled: CompiledMap,
    found: DocumentRead,
    ordinal: int,
) -> Exported:
    """One document; a bug of ours that it meets holds it alone."""
    if found.record is None:
        number = "" if found.partial is None else _number(compiled, found.partial)
        return Exported(ordinal, State.REFUSED, found.problems, number=number)
    try:
        read = _one(room, compiled, found.record, ordinal, found.problems)
        if read.state is State.MAPPED:
            return read
        return replace(read, problems=_led_back(room.translation, compiled, found.record, read))
    except OSError:
        raise  # a table that a map asks is away: all of it is tried again
    except Exception as failure:
        LOG.exception("a bug met document %s of a file", ordinal + 1)
        text = f"{type(failure).__name__}: {failure}"
        bug = problem("P190", failure=text, id=NUMBER)
        return Exported(ordinal, State.HELD, (*found.problems, bug))


def _number(compiled: CompiledMap, partial: Record) -> str:
    """The business number of a refused document, so that a person knows which one it is."""
    try:
        return str(compiled.read(partial)[0].get("number") or "")[:80]
    except Exception:
        LOG.exception("the number of a refused document cannot be told")
        return ""


def _led_back(
    translation: Translation, compiled: CompiledMap, record: Record, read: Exported
) -> tuple[Problem, ...]:
    """What refuses a document, told by the fields of the file; a bug in that decides nothing."""
    went = None
    if read.document is not None and read.partner is not None and read.agreement is not None:
        to_partner, _ = translation.partner_map(read.partner, read.agreement)
        went = None if to_partner is None else (to_partner, read.document)
    try:
        return tuple(led_back(compiled, record, read.problems, went))
    except Exception:
        LOG.exception("the fields of document %s cannot be told", read.ordinal + 1)
        return read.problems


def _one(
    room: _Room,
    compiled: CompiledMap,
    record: Record,
    ordinal: int,
    found: Sequence[Problem],
) -> Exported:
    problems = list(found)
    data, wrong = compiled.read(record)
    problems += wrong
    document: Document | None = None
    if not has_errors(problems):
        document, wrong = build(compiled.document, data)
        problems += wrong
    number = str(data.get("number", ""))[:80]
    refused = Exported(ordinal, State.REFUSED, (), document, number=number)
    if document is None or has_errors(problems):
        return replace(refused, problems=tuple(problems))
    partner, tried = partner_of(room.workspace, document)
    routed = _routed(room, document, partner)
    if routed is not None and not routed.beside:
        return _for_shops(refused, problems, routed)
    if partner is None:
        problems.append(_nobody(room.workspace, document, tried))
        return replace(refused, problems=tuple(problems))
    if routed is not None:
        refused = replace(refused, shops=routed.shops)
    agreement = room.workspace.agreement(partner, document.name, "outbound", test=room.test)
    if agreement is None:
        problems.append(problem("P122", partner=partner.partner, document=document.name))
        return replace(refused, problems=tuple(problems), partner=partner)
    state, segments, wrong = _written(room, partner, agreement, document)
    problems += wrong
    return replace(
        refused,
        state=state,
        problems=tuple(problems),
        partner=partner,
        agreement=agreement,
        segments=segments,
    )


def _nobody(workspace: Workspace, document: Document, tried: str) -> Problem:
    """That no partner is meant, and no web shop either, where there are any."""
    facts: dict[str, Any] = {"document": document.name, "number": number_of(document)}
    role = next((each for each in _RECEIVERS[document.name] if tried.startswith(each)), None)
    if workspace.shops:
        numbers = ", ".join(orders_of(document))
        tried += f"; no order of a shop: {numbers}" if numbers else "; no shop is named"
    return problem("P121", Place(path=role), tried=tried, **facts)


def _routed(room: _Room, document: Document, partner: Partner | None) -> Routed | None:
    """What a document means for web shops; ``None``: nothing."""
    workspace = room.workspace
    if not workspace.shops:
        return None
    agreed = partner is not None and (
        workspace.agreement(partner, document.name, "outbound", test=room.test) is not None
    )
    return route(workspace, Goal(document, room.test, room.look, partner, agreed))


def _for_shops(blank: Exported, problems: Sequence[Problem], routed: Routed) -> Exported:
    """A document that no partner gets."""
    return replace(
        blank,
        state=routed.state,
        problems=(*problems, *routed.problems),
        shops=routed.shops,
        calls=routed.calls,
    )


def _written(
    room: _Room,
    partner: Partner,
    agreement: Agreement,
    document: Document,
) -> tuple[State, tuple[str, ...], list[Problem]]:
    """The body of the message, read again by our own grammar."""
    translation = room.translation
    what = f"{partner.partner}: {agreement}"
    if agreement.mode == "paused":
        return State.HELD, (), [problem("P108", message=agreement.message, id=NUMBER)]
    if (agreement.mode == "test") is not room.test:
        state, mixed = _of_other_mode(room, partner, agreement)
        return state, (), [mixed]
    channel = partner.channel(agreement)
    if channel is None or not channel.sends:
        return State.HELD, (), [problem("P123", partner=partner.partner, what=agreement)]
    compiled, _ = translation.partner_map(partner, agreement)
    guide, _ = translation.guide(partner, agreement)
    if compiled is None:
        return State.HELD, (), [problem("P120", what=what, id=NUMBER)]
    if guide is None and agreement.guide is not None:
        return State.HELD, (), [problem("P129", guide=agreement.guide, what=what, id=NUMBER)]
    found = check(document, agreement.checks.totals_within, agreement.checks.profile or "")
    if has_errors(found):
        return State.REFUSED, (), found
    made, wrong = compiled.write(document)
    body = made if isinstance(made, list) else []
    found += wrong
    if has_errors(found):
        return State.REFUSED, (), found
    found += compiled.unwritten(document)  # told, not dropped in silence
    body, refused = _tried(room, partner, agreement, body, document, guide)
    found += [each for each in refused if each.severity is Severity.WARNING]
    wrong = errors(refused)
    if wrong:
        facts: dict[str, Any] = {"message": agreement.message, "partner": partner.partner}
        first = problem("P124", finding=wrong[0].sentence, **facts)
        return State.REFUSED, (), [*found, first, *wrong]
    return State.MAPPED, tuple(body), found


def _tried(
    room: _Room,
    partner: Partner,
    agreement: Agreement,
    body: Sequence[str],
    document: Document,
    guide: Guide | None,
) -> tuple[list[str], list[Problem]]:
    """A body as it will leave, and what our own grammar finds in it in an envelope."""
    workspace, library = room.workspace, room.translation.library
    ready, found = wire.prepared(workspace, partner, agreement, library, body)
    numbers = wire.Numbers("1", "1", documents=(number_of(document),), real=False)
    trial = wire.compose(workspace, partner, agreement, [ready], numbers, _NOMINAL)
    rechecked = wire.recheck(library, trial.data, guide, agreed=(partner, agreement))
    return ready, [*found, *errors(trial.problems), *rechecked]


def _of_other_mode(room: _Room, partner: Partner, agreement: Agreement) -> tuple[State, Problem]:
    """A live document under a test agreement waits; a test document is never sent as a live one."""
    facts: dict[str, Any] = {"partner": partner.partner, "document": agreement.document}
    erp_in = room.workspace.erp_in
    if room.test:
        found = problem("P251", folder=erp_in(agreement.document), **facts)
        return State.REFUSED, found
    sandbox = erp_in(agreement.document, test=True)
    return State.HELD, problem("P250", folder=sandbox, id=NUMBER, **facts)


def _verdict(exported: Exported, name: str, line: int | None) -> Exported:
    """Every problem says at least on which line the document starts."""
    found = exported.problems[:_MOST]
    return replace(exported, problems=tuple(each.at(file=name, line=line) for each in found))
