"""Certificates and keys with what they are for and when: the values that all layers share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Use = Literal["sign", "encrypt", "tls"]
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
"""One in a file, or one in a device that signs and decrypts itself (PKCS#11)."""
ALWAYS: frozenset[Use] = frozenset({"sign", "encrypt"})


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate, and between which instants it counts (none: without end)."""

    certificate: x509.Certificate
    name: str
    """Where it is kept, as a person wrote it: ``certificates/acme-2026.pem``."""
    use: frozenset[Use] = ALWAYS
    accept_from: datetime | None = None
    accept_until: datetime | None = None
    send_from: datetime | None = None
    """From when on we encrypt to it (a partner's) or sign with it (ours)."""
    expired_until: datetime | None = None
    """Until when it is accepted although its own validity is over."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in small hexadecimal digits."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, slots=True)
class OwnCredential(Credential):
    """A certificate of ours with its private key."""

    key: PrivateKey | None = None
    """Never ``None`` in use; a default only because the fields before it have one."""
    chain: tuple[x509.Certificate, ...] = ()
    """Certificates of the authorities above it, as its file brought them along."""
