"""AlgorithmIdentifier (RFC 5652 §10): names, parameters, and which signatures are accepted.

Parameters that say nothing are read absent or NULL, whatever the algorithm; written as the RFCs
ask for (RSA: NULL, RFC 3370 §3.2; digests and ECDSA: absent, RFC 5754 §2).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.channels.as2.ber.reader import END, SEQUENCE, Reader
from gateway.channels.as2.ber.writer import NULL, context, integer, oid, sequence
from gateway.channels.as2.cms.digests import ALGORITHMS, EXPECTED
from gateway.channels.as2.link import Scheme
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_PARAMETERS = 10_000
_MOST_SALT = 512
_HASH, _MASK, _SALT, _TRAILER = 0xA0, 0xA1, 0xA2, 0xA3
_DEFAULT_SALT = 20
UNSAID = "sha-1"
"""The digest that is meant where parameters leave it out (RFC 8017 A.2)."""
_SCHEMES: dict[str, tuple[Scheme, str]] = {
    "rsa": ("pkcs1", ""),
    "sha-1-rsa-oiw": ("pkcs1", "sha-1"),
    "ec": ("ecdsa", ""),
    **{f"{digest}-rsa": ("pkcs1", digest) for digest in ALGORITHMS},
    **{f"{digest}-ecdsa": ("ecdsa", digest) for digest in ALGORITHMS},
}
"""Scheme and digest that a name of a signature algorithm says; an empty digest: the signer's."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """Its name and its parameters, the whole element (empty: absent)."""

    name: str
    parameters: bytes = b""

    @property
    def plain(self) -> bool:
        """Whether the parameters say nothing."""
        return self.parameters in (b"", NULL)


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a signature was made; ``salt`` and ``mask`` (digest of MGF1) are those of PSS."""

    scheme: Scheme
    digest: str
    mask: str = ""
    salt: int = 0


def read_algorithm(reader: Reader, what: str = "an algorithm") -> Algorithm:
    """An AlgorithmIdentifier; ``what`` it is for, in sentences."""
    reader.enter(SEQUENCE, what)
    name = reader.oid(what)
    parameters = b"" if reader.peek() == END else reader.element(_PARAMETERS)
    reader.leave()
    return Algorithm(name, parameters)


def write_algorithm(name: str, parameters: bytes = b"") -> bytes:
    """An AlgorithmIdentifier; ``parameters`` is a whole element."""
    return sequence(oid(name), parameters)


def signature_scheme(digest: Algorithm, signature: Algorithm) -> SignatureScheme:
    """How a signer signed. Raises ``RefusedError`` (T204) for what is not accepted.

    The digest of the signature algorithm has to be the signer's: RFC 5754 §3, RFC 4056 §3.
    """
    if digest.name not in ALGORITHMS:
        raise refused("the digest", digest.name, EXPECTED)
    if signature.name == "rsa-pss":
        found = read_pss(signature.parameters)
    elif signature.name in _SCHEMES:
        scheme, named = _SCHEMES[signature.name]
        found = SignatureScheme(scheme, named or digest.name)
    else:
        raise refused("the signature algorithm", signature.name, "RSA (PKCS #1, PSS) or ECDSA")
    if found.digest != digest.name:
        text = f"{found.digest} in a signature over {digest.name}"
        raise refused("the digest", text, f"{digest.name} in both")
    return found


def write_signature_algorithm(how: SignatureScheme) -> bytes:
    """The AlgorithmIdentifier of a signature."""
    if how.scheme == "pss":
        return write_algorithm("rsa-pss", write_pss(how))
    if how.scheme == "ecdsa":
        return write_algorithm(f"{how.digest}-ecdsa")
    return write_algorithm("rsa", NULL)


def read_pss(parameters: bytes) -> SignatureScheme:
    """RSASSA-PSS-params (RFC 8017 A.2.3); what is left out is SHA-1 with 20 bytes of salt."""
    digest, mask, salt = UNSAID, UNSAID, _DEFAULT_SALT
    if parameters and parameters != NULL:
        reader = Reader.of(parameters)
        reader.enter(SEQUENCE, "the parameters of PSS")
        digest, mask = read_digests(reader)
        if reader.peek() == _SALT:
            salt = _integer_in(reader, _SALT)
        if reader.peek() == _TRAILER and _integer_in(reader, _TRAILER) != 1:
            raise refused("the trailer of PSS", "other than 1", "1")
        reader.leave()
    if not 0 <= salt <= _MOST_SALT:
        raise refused("the salt length of PSS", str(salt), "the length of the digest")
    return SignatureScheme("pss", digest, mask, salt)


def write_pss(how: SignatureScheme) -> bytes:
    """RSASSA-PSS-params, all of them but the trailer, which is always its default."""
    return sequence(
        context(0, write_algorithm(how.digest, NULL)),
        write_mask(1, how.mask),
        context(2, integer(how.salt)),
    )


def read_digests(reader: Reader) -> tuple[str, str]:
    """Digest and digest of the mask (MGF1), with which parameters of PSS and OAEP begin."""
    digest = _read_digest(reader) if reader.peek() == _HASH else UNSAID
    return digest, _read_mask(reader) if reader.peek() == _MASK else UNSAID


def _read_mask(reader: Reader) -> str:
    reader.enter(_MASK, "the mask")
    algorithm = read_algorithm(reader, "the mask")
    reader.leave()
    if algorithm.name != "mgf1":
        raise refused("the mask", algorithm.name, "mgf1")
    inner = Reader.of(algorithm.parameters)
    return _allowed(read_algorithm(inner, "the digest of the mask"))


def write_mask(number: int, digest: str) -> bytes:
    """MGF1 with a digest, in ``[number]``."""
    return context(number, write_algorithm("mgf1", write_algorithm(digest, NULL)))


def refused(what: str, found: str, expected: str) -> RefusedError:
    """T204, to raise."""
    return RefusedError(problem("T204", what=what, found=found, expected=expected))


def _read_digest(reader: Reader) -> str:
    reader.enter(_HASH, "a digest")
    digest = _allowed(read_algorithm(reader, "a digest"))
    reader.leave()
    return digest


def _allowed(algorithm: Algorithm) -> str:
    if algorithm.name not in ALGORITHMS:
        raise refused("the digest", algorithm.name, EXPECTED)
    return algorithm.name


def _integer_in(reader: Reader, tag: int) -> int:
    reader.enter(tag, "a number")
    value = reader.integer("a number")
    reader.leave()
    return value
