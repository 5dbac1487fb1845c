"""``gateway check`` over certificates: each finding where it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.backends.openssl.backend import backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.pipeline.as2.check import certificate_problems
from tests.as2.settings.kit import ACME, OWN, load, opened, write

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILE = "partners/acme-retail/partner.yaml"


def told(root: Path) -> list[str]:
    return [str(found) for found in certificate_problems(load(root)[0], NOW)]


def test_what_is_right_has_no_problems(tmp_path: Path) -> None:
    assert certificate_problems(opened(tmp_path), NOW) == []


def test_an_expired_certificate_is_shown_where_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, acme=ACME.replace("acme.pem", "acme-expired.pem"))
    expired, unverified, no_recipient = certificate_problems(load(tmp_path)[0], NOW)
    assert str(expired) == (
        "C463 certificates/acme-expired.pem of acme-retail expired on 2021-01-01  "
        f"[{FILE}, line 12, column 18, channels.edi.as2.certificates[1].file]"
    )
    assert (expired.severity, expired.place.line) == ("warning", 12)
    assert [unverified.code, no_recipient.code] == ["C464", "C465"]
    assert unverified.sentence == (
        "no certificate of acme-retail (channel edi) counts for signatures: "
        "certificates/acme-expired.pem: it expired on 2021-01-01 00:00 UTC"
    )


def test_a_partner_who_only_sends_needs_no_certificate_to_encrypt_to(tmp_path: Path) -> None:
    write(tmp_path, acme=ACME.replace("      url: https://as2.acme.example/\n", ""))
    assert told(tmp_path) == []


def test_without_a_key_that_counts_nothing_is_signed_or_opened(tmp_path: Path) -> None:
    own = OWN.replace('ours.key}"}', 'ours.key}", accept_until: 2026-01-01}')
    assert own != OWN
    write(tmp_path, own=own)
    assert [found[:4] for found in told(tmp_path)] == ["C466", "C467"]
    assert "keys/ours.pem: it is accepted until 2026-01-02 00:00 UTC only" in told(tmp_path)[0]


PAUSED = """\
mode: paused
agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008}
"""


@pytest.mark.parametrize("file", ["ours.pem", "ours.key"])
def test_a_key_that_nobody_needs_yet_is_no_error(tmp_path: Path, file: str) -> None:
    write(tmp_path, acme=ACME + PAUSED)
    (tmp_path / "keys" / file).unlink()
    (found,) = certificate_problems(load(tmp_path)[0], NOW)
    assert (found.code, found.severity, found.facts["partner"]) == (
        "C474",
        "warning",
        "acme-retail",
    )
    assert found.place.file == "partners/_own.yaml"
    (tmp_path / "partners/acme-retail/partner.yaml").write_text(
        ACME + PAUSED.replace("paused", "test"), "utf-8"
    )
    assert certificate_problems(load(tmp_path)[0], NOW)[0].severity == "error"


def test_a_key_of_ours_that_is_no_key_is_told_once(tmp_path: Path) -> None:
    write(tmp_path, own=OWN.replace("ours.key}", "none.key}"))
    (found,) = told(tmp_path)
    assert found.startswith("C461 the key of keys/ours.pem cannot be used")
    assert found.endswith("[partners/_own.yaml, line 8, column 21, as2.keys[1].certificate]")


@pytest.mark.parametrize(("kind", "code"), [("short", "C468"), ("ed25519", "C469")])
def test_a_key_that_is_not_safe_or_not_usable(tmp_path: Path, kind: str, code: str) -> None:
    write(tmp_path)
    key = (
        Ed25519PrivateKey.generate() if kind == "ed25519" else rsa.generate_private_key(65537, 1024)
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, None if kind == "ed25519" else hashes.SHA256())
    )
    file = tmp_path / "partners/acme-retail/certificates/acme.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    assert told(tmp_path)[0].startswith(code)


def test_our_own_certificate_is_not_that_of_a_partner(tmp_path: Path) -> None:
    write(tmp_path, acme=ACME.replace("acme.pem", "ours.pem"))
    (found,) = certificate_problems(load(tmp_path)[0], NOW)
    assert str(found) == (
        "C477 certificates/ours.pem of acme-retail is a certificate of ours (keys/ours.pem)  "
        f"[{FILE}, line 12, column 18, channels.edi.as2.certificates[1].file]"
    )


def test_a_list_that_ended_is_told_before_a_signature_is_refused(tmp_path: Path) -> None:
    trust = "{authorities: [certificates/authority.pem], subjects: [x], revocations: [l]}"
    write(tmp_path, acme=f"{ACME}      trust: {trust}\n")
    (tmp_path / "partners/acme-retail/l").write_bytes(b"no list")
    assert [found[:7] for found in told(tmp_path)] == ["C473 l:"]


def test_an_old_openssl_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "openssl_version_text", lambda: "OpenSSL 3.1.4 24 Oct 2023")
    (found,) = certificate_problems(opened(tmp_path), NOW)
    assert (found.code, found.severity) == ("C475", "warning")
    assert "OpenSSL 3.1.4" in found.sentence
