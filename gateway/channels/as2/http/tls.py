"""The TLS side of a connection: whom we trust, what we show, what was seen."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gateway.channels.as2.certificates.load import UNREADABLE
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.http.endpoint import Tls

_MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


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


def _show(context: ssl.SSLContext, ours: OwnCredential) -> None:
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
