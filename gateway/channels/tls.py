"""The TLS side of connections to partners: whom we trust, what we show, what was seen."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

from gateway.channels.as2.certificates.load import UNREADABLE

_MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Ours(Protocol):
    """A certificate of ours with its key."""

    @property
    def name(self) -> str:
        """Where it is kept, as a person wrote it."""

    @property
    def certificate(self) -> x509.Certificate:
        """What is shown."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """The authorities above it."""

    @property
    def key(self) -> CertificateIssuerPrivateKeyTypes | None:
        """What it is proved with."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How the connection is protected. The server's name is always checked against its certificate.

    Except with pins and no authorities: then the certificate itself is known, which says more.
    """

    minimum: Literal["1.2", "1.3"] = "1.2"
    authorities: str | None = None
    """PEM of the authorities that count; ``None``: those of the system."""
    pins: frozenset[str] = frozenset()
    """SHA-256 of the certificates that the server may show, in small hexadecimal digits."""
    ours: Ours | None = None
    """The certificate that the server may ask for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server showed."""

    version: str
    """``TLSv1.3``."""
    certificate: bytes
    """DER."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in small hexadecimal digits."""
        return sha256(self.certificate).hexdigest()

    @property
    def until(self) -> datetime | None:
        """When the certificate expires; ``None`` where that cannot be read."""
        try:
            return x509.load_der_x509_certificate(self.certificate).not_valid_after_utc
        except UNREADABLE:
            return None


@lru_cache(maxsize=256)
def context_of(tls: Tls) -> ssl.SSLContext:
    """The context for connections, made once: reading the authorities takes longer than a message.

    Raises ``ssl.SSLError`` (an ``OSError``) or ``ValueError`` for certificates that cannot be used.
    """
    context = ssl.create_default_context(cadata=tls.authorities)
    context.minimum_version = _MINIMUM[tls.minimum]
    if tls.pins and tls.authorities is None:
        # the pin is checked once the connection stands, before anything is sent over it
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.ours is not None:
        _show(context, tls.ours)
    return context


def _show(context: ssl.SSLContext, ours: Ours) -> None:
    """Load our certificate and key; the library takes them from a file only."""
    if ours.key is None:
        raise ValueError(f"{ours.name} has no key")
    password = secrets.token_bytes(24)  # so that the file is worth nothing, should it stay behind
    try:
        key = ours.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
    except (AttributeError, NotImplementedError):
        raise ValueError(f"the key of {ours.name} does not leave its device: not for TLS") from None
    shown = (ours.certificate, *ours.chain)
    certificates = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in shown)
    with tempfile.NamedTemporaryFile(prefix="gateway-tls-", suffix=".pem") as file:
        file.write(key + certificates)
        file.flush()
        context.load_cert_chain(file.name, password=password)
