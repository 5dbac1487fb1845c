"""Lists of revoked certificates (CRL, RFC 5280 §5): whether one says that a certificate is over.

OCSP is not asked: the partner's certificates are few, and lists are files that are renewed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from gateway.problems import Problem, Severity, problem


def revocation(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Iterable[x509.CertificateRevocationList],
    at: datetime,
) -> Problem | None:
    """Why a certificate cannot be relied on: it is revoked (C472), or no list is current (C473)."""
    subject = certificate.subject.rfc4514_string()
    ours = [each for each in lists if each.issuer == issuer.subject and _by(each, issuer)]
    current = [each for each in ours if (end := _ends(each)) is None or at < end]
    for each in ours:
        entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            day = f"{entry.revocation_date_utc:%Y-%m-%d}"
            return problem("C472", subject=subject, day=day)
    if current:
        return None
    name = f"revocations of {issuer.subject.rfc4514_string()}"
    ended = max((end for end in map(_ends, ours) if end is not None), default=None)
    reason = "there is no list of this authority"
    if ended is not None:
        reason = f"the newest list ended on {ended:%Y-%m-%d %H:%M} UTC"
    return problem("C473", name=name, reason=reason, severity=Severity.ERROR)


def _by(listed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether the authority signed the list."""
    key = issuer.public_key()
    try:
        return listed.is_signature_valid(key)  # type: ignore[arg-type]
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _ends(listed: x509.CertificateRevocationList) -> datetime | None:
    return listed.next_update_utc
