"""Documents for a partner become an interchange that waits for its delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.models import Agreement, Partner
from gateway.pipeline import lanes, wire
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


def lots(entries: Sequence[tuple[int, Exported]]) -> list[Lot]:
    """By partner and agreement, in the order of the file."""
    lots: dict[tuple[str, str], Lot] = {}
    for id_, each in entries:
        if each.state is not State.MAPPED or each.partner is None or each.agreement is None:
            continue
        key = (each.partner.partner, str(each.agreement))
        lot = lots.get(key, Lot(each.partner, each.agreement, ()))
        lots[key] = replace(lot, entries=(*lot.entries, (id_, each)))
    return list(lots.values())


def send(house: House, connection: Connection, file: Message, lot: Lot, at: datetime) -> None:
    """One interchange: numbers drawn, bytes built and kept, delivery planned."""
    workspace, partner, agreement = house.workspace, lot.partner, lot.agreement
    numbers = wire.draw(connection, workspace, partner, agreement, at)
    bodies = [each.segments for _, each in lot.entries]
    built = wire.compose(workspace, partner, agreement, bodies, numbers, at)
    guide, _ = house.translation.guide(partner, agreement)
    wrong = [*built.problems, *wire.recheck(house.translation.library, built.data, guide)]
    state = State.HELD if has_errors(wrong) else State.MAPPED
    interchange = NewMessage(
        kind="interchange",
        direction="out",
        state=state,
        parent=file.id,
        source=file.source,
        name=file.name,
        partner=partner.partner,
        document=agreement.document,
        standard=agreement.standard.syntax,
        format=format_of(agreement),
        sender=built.sender,
        receiver=built.receiver,
        reference=numbers.interchange,
        grouping=numbers.group,
        test=agreement.mode == "test",
        content=contents.sha_of(built.data),
        config=file.config,
        trace=file.trace,
    )
    states = (State.CHECKED, state)
    way(*states)
    (id_,) = messages.add(connection, [interchange], at, ways=[states])
    messages.add_problems(connection, {id_: wrong})
    contents.put(connection, [built.data])
    for (row, _), reference in zip(lot.entries, built.references, strict=True):
        messages.amend(
            connection, row, at, carrier=id_, reference=reference, grouping=numbers.group
        )
    if state is State.MAPPED:
        _plan(house, connection, lot, interchange, id_, at)


def _plan(
    house: House,
    connection: Connection,
    lot: Lot,
    interchange: NewMessage,
    id_: int,
    at: datetime,
) -> None:
    """The file that the partner will find."""
    channel = lot.partner.channel_name(lot.agreement) or ""
    where = destination(
        house.workspace, interchange.partner, channel, lot.partner.channels.get(channel)
    )
    assert where is not None
    first = lot.entries[0][1]
    facts = {
        "document": interchange.document,
        "message": lot.agreement.message,
        "partner": interchange.partner,
        "number": first.number,
        "control": interchange.reference,
        "seq": f"{id_:06}",
        "ext": wire.EXTENSION[interchange.standard],
        **moments(at),
        **business_keys(house.workspace, interchange.partner, first.document),
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
