"""Documents for a partner become an interchange that waits for its delivery.

How many of them, the agreement says (``send``): all of a file of the ERP, each alone, or as many
as were collected (:mod:`gateway.pipeline.batches`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.models import Agreement, Partner
from gateway.documents import Document
from gateway.pipeline import lanes, wire
from gateway.pipeline.constancy import said
from gateway.pipeline.destination import destination
from gateway.pipeline.export import Exported
from gateway.pipeline.house import House
from gateway.pipeline.naming import business_keys, moments
from gateway.pipeline.states import State, way
from gateway.problems import has_errors
from gateway.store import Message, NewDelivery, NewMessage, contents, deliveries, messages


@dataclass(frozen=True, slots=True)
class Lot:
    """The documents of a file that travel together."""

    partner: Partner
    agreement: Agreement
    entries: tuple[tuple[int, Exported], ...]
    """With the numbers of their rows."""
    same: tuple[str, ...] = ()
    """What their messages say that has to be the same in an interchange."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A message that leaves, and the row of its document."""

    row: int
    number: str
    segments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Departure:
    """Messages that leave in one interchange."""

    partner: Partner
    agreement: Agreement
    pieces: Sequence[Piece]
    first: Document | None
    """The document of the first one, which may name the file."""
    test: bool
    origin: NewMessage
    """What the row of the interchange says about where it comes from."""


def lots(entries: Sequence[tuple[int, Exported]]) -> list[Lot]:
    """By partner, agreement and what has to be the same; each document alone, where so agreed."""
    lots: dict[tuple[str, str, tuple[str, ...], int], Lot] = {}
    for id_, each in entries:
        if each.state is not State.MAPPED or each.partner is None or each.agreement is None:
            continue
        alone = id_ if each.agreement.send.per == "document" else 0
        same = said(each.segments, each.agreement.send.same)
        key = (each.partner.partner, str(each.agreement), same, alone)
        lot = lots.get(key, Lot(each.partner, each.agreement, (), same))
        lots[key] = replace(lot, entries=(*lot.entries, (id_, each)))
    return list(lots.values())


def send(house: House, connection: Connection, file: Message, lot: Lot, at: datetime) -> None:
    """The documents of a file that travel together leave."""
    origin = _from(file.config, file.trace, parent=file.id, source=file.source, name=file.name)
    depart(
        house,
        connection,
        Departure(
            lot.partner,
            lot.agreement,
            [Piece(id_, each.number, each.segments) for id_, each in lot.entries],
            lot.entries[0][1].document,
            lot.agreement.mode == "test",
            origin,
        ),
        at,
    )


def collected(config: str, trace: str, source: str) -> NewMessage:
    """The origin of an interchange of documents that were collected."""
    return _from(config, trace, source=source)


def _from(
    config: str, trace: str, *, source: str, parent: int | None = None, name: str = ""
) -> NewMessage:
    return NewMessage(
        kind="interchange",
        direction="out",
        state=State.MAPPED,
        parent=parent,
        source=source,
        name=name,
        config=config,
        trace=trace,
    )


def depart(house: House, connection: Connection, leaving: Departure, at: datetime) -> int:
    """One interchange: numbers drawn, bytes built and kept, delivery planned; its row.

    Raises ``OSError`` where something is missing that somebody can bring: a secret, a table of
    characters, a control number.
    """
    workspace, partner, agreement = house.workspace, leaving.partner, leaving.agreement
    count, test = len(leaving.pieces), leaving.test
    drawn = wire.draw(connection, workspace, partner, agreement, at, messages=count, test=test)
    drawn = replace(drawn, documents=tuple(each.number for each in leaving.pieces))
    bodies = [each.segments for each in leaving.pieces]
    built = wire.compose(workspace, partner, agreement, bodies, drawn, at, test=test)
    guide, _ = house.translation.guide(partner, agreement)
    library = house.translation.library
    wrong = [
        *built.problems,
        *wire.recheck(library, built.data, guide, agreed=(partner, agreement)),
    ]
    state = State.HELD if has_errors(wrong) else State.MAPPED
    interchange = _row(leaving, built, drawn, state)
    states = (State.CHECKED, state)
    way(*states)
    (id_,) = messages.add(connection, [interchange], at, ways=[states])
    messages.add_problems(connection, {id_: wrong})
    contents.put(connection, [built.data])
    for piece, reference in zip(leaving.pieces, built.references, strict=True):
        messages.amend(
            connection, piece.row, at, carrier=id_, reference=reference, grouping=drawn.group
        )
    if state is State.MAPPED:
        _plan(house, connection, leaving, interchange, id_, at)
    return id_


def _row(leaving: Departure, built: wire.Built, drawn: wire.Numbers, state: State) -> NewMessage:
    """The row of an interchange."""
    agreement = leaving.agreement
    return replace(
        leaving.origin,
        state=state,
        partner=leaving.partner.partner,
        document=agreement.document,
        standard=agreement.standard.syntax,
        format=format_of(agreement),
        sender=built.sender,
        receiver=built.receiver,
        reference=drawn.interchange,
        grouping=drawn.group,
        test=leaving.test,
        content=contents.sha_of(built.data),
    )


def _plan(
    house: House,
    connection: Connection,
    leaving: Departure,
    interchange: NewMessage,
    id_: int,
    at: datetime,
) -> None:
    """The file that the partner will find."""
    partner, agreement = leaving.partner, leaving.agreement
    channel = partner.channel_name(agreement) or ""
    where = destination(
        house.workspace, interchange.partner, channel, partner.channels.get(channel)
    )
    assert where is not None
    facts = {
        "document": interchange.document,
        "message": agreement.message,
        "partner": interchange.partner,
        "number": leaving.pieces[0].number,
        "control": interchange.reference,
        "seq": f"{id_:06}",
        "ext": wire.EXTENSION[interchange.standard],
        **moments(at),
        **business_keys(house.workspace, interchange.partner, leaving.first),
    }
    planned = NewDelivery(
        key=f"partner:{id_}",
        message=id_,
        purpose="partner",
        lane=lanes.partner(interchange.partner, channel, interchange.document),
        outlet=where.outlet,
        folder=where.folder,
        name=where.name(connection, facts),
        sha=str(interchange.content),
        due=at,
    )
    deliveries.add(connection, [planned], at)


def format_of(agreement: Agreement | None) -> str:
    """``edifact/D96A/INVOIC``."""
    if agreement is None:
        return ""
    standard = agreement.standard
    return f"{standard.syntax}/{standard.directory}/{agreement.message}"
