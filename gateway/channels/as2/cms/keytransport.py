"""The key of a message, encrypted with RSA for one certificate (RFC 3370 §4.2.1, RFC 3560).

An encrypted key that is wrong in any way becomes a random one: the message then cannot be opened,
as with any wrong key, and nobody learns what was wrong with it (RFC 3218 §2.3.2). For PKCS#1 v1.5
OpenSSL does the same already inside of the decryption ("implicit rejection").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15 as Pkcs1
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from gateway.channels.as2.ber.reader import SEQUENCE, Reader
from gateway.channels.as2.ber.writer import NULL, context, octets, sequence
from gateway.channels.as2.cms.algorithms import (
    UNSAID,
    Algorithm,
    read_algorithm,
    read_digests,
    write_algorithm,
    write_mask,
)
from gateway.channels.as2.cms.digests import ALGORITHMS
from gateway.channels.as2.link import Transport
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, problem

_OAEP: dict[str, Transport] = {
    "sha-1": "oaep-sha-1",
    "sha-256": "oaep-sha-256",
    "sha-384": "oaep-sha-384",
    "sha-512": "oaep-sha-512",
}
_LABEL = 0xA2


def rejects_implicitly() -> bool:
    """Whether the OpenSSL in use has implicit rejection (3.2 and later): to be told at the start.

    Without it keys that are wrong are still not told apart, except by microseconds.
    """
    name, version, *_ = backend.openssl_version_text().split()
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return name == "OpenSSL" and numbers >= [3, 2]


@dataclass(frozen=True, slots=True)
class EncryptedKey:
    """The key of a message for one recipient."""

    transport: Transport
    padding: AsymmetricPadding
    content: bytes


def padding_of(transport: Transport) -> AsymmetricPadding:
    """As we write it: the mask of OAEP is made with the same digest."""
    if transport == "pkcs1":
        return Pkcs1()
    digest = ALGORITHMS[transport.removeprefix("oaep-")]
    return OAEP(MGF1(digest), digest, None)


def write_transport(transport: Transport) -> bytes:
    """The KeyEncryptionAlgorithmIdentifier; defaults (SHA-1) are left out, as DER asks."""
    if transport == "pkcs1":
        return write_algorithm("rsa", NULL)
    digest = transport.removeprefix("oaep-")
    if digest == "sha-1":
        return write_algorithm("rsa-oaep", sequence())
    hashed = context(0, write_algorithm(digest, NULL))
    return write_algorithm("rsa-oaep", sequence(hashed, write_mask(1, digest)))


def read_transport(algorithm: Algorithm) -> tuple[Transport, AsymmetricPadding]:
    """How a key was encrypted. Errors: T213, T204 for what is not accepted."""
    if algorithm.name == "rsa":
        return "pkcs1", Pkcs1()
    if algorithm.name != "rsa-oaep":
        raise _refused(algorithm.name)
    digest, mask = (UNSAID, UNSAID) if algorithm.plain else _read_oaep(algorithm.parameters)
    if digest not in _OAEP or mask not in _OAEP:
        raise _refused(f"rsa-oaep with {digest} and mgf1 with {mask}")
    return _OAEP[digest], OAEP(MGF1(ALGORITHMS[mask]), ALGORITHMS[digest], None)


def _read_oaep(parameters: bytes) -> tuple[str, str]:
    """The digests in RSAES-OAEP-params (RFC 4055 §4.1); what is left out is SHA-1.

    They may differ: Java's "OAEPWithSHA-256AndMGF1Padding" makes the mask with SHA-1.
    """
    reader = Reader.of(parameters)
    reader.enter(SEQUENCE, "the parameters of OAEP")
    digest, mask = read_digests(reader)
    if reader.peek() == _LABEL:
        reader.enter(_LABEL, "the label of OAEP")
        label = read_algorithm(reader, "the label of OAEP").parameters
        if label not in (b"", octets(b"")):
            raise _refused("rsa-oaep with a label")
        reader.leave()
    reader.leave()
    return digest, mask


def wrap(key: RSAPublicKey, content_key: bytes, transport: Transport) -> bytes:
    """The encrypted key. Errors: ``ValueError`` when the modulus is too short for it."""
    return key.encrypt(content_key, padding_of(transport))


def unwrap(
    key: RSAPrivateKey, encrypted: EncryptedKey, size: int, entropy: Callable[[int], bytes]
) -> bytes:
    """``size`` bytes: the key inside, or as many random ones if there is none of that size."""
    instead = entropy(size)
    try:
        found = key.decrypt(encrypted.content, encrypted.padding)
    except ValueError:
        return instead
    return found if len(found) == size else instead


def _refused(name: str) -> RefusedError:
    return RefusedError(problem("T213", Place(), found=name))
