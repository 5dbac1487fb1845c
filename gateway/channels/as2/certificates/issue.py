"""A key and a self-signed certificate of our own, made for AS2.

Partners pin it after its fingerprint was compared, so no authority is needed. It says what it is
for (signatures, and keys of messages with RSA) and has no extended key usage: some products refuse
what they do not expect there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from gateway.channels.as2.credentials import PrivateKey

Kind = Literal["rsa-3072", "rsa-4096", "ec-p256"]
EARLIER = timedelta(hours=1)
"""It is valid a little earlier than now: clocks of partners differ."""
DAYS_A_YEAR = 365
_SERIAL_BYTES = 16


def new_key(kind: Kind) -> PrivateKey:
    """A key out of the randomness of the system. With ``ec-p256`` only signatures are possible."""
    if kind == "ec-p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("rsa-")))


def self_signed(
    key: PrivateKey,
    common_name: str,
    organisation: str,
    *,
    at: datetime,
    years: int,
    entropy: Callable[[int], bytes],
) -> x509.Certificate:
    """A certificate for the key. ``common_name``: best our AS2 id (at most 64 signs)."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )
    subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(entropy(_SERIAL_BYTES), "big") >> 1 or 1)
        .not_valid_before(at - EARLIER)
        .not_valid_after(at + timedelta(days=DAYS_A_YEAR * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(encrypts=isinstance(key, rsa.RSAPrivateKey)), critical=True)
        .add_extension(subject_key, critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def key_pem(key: PrivateKey, password: bytes | None) -> bytes:
    """PKCS#8 in PEM, encrypted where there is a password."""
    protection = NoEncryption() if password is None else BestAvailableEncryption(password)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate, as partners are sent it."""
    return certificate.public_bytes(Encoding.PEM)


def _usage(*, encrypts: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=encrypts,
        data_encipherment=encrypts,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
