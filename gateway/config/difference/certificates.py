"""Certificates that come, go or are replaced: whose they are, until when, their fingerprint."""

from __future__ import annotations

from contextlib import suppress

_MANY = 4
"""Certificates of one file that are told."""


def described(data: bytes | None) -> str:
    """``CN=acme-retail, SHA-256 1f2e…, valid 2026-02-01 to 2028-02-01``; empty for what is none."""
    if data is None:
        return ""
    from cryptography import x509  # noqa: PLC0415 (slow to load, and few need it)
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: PLC0415

    found: list[x509.Certificate] = []
    for load in (
        x509.load_pem_x509_certificates,
        lambda one: [x509.load_der_x509_certificate(one)],
        pkcs7.load_der_pkcs7_certificates,
        pkcs7.load_pem_pkcs7_certificates,
    ):
        with suppress(ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            found = list(load(data))
            break
    told = [
        f"{each.subject.rfc4514_string()}, SHA-256 {each.fingerprint(hashes.SHA256()).hex()}, "
        f"valid {each.not_valid_before_utc:%Y-%m-%d} to {each.not_valid_after_utc:%Y-%m-%d}"
        for each in found[:_MANY]
    ]
    more = [f"{len(found) - _MANY} more"] if len(found) > _MANY else []
    return "; ".join([*told, *more])
