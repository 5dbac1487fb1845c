"""Certificates and keys as people send them: PEM, DER, PKCS#7, PKCS#12, and what is none."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.certificates import load
from gateway.channels.as2.refusal import RefusedError
from tests.as2.credentials import KEYS, certificate, own

ACME, NEXT = certificate("acme").certificate, certificate("acme-next").certificate
AUTHORITY, ISSUED = certificate("authority").certificate, certificate("issued").certificate
PEM = (KEYS / "acme.pem").read_bytes()
KEY = (KEYS / "ours.key").read_bytes()
DER = ACME.public_bytes(Encoding.DER)
OURS = own("ours")
FORMS = {
    "PEM": PEM,
    "PEM with text around": b"Bag Attributes\r\n  friendlyName: acme\r\n" + PEM + b"\r\nbye",
    "PEM with a byte order mark": b"\xef\xbb\xbf" + PEM.replace(b"\n", b"\r\n"),
    "DER": DER,
    "PKCS#7": pkcs7.serialize_certificates([ACME], Encoding.DER),
    "PKCS#7 in PEM": pkcs7.serialize_certificates([ACME], Encoding.PEM),
    "base64 without its frame": base64.encodebytes(DER),
    "with the key beside it": (KEYS / "acme.key").read_bytes() + PEM,
}


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(RefusedError) as refused:
        call(*arguments)  # type: ignore[operator]
    return str(refused.value.problem)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_certificate_is_read(form: str) -> None:
    assert load.certificates(FORMS[form], "acme.cer") == [ACME]


def test_several_certificates_in_a_file_are_all_read() -> None:
    both = PEM + (KEYS / "acme-next.pem").read_bytes()
    assert load.certificates(both, "acme.pem") == [ACME, NEXT]
    bundle = pkcs7.serialize_certificates([ACME, NEXT], Encoding.DER)
    assert set(load.certificates(bundle, "acme.p7b")) == {ACME, NEXT}


def test_of_a_chain_only_the_leaf_is_the_partners() -> None:
    assert load.leaves([ISSUED, AUTHORITY]) == [ISSUED]
    assert load.leaves([ACME, NEXT]) == [ACME, NEXT]
    assert load.leaves([AUTHORITY]) == [AUTHORITY]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"hello", "it is neither PEM nor DER"),
        (KEY, "it holds a private key and no certificate"),
        (b"-----BEGIN PGP MESSAGE-----\n", "it holds PGP MESSAGE and no certificate"),
        (PEM[:300], "a BEGIN has no END"),
        (b"0" * 1_000_001, "it is larger than 1000 kB"),
        (DER[:-20], ""),
        (PEM * 101, "it holds more than 100 certificates"),
    ],
)
def test_what_is_no_certificate_is_told(data: bytes, reason: str) -> None:
    assert refusal(load.certificates, data, "acme.cer").startswith(f"C460 acme.cer: {reason}")


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(DER) - 1), st.binary(max_size=8))
def test_a_broken_certificate_is_refused_and_nothing_else_happens(at: int, noise: bytes) -> None:
    data = DER[:at] + noise + DER[at + len(noise) :]
    try:
        load.certificates(data, "acme.cer")
    except RefusedError as refused:
        assert refused.problem.code in ("C460", "C469")


def test_a_key_is_read_with_its_password() -> None:
    assert OURS.key is not None
    hidden = OURS.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pass")
    )
    assert load.private_key(hidden, b"pass", "ours.pem").public_key() == OURS.key.public_key()
    assert "it is encrypted and needs password" in refusal(load.private_key, hidden, None, "o")
    assert "the password is wrong" in refusal(load.private_key, hidden, b"other", "o")
    assert "it has no password" in refusal(load.private_key, KEY, b"pass", "o")
    assert "it is no PEM" in refusal(load.private_key, b"nonsense", None, "o")


def test_a_key_of_another_kind_is_named() -> None:
    other = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    assert refusal(load.private_key, other, None, "ours.pem").startswith("C469 ours.pem has a key")


def test_a_key_finds_its_certificate_among_several() -> None:
    assert OURS.key is not None
    found, chain = load.fitting([ACME, OURS.certificate], OURS.key, "ours.pem")
    assert (found, chain) == (OURS.certificate, [ACME])
    assert refusal(load.fitting, [ACME], OURS.key, "ours.pem") == (
        "C462 the key of ours.pem is not the one of the certificate CN=acme test"
    )


def test_pkcs12_holds_all_of_it() -> None:
    key = OURS.key
    assert key is not None
    data = pkcs12.serialize_key_and_certificates(
        b"ours",
        key,
        OURS.certificate,
        [AUTHORITY],
        BestAvailableEncryption(b"pass"),  # type: ignore[arg-type]
    )
    found, loaded, chain = load.from_pkcs12(data, b"pass", "ours.p12")
    assert (found, chain) == (OURS.certificate, [AUTHORITY])
    assert loaded.public_key() == key.public_key()
    assert "the password is wrong" in refusal(load.from_pkcs12, data, b"no", "ours.p12")
    assert "it needs a password" in refusal(load.from_pkcs12, data, None, "ours.p12")
    assert "C460" in refusal(load.certificates, data, "ours.p12")


def test_lists_of_revoked_certificates_come_in_pem_and_in_der() -> None:
    key = own("authority").key
    assert key is not None
    at = datetime(2026, 3, 2, tzinfo=UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(AUTHORITY.subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=1))
    listed = builder.sign(key, hashes.SHA256())
    pem, der = (listed.public_bytes(form) for form in (Encoding.PEM, Encoding.DER))
    assert load.revocations(der, "a.crl") == [listed]
    assert load.revocations(b"two lists\n" + pem + b"\n" + pem, "a.crl") == [listed, listed]
    for data in (b"", der[:-9], pem[:-30], PEM, pem.replace(b"BEGIN", b"BEGUN")):
        assert refusal(load.revocations, data, "a.crl").startswith("C473 a.crl: ")


def test_a_list_that_is_broken_or_only_a_change_is_found_when_it_is_read() -> None:
    key = own("authority").key
    assert key is not None
    at = datetime(2026, 3, 2, tzinfo=UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(AUTHORITY.subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=1))
    whole = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    broken = whole.replace(b"authority test", b"authority \xff\xfe\xfd\xfc")
    assert refusal(load.revocations, broken, "a.crl").startswith("C473 a.crl: ")
    change = builder.add_extension(x509.DeltaCRLIndicator(1), critical=True)
    data = change.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    assert "holds only what changed since another list" in refusal(load.revocations, data, "a.crl")
