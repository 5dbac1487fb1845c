"""Signs: a detached SignedData (RFC 5652 §5) over an extent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.channels.as2.ber.writer import context, integer, octets, oid, sequence, set_of
from gateway.channels.as2.cms.algorithms import (
    SignatureScheme,
    write_algorithm,
    write_signature_algorithm,
)
from gateway.channels.as2.cms.contentinfo import content_info
from gateway.channels.as2.cms.digests import ALGORITHMS, digests_of
from gateway.channels.as2.cms.identifier import write_identifier
from gateway.channels.as2.cms.signed.attributes import TAG, write_attributes
from gateway.channels.as2.credentials import OwnCredential, PrivateKey
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Digest, Scheme

_VERSION = integer(1)
_DETACHED = sequence(oid("data"))


def sign(
    content: Extent | Mapping[str, bytes],
    signer: OwnCredential,
    digest: Digest,
    scheme: Scheme,
    *,
    at: datetime,
    attributes: bool = True,
    capabilities: bool = False,
    certificate: bool = True,
) -> bytes:
    """DER of the ContentInfo. ``content``, or its digests by name; ``at``: the signing time.

    An EC key always signs with ECDSA. ``attributes``: content type, digest and time are signed
    (``capabilities`` too, RFC 8551 §2.5.2). ``certificate``: the signer's stands in it, with those
    that lead to an authority, for partners who trust that.
    """
    if signer.key is None:
        raise ValueError(f"{signer.name} has no private key")
    known = digests_of(content, [digest]) if isinstance(content, Extent) else content
    signed = write_attributes(known[digest], at, capabilities=capabilities) if attributes else b""
    info = _signer_info(signer, signer.key, _scheme(signer.key, digest, scheme), known, signed)
    inside = _certificates(signer.certificate, signer.chain) if certificate else b""
    digests = set_of([write_algorithm(digest)])
    data = sequence(_VERSION, digests, _DETACHED, inside, set_of([info]))
    return content_info("signed", data)


def _signer_info(
    signer: OwnCredential,
    key: PrivateKey,
    how: SignatureScheme,
    digests: Mapping[str, bytes],
    signed: bytes,
) -> bytes:
    """A SignerInfo over the attributes, or over the digest of the content if there are none."""
    algorithm = ALGORITHMS[how.digest]
    if signed:
        value = _sign(key, how, signed, algorithm)
    else:
        value = _sign(key, how, digests[how.digest], Prehashed(algorithm))
    return sequence(
        _VERSION,
        write_identifier(signer.certificate),
        write_algorithm(how.digest),
        bytes((TAG,)) + signed[1:] if signed else b"",
        write_signature_algorithm(how),
        octets(value),
    )


def _scheme(key: PrivateKey, digest: Digest, scheme: Scheme) -> SignatureScheme:
    if isinstance(key, EllipticCurvePrivateKey):
        return SignatureScheme("ecdsa", digest)
    if scheme == "pss":
        return SignatureScheme("pss", digest, digest, ALGORITHMS[digest].digest_size)
    return SignatureScheme("pkcs1", digest)


def _sign(
    key: PrivateKey, how: SignatureScheme, data: bytes, algorithm: HashAlgorithm | Prehashed
) -> bytes:
    if isinstance(key, EllipticCurvePrivateKey):
        return key.sign(data, ECDSA(algorithm))
    if how.scheme == "pss":
        mask = padding.MGF1(ALGORITHMS[how.mask])
        return key.sign(data, padding.PSS(mask, how.salt), algorithm)
    return key.sign(data, padding.PKCS1v15(), algorithm)


@lru_cache(maxsize=64)
def _certificates(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> bytes:
    """The signer's first: some readers take no other. An authority's own proves nothing to them."""
    between = [each for each in chain if each.issuer != each.subject]
    return context(0, *(each.public_bytes(Encoding.DER) for each in (certificate, *between)))
