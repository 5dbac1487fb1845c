"""Signed receipts in the shapes of other products: all of them are verified as they came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.verdict import settle_verdict
from tests.as2.credentials import certificate, own
from tests.as2.mdn.receipts import (
    AT,
    FIELDS,
    LINK,
    MESSAGE_ID,
    SENT,
    Raw,
    around,
    notification,
    report,
    signed,
)

INNER = report()
DER = sign(Extent.of(INNER.part), own("acme"), "sha-256", "pkcs1", at=AT)


def with_signature(head: bytes, body: bytes) -> Raw:
    return around(INNER, INNER.part, head + b"\r\n\r\n" + body)


def rewritten(change: Callable[[bytes], bytes]) -> Raw:
    mdn = signed(INNER)
    return replace(mdn, body=change(mdn.body))


SHAPES = {
    "signature binary without an encoding": with_signature(
        b"Content-Type: application/pkcs7-signature", DER
    ),
    "signature binary in capitals": with_signature(
        b"CONTENT-TYPE:APPLICATION/PKCS7-SIGNATURE\r\nCONTENT-TRANSFER-ENCODING:BINARY", DER
    ),
    "signature as x-pkcs7-signature": with_signature(
        b"Content-Type: application/x-pkcs7-signature; name=smime.p7s", DER
    ),
    "signature without a Content-Type": with_signature(b"Content-Disposition: attachment", DER),
    "signature without attributes": signed(INNER, attributes=False),
    "signature without certificate": signed(INNER, certificate=False),
    "signature over sha-512": signed(INNER, digest="sha-512"),
    "junk before and after": rewritten(lambda body: b"hello\r\n" + body + b"bye\r\n"),
    "nothing after the last boundary": rewritten(lambda body: body.removesuffix(b"\r\n")),
    "blanks after the boundaries": rewritten(
        lambda body: body.replace(b"--sig\r\n", b"--sig  \r\n")
    ),
    "outer lines end in LF": rewritten(
        lambda body: body.replace(b"\r\n--sig", b"\n--sig").replace(b"--sig\r\n", b"--sig\n")
    ),
    "by the next certificate": signed(INNER, own("acme-next")),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_counts(name: str) -> None:
    verdict = settle_verdict(SHAPES[name].read(), SENT)
    assert (verdict.kind, verdict.problem) == ("positive", None)


def test_an_elliptic_key_signs_too() -> None:
    link = replace(LINK, theirs=(certificate("acme-ec"),))
    read = signed(INNER, own("acme-ec")).read(link)
    assert settle_verdict(read, SENT).kind == "positive"


@pytest.mark.parametrize(
    "message_id",
    [
        "<" + "x" * 253 + ">",
        "<" + "x" * 996 + ">",
        "<orders Zürich 1.edi>",
        "<no-at-sign>",
        '<a/b\\c:d*e?f"g|h@x>',
        "without-brackets@northwind.example",
        "<a;b=c,d@x>",
    ],
)
def test_message_ids_of_every_kind(message_id: str) -> None:
    mdn = signed(report(notification(FIELDS.replace(MESSAGE_ID, message_id))))
    assert mdn.read().original_message_id == message_id
    assert settle_verdict(mdn.read(), replace(SENT, message_id=message_id)).kind == "positive"


def test_no_terminal_obeys_what_a_partner_writes() -> None:
    evil = "processed/error: \x1b[2Jgone \x07"
    fields = FIELDS.replace("processed", evil)
    verdict = settle_verdict(signed(report(notification(fields))).read(), SENT)
    assert verdict.problem is not None
    assert verdict.problem.sentence.isprintable()
    assert "\\x1b[2J" in verdict.problem.sentence
