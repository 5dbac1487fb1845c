"""Signers and recipients are found however the peer spells their certificate's issuer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from gateway.channels.as2.ber.reader import Reader
from gateway.channels.as2.ber.writer import element, implicit, integer, octets, oid, sequence
from gateway.channels.as2.cms.identifier import (
    Identifier,
    identifier_of,
    key_identifier,
    name_text,
    read_identifier,
    write_identifier,
)
from tests.as2.cms.forged import refusal
from tests.as2.credentials import certificate, own

CN, O = "2.5.4.3", "2.5.4.10"  # noqa: E741


def name(*parts: tuple[str, int, bytes]) -> bytes:
    return sequence(
        *(element(0x31, sequence(oid(kind), element(tag, text))) for kind, tag, text in parts)
    )


def issued(serial: int, subject: x509.Name, *, ski: bool = False) -> x509.Certificate:
    key = own("acme-ec").key
    assert key is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    )
    if ski:
        builder = builder.add_extension(x509.SubjectKeyIdentifier(b"any"), critical=False)
    return builder.sign(key, hashes.SHA256())


def attribute(text: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.NameAttribute:
    return x509.NameAttribute(NameOID.COMMON_NAME, text, kind)


ACME = issued(0x0A31, x509.Name([attribute("Acme Größe")]))
OTHER = issued(0x0A32, x509.Name([attribute("Acme Größe")]))


@pytest.mark.parametrize("who", ["acme", "acme-ec", "issued", "northwind-4096"])
def test_both_ways_to_mean_a_certificate(who: str) -> None:
    known = certificate(who).certificate
    for written in (write_identifier(known), implicit(0, key_identifier(known))):
        found = read_identifier(Reader.of(written))
        assert found.means(known)
        assert not found.means(certificate("stranger").certificate)
    assert read_identifier(Reader.of(write_identifier(known))) == identifier_of(known)


@pytest.mark.parametrize(
    "issuer",
    [
        name((CN, 0x0C, "Acme Größe".encode())),
        name((CN, 0x0C, "ACME  größe ".encode())),
        name((CN, 0x1E, "Acme Größe".encode("utf-16-be"))),
        name((CN, 0x1C, "Acme Größe".encode("utf-32-be"))),
        name((CN, 0x14, "Acme Größe".encode("latin-1"))),
    ],
)
def test_the_issuer_in_other_string_types(issuer: bytes) -> None:
    found = Identifier(issuer, 0x0A31)
    assert found.means(ACME)
    assert not found.means(OTHER)


@pytest.mark.parametrize(
    "issuer",
    [
        name((CN, 0x0C, "Acme Größen".encode())),
        name((O, 0x0C, "Acme Größe".encode())),
        name((CN, 0x0C, "Acme Größe".encode()), (O, 0x0C, b"Acme")),
        sequence(),
        sequence(octets(b"x")),
        b"\x30\x05",
    ],
)
def test_another_issuer_is_another_certificate(issuer: bytes) -> None:
    assert not Identifier(issuer, 0x0A31).means(ACME)


def test_a_key_identifier_is_that_of_the_extension_or_computed() -> None:
    named = x509.Name([attribute("Acme")])
    assert key_identifier(issued(1, named, ski=True)) == b"any"
    public = x509.SubjectKeyIdentifier.from_public_key(ACME.public_key())
    assert key_identifier(ACME) == public.digest


@pytest.mark.parametrize(
    ("serial", "shown"), [(0x0A31, "0A31"), (0, "00"), (-5, "-05"), (0x123, "0123")]
)
def test_serial_numbers_as_viewers_show_them(serial: int, shown: str) -> None:
    found = Identifier(name((CN, 0x13, b"acme"), (O, 0x13, b"Acme Retail")), serial)
    assert str(found) == f"serial number {shown} of CN=acme, O=Acme Retail"


def test_names_for_people() -> None:
    assert name_text(name(("1.2.3", 0x13, b"x"))) == "1.2.3=x"
    assert name_text(sequence()) == "nobody"
    assert name_text(b"\x30") == "a name that is not readable"


@pytest.mark.parametrize(
    "data",
    [b"", integer(1), implicit(0, b""), sequence(name()), sequence(name(), octets(b"x"))],
)
def test_what_is_no_identifier(data: bytes) -> None:
    assert refusal(lambda: read_identifier(Reader.of(data))).code == "T200"
