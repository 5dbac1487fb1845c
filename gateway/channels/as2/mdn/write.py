"""Receipts of ours (RFC 4130 §7.4, RFC 3798): built once, kept whole, sent again as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.channels.as2.certificates.windows import sign_with
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.fields import common_fields
from gateway.channels.as2.link import Digest, Link
from gateway.channels.as2.mdn import micalg
from gateway.channels.as2.mdn.answers import disposition_for, human_text
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mdn.report import ReceivedMic, Report, one_line
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mime.compose import multipart, multipart_signed
from gateway.channels.as2.mime.headers import Headers, head_of
from gateway.channels.as2.mime.identity import read_name
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem

if TYPE_CHECKING:
    from gateway.channels.as2.message import Opened

REPORTING_UA = "edi-gateway"
"""No version: nobody needs it who means well."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mdn:
    """A receipt as it goes over the wire."""

    headers: Pairs
    body: bytes
    disposition: Disposition | None = None
    """``None`` for a stored one."""
    signed: bool = False

    @property
    def whole(self) -> bytes:
        """Headers, an empty line, the body: what is kept for a repeat; :func:`stored_mdn`."""
        return head_of(self.headers) + self.body


def stored_mdn(whole: bytes) -> Mdn:
    """A receipt from its kept bytes: the same headers in the same order, the same body."""
    head, _, body = whole.partition(b"\r\n\r\n")
    pairs = (line.partition(": ") for line in head.decode("latin-1").split("\r\n"))
    return Mdn(tuple((name, value) for name, _, value in pairs), body)


def write_mdn(
    request: ReceiptRequest,
    *,
    headers: Headers,
    opened: Opened | None,
    problems: Sequence[Problem] = (),
    link: Link,
    at: datetime,
    message_id: str,
    entropy: Callable[[int], bytes],
) -> Mdn:
    """The receipt for a message with these ``headers``.

    Signed where that is asked for and a key of ours is in force. The digest of the content is told
    only of a message that was accepted: whether there is one must not tell failures apart.
    """
    disposition = disposition_for(opened, problems)
    mic = None
    if opened is not None and opened.mic is not None and disposition.positive:
        named = micalg.spelled(opened.mic.digest, link.layers.dashes)
        mic = ReceivedMic(opened.mic.value, named)
    report = Report(
        disposition,
        headers.get("Message-ID") or "",
        mic,
        link.our_id,
        read_name(headers.get("AS2-To") or link.our_id),
        REPORTING_UA,
    )
    entity = _report_entity(report, human_text(disposition, problems), entropy)
    signer = _signer(link, at) if request.signed else None
    if signer is not None:
        entity = _signed_entity(entity, signer, request, link, at, entropy)
    fields = (*common_fields(link, message_id, at), ("Content-Type", entity.content_type))
    told = tuple((name, one_line(value)) for name, value in fields)
    return Mdn(told, entity.body, disposition, signer is not None)


@dataclass(frozen=True, slots=True)
class _Entity:
    """A MIME entity that needs no other header than its type."""

    content_type: str
    body: bytes

    @property
    def part(self) -> bytes:
        """As a part of something else: the very bytes that are signed."""
        return head_of((("Content-Type", self.content_type),)) + self.body


def _report_entity(report: Report, words: str, entropy: Callable[[int], bytes]) -> _Entity:
    data = report.written()
    text = (
        f"{words}\r\n\r\n"
        f"Message-ID: {one_line(report.original_message_id)}\r\n"
        f"Disposition: {report.disposition.outcome}\r\n"
    ).encode("ascii", "replace")
    boundary = f"=_report_{entropy(16).hex()}"
    parts = [
        _part("text/plain; charset=us-ascii", text),
        _part("message/disposition-notification", data),
    ]
    return _Entity(
        f'multipart/report; report-type=disposition-notification; boundary="{boundary}"',
        _bytes(multipart(boundary, parts)),
    )


def _part(content_type: str, data: bytes) -> bytes:
    encoding = "7bit" if data.isascii() else "8bit"
    fields = (("Content-Type", content_type), ("Content-Transfer-Encoding", encoding))
    return head_of(fields) + data


def _signed_entity(
    entity: _Entity,
    signer: OwnCredential,
    request: ReceiptRequest,
    link: Link,
    at: datetime,
    entropy: Callable[[int], bytes],
) -> _Entity:
    part = entity.part
    digest = _digest(request, link)
    layers = link.layers
    signature = sign(
        Extent.of(part),
        signer,
        digest,
        layers.scheme,
        at=at,
        attributes=layers.attributes,
        capabilities=layers.capabilities,
        certificate=layers.certificate_inside,
    )
    boundary = f"=_signed_{entropy(16).hex()}"
    named = micalg.spelled(digest, layers.dashes)
    content_type, body = multipart_signed(part, signature, named, boundary)
    return _Entity(content_type, _bytes(body))


def _bytes(body: Extent) -> bytes:
    return body.read(body.size)


def _digest(request: ReceiptRequest, link: Link) -> Digest:
    """The first that the partner offers. SHA-1 only where the settings sign with it anyway."""
    ours = link.layers.sign or "sha-256"
    fit = (each for each in request.digests if each != "sha-1" or ours == "sha-1")
    return next(fit, ours)


def _signer(link: Link, at: datetime) -> OwnCredential | None:
    try:
        return sign_with(link, at) if link.ours else None
    except RefusedError:
        return None
