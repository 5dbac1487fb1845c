"""The outlet ``mail``: files that leave as attachments, one mail for each.

A file has arrived when the server took the mail for all receivers. When the connection broke before
the answer, nobody knows: the same mail goes again, with the same Message-ID.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from email.utils import parseaddr
from itertools import groupby

from gateway.channels.mail.letter import Letter, written
from gateway.channels.mail.smtp import PORTS, Parcel, Refusal, connected, hand_over
from gateway.channels.remote.failure import RemoteError
from gateway.config import Workspace
from gateway.config.mail import MailSend
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.mail.servers import server_of
from gateway.pipeline.retry import Failed, put_off
from gateway.pipeline.wire import EXTENSION
from gateway.problems import problem
from gateway.store import Delivery, Message, messages

CONTENT_TYPES = {"edifact": "application/EDIFACT", "x12": "application/EDI-X12"}
"""By syntax (RFC 1767); any other file has that of its name."""


def send(house: House, batch: Sequence[Delivery]) -> None:
    """Send the files of a batch, those of a channel in one session."""
    for folder, part in groupby(batch, lambda one: one.folder):
        partner, name = channel_of(folder)
        settings = _settings(house.workspace, partner, name)
        rows = list(part)
        if settings is None:
            found = problem("T458", setting=f"channel {name}", reason="it sends no mails any more")
            _postpone(house, rows, Refusal(found))
        else:
            _by_channel(house, partner, settings, rows)


def _settings(workspace: Workspace, partner: str, name: str) -> MailSend | None:
    known = workspace.partners.get(partner)
    channel = None if known is None else known.channels.get(name)
    return None if channel is None or channel.mail is None else channel.mail.send


def _by_channel(house: House, partner: str, settings: MailSend, batch: Sequence[Delivery]) -> None:
    try:
        server = server_of(house.workspace, partner, settings.smtp, PORTS, settings.timeout)
        with connected(server) as session:
            for one in batch:
                parcel = _parcel(house, partner, settings, one)
                if parcel is None:
                    continue
                refusal = hand_over(session, server.host, parcel)
                house.checkpoint("mail: answered")
                if refusal is None:
                    _arrived(house, one, parcel, server.host)
                else:
                    _postpone(house, [one], refusal)
                    if refusal.broken:  # what was not tried is still due
                        return
    except RemoteError as failure:
        _postpone(house, batch, Refusal(failure.problem))


def _parcel(house: House, partner: str, settings: MailSend, one: Delivery) -> Parcel | None:
    """The mail of a delivery; ``None`` when the archive does not give its bytes now."""
    try:
        content = house.store.payload(one.sha)
    except (OSError, KeyError) as failure:  # KeyError: they are not there
        found = problem("T458", setting=one.name, reason=str(failure))
        _postpone(house, [one], Refusal(found))
        return None
    with house.store.read() as connection:
        row = None if one.message is None else messages.get(connection, one.message)
    letter = Letter(
        sender=settings.sender,
        to=settings.to,
        subject=_subject(settings.subject, partner, one, row),
        at=one.created,
        name=one.name,
        content=content,
        content_type=_content_type(settings, row),
        key=one.key,
    )
    return Parcel(
        name=one.name,
        partner=partner,
        id=str(one.message or ""),
        message_id=letter.message_id,
        sender=parseaddr(settings.sender)[1],
        receivers=tuple(parseaddr(each)[1] for each in settings.to),
        data=written(letter),
    )


def _content_type(settings: MailSend, row: Message | None) -> str:
    syntax = "" if row is None else row.standard
    return settings.content_types.get(syntax) or CONTENT_TYPES.get(syntax, "")


def _subject(template: str, partner: str, one: Delivery, row: Message | None) -> str:
    facts = defaultdict(str, partner=partner, seq=f"{one.id:06}")
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
    plain = "".join(sign if sign.isprintable() else " " for sign in template.format_map(facts))
    return " ".join(plain.split()) or one.name


def _arrived(house: House, one: Delivery, parcel: Parcel, host: str) -> None:
    at = house.clock()
    text = f"{one.name} sent to {', '.join(parcel.receivers)}; {host} took it as "
    with house.store.write("mail sent") as connection:
        arrived(house, connection, [(one, text + parcel.message_id)], at)
    house.tally.counts[COUNTED.get(one.purpose, "sent")] += 1
    tell(one, at)


def _postpone(house: House, batch: Sequence[Delivery], refusal: Refusal) -> None:
    """Try these again later, or give them up."""
    with house.store.write("mail postponed") as connection:
        for one in batch:
            found = refusal.found
            failed = Failed(one, found.sentence, for_good=refusal.for_good, found=found)
            put_off(house, connection, failed)
