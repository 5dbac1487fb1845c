"""A certificate of our own, and the sheet that goes to partners with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.channels.as2.certificates import issue
from gateway.channels.as2.certificates.examine import examine, key_kind, usages
from gateway.channels.as2.certificates.sheet import Side, as_html, as_text
from gateway.channels.as2.credentials import Credential
from tests.as2.credentials import certificate, own

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def made(name: str = "ours") -> x509.Certificate:
    key = own(name).key
    assert key is not None
    return issue.self_signed(
        key, "OURCOMPANY", "Our Company", at=NOW, years=3, entropy=lambda size: b"\xff" * size
    )


def test_a_certificate_of_ours_says_what_it_is_for() -> None:
    found = made()
    assert found.subject == found.issuer
    assert found.subject.rfc4514_string() == "CN=OURCOMPANY,O=Our Company"
    assert found.not_valid_before_utc == NOW - timedelta(hours=1)
    assert found.not_valid_after_utc == NOW + timedelta(days=3 * 365)
    assert 0 < found.serial_number < 2**159
    assert usages(found) == [
        "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"
    ]  # fmt: skip
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert list(examine(Credential(found, "ours.pem"), "us", NOW)) == []
    found.verify_directly_issued_by(found)


def test_an_ec_key_only_signs() -> None:
    assert usages(made("ours-ec")) == ["digitalSignature", "nonRepudiation"]
    assert key_kind(made("ours-ec")) == "EC secp256r1"
    told = [str(each) for each in examine(Credential(made("ours-ec"), "ec.pem"), "us", NOW)]
    assert told == [
        "C470 ec.pem of us is used to encrypt, but its key usage is digitalSignature, "
        "nonRepudiation"
    ]


@pytest.mark.parametrize("password", [None, b"pass"])
def test_a_key_is_written_with_or_without_a_password(password: bytes | None) -> None:
    key = issue.new_key("ec-p256")
    pem = issue.key_pem(key, password)
    assert (b"ENCRYPTED" in pem) == (password is not None)
    assert load_pem_private_key(pem, password).public_key() == key.public_key()


def test_what_expired_or_is_short_is_told_before_it_is_needed() -> None:
    (found,) = examine(certificate("acme-expired"), "acme-retail", NOW)
    assert str(found) == "C463 acme-expired.pem of acme-retail expired on 2021-01-01"
    over = replace(certificate("acme-expired"), accept_until=NOW)
    assert list(examine(over, "acme-retail", NOW)) == []
    short = ec.generate_private_key(ec.SECP192R1())
    signs = issue.self_signed(
        short, "ACME", "Acme", at=NOW, years=1, entropy=lambda size: b"1" * size
    )
    (found,) = examine(Credential(signs, "ec.pem", frozenset({"sign"})), "acme-retail", NOW)
    told = "C468 ec.pem of acme-retail has an EC key of 192 bits; 256 are the least that is safe"
    assert str(found) == told


def test_a_sheet_has_everything_to_compare() -> None:
    credential = replace(certificate("acme"), send_from=NOW)
    side = Side("Acme Retail", "ACME", "https://as2.acme.example/", [credential])
    text = as_text([side], NOW)
    digits = credential.fingerprint.upper()
    pairs = [digits[at : at + 2] for at in range(0, 64, 2)]
    for part in (
        *("Acme Retail", "AS2 id       ACME", "https://as2.acme.example/", "RSA 2048"),
        *(":".join(pairs[:16]), ":".join(pairs[16:]), "In use from  2026-03-02 09:00 UTC"),
        *("CN=acme test", "2120-01-01 00:00 UTC", "by telephone"),
    ):
        assert part in text
    page = as_html([side], NOW)
    assert ":".join(pairs[:16]) in page and "http://" not in page.replace("https://", "")


def test_a_page_does_not_believe_what_it_is_told() -> None:
    side = Side("<script>alert(1)</script>", '"><img src=x>', "", [certificate("acme")])
    page = as_html([side], NOW)
    assert "<script" not in page and "<img" not in page
