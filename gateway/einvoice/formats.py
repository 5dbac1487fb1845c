"""Reading and writing invoices, whatever their syntax: bytes ⇄ the canonical invoice.

    found, = read_invoices(maps, data)          # UBL, CII, EDIFACT, ISO 20625, X12, JSON
    data, problems = write_invoice(maps, found.document, "cii")

UBL has two roots for one document; which one an invoice is written as follows from its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from gateway.documents import Invoice, build
from gateway.einvoice.iso20625 import segments_of
from gateway.einvoice.recognise import NotEInvoice, Recognised, recognise
from gateway.grammar import read_segments
from gateway.grammar.envelope import MessageFound, walk
from gateway.grammar.model import MessageGrammar
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Problem, has_errors, problem
from gateway.syntax import build as segment
from gateway.syntax import detect, read_bytes

MAPS = {
    "ubl": "ubl/invoice.map",
    "ubl-creditnote": "ubl/creditnote.map",
    "cii": "cii/invoice.map",
    "edifact-xml": "edifact/en16931/invoic.map",
    "edifact-en16931": "edifact/en16931/invoic.map",
    "edifact": "edifact/invoic.map",
    "x12": "x12/810.map",
}
"""Kind of invoice → its map."""
CREDITS = ("credit_note", "self_billed_credit_note", "factored_credit_note")
"""Kinds that UBL writes as CreditNote (UNCL 1001: 381, 261, 396)."""
_EN16931 = ("D14B", "D16B")
"""Directory and code lists of the INVOIC of EN 16931 (UNH ``D:14B:UN::16B``)."""
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """What one invoice of a file was read into."""

    kind: str
    """Of :data:`MAPS`; empty where the file is none of them."""
    document: Invoice | None
    problems: list[Problem]


def read_invoices(maps: Maps, data: bytes) -> list[Found]:
    """Every invoice of a file, with what is wrong with it and what of it no row reads."""
    form = detect(data[:_HEAD])
    if form in ("edifact", "x12"):
        return list(_messages(maps, data, form)) or [_none("it has no INVOIC or 810")]
    try:
        known = recognise(data)
    except NotEInvoice as not_one:
        return [_none(str(not_one))]
    compiled, problems = _map(maps, known.kind)
    if compiled is None:
        return [Found(known.kind, None, problems)]
    if known.kind == "edifact-xml":
        return [_iso20625(maps, known, compiled, problems)]
    reading = compiled.layout.read(data)
    problems += reading.problems
    if not reading.documents:
        return [Found(known.kind, None, problems)]
    return [_built(known.kind, compiled, reading.documents[0], problems)]


def write_invoice(maps: Maps, document: Invoice, kind: str) -> tuple[bytes, list[Problem]]:
    """The file of an XML syntax, and what it could not hold; with errors it is empty.

    ``kind``: ``ubl`` (its root follows from the kind of the invoice) or ``cii``.
    """
    if kind == "ubl" and document.kind in CREDITS:
        kind = "ubl-creditnote"
    compiled, problems = _map(maps, kind)
    if compiled is None or compiled.layout is None:
        return b"", problems
    body, found = _body(compiled, document)
    problems += found
    if has_errors(problems):
        return b"", problems
    data, found = compiled.layout.write([body])
    return data, problems + found


def write_message(maps: Maps, document: Invoice) -> tuple[list[str], list[Problem]]:
    """The INVOIC of EN 16931, UNH to UNT in normal form; with errors it is empty."""
    compiled, problems = _map(maps, "edifact-en16931")
    if compiled is None or compiled.grammar is None:
        return [], problems
    body, found = _body(compiled, document)
    problems += found
    if has_errors(problems):
        return [], problems
    header = segment("UNH", "1", ("INVOIC", "D", "14B", "UN", "", "16B"))
    message = [header, *body, segment("UNT", str(len(body) + 2), "1")]
    problems += read_segments(message, _with_lists(maps, compiled, *_EN16931)).problems
    return message, problems


def _body(compiled: CompiledMap, document: Invoice) -> tuple[Any, list[Problem]]:
    problems = compiled.unwritten(document)
    body, found = compiled.write(document)
    return body, problems + found


def _messages(maps: Maps, data: bytes, form: str) -> Iterator[Found]:
    for event in walk(read_bytes(data), maps.library.service):
        if not isinstance(event, MessageFound) or event.header.type not in ("INVOIC", "810"):
            continue
        header = event.header
        kind = form
        if form == "edifact" and (header.directory, header.lists) == _EN16931:
            kind = "edifact-en16931"
        standard = f"{form}/{header.directory}/{header.type}"
        compiled, problems = _map(maps, kind, standard)
        problems += [*event.part.problems, *event.problems]
        if compiled is None or compiled.grammar is None:
            yield Found(kind, None, problems)
            continue
        grammar = _with_lists(maps, compiled, header.directory, header.lists)
        reading = read_segments(event.part.segments, grammar)
        problems += reading.problems
        if reading.tree is None:
            yield Found(kind, None, problems)
        else:
            yield _built(kind, compiled, reading.tree, problems)


def _iso20625(
    maps: Maps, known: Recognised, compiled: CompiledMap, problems: list[Problem]
) -> Found:
    assert compiled.grammar is not None
    segments, found = segments_of(known.root, compiled.grammar)
    reading = read_segments(segments, _with_lists(maps, compiled, *_EN16931))
    problems = [*problems, *found, *reading.problems]
    if reading.tree is None:
        return Found(known.kind, None, problems)
    return _built(known.kind, compiled, reading.tree, problems)


def _with_lists(maps: Maps, compiled: CompiledMap, directory: str, lists: str) -> MessageGrammar:
    """The grammar of a map with the code lists of another directory (UNH 0110)."""
    assert compiled.grammar is not None
    standard, _, _ = compiled.format.partition("/")
    name = compiled.grammar.name
    return maps.library.message(standard, directory, name, lists=lists) or compiled.grammar


def _built(kind: str, compiled: CompiledMap, source: Any, problems: list[Problem]) -> Found:
    fields, found = compiled.read(source)
    document, refused = build("invoice", fields)
    whole = [*problems, *found, *compiled.unread(source), *refused]
    return Found(kind, cast("Invoice | None", document), whole)


def _none(reason: str) -> Found:
    return Found("", None, [problem("V615", file="the file", reason=reason)])


def _map(maps: Maps, kind: str, standard: str = "") -> tuple[CompiledMap | None, list[Problem]]:
    name = MAPS.get(kind)
    if name is None:
        reason = f"there is no map for {kind}; there are {', '.join(MAPS)}"
        return None, [problem("V615", file="the file", reason=reason)]
    compiled, problems = maps.load(name, standard=standard or None)
    return compiled, [one for one in problems if compiled is None or one.code != "M209"]
