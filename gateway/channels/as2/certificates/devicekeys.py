"""Private keys that never leave their device: it signs and decrypts itself (PKCS#11).

They behave as the keys of ``cryptography`` do, so whoever signs or decrypts need not know where a
key is. Digests are made here, the device gets only them.
"""

from __future__ import annotations

from typing import Any, NoReturn

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurveSignatureAlgorithm,
)
from cryptography.hazmat.primitives.asymmetric.padding import (
    MGF,
    OAEP,
    PSS,
    AsymmetricPadding,
    PKCS1v15,
    calculate_max_pss_salt_length,
)
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    NoDigestInfo,
    Prehashed,
    encode_dss_signature,
)

from gateway.channels.as2.ber.writer import NULL, octets, oid, sequence
from gateway.channels.as2.certificates.device import OTHER, Device, device_of
from gateway.channels.as2.certificates.pkcs11uri import KeyUri
from gateway.channels.as2.credentials import PrivateKey

_DIGESTS = {
    "sha1": ("sha-1", pkcs11.Mechanism.SHA_1, pkcs11.MGF.SHA1),
    "sha256": ("sha-256", pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256),
    "sha384": ("sha-384", pkcs11.Mechanism.SHA384, pkcs11.MGF.SHA384),
    "sha512": ("sha-512", pkcs11.Mechanism.SHA512, pkcs11.MGF.SHA512),
}
Hashing = hashes.HashAlgorithm | Prehashed | NoDigestInfo


def key_in_device(uri: KeyUri, pin: str | None, certificate: x509.Certificate) -> PrivateKey:
    """The key of the certificate. The device is asked at once whether it has it.

    Errors: :class:`~.device.KeyDeviceError`; ``ValueError`` for a key that is another one.
    """
    device = device_of(uri, pin)
    public = certificate.public_key()
    if isinstance(public, RSAPublicKey):
        device.check(uri, pkcs11.KeyType.RSA, public.public_numbers().n)
        return DeviceRsaKey(device, uri, public)
    if isinstance(public, EllipticCurvePublicKey):
        device.check(uri, pkcs11.KeyType.EC)
        key = DeviceEcKey(device, uri, public)
        _try(key)
        return key
    raise ValueError(f"its certificate has a key of the kind {type(public).__name__}")


def _try(key: DeviceEcKey) -> None:
    """Devices show the point of a curve only with public keys; a signature tells it, too."""
    how = ECDSA(hashes.SHA256())
    try:
        key.public_key().verify(key.sign(b"", how), b"", how)
    except InvalidSignature as error:
        raise ValueError(OTHER) from error


class DeviceRsaKey(RSAPrivateKey):
    """RSA in a device. Errors of its methods: :class:`KeyDeviceError` when it cannot be reached."""

    def __init__(self, device: Device, uri: KeyUri, public: RSAPublicKey) -> None:
        self._device, self._uri, self._public = device, uri, public

    @property
    def key_size(self) -> int:
        """Bits of the modulus."""
        return self._public.key_size

    def public_key(self) -> RSAPublicKey:
        """That of the certificate."""
        return self._public

    def decrypt(self, ciphertext: bytes, padding: AsymmetricPadding) -> bytes:
        """PKCS#1 v1.5 and OAEP. Errors: ``ValueError``, the same for whatever is wrong."""
        mechanism, parameters = pkcs11.Mechanism.RSA_PKCS, None
        if isinstance(padding, OAEP):
            _, digest, _ = _known(padding.algorithm)
            mechanism = pkcs11.Mechanism.RSA_PKCS_OAEP
            parameters = (digest, _known(_digest_of(padding.mgf))[2], None)
        elif not isinstance(padding, PKCS1v15):
            _unsupported(f"decrypting with {padding.name}")

        def work(key: Any) -> bytes:
            return bytes(key.decrypt(ciphertext, mechanism=mechanism, mechanism_param=parameters))

        return self._device.decrypt(self._uri, work)

    def sign(self, data: Any, padding: AsymmetricPadding, algorithm: Hashing) -> bytes:
        """PKCS#1 v1.5 and PSS."""
        digest, hashing = _hashed(data, algorithm)
        name, hash_mechanism, _ = _known(hashing)
        if isinstance(padding, PSS):
            salt = self._salt(padding, hashing)
            mask = _known(_digest_of(padding.mgf))[2]
            return self._sign(digest, pkcs11.Mechanism.RSA_PKCS_PSS, (hash_mechanism, mask, salt))
        if not isinstance(padding, PKCS1v15):
            _unsupported(f"signing with {padding.name}")
        info = sequence(sequence(oid(name), NULL), octets(digest))
        return self._sign(info, pkcs11.Mechanism.RSA_PKCS, None)

    def _sign(self, data: bytes, mechanism: pkcs11.Mechanism, parameters: Any) -> bytes:
        def work(key: Any) -> bytes:
            return bytes(key.sign(data, mechanism=mechanism, mechanism_param=parameters))

        return self._device.sign(self._uri, work)

    def _salt(self, padding: PSS, hashing: hashes.HashAlgorithm) -> int:
        asked = padding._salt_length
        if isinstance(asked, int):
            return asked
        if asked is PSS.DIGEST_LENGTH:
            return hashing.digest_size
        return calculate_max_pss_salt_length(self, hashing)

    def private_numbers(self) -> RSAPrivateNumbers:
        """Never."""
        _unsupported("reading a private key out of its device")

    def private_bytes(self, *_: Any, **__: Any) -> bytes:
        """Never."""
        _unsupported("reading a private key out of its device")

    def __copy__(self) -> DeviceRsaKey:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> DeviceRsaKey:
        return self


class DeviceEcKey(EllipticCurvePrivateKey):
    """An elliptic curve in a device: it signs."""

    def __init__(self, device: Device, uri: KeyUri, public: EllipticCurvePublicKey) -> None:
        self._device, self._uri, self._public = device, uri, public

    @property
    def key_size(self) -> int:
        """Bits of the curve."""
        return self._public.key_size

    @property
    def curve(self) -> EllipticCurve:
        """That of the certificate."""
        return self._public.curve

    def public_key(self) -> EllipticCurvePublicKey:
        """That of the certificate."""
        return self._public

    def sign(self, data: Any, signature_algorithm: EllipticCurveSignatureAlgorithm) -> bytes:
        """ECDSA, as DER. A digest longer than the curve is shortened (FIPS 186-5 §6.4.1)."""
        if not isinstance(signature_algorithm, ECDSA):
            _unsupported(f"signing with {type(signature_algorithm).__name__}")
        digest, _ = _hashed(data, signature_algorithm.algorithm)
        short = digest[: (self.key_size + 7) // 8]

        def work(key: Any) -> bytes:
            return bytes(key.sign(short, mechanism=pkcs11.Mechanism.ECDSA))

        pair = self._device.sign(self._uri, work)
        half = len(pair) // 2
        return encode_dss_signature(
            int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big")
        )

    def exchange(self, algorithm: ECDH, peer_public_key: EllipticCurvePublicKey) -> bytes:
        """Never: nothing in AS2 uses it."""
        _unsupported("key agreement")

    def private_numbers(self) -> NoReturn:
        """Never."""
        _unsupported("reading a private key out of its device")

    def private_bytes(self, *_: Any, **__: Any) -> bytes:
        """Never."""
        _unsupported("reading a private key out of its device")

    def __copy__(self) -> DeviceEcKey:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> DeviceEcKey:
        return self


def _hashed(data: Any, algorithm: Any) -> tuple[bytes, hashes.HashAlgorithm]:
    """The digest, and by which algorithm."""
    if isinstance(algorithm, Prehashed):
        return bytes(data), algorithm._algorithm
    if not isinstance(algorithm, hashes.HashAlgorithm):
        _unsupported("signing without a digest")
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize(), algorithm


def _digest_of(mask: MGF) -> hashes.HashAlgorithm:
    return mask._algorithm


def _known(algorithm: hashes.HashAlgorithm) -> tuple[str, pkcs11.Mechanism, pkcs11.MGF]:
    return _DIGESTS.get(algorithm.name) or _unsupported(f"the digest {algorithm.name}")


def _unsupported(what: str) -> NoReturn:
    raise UnsupportedAlgorithm(f"{what} is not supported by keys in a device")
