"""Documents of shops as files for the ERP: written by its maps, entered with rows of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.folder import file_name
from gateway.config.shops import Shop
from gateway.documents import Document
from gateway.documents.threads import orders_of
from gateway.pipeline import lanes
from gateway.pipeline.failure import NUMBER, free_name, numbered
from gateway.pipeline.house import House, Rules
from gateway.pipeline.naming import business_keys, moments
from gateway.pipeline.stamp import Unstamped, unstamped
from gateway.pipeline.states import State, way
from gateway.problems import Problem, has_errors, problem
from gateway.store import (
    Message,
    NewDelivery,
    NewMessage,
    contents,
    deliveries,
    messages,
    threads,
)
from gateway.store.threads import Linked
from gateway.syntax.record import Record

_WAY = (State.IDENTIFIED, State.CHECKED, State.MAPPED)


@dataclass(frozen=True, slots=True)
class Written:
    """A document, and its file for the ERP."""

    document: Document
    data: bytes
    suffix: str
    unstamped: Unstamped | None = None
    """What makes the file anew when its row is known, where it names the row."""
    problems: tuple[Problem, ...] = ()


def write(
    house: Rules, shop: Shop, document: Document, found: Sequence[Problem] = ()
) -> Written | list[Problem]:
    """The file for the ERP; or why its format cannot carry the document. ``found``: before."""
    form = shop.erp.format or house.workspace.erp.formats.of(document.name)
    compiled, missing = house.translation.written_map(document, form)
    if compiled is None or compiled.layout is None:
        what = f"{document.name} of {shop.shop} as {form}"
        return [*found, problem("P120", what=what, id=NUMBER), *missing]
    record, met = compiled.write(document)
    assert isinstance(record, Record)
    data, met_too = compiled.layout.write([record])
    told = [*found, *met, *met_too, *compiled.unwritten(document)]
    if has_errors([*met, *met_too]):
        return told
    layout = compiled.layout
    return Written(document, data, layout.suffix, unstamped(layout, record), tuple(told))


def enter(
    connection: Connection,
    house: House,
    shop: Shop,
    file: Message,
    written: Sequence[Written],
    at: datetime,
    *,
    test: bool,
) -> list[int]:
    """Rows of documents found in a file, and their deliveries to the ERP; due at once."""
    way(State.RECEIVED, *_WAY)
    documents = [each.document.to_json().encode() for each in written]
    rows = [
        _row(shop, file, ordinal, each, contents.sha_of(document), test=test)
        for ordinal, (each, document) in enumerate(zip(written, documents, strict=True))
    ]
    ids = messages.add(connection, rows, at, ways=[_WAY] * len(rows))
    files = [_file(each, id_, at, row) for each, id_, row in zip(written, ids, rows, strict=True)]
    contents.put(connection, [*documents, *files])
    messages.add_problems(
        connection,
        {
            id_: [one.at(file=file.name) for one in numbered(each.problems, id_)]
            for id_, each in zip(ids, written, strict=True)
        },
    )
    if not test:  # test documents are no part of anybody's business
        threads.link(
            connection,
            at,
            [
                Linked(id_, shop.shop, each.document.name, orders_of(each.document))
                for id_, each in zip(ids, written, strict=True)
            ],
        )
    for id_, each, data, row in zip(ids, written, files, rows, strict=True):
        _deliver(connection, house, shop, row, id_, each, data, at)
    return ids


def _row(
    shop: Shop, file: Message, ordinal: int, one: Written, content: str, *, test: bool
) -> NewMessage:
    return NewMessage(
        kind="message",
        direction="in",
        state=_WAY[-1],
        parent=file.id,
        ordinal=ordinal,
        source=file.source,
        name=file.name,
        partner=shop.shop,
        document=one.document.name,
        format=f"{shop.kind}/{one.document.name}",
        reference=file.reference,
        number=str(getattr(one.document, "number", ""))[:80],
        test=test,
        payload=file.payload,
        payload_offset=0,
        payload_size=file.payload_size,
        content=content,
        config=file.config,
        trace=file.trace,
    )


def _file(one: Written, id_: int, at: datetime, row: NewMessage) -> bytes:
    """The bytes for the ERP, with the number of the row where they name it."""
    if one.unstamped is None:
        return one.data
    return one.unstamped.write(id_, at, row, row.reference)


def _deliver(
    connection: Connection,
    house: House,
    shop: Shop,
    row: NewMessage,
    id_: int,
    one: Written,
    data: bytes,
    at: datetime,
) -> None:
    workspace = house.workspace
    folder = workspace.erp_out(row.document, test=row.test)
    facts = {
        "document": row.document,
        "message": row.document.upper(),
        "partner": shop.shop,
        "number": row.number,
        "control": row.reference,
        "seq": f"{id_:06}",
        "ext": one.suffix,
        **moments(at),
        **business_keys(workspace, shop.shop, one.document),
        "gln": shop.erp.gln or "",
    }
    planned = NewDelivery(
        key=f"erp:{id_}",
        message=id_,
        purpose="erp",
        lane=lanes.erp(row.document, test=row.test),
        folder=str(folder),
        name=free_name(connection, folder, file_name(workspace.erp.send.name, facts)),
        sha=contents.sha_of(data),
        due=at,
    )
    deliveries.add(connection, [planned], at)
