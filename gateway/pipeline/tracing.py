"""Where each value of a document came from and where it went, to the byte and to the row of a map.

The file is read again with the traced variants of the maps that a run would take; nothing is
stored, sent or moved. For a stored message that is its archived file, with the settings it was
processed with where they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.models import Agreement, Partner
from gateway.documents import build
from gateway.grammar import Tree, read
from gateway.grammar.envelope import InterchangeStart, MessageFound, walk
from gateway.grammar.guide import read_with_guide
from gateway.grammar.layoutmodel import RecordFormat
from gateway.mapping import CompiledMap
from gateway.mapping.coverage import element_name
from gateway.mapping.journey import Journey, journeys
from gateway.mapping.trace import Spot, record_paths
from gateway.pipeline import wire
from gateway.pipeline.agreed import Choice
from gateway.pipeline.export import partner_of
from gateway.pipeline.house import House, Rules
from gateway.pipeline.identify import identify
from gateway.pipeline.inbound import codec_of
from gateway.pipeline.marked import marked
from gateway.pipeline.replay.again import NothingToReplayError, origin
from gateway.pipeline.replay.then import rules_of
from gateway.pipeline.trial import guessed
from gateway.problems import Problem
from gateway.store import messages
from gateway.syntax import Part, detect, read_bytes
from gateway.syntax.locate import Located
from gateway.syntax.record import Record

_NUMBERS = wire.Numbers("000000001", "1", real=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one value."""

    offset: int
    """In the file."""
    length: int
    raw: str
    """As the file has it, escapes and all."""


@dataclass(slots=True)
class Side:
    """One message or record: what came in, or what went out."""

    format: str
    """``edifact/D96A/ORDERS``, ``csv/order``."""
    part: Part | None = None
    grammar: Any = None
    lines: dict[str, int | None] = field(default_factory=dict)
    """Line of each record by its path."""
    _located: Located | None = None

    @property
    def located(self) -> Located | None:
        """The places of the message."""
        if self._located is None and self.part is not None:
            self._located = Located(self.part)
        return self._located

    def piece(self, spot: Spot) -> Piece | None:
        """The bytes of a value; ``None`` for fields of records."""
        located = self.located
        if located is None or self.part is None or not spot.segment:
            return None
        place = (spot.segment, spot.element, spot.component, spot.repetition)
        offset, length = located.find(*place)
        start = offset - self.part.offset
        codec = self.part.dialect.codec if self.part.dialect else "latin-1"
        raw = self.part.raw[start : start + length].decode(codec, "replace")
        return Piece(offset, length, raw)

    def line(self, spot: Spot) -> int | None:
        """Line of the file that a field of a record is on, as far as records know it."""
        return spot.line or self.lines.get(spot.record)

    def name(self, spot: Spot) -> str:
        """How a map names the place: ``QTY.6060``, ``PO102``, ``order.line[2].qty``."""
        if not spot.segment or self.grammar is None:
            return f"{spot.record}.{spot.name}"
        return element_name(self.grammar, spot.tag, spot.element, spot.component - 1)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One document of a file. Without ``journeys`` there is a ``reason``."""

    what: str
    """``order PO-26-10417``, ``ORDERS 1``."""
    where: str
    """Which part of the file: ``0/1``, ``3``."""
    journeys: tuple[Journey, ...] = ()
    unread: tuple[Problem, ...] = ()
    """V511 of what no row read."""
    unwritten: tuple[Problem, ...] = ()
    came: Side = field(default_factory=lambda: Side(""))
    went: Side = field(default_factory=lambda: Side(""))
    reason: str = ""
    """Why nothing, or nothing of what went out, can be explained."""


def explain_stored(house: House, id_: int) -> list[Explanation] | str:
    """The documents of a stored message, document, interchange or file; or why there is nothing."""
    with house.store.read() as connection:
        row = messages.get(connection, id_)
        if row is None:
            return f"there is no message {id_}; `gateway messages` lists them"
        try:
            file, only = origin(connection, row)
        except NothingToReplayError as nothing:
            return str(nothing)
    rules = rules_of(house, row.config, id_)
    if isinstance(rules, Problem):
        rules = house  # the settings of then are gone: those of now are the best there is
    try:
        data = house.store.payload(str(file.payload))
    except KeyError:
        return f"the file of message {id_} is not kept any more"
    wanted = {only} if only else None
    if file.direction == "in":
        owner, _ = rules.partner_of(file.source)
        return explain_interchanges(rules, file.name, data, owner, wanted)
    return explain_export(rules, file.name, data, file.document, wanted)


def explain_file(
    rules: Rules, path: Path, partner: str | None, document: str | None
) -> list[Explanation] | str:
    """The documents of a file: of a partner, or (what is no EDI) of the ERP; or why there are none.

    ``document``: what a file of the ERP holds; without it the name of its folder or file says so.
    """
    data = path.read_bytes()
    if str(detect(data[:4096])) in ("edifact", "x12"):
        return explain_interchanges(
            rules, path.name, data, rules.workspace.partners.get(partner or "")
        )
    named = document or guessed(path)
    if named is None:
        return f"it is not known what {path.name} holds; name the document"
    return explain_export(rules, path.name, data, named)


def explain_interchanges(
    rules: Rules,
    name: str,
    data: bytes,
    owner: Partner | None,
    wanted: Collection[str] | None = None,
) -> list[Explanation]:
    """The messages of a partner's file; ``wanted`` as in :mod:`gateway.pipeline.trial`."""
    kind = str(detect(data[:4096]))
    found: list[Explanation] = []
    partner, choice = owner, None
    at, ordinal = -1, -1
    parts = read_bytes(data, limits=rules.limits, codec=codec_of(owner, kind))
    for item in walk(parts, rules.translation.library.service):
        if isinstance(item, InterchangeStart):
            at, ordinal = at + 1, -1
            interchange = marked(rules.workspace, item.interchange)
            partner, _ = identify(rules.workspace, interchange, owner)
            choice = None
            if partner is not None:
                choice = Choice(rules.workspace, partner, interchange)
        elif isinstance(item, MessageFound):
            ordinal += 1
            where = f"{at}/{ordinal}"
            if wanted is None or not {where, str(at)}.isdisjoint(wanted):
                found.append(_message(rules, partner, choice, item, where))
    return found


def _message(
    rules: Rules, partner: Partner | None, choice: Choice | None, found: MessageFound, where: str
) -> Explanation:
    header = found.header
    what = f"{header.type} {header.reference}"
    if partner is None or choice is None:
        return Explanation(what, where, reason="nobody known sent it; name the partner")
    agreement = choice.of(header)
    if agreement is None:
        reason = f"{partner.partner} has no agreement about {choice.named(header)}"
        return Explanation(what, where, reason=reason)
    tree = _tree(rules, partner, agreement, header.standard, found)
    compiled, _ = rules.translation.partner_map(partner, agreement)
    if tree is None or compiled is None:
        lacking = "its structure is not that of its grammar" if tree is None else "it has no map"
        return Explanation(what, where, reason=lacking)
    came = Side(compiled.format, found.part, tree.grammar)
    traced = compiled.trace_read(tree)
    unread = tuple(compiled.unread(tree))
    document, _ = build(agreement.document, traced.value)
    what = f"{agreement.document} {traced.value.get('number', '')}".rstrip()
    if document is None:
        listed = tuple(journeys(traced.value, traced.links, ()))
        reason = "the document is not complete, so nothing went out"
        return Explanation(what, where, listed, unread, came=came, reason=reason)
    form = rules.workspace.erp_format(agreement)
    out, _ = rules.translation.erp_map(agreement.document, form)
    if out is None or out.layout is None:
        listed = tuple(journeys(traced.value, traced.links, ()))
        reason = f"there is no map to {form}"
        return Explanation(what, where, listed, unread, came=came, reason=reason)
    written = out.trace_write(document)
    went = Side(out.format, lines=_lines(out.layout, written.value))
    listed = tuple(journeys(document.model_dump(mode="python"), traced.links, written.links))
    return Explanation(what, where, listed, unread, tuple(out.unwritten(document)), came, went)


def _tree(
    rules: Rules, partner: Partner, agreement: Agreement, standard: str, found: MessageFound
) -> Tree | None:
    guide, _ = rules.translation.guide(partner, agreement)
    if guide is not None:
        return read_with_guide(found.part, guide).tree
    header = found.header
    grammar = rules.translation.library.message(
        standard, header.directory, header.type, lists=header.lists
    )
    return None if grammar is None else read(found.part, grammar).tree


def _lines(layout: RecordFormat, record: Any) -> dict[str, int | None]:
    """Where the records of a document stand in the file that is written for it."""
    data, _ = layout.write([record])
    again = layout.read(data).documents if data else []
    return {path: one.line for path, one in record_paths(again[0])} if again else {}


def explain_export(
    rules: Rules,
    name: str,
    data: bytes,
    document: str,
    wanted: Collection[str] | None = None,
) -> list[Explanation]:
    """The documents of a file of the ERP."""
    form = rules.translation.erp_form(document, name, data)
    compiled, _ = rules.translation.erp_map(document, form)
    if compiled is None or compiled.layout is None:
        return [Explanation(document, "", reason=f"there is no map from {form}")]
    return [
        _record(rules, compiled, each.record, str(ordinal))
        for ordinal, each in enumerate(compiled.layout.read(data).found)
        if each.record is not None and (wanted is None or str(ordinal) in wanted)
    ]


def _record(rules: Rules, compiled: CompiledMap, record: Record, where: str) -> Explanation:
    traced = compiled.trace_read(record)
    unread = tuple(compiled.unread(record))
    came = Side(compiled.format)
    what = f"{compiled.document} {traced.value.get('number', '')}".rstrip()
    document, _ = build(compiled.document, traced.value)
    reason, partner, out = "the document is not complete, so nothing went out", None, None
    if document is not None:
        partner, tried = partner_of(rules.workspace, document)
        reason = f"no partner has {tried}"
    agreement = None
    if document is not None and partner is not None:
        agreement = rules.workspace.agreement(partner, document.name, "outbound")
        reason = f"{partner.partner} gets no {document.name}"
        out = None if agreement is None else rules.translation.partner_map(partner, agreement)[0]
    if document is None or partner is None or agreement is None or out is None:
        listed = tuple(journeys(traced.value, traced.links, ()))
        return Explanation(what, where, listed, unread, came=came, reason=reason)
    written = out.trace_write(document, at=rules.clock())
    body = written.value if isinstance(written.value, list) else []
    built = wire.compose(rules.workspace, partner, agreement, [body], _NUMBERS, rules.clock())
    went = Side(out.format, _first(built.data, rules.translation.library.service), out.grammar)
    listed = tuple(journeys(document.model_dump(mode="python"), traced.links, written.links))
    return Explanation(what, where, listed, unread, tuple(out.unwritten(document)), came, went)


def _first(data: bytes, service: Callable[[str], Any]) -> Part | None:
    """The message in an interchange of ours."""
    found: Iterator[Part] = (
        item.part for item in walk(read_bytes(data), service) if isinstance(item, MessageFound)
    )
    return next(found, None)


def at_byte(
    explanations: Sequence[Explanation], offset: int
) -> tuple[Explanation, int, int] | None:
    """Which message, segment and element a byte of the file belongs to."""
    for each in explanations:
        located = each.came.located
        if located is not None:
            segment, element = located.at(offset)
            if segment:
                return each, segment, element
    return None
