"""What is to be sent, and the fields of AS2 in front of it (RFC 4130 §6, §7)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from gateway.channels.as2.credentials import Credential, OwnCredential
from gateway.channels.as2.fields import common_fields
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.micalg import spelled
from gateway.channels.as2.message.opened import Payload
from gateway.channels.as2.mime.identity import write_name

_WORD = 45
"""Bytes of UTF-8 in one encoded word, which may be 75 characters long (RFC 2047 §2)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent, to whom, and with which keys."""

    link: Link
    message_id: str
    """With its angle brackets, ASCII."""
    at: datetime
    """For ``Date`` and the signature; with a time zone."""
    payloads: tuple[Payload, ...]
    """Several go as attachments (RFC 6362)."""
    subject: str = ""
    signer: OwnCredential | None = None
    recipients: tuple[Credential, ...] = ()


def fields_of(outgoing: Outgoing) -> list[tuple[str, str]]:
    """All but those of the body. Raises ``ValueError`` for a Message-ID that is not ASCII."""
    link = outgoing.link
    if not outgoing.message_id.isascii():
        raise ValueError(f"Message-ID {outgoing.message_id!r} is not ASCII")
    return [
        *common_fields(link, outgoing.message_id, outgoing.at),
        ("Subject", written_subject(outgoing.subject)),
        *_wish(link),
        *link.more_headers,
    ]


def _wish(link: Link) -> list[tuple[str, str]]:
    """For a receipt, of what kind, and where to."""
    receipt = link.receipt
    if receipt.mode == "none":
        return []
    fields = [("Disposition-Notification-To", write_name(link.our_id))]
    if receipt.signed:
        names = ", ".join(spelled(name, link.layers.dashes) for name in receipt.digests)
        options = (
            "signed-receipt-protocol=optional, pkcs7-signature; "
            f"signed-receipt-micalg=optional, {names}"
        )
        fields.append(("Disposition-Notification-Options", options))
    if receipt.mode == "async":
        fields.append(("Receipt-Delivery-Option", receipt.url))
    return fields


def written_subject(text: str) -> str:
    """One line of ASCII: line ends become blanks, other characters encoded words (RFC 2047)."""
    text = "".join(each if each.isprintable() else " " for each in text)
    if text.isascii():
        return text
    words, run = [], b""
    for each in text:
        coded = each.encode("utf-8", "replace")
        if len(run) + len(coded) > _WORD:
            words.append(run)
            run = b""
        run += coded
    return " ".join(f"=?utf-8?B?{b64encode(word).decode('ascii')}?=" for word in [*words, run])
