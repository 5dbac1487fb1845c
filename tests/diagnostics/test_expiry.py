"""Certificates that end soon, have ended, or do not begin yet: the file and the day are named."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.channels.as2.credentials import Credential
from gateway.config import load_workspace
from gateway.pipeline.as2.check import certificate_problems
from gateway.pipeline.remote.validity import without_successor
from tests.as2.credentials import KEYS
from tests.diagnostics.spoiling import right

SOON = datetime(2119, 12, 12, tzinfo=UTC)
"""All certificates of the tests end on the first of January after it."""
EARLY = datetime(2019, 6, 1, tzinfo=UTC)
LATE = datetime(2120, 6, 1, tzinfo=UTC)
FTPS = """\
partner: northwind
name: Northwind Stores
identities:
  x12: {id: NORTHWIND, qualifier: ZZ}
channels:
  main:
    kind: ftps
    ftps:
      host: ftp.northwind.example
      user: edi
      password: "${file:keys/ours.key}"
      ca: authority.pem
      receive: {folder: out}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = right(tmp_path / "edi")
    folder = root / "partners/northwind"
    (folder / "partner.yaml").write_text(FTPS)
    shutil.copy(KEYS / "authority.pem", folder)
    return root


def told(root: Path, at: datetime) -> list[str]:
    """Code, file, line and sentence of what is said of days."""
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert problems == []
    found = certificate_problems(workspace, at)
    return [
        f"{each.code} {each.place.file}:{each.place.line} {each.sentence}"
        for each in found
        if each.code in ("C233", "C234", "C235")
    ]


def test_what_ends_soon_without_a_successor_is_told(root: Path) -> None:
    rest = "expires on 2120-01-01, in 20 days, and no other one takes its place"
    assert told(root, SOON) == [
        f"C233 partners/_own.yaml:10 keys/ours.pem of us {rest}",
        f"C233 partners/acme-retail/partner.yaml:16 certificates/acme.pem of acme-retail {rest}",
        f"C233 partners/northwind/partner.yaml:12 authority.pem of northwind {rest}",
    ]


def test_a_certificate_for_tls_that_has_ended_or_not_begun(root: Path) -> None:
    where = "partners/northwind/partner.yaml:12 authority.pem of northwind"
    assert told(root, LATE) == [f"C234 {where} expired on 2120-01-01"]
    assert told(root, EARLY) == [f"C235 {where} is valid from 2020-01-01 on, not before"]


def credential(name: str, end: datetime) -> Credential:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    return Credential(certificate, name, frozenset({"sign"}))


def test_a_successor_that_is_named_already_is_enough() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    old = credential("old.pem", datetime(2026, 5, 20, tzinfo=UTC))
    new = credential("new.pem", datetime(2028, 5, 20, tzinfo=UTC))
    assert list(without_successor([old, new], "acme-retail", at)) == []
    (found,) = without_successor([old], "acme-retail", at)
    assert found.facts["days"] == "19"
