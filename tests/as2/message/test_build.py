"""What goes out: fields, structure and digests as partners expect them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.fields import written_date
from gateway.channels.as2.link import Layers, Link, Receipt
from gateway.channels.as2.message import Built, Outgoing, Payload, build_message
from gateway.channels.as2.message.outgoing import written_subject
from tests.as2.credentials import certificate, own
from tests.as2.message.exchange import AT, EDIFACT, built

DOCUMENT = b"UNB+UNOC:3'\nUNZ'\r"
PLAIN = Layers(sign=None, encrypt=None, compress="none")
NAMED = Payload(Extent.of(DOCUMENT), EDIFACT, "orders.edi")
SECOND = Payload(Extent.of(b"%PDF"), "application/pdf", "plan.pdf")


def fields(message: Built) -> dict[str, str]:
    return dict(message.headers)


def body(message: Built) -> bytes:
    return message.body.read(message.body.size)


def sent(link: Link, **changes: Any) -> Built:
    outgoing = Outgoing(
        link, "<1@acme.example>", AT, (NAMED,), "orders", own("acme"), (certificate("ours"),)
    )
    return build_message(replace(outgoing, **changes), BytesIO, bytes)


def test_the_fields_of_a_message() -> None:
    link = Link("northwind", "as2", 'the "acme" retail', "[north]<wind>#1;!")
    assert sent(link).headers == (
        ("AS2-Version", "1.2"),
        ("AS2-From", '"the \\"acme\\" retail"'),
        ("AS2-To", "[north]<wind>#1;!"),
        ("Message-ID", "<1@acme.example>"),
        ("Date", "Mon, 02 Mar 2026 09:14:05 +0000"),
        ("MIME-Version", "1.0"),
        ("EDIINT-Features", "multiple-attachments"),
        ("Subject", "orders"),
        ("Disposition-Notification-To", '"the \\"acme\\" retail"'),
        (
            "Disposition-Notification-Options",
            "signed-receipt-protocol=optional, pkcs7-signature; "
            "signed-receipt-micalg=optional, sha-256, sha1",
        ),
        ("Content-Type", 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'),
        ("Content-Transfer-Encoding", "binary"),
        ("Content-Disposition", 'attachment; filename="smime.p7m"'),
    )


def test_the_wish_for_a_receipt() -> None:
    later = fields(built(DOCUMENT, receipt=Receipt(mode="async", url="https://us.example/mdn?a=1")))
    assert later["Receipt-Delivery-Option"] == "https://us.example/mdn?a=1"
    unsigned = fields(built(DOCUMENT, receipt=Receipt(signed=False)))
    assert "Disposition-Notification-To" in unsigned
    assert "Disposition-Notification-Options" not in unsigned
    none = fields(built(DOCUMENT, receipt=Receipt(mode="none")))
    assert not [name for name in none if name.startswith(("Disposition-", "Receipt-"))]
    spelled = fields(built(DOCUMENT, Layers(dashes=False)))
    assert spelled["Disposition-Notification-Options"].endswith("optional, sha256, sha1")


def test_fields_of_the_settings_are_added() -> None:
    link = Link("p", "c", "us", "them", more_headers=(("X-Route", "7"),), layers=PLAIN)
    assert fields(sent(link))["X-Route"] == "7"


def test_a_plain_message_is_the_document_itself() -> None:
    message = built(DOCUMENT, PLAIN)
    assert body(message) == DOCUMENT
    assert fields(message)["Content-Type"] == EDIFACT
    assert fields(message)["Content-Disposition"] == 'attachment; filename="orders.edi"'
    assert message.mics["sha-1"] == b64encode(sha1(DOCUMENT).digest()).decode()


def test_a_signed_message() -> None:
    message = built(DOCUMENT, Layers(encrypt=None, compress="none"))
    kind = fields(message)["Content-Type"]
    assert kind.startswith(
        'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="'
    )
    line = b"--" + kind.rpartition("boundary=")[2].strip('"').encode()
    first, second, third, last = body(message).split(line)
    part = (
        b"Content-Type: application/EDIFACT\r\n"
        b"Content-Transfer-Encoding: binary\r\n"
        b'Content-Disposition: attachment; filename="orders.edi"\r\n\r\n'
    ) + DOCUMENT
    assert (first, second, last) == (b"", b"\r\n" + part + b"\r\n", b"--\r\n")
    head, _, signature = third.partition(b"\r\n\r\n")
    assert head == (
        b'\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7s"'
    )
    assert all(len(each) <= 76 for each in signature.split(b"\r\n"))
    assert b"\n" not in (head + signature).replace(b"\r\n", b"")
    assert message.mics["sha-256"] == b64encode(sha256(part).digest()).decode()


def test_attachments_are_related_and_name_their_type() -> None:
    message = built([NAMED, SECOND], PLAIN)
    kind = fields(message)["Content-Type"]
    assert kind.startswith('multipart/related; type="application/EDIFACT"; start="<1.')
    assert body(message).count(b"\r\nContent-ID: <") == 2


def test_names_of_files_are_left_out_where_the_partner_wants_none() -> None:
    message = built(DOCUMENT, replace(PLAIN, keep_filename=False))
    assert "Content-Disposition" not in fields(message)


@pytest.mark.parametrize(
    ("layers", "encoded"),
    [
        (Layers(), "body"),
        (Layers(encrypt=None, compress="after"), "body"),
        (Layers(encrypt=None, compress="none"), "parts"),
        (Layers(encrypt=None, compress="before"), "parts"),
        (PLAIN, "body"),
    ],
)
def test_whole_base64_never_encodes_a_multipart(layers: Layers, encoded: str) -> None:
    message = built(DOCUMENT, replace(layers, whole_base64=True))
    assert body(message).isascii()
    encoding = fields(message).get("Content-Transfer-Encoding")
    assert encoding == ("base64" if encoded == "body" else None)
    if encoded == "parts":
        assert b"Content-Transfer-Encoding: binary" not in body(message)


def test_a_document_that_is_a_signed_file_itself_is_encoded_once() -> None:
    layers = Layers(encrypt=None, compress="none", encoding="base64", whole_base64=True)
    signed_file = Payload(Extent.of(DOCUMENT), "application/pkcs7-mime; name=invoice.p7m")
    assert b64encode(DOCUMENT) in body(built([signed_file], layers))


def test_a_large_payload_is_read_where_it_lies() -> None:
    """Neither memory nor scratch files hold a copy of what is only signed."""
    made: list[BytesIO] = []

    def scratch() -> BytesIO:
        made.append(BytesIO())
        return made[-1]

    large = Payload(Extent.of(bytes(3_000_000)), EDIFACT)
    link = Link("p", "c", "us", "them", layers=Layers(encrypt=None, compress="none"))
    message = build_message(
        Outgoing(link, "<1@x>", AT, (large,), signer=own("acme")), scratch, bytes
    )
    assert message.body.size > 3_000_000
    assert sum(len(each.getvalue()) for each in made) == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signer": None}, "without a signer"),
        ({"recipients": ()}, "without a recipient"),
        ({"payloads": ()}, "without payload"),
        ({"message_id": "<käse@x>"}, "is not ASCII"),
        ({"payloads": (replace(NAMED, content_type="a/b\r\nX: 1"),)}, "cannot be a header field"),
        ({"message_id": "<1@x>\r\nX: 1"}, "cannot be a header field"),
    ],
)
def test_what_cannot_be_built_is_a_bug_of_the_caller(changes: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        sent(Link("p", "c", "us", "them"), **changes)


def test_a_date_is_universal_time_in_english() -> None:
    zone = timezone(timedelta(hours=9))
    assert written_date(datetime(2026, 1, 1, 8, 5, 9, tzinfo=zone)) == (
        "Wed, 31 Dec 2025 23:05:09 +0000"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("orders 4711", "orders 4711"),
        ("", ""),
        ("a\r\n\tb", "a   b"),
        ("Größe", "=?utf-8?B?R3LDtsOfZQ==?="),
        ("=?x", "=?x"),
    ],
)
def test_a_subject_is_one_line_of_ascii(text: str, written: str) -> None:
    assert written_subject(text) == written
    long = written_subject(text + "ß" * 60)
    assert all(len(word) <= 75 for word in long.split())
