"""Stored messages of AS2, as they were on the wire, for ``gateway as2 explain --message``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_bytes

from sqlalchemy import select

from gateway.channels.as2.explain import Bytes, Raw, SentMessage, read_raw, sent_message
from gateway.channels.as2.explain.variants import Covered
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.verdict import SentFacts
from gateway.channels.as2.message import Outgoing, Payload, build_message
from gateway.channels.as2.mime.headers import Headers
from gateway.cli.output import cannot
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.pipeline.as2.send.build import content_type
from gateway.pipeline.house import House
from gateway.problems import Problem
from gateway.store import deliveries, messages
from gateway.store.as2 import received, sent
from gateway.store.as2.tables import received as received_table

MARK = "as2:"
"""Before the number of a message among those that came by AS2, refused ones too."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that came: a message, or a receipt for a message of ours."""

    raw: Raw
    at: datetime
    partner: str
    sent: SentMessage | None = None
    found: tuple[Problem, ...] = ()
    """What was found when it came."""
    state: str = ""
    """What became of a message that came: ``accepted``, ``refused`` …"""


def stored_cases(
    stack: ExitStack, workspace: Workspace, name: str, links: Sequence[Link], scratch: Scratch
) -> list[Case]:
    """What came or went under a name. Ends the command where nothing did.

    ``4711`` as in `gateway messages`, ``as2:12`` as in `gateway as2 received`, or a Message-ID.
    """
    house = stack.enter_context(open_gateway(workspace)).house
    found = [*_came(house, name, scratch), *_went(house, name, links, scratch)]
    if not found:
        cannot(
            f"{name} neither came nor went by AS2; see `gateway as2 received` for what came, and "
            "`gateway messages` for all that was taken over"
        )
    return found


def problems_of(row: received.Received) -> tuple[Problem, ...]:
    """What was found in a message when it came."""
    told = json.loads(row.found or "{}").get("problems", [])
    return tuple(Problem.from_json(each) for each in told)


def _came(house: House, name: str, scratch: Scratch) -> Iterator[Case]:
    column = received_table.c
    if name.isdecimal():
        which = column.message == int(name)
    elif name.startswith(MARK):
        number = name.removeprefix(MARK)
        which = column.id == (int(number) if number.isdecimal() else 0)
    else:
        which = column.message_id.in_((name, f"<{name}>"))
    with house.store.read() as connection:
        found = connection.execute(select(received_table).where(which).limit(_MOST))
        rows = [received.Received(**row._mapping) for row in found]
    for row in rows:
        body = _archived(house, row.content, scratch)
        if body is None:
            cannot(f"the bytes of {name} are not kept any more")
        headers = Headers.of(received.headers_of(row))
        raw = Raw(headers, body)
        yield Case(raw, row.created, row.partner, found=problems_of(row), state=row.state)


def _went(house: House, name: str, links: Sequence[Link], scratch: Scratch) -> Iterator[Case]:
    """Our message as it went, if no receipt came; otherwise each receipt, beside it."""
    with house.store.read() as connection:
        if name.isdecimal():
            rows = sent.of_message(connection, int(name))
        else:
            one = sent.named(connection, (name, f"<{name}>"))
            rows = [one] if one is not None else []
        receipts = {row.id: sent.receipts_of(connection, row.id) for row in rows}
    for row in rows:
        link = next((one for one in links if _is(one, row)), None)
        lenient = link.receipt.lenient if link else frozenset()
        facts = SentFacts(row.message_id, row.as2_from, row.as2_to, row.mics, row.signed, lenient)
        told = SentMessage(facts, _bytes(house, row, link, links, scratch))
        for each in receipts[row.id]:
            raw = read_raw(Extent.of(house.store.payload(each.content)), None, scratch)
            yield Case(raw, each.created, row.partner, told)
        body = _archived(house, row.wire, scratch)
        if not receipts[row.id] and body is not None:
            yield Case(Raw(Headers.of(row.headers), body), row.created, row.partner)


def _is(link: Link, row: sent.Sent) -> bool:
    return (link.partner, link.channel) == (row.partner, row.channel)


def _bytes(
    house: House, row: sent.Sent, link: Link | None, links: Sequence[Link], scratch: Scratch
) -> Bytes | None:
    """What a MIC may be over.

    The message itself is encrypted for the partner. Its part is built again from the document, and
    counts if it has the digests that were kept; otherwise there is only the document.
    """
    document = _archived(house, row.payload, scratch)
    if document is None:
        return None
    if link is not None and link.ours:
        built = build_message(_again(house, row, link, document), scratch, token_bytes)
        raw = Raw(Headers.of(built.headers), built.body)
        again = sent_message(raw, links, row.created, scratch)
        if again is not None and dict(again.facts.mics) == dict(row.mics):
            return again.over
    return Bytes([Covered("the document alone", document)], "the part that was sent", "its digest")


def _again(house: House, row: sent.Sent, link: Link, document: Extent) -> Outgoing:
    """The same message, signed by anybody of us and not encrypted: its part is the same."""
    with house.store.read() as connection:
        about = None if row.message is None else messages.get(connection, row.message)
        delivery = deliveries.get(connection, row.delivery)
    layers = replace(link.layers, encrypt=None)
    if layers.compress == "after":
        layers = replace(layers, compress="none")
    payload = Payload(document, content_type(link, about), delivery.name if delivery else "")
    return Outgoing(
        replace(link, layers=layers), row.message_id, row.created, (payload,), signer=link.ours[0]
    )


def _archived(house: House, sha: str | None, scratch: Scratch) -> Extent | None:
    """The bytes under a hash: in the archive, or, small ones of ours, in the database."""
    archive = house.store.archive
    if sha is None:
        return None
    if not archive.holds(sha):
        try:
            return Extent.of(house.store.payload(sha))
        except KeyError:
            return None
    stream = scratch()
    for piece in archive.chunks(sha):
        stream.write(piece)
    return Extent.rest(stream)
