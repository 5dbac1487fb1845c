"""What receipt a message asks for: the options in every order and spelling."""

from __future__ import annotations

import pytest

from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mime.headers import Headers

TO = ("Disposition-Notification-To", "edi@acme-retail.example")


def asked(options: str | None = None, *more: tuple[str, str]) -> ReceiptRequest:
    fields = [TO, *more]
    if options is not None:
        fields.append(("Disposition-Notification-Options", options))
    request = ReceiptRequest.of(Headers.of(fields))
    assert request is not None
    return request


def test_no_receipt_is_asked_for() -> None:
    assert ReceiptRequest.of(Headers.of([("Message-ID", "<1@acme-retail.example>")])) is None


def test_a_plain_one() -> None:
    request = asked()
    assert not request.signed
    assert request.digest is None
    assert request.url == ""
    assert request.problem is None


SIGNED = {
    "as the RFC writes it": (
        "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1"
    ),
    "the other order": (
        "signed-receipt-micalg=optional, sha1; signed-receipt-protocol=optional, pkcs7-signature"
    ),
    "tab after the semicolon": (
        "signed-receipt-protocol=optional, pkcs7-signature;\tsigned-receipt-micalg=optional, sha1"
    ),
    "no blanks": (
        "signed-receipt-protocol=optional,pkcs7-signature;signed-receipt-micalg=optional,sha1"
    ),
    "folded": (
        "signed-receipt-protocol=optional,\r\n pkcs7-signature;\r\n\tsigned-receipt-micalg\r\n "
        "=optional, sha1"
    ),
    "capitals": (
        "Signed-Receipt-Protocol=Optional, PKCS7-Signature; Signed-Receipt-MicAlg=OPTIONAL, SHA1"
    ),
    "required": (
        "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha1"
    ),
    "quoted": (
        'signed-receipt-protocol=optional,"pkcs7-signature"; signed-receipt-micalg=optional,"sha1"'
    ),
    "without importance": "signed-receipt-protocol=pkcs7-signature; signed-receipt-micalg=sha1",
    "semicolon at the end": (
        "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1;"
    ),
    "first known digest of a list": (
        "signed-receipt-protocol=optional, pkcs7-signature; "
        "signed-receipt-micalg=optional, md5, whirlpool, sha-1, sha-256"
    ),
    "an unknown option beside": (
        "x-colour=optional, blue; signed-receipt-protocol=optional, pkcs7-signature; "
        "signed-receipt-micalg=optional, sha1"
    ),
}


@pytest.mark.parametrize("options", SIGNED.values(), ids=SIGNED)
def test_a_signed_one(options: str) -> None:
    request = asked(options)
    assert request.signed
    assert request.digest == "sha-1"
    assert request.refusal is None


def test_digests_keep_the_order_of_the_wish() -> None:
    request = asked("signed-receipt-micalg=optional, sha512, SHA-256, sha256, md5, sha1")
    assert request.digests == ("sha-512", "sha-256", "sha-1")
    assert not request.signed


def test_where_a_later_one_goes() -> None:
    url = "http://acme-retail.example:8080/as2/receipts?partner=northwind&" + "x" * 200
    request = asked(None, ("Receipt-Delivery-Option", f" {url}"))
    assert request.url == url


REFUSED = {
    "signed-receipt-protocol=required, pgp-signature": "failed/Failure: unsupported format",
    "x-colour=required, blue": "failed/Failure: unsupported format",
    "signed-receipt-micalg=required, md5": "failed/Failure: unsupported MIC-algorithms",
    "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, md5, crc": (
        "failed/Failure: unsupported MIC-algorithms"
    ),
}


@pytest.mark.parametrize(("options", "outcome"), REFUSED.items())
def test_what_is_required_and_not_done_is_a_failure(options: str, outcome: str) -> None:
    request = asked(options)
    assert request.refusal is not None
    assert request.refusal.outcome == outcome
    assert request.problem is not None
    assert request.problem.code == "T258"


def test_what_is_optional_and_not_known_is_passed_over() -> None:
    request = asked("signed-receipt-protocol=optional, pgp; signed-receipt-micalg=optional, md5")
    assert not request.signed
    assert request.digest is None
    assert request.refusal is None


@pytest.mark.parametrize(
    "options", ["", ";;;", "=", "a=b=c", ",", "\x00", "x" * 100_000, ";=," * 9_000]
)
def test_nonsense_is_an_unsigned_receipt(options: str) -> None:
    assert not asked(options).signed
