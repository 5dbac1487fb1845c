"""Makes the keys and certificates of the tests: ``python -m tests.as2.keys.make``.

They are for nothing else: everybody has the private keys.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
EXPIRED = datetime(2021, 1, 1, tzinfo=UTC)
NAMES = {
    "ours": 2048, "ours-next": 2048, "acme": 2048, "acme-next": 2048, "acme-expired": 2048,
    "northwind-4096": 4096, "stranger": 2048, "acme-ec": "ec", "ours-ec": "ec",
    "acme-short": 1024,
}  # fmt: skip


def main() -> None:
    """Writes ``NAME.pem`` (certificate) and ``NAME.key`` for each, and an authority with a leaf."""
    for name, kind in NAMES.items():
        key = _key(kind)
        until = EXPIRED if name.endswith("expired") else UNTIL
        _write(name, key, _certificate(name, key, name, key, until=until))
    authority, leaf = _key(2048), _key(2048)
    _write("authority", authority, _certificate("authority", authority, "authority", authority))
    _write("issued", leaf, _certificate("issued", leaf, "authority", authority))


def _key(kind: int | str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if isinstance(kind, str):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, kind)


def _certificate(subject, key, issuer, issuer_key, until=UNTIL) -> x509.Certificate:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{text} test")])

    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(until)
        .add_extension(
            x509.BasicConstraints(ca=subject == "authority", path_length=None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _write(name, key, certificate) -> None:
    (HERE / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (HERE / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


if __name__ == "__main__":
    main()
