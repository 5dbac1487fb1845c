"""AS2 messages that are none of ours: MIME by hand, each CMS layer by OpenSSL and asn1crypto."""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import dataclass
from email.utils import formatdate

from tests.as2.peers import openssl

Entity = tuple[list[tuple[str, str]], bytes]
"""MIME headers and body."""
BOUNDARY = "=-peer-boundary"


@dataclass(frozen=True, slots=True)
class Composer:
    """What the peer does to a payload; the names are those of our settings."""

    sender_key: str = "acme"
    receiver_key: str = "ours"
    sign: str | None = "sha-256"
    scheme: str = "pkcs1"
    encrypt: str | None = "aes-256-cbc"
    transport: str = "pkcs1"
    compress: str = "none"
    encoding: str = "binary"
    whole_base64: bool = False
    stream: bool = False
    """BER of indefinite length around the encryption."""

    def entity(self, payload: bytes, content_type: str, filename: str = "") -> Entity:
        """The layers around a payload, from the inside to the outside."""
        headers, body = self._part(payload, content_type, filename)
        if self.compress == "before" or (self.compress == "after" and self.sign is None):
            headers, body = self._compressed(whole(headers, body))
        if self.sign is not None:
            headers, body = self._signed(whole(headers, body))
        if self.compress == "after" and self.sign is not None:
            headers, body = self._compressed(whole(headers, body))
        if self.encrypt is not None:
            headers, body = self._encrypted(whole(headers, body))
        return headers, body

    def message(
        self,
        payload: bytes,
        content_type: str,
        *,
        sender: str,
        receiver: str,
        message_id: str,
        mdn: str = "sync",
        signed_mdn: bool = True,
        mdn_url: str = "",
        micalg: str = "sha-256, sha1",
    ) -> Entity:
        """With the headers of AS2; ``mdn`` is ``none``, ``sync`` or ``async``."""
        headers, body = self.entity(payload, content_type)
        if self.whole_base64:
            headers = [each for each in headers if each[0] != "Content-Transfer-Encoding"]
            headers.append(("Content-Transfer-Encoding", "base64"))
            body = encodebytes(body)
        as2 = [
            ("AS2-Version", "1.2"),
            ("AS2-From", sender),
            ("AS2-To", receiver),
            ("Message-ID", message_id),
            ("Date", formatdate(usegmt=True)),
            ("Subject", "conformance"),
            ("MIME-Version", "1.0"),
        ]
        if mdn != "none":
            as2.append(("Disposition-Notification-To", "peer@localhost"))
        if mdn != "none" and signed_mdn:
            protocol = "signed-receipt-protocol=optional, pkcs7-signature"
            options = f"{protocol}; signed-receipt-micalg=optional, {micalg}"
            as2.append(("Disposition-Notification-Options", options))
        if mdn == "async":
            as2.append(("Receipt-Delivery-Option", mdn_url))
        return as2 + headers, body

    def _part(self, payload: bytes, content_type: str, filename: str) -> Entity:
        headers = [("Content-Type", content_type)]
        if filename:
            headers.append(("Content-Disposition", f'attachment; filename="{filename}"'))
        headers.append(("Content-Transfer-Encoding", self.encoding))
        if self.encoding == "base64":
            payload = encodebytes(payload).replace(b"\n", b"\r\n")
        elif self.encoding == "quoted-printable":
            payload = quoted(payload)
        return headers, payload

    def _compressed(self, content: bytes) -> Entity:
        kind = "application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z"
        return [("Content-Type", kind), ("Content-Transfer-Encoding", "binary")], (
            openssl.compressed(content)
        )

    def _signed(self, content: bytes) -> Entity:
        assert self.sign is not None
        signature = openssl.sign(content, self.sender_key, self.sign, self.scheme)
        kind = 'multipart/signed; protocol="application/pkcs7-signature"'
        micalg = "sha1" if self.sign == "sha-1" else self.sign
        part = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        part += b"Content-Transfer-Encoding: base64\r\n\r\n"
        part += encodebytes(signature).replace(b"\n", b"\r\n")
        line = f"\r\n--{BOUNDARY}".encode()
        body = line[2:] + b"\r\n" + content + line + b"\r\n" + part + line + b"--\r\n"
        return [("Content-Type", f'{kind}; micalg={micalg}; boundary="{BOUNDARY}"')], body

    def _encrypted(self, content: bytes) -> Entity:
        assert self.encrypt is not None
        gcm = self.encrypt.endswith("gcm")
        kind = f"application/pkcs7-mime; smime-type={'auth-' if gcm else ''}enveloped-data"
        envelope = openssl.encrypt(
            content, [self.receiver_key], self.encrypt, self.transport, stream=self.stream
        )
        return [
            ("Content-Type", f"{kind}; name=smime.p7m"),
            ("Content-Transfer-Encoding", "binary"),
        ], envelope


def quoted(payload: bytes) -> bytes:
    """Quoted-printable in which line ends are data: none is taken for the end of a line of text."""
    coded = [chr(each) if 32 < each < 127 and each != 61 else f"={each:02X}" for each in payload]
    lines = ["".join(coded[start : start + 24]) for start in range(0, len(coded), 24)]
    return "=\r\n".join(lines).encode("ascii")


def whole(headers: list[tuple[str, str]], body: bytes) -> bytes:
    """A MIME entity as the bytes that a signature is over."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return lines.encode("latin-1") + b"\r\n" + body
