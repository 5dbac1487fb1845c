"""Certificates and keys out of bytes: PEM, DER, PKCS#7, PKCS#12. Files are read elsewhere.

Everything raises :class:`~gateway.channels.as2.refusal.RefusedError`: C460 (no certificate), C461
(no key), C462 (they do not fit), C469 (a kind of key that AS2 cannot use).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7, pkcs12
from cryptography.x509.oid import ExtensionOID

from gateway.channels.as2.credentials import PrivateKey
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

LARGEST = 1_000_000
"""Bytes of a file with certificates."""
MOST = 100
"""Certificates in a file."""
UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)
"""What the library raises for certificates that are broken, wherever it reads on in them."""
_ARMOUR = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_CRL, _CRL_END = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"
_SEQUENCE = 0x30


def certificates(data: bytes, name: str) -> list[x509.Certificate]:
    """All certificates of a file, in its order. ``name``: of the file, for the problem."""
    if len(data) > LARGEST:
        _no_certificate(name, f"it is larger than {LARGEST // 1000} kB")
    try:
        found = _from_pem(data) if b"-----BEGIN" in data else _from_der(_without_armour(data))
    except UNREADABLE as error:
        _no_certificate(name, _first_line(error))
    if not found:
        _no_certificate(name, _what_else(data))
    if len(found) > MOST:
        _no_certificate(name, f"it holds more than {MOST} certificates")
    for each in found:
        _usable(each, name)
    return found


def leaves(found: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those that issued no other in the same file: a file often brings its chain along."""
    issuers = {each.issuer for each in found if each.issuer != each.subject}
    return [each for each in found if each.subject not in issuers] or list(found[:1])


def private_key(pem: bytes, password: bytes | None, name: str) -> PrivateKey:
    """A private key in PEM. ``name``: of its certificate, for the problem."""
    try:
        key = load_pem_private_key(pem, password)
    except TypeError:
        reason = "it is encrypted and needs password" if password is None else "it has no password"
        _no_key(name, reason)
    except (ValueError, UnsupportedAlgorithm) as error:
        wrong = "the password is wrong, or the key is damaged"
        _no_key(name, wrong if password is not None else f"it is no PEM: {_first_line(error)}")
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise RefusedError(problem("C469", name=name, kind=type(key).__name__))
    return key


def fitting(
    found: Iterable[x509.Certificate], key: PrivateKey, name: str
) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate of a key among those of a file, and the others: its chain."""
    everything = list(found)
    public = key.public_key()
    own = next((each for each in everything if each.public_key() == public), None)
    if own is None:
        subject = everything[0].subject.rfc4514_string() if everything else "(none)"
        raise RefusedError(problem("C462", name=name, certificate=subject))
    return own, [each for each in everything if each != own]


def from_pkcs12(
    data: bytes, password: bytes | None, name: str
) -> tuple[x509.Certificate, PrivateKey, list[x509.Certificate]]:
    """Certificate, key and chain of a PKCS#12 file."""
    if len(data) > LARGEST:
        _no_key(name, f"it is larger than {LARGEST // 1000} kB")
    try:
        store = pkcs12.load_pkcs12(data, password)
    except UnsupportedAlgorithm as error:
        _no_key(name, f"it is encrypted in an old way ({_first_line(error)}); write it anew")
    except UNREADABLE:
        way = "the password is wrong, or it is no PKCS#12"
        _no_key(name, way if password is not None else "it needs a password, or is no PKCS#12")
    if not isinstance(store.key, RSAPrivateKey | EllipticCurvePrivateKey):
        _no_key(name, "it holds no RSA or EC key")
    held = [store.cert, *store.additional_certs]
    found = [each.certificate for each in held if each is not None]
    if not found:
        _no_certificate(name, "it holds a key, but no certificate")
    for each in found:
        _usable(each, name)
    own, chain = fitting(found, store.key, name)
    return own, store.key, chain


def revocations(data: bytes, name: str) -> list[x509.CertificateRevocationList]:
    """The lists of revoked certificates (CRL) of a file: PEM (several) or DER."""
    try:
        if b"-----BEGIN" in data:
            blocks = (block.partition(_CRL)[1:] for block in data.split(_CRL_END)[:-1])
            found = [x509.load_pem_x509_crl(b"".join(each) + _CRL_END) for each in blocks]
        else:
            found = [x509.load_der_x509_crl(data)]
        whole = all(_is_whole(each) for each in found)
    except UNREADABLE as error:
        raise RefusedError(problem("C473", name=name, reason=_first_line(error))) from None
    if not found:
        raise RefusedError(problem("C473", name=name, reason="it holds no list"))
    if not whole:
        reason = "it holds only what changed since another list"
        raise RefusedError(problem("C473", name=name, reason=reason))
    return found


def _is_whole(listed: x509.CertificateRevocationList) -> bool:
    """Whether it is complete by itself (RFC 5280 §5.2.4). Reads all that is needed later."""
    needed = (listed.issuer.rfc4514_string(), listed.next_update_utc, list(listed))
    assert needed
    return all(each.oid != ExtensionOID.DELTA_CRL_INDICATOR for each in listed.extensions)


def _from_pem(data: bytes) -> list[x509.Certificate]:
    labels = {found.decode("ascii") for found in _ARMOUR.findall(data)}
    found: list[x509.Certificate] = []
    if labels & {"CERTIFICATE", "X509 CERTIFICATE"}:
        found += x509.load_pem_x509_certificates(data)
    if "PKCS7" in labels:
        found += pkcs7.load_pem_pkcs7_certificates(data)
    return found


def _from_der(data: bytes) -> list[x509.Certificate]:
    if data[:1] != bytes([_SEQUENCE]):
        return []
    try:
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        try:
            return list(pkcs7.load_der_pkcs7_certificates(data))
        except UNREADABLE:
            raise error from None


def _without_armour(data: bytes) -> bytes:
    """Base64 that lost its BEGIN and END in an e-mail, as bytes; anything else as it is."""
    if data[:1] == bytes([_SEQUENCE]) or not data.isascii():
        return data
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return data


def _what_else(data: bytes) -> str:
    """What a file without certificates is, as far as that can be told."""
    labels = [found.decode("ascii") for found in _ARMOUR.findall(data)]
    if any(label.endswith("PRIVATE KEY") for label in labels):
        return "it holds a private key and no certificate"
    if labels:
        return f"it holds {labels[0]} and no certificate"
    return "it is empty" if not data.strip() else "it is neither PEM nor DER"


def _usable(certificate: x509.Certificate, name: str) -> None:
    """Read all that is needed later, so that a broken one is found here."""
    try:
        key = certificate.public_key()
        names = (certificate.subject, certificate.issuer, certificate.serial_number)
        dates = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        extensions = certificate.extensions
        assert names and dates and extensions is not None
    except UNREADABLE as error:
        _no_certificate(name, _first_line(error))
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        kind = type(key).__name__.removesuffix("PublicKey").lstrip("_")
        raise RefusedError(problem("C469", name=name, kind=kind))


def _no_certificate(name: str, reason: str) -> NoReturn:
    raise RefusedError(problem("C460", name=name, reason=reason)) from None


def _no_key(name: str, reason: str) -> NoReturn:
    raise RefusedError(problem("C461", name=name, reason=reason)) from None


def _first_line(error: Exception) -> str:
    if str(error).startswith("Unable to load PEM"):
        return "a BEGIN has no END, or lines between them are damaged"
    return (str(error).strip().splitlines() or ["it cannot be read"])[0][:200]
