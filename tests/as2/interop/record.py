"""Writes what products of the field send: ``python -m tests.as2.interop.record``.

Each message (``cases/PRODUCT.msg``) is put together as its product does it by what is publicly
known of it, with layers made by OpenSSL and nothing of ours; ``cases/expected.json`` has what must
come out. The receipts beside them (``cases/PRODUCT.mdn``) are written by hand.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.as2.message.record import SIGNATURE, armour, binary, der, part, signed, whole
from tests.as2.peers import openssl

CASES = Path(__file__).parent / "cases"
LINES = (
    b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+4711'\n"
    b"UNH+1+ORDERS:D:96A:UN'\nBGM+220+PO1+9'\nUNT+3+1'\nUNZ+1+4711'\n"
)
CRLF = LINES.replace(b"\n", b"\r\n")
DATE = "Mon, 02 Mar 2026 09:14:05 +0000"
ENVELOPED = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
SHA256 = "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, "


@dataclass(frozen=True)
class Sent:
    """A message, what is in it, and what its MIC is over."""

    headers: Mapping[str, str]
    body: bytes
    document: bytes
    covered: bytes
    chunked: bool = False


def document(data: bytes, name: str, *more: str, kind: str = "application/EDIFACT") -> bytes:
    """The innermost part."""
    lines = [f"Content-Type: {kind}", f'Content-Disposition: attachment; filename="{name}"', *more]
    return part("\n".join(lines), data)


def detached(content: bytes, micalg: str, boundary: str = "----=_Part_7_42.1772442845") -> bytes:
    """multipart/signed with a base64 signature, as a part."""
    head = f"Content-Type: {SIGNATURE}\nContent-Transfer-Encoding: base64"
    signature = part(head, armour(der(content)))
    kind = f'multipart/signed; protocol="application/pkcs7-signature"; micalg={micalg}'
    return whole(signed(content, signature, kind=kind)).replace(b"=_edi_7", boundary.encode())


def headers(message_id: str, **more: str) -> dict[str, str]:
    """What all of them send."""
    return {
        "AS2-From": "ACME",
        "AS2-To": "OURS",
        "Message-ID": message_id,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def openas2() -> Sent:
    """In chunks, AS2 1.1, the name of the file in the Message-ID, MIC by the option's name."""
    content = document(LINES, "Größe.edi".encode().decode("latin-1"))
    body = openssl.encrypt(
        detached(content, "sha-256"), ["ours"], "aes-256-cbc", "pkcs1", stream=True
    )
    told = headers(
        "<OPENAS2-02032026091405+0000-4711@ACME_OURS_Gr\xf6\xdfe.edi>",
        AS2_Version="1.1",
        Date=DATE,
        Subject="orders",
        Mime_Version="1.0",
        User_Agent="OpenAS2",
        Connection="close, TE",
        Content_Type=ENVELOPED,
        Content_Disposition='attachment; filename="smime.p7m"',
        Disposition_Notification_To="edi@acme.example",
        Disposition_Notification_Options=f"{SHA256}SHA1",
        Recipient_Address="https://edi.example/as2",
    )
    return Sent(told, body, LINES, content, chunked=True)


def mendelson() -> Sent:
    """Headers in small letters, BER of indefinite length, compressed before it is signed."""
    content = document(CRLF, "orders.edi", "Content-Transfer-Encoding: binary")
    squeezed = whole(
        binary(
            "application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z",
            openssl.compressed(content),
        )
    )
    body = openssl.encrypt(
        detached(squeezed, "sha-256"), ["ours"], "aes-128-cbc", "pkcs1", stream=True
    )
    told = headers(
        "<mendelson_AS2-1772442845000-3@ACME_OURS>",
        as2_version="1.2",
        ediint_features="multiple-attachments, CEM",
        date=DATE,
        mime_version="1.0",
        content_type="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        disposition_notification_options=f"{SHA256}sha-256",
        disposition_notification_to="https://as2.acme.example/receipts",
        recipient_address="https://edi.example/as2",
        connection="close, TE",
    )
    return Sent(told, body, CRLF, squeezed)


def sterling() -> Sent:
    """Bare line feeds in the fields of the parts, no Content-Transfer-Encoding."""
    content = document(LINES, "orders.edi").replace(b"\r\n", b"\n")
    inner = detached(content, "sha256")
    body = openssl.encrypt(inner, ["ours"], "aes-256-cbc", "pkcs1")
    told = headers(
        "<1772442845.4711@acme-b2b>",
        AS2_Version="1.1",
        Date=DATE,
        MIME_Version="1.0",
        Content_Type="application/x-pkcs7-mime;smime-type=enveloped-data;name=smime.p7m",
        Disposition_Notification_To="ACME",
        Disposition_Notification_Options=f"{SHA256}sha256,sha1",
    )
    return Sent(told, body, LINES, content)


def azure() -> Sent:
    """micalg without dashes and in quotes; the whole body as base64."""
    content = document(CRLF, "orders.edi", "Content-Transfer-Encoding: binary")
    body = openssl.encrypt(detached(content, '"sha256"'), ["ours"], "aes-256-cbc", "pkcs1")
    told = headers(
        "<7C6E1F0A-4711-4F5B-9A0E-0C2B2F8B6C11>",
        AS2_Version="1.2",
        EDIINT_Features="multiple-attachments",
        Mime_Version="1.0",
        Content_Type="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        Content_Transfer_Encoding="base64",
        Disposition_Notification_To="https://as2.acme.example",
        Disposition_Notification_Options=(
            "signed-receipt-protocol=required,pkcs7-signature; "
            "signed-receipt-micalg=required,sha256"
        ),
        Expect="100-continue",
    )
    return Sent(told, armour(body), CRLF, content)


def amazon() -> Sent:
    """No file name, no Date, a plain ``application/octet-stream``."""
    content = part(
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary", CRLF
    )
    body = openssl.encrypt(detached(content, "sha-256"), ["ours"], "aes-256-cbc", "pkcs1")
    told = headers(
        "<4a1b2c3d-0000-4711-8e9f-acme@as2.acme.example>",
        AS2_Version="1.2",
        MIME_Version="1.0",
        Content_Type=ENVELOPED,
        Content_Transfer_Encoding="binary",
        Disposition_Notification_To="ACME",
        Disposition_Notification_Options=f"{SHA256}sha-256",
    )
    return Sent(told, body, CRLF, content)


def axway_rssbus() -> Sent:
    """base64 inside and outside."""
    head = ("Content-Transfer-Encoding: base64",)
    content = document(armour(CRLF), "orders.edi", *head, kind="application/EDI-Consent")
    body = openssl.encrypt(detached(content, "sha-256"), ["ours"], "aes-192-cbc", "pkcs1")
    told = headers(
        "<RSSBUS-20260302-091405-4711@ACME>",
        AS2_Version="1.2",
        Date=DATE,
        MIME_Version="1.0",
        Content_Type=ENVELOPED,
        Content_Transfer_Encoding="base64",
        Disposition_Notification_To="edi@acme.example",
        Disposition_Notification_Options=f"{SHA256}sha-256, sha1",
    )
    return Sent(told, armour(body), CRLF, content)


def pyas2() -> Sent:
    """Text whose LF became CRLF when it was built; a receipt that has to be signed."""
    content = document(CRLF, "orders.edi", "Content-Transfer-Encoding: 7bit", "MIME-Version: 1.0")
    body = openssl.encrypt(
        detached(content, "sha256", "===============4711=="), ["ours"], "aes-256-cbc", "pkcs1"
    )
    told = headers(
        "<177244284505.12.4711@acme-host>",
        AS2_Version="1.2",
        ediint_features="CMS",
        Date=DATE,
        MIME_Version="1.0",
        user_agent="pyAS2 Open Source",
        Content_Type=ENVELOPED,
        Content_Disposition='attachment; filename="smime.p7m"',
        Content_Transfer_Encoding="binary",
        disposition_notification_to="edi@acme.example",
        disposition_notification_options=(
            "signed-receipt-protocol=required, pkcs7-signature; "
            "signed-receipt-micalg=optional, sha256"
        ),
    )
    return Sent(told, body, CRLF, content)


def node() -> Sent:
    """OAEP, since Node itself refuses the old padding."""
    content = document(LINES, "orders.edi", "Content-Transfer-Encoding: binary")
    body = openssl.encrypt(detached(content, "sha-256"), ["ours"], "aes-256-cbc", "oaep-sha-256")
    told = headers(
        "<b5f7a2c0-4711-4a57-8b7e-acme@node>",
        AS2_Version="1.0",
        Mime_Version="1.0",
        Content_Type=ENVELOPED,
        Content_Disposition="attachment; filename=smime.p7m",
        Content_Transfer_Encoding="binary",
        Disposition_Notification_To="edi@acme.example",
        Disposition_Notification_Options=f"{SHA256}sha-256",
    )
    return Sent(told, body, LINES, content)


def strict() -> Sent:
    """What is safest: AES-GCM, OAEP, PSS."""
    content = document(LINES, "orders.edi", "Content-Transfer-Encoding: binary")
    head = f"Content-Type: {SIGNATURE}\nContent-Transfer-Encoding: binary"
    inner = whole(signed(content, part(head, der(content, scheme="pss"))))
    body = openssl.encrypt(inner, ["ours"], "aes-256-gcm", "oaep-sha-256")
    told = headers(
        "<4711@acme.example>",
        AS2_Version="1.2",
        Date=DATE,
        MIME_Version="1.0",
        Content_Type="application/pkcs7-mime; smime-type=authEnveloped-data; name=smime.p7m",
        Disposition_Notification_To="ACME",
        Disposition_Notification_Options=f"{SHA256}sha-256",
    )
    return Sent(told, body, LINES, content)


PRODUCTS = {
    "openas2": openas2,
    "mendelson": mendelson,
    "sterling": sterling,
    "azure": azure,
    "amazon": amazon,
    "axway-rssbus": axway_rssbus,
    "pyas2": pyas2,
    "node": node,
    "strict": strict,
}


def main() -> None:
    """Write all of them anew; what is encrypted differs each time."""
    CASES.mkdir(exist_ok=True)
    expected = {}
    for name, made in PRODUCTS.items():
        sent = made()
        told = "".join(f"{key}: {value}\n" for key, value in sent.headers.items())
        (CASES / f"{name}.msg").write_bytes(part(told, sent.body))
        expected[name] = {
            "document": sent.document.decode("latin-1"),
            "mic": b64encode(sha256(sent.covered).digest()).decode(),
            "chunked": sent.chunked,
        }
    (CASES / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
