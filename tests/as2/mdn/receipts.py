"""Receipts as partners write them: put together by hand, signed by whoever, or forged."""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Digest, Link
from gateway.channels.as2.mdn.read import ReadMdn, read_mdn
from gateway.channels.as2.mdn.verdict import SentFacts
from gateway.channels.as2.mime.headers import Headers
from tests.as2.credentials import certificate, own

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
MESSAGE_ID = "<4711@northwind.example>"
MIC = "LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564="
SHA1 = "C+7Hteo/D9vJXQ3UfzxbwnXaijM="
LINK = Link(
    "acme-retail",
    "main",
    "NORTHWIND",
    "ACME",
    ours=(own("ours"),),
    theirs=(certificate("acme"), certificate("acme-next"), certificate("acme-expired")),
)
SENT = SentFacts(MESSAGE_ID, "NORTHWIND", "ACME", {"sha-256": MIC, "sha-1": SHA1})
"""The message that the receipts are for: the digests are those of ``foo``."""
NAMES = (("AS2-From", "ACME"), ("AS2-To", "NORTHWIND"), ("Message-ID", "<1@acme-retail.example>"))
FIELDS = (
    "Reporting-UA: acme\r\n"
    "Final-Recipient: rfc822; ACME\r\n"
    f"Original-Message-ID: {MESSAGE_ID}\r\n"
    "Disposition: automatic-action/MDN-sent-automatically; processed\r\n"
    f"Received-content-MIC: {MIC}, sha-256\r\n"
)


@dataclass(frozen=True)
class Raw:
    """Headers and body, as they come by HTTP."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def part(self) -> bytes:
        """As a part of a multipart: only with its Content-Type."""
        kind = Headers.of(self.headers).get("Content-Type")
        return f"Content-Type: {kind}\r\n\r\n".encode() + self.body

    def read(self, link: Link = LINK) -> ReadMdn:
        return read_mdn(Headers.of(self.headers), Extent.of(self.body), link, BytesIO, AT)


def multipart(*parts: bytes, boundary: str) -> bytes:
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def notification(fields: str = FIELDS) -> bytes:
    return b"Content-Type: message/disposition-notification\r\n\r\n" + fields.encode("latin-1")


def text(words: str = "Thank you.") -> bytes:
    return b"Content-Type: text/plain\r\n\r\n" + words.encode()


def report(*parts: bytes, names: tuple[tuple[str, str], ...] = NAMES) -> Raw:
    """An unsigned receipt of these parts; the usual ones where none are given."""
    kind = 'multipart/report; report-type=disposition-notification; boundary="rep"'
    body = multipart(*(parts or (text(), notification())), boundary="rep")
    return Raw((*names, ("Content-Type", kind)), body)


def signed(
    inner: Raw,
    signer: OwnCredential | None = None,
    *,
    digest: Digest = "sha-256",
    attributes: bool = True,
    certificate: bool = True,
) -> Raw:
    """The same under a signature."""
    part = inner.part
    return around(inner, part, signature(part, signer, digest, attributes, certificate))


def signature(
    part: bytes,
    signer: OwnCredential | None = None,
    digest: Digest = "sha-256",
    attributes: bool = True,
    certificate: bool = True,
) -> bytes:
    """The second part of multipart/signed."""
    der = sign(
        Extent.of(part),
        signer or own("acme"),
        digest,
        "pkcs1",
        at=AT,
        attributes=attributes,
        certificate=certificate,
    )
    head = b"Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + encodebytes(der)


def around(inner: Raw, *parts: bytes) -> Raw:
    """multipart/signed of any parts, with the headers of the receipt inside."""
    kind = 'multipart/signed; protocol="application/pkcs7-signature"; boundary="sig"'
    names = tuple(pair for pair in inner.headers if pair[0].lower() != "content-type")
    return Raw((*names, ("Content-Type", kind)), multipart(*parts, boundary="sig"))
