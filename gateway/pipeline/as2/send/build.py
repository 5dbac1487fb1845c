"""A message is built once: its bytes go into the archive before a row names them."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import datetime

from gateway.channels.as2.certificates.windows import encrypt_to, sign_with
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.message import Built, Outgoing, Payload, build_message
from gateway.pipeline.as2.links import Links
from gateway.pipeline.as2.receive.spool import IN_MEMORY, Reading, Spools
from gateway.pipeline.house import House
from gateway.pipeline.wire import EXTENSION
from gateway.store import Delivery, Message, messages
from gateway.store.as2 import sent
from gateway.store.as2.sent import NewSent, Sent

CONTENT_TYPES = {"edifact": "application/EDIFACT", "x12": "application/EDI-X12"}
"""By syntax (RFC 1767)."""


def build(house: House, links: Links, link: Link, one: Delivery) -> Sent:
    """Build, keep and enter the message of a delivery; it is ``ready`` then.

    Raises ``RefusedError`` or ``ValueError`` where keys or settings do not allow it, ``OSError``
    where the archive does not take it.
    """
    at = house.clock()
    with house.store.read() as connection:
        row = None if one.message is None else messages.get(connection, one.message)
    message_id = named(link, links.host, house.token(), at)
    with Spools.beside(house.store.archive) as spools:
        content = Payload(_document(house, one.sha, spools), content_type(link, row), one.name)
        built = made(link, message_id, at, (content,), subject(links, link, row, one), spools)
        house.checkpoint("as2 send: built")
        kept = house.store.archive.put_file(Reading(built.body))
    house.checkpoint("as2 send: archived")
    new = NewSent(
        delivery=one.id,
        message=one.message,
        partner=link.partner,
        channel=link.channel,
        as2_from=link.our_id,
        as2_to=link.their_id,
        message_id=message_id,
        headers=built.headers,
        wire=kept.sha,
        wire_size=kept.size,
        payload=one.sha,
        mics=built.mics,
        receipt=link.receipt.mode,
        signed=link.receipt.signed,
        config=house.workspace.hash,
    )
    with house.store.write("as2 ready") as connection:
        return sent.add(connection, new, at)


def _document(house: House, sha: str, spools: Spools) -> Extent:
    """The bytes to send. A large one is in the archive, and never as a whole in memory."""
    archive = house.store.archive
    if (archive.size(sha) or 0) <= IN_MEMORY:
        return Extent.of(house.store.payload(sha))
    stream = spools()
    for piece in archive.chunks(sha):
        stream.write(piece)
    return Extent.rest(stream)


def made(
    link: Link,
    message_id: str,
    at: datetime,
    payloads: tuple[Payload, ...],
    subject: str,
    spools: Spools,
) -> Built:
    """The message with the keys that count now."""
    layers = link.layers
    outgoing = Outgoing(
        link,
        message_id,
        at,
        payloads,
        subject,
        signer=None if layers.sign is None else sign_with(link, at),
        recipients=() if layers.encrypt is None else (encrypt_to(link, at),),
    )
    return build_message(outgoing, spools, secrets.token_bytes)


def named(link: Link, host: str, token: str, at: datetime) -> str:
    """A Message-ID that nobody had before."""
    unique = f"{at:%Y%m%d%H%M%S}.{token}"
    return link.message_id.replace("{token}", unique).replace("{host}", host)


def content_type(link: Link, row: Message | None) -> str:
    """The content type of a document, as agreed or as RFC 1767 names it."""
    syntax = "" if row is None else row.standard
    agreed = link.content_types.get(syntax)
    return agreed or CONTENT_TYPES.get(syntax, "application/octet-stream")


def subject(links: Links, link: Link, row: Message | None, one: Delivery) -> str:
    """The Subject header, by its template."""
    facts = defaultdict(str, partner=link.partner, seq=f"{one.id:06}")
    if row is not None:
        facts |= {
            "document": row.document,
            "message": row.format.rpartition("/")[2],
            "number": row.number,
            "control": row.reference,
            "date": f"{row.created:%Y%m%d}",
            "time": f"{row.created:%H%M%S}",
            "ext": EXTENSION.get(row.standard, ""),
        }
    filled = links.settings(link).send.subject.format_map(facts)
    return " ".join(filled.split()) or one.name
