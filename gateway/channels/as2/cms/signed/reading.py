"""Who signed what, as it stands in a SignedData. Nothing is believed yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from cryptography import x509

from gateway.channels.as2.ber.reader import END, OCTETS, SEQUENCE, SET, Reader, too_much, unreadable
from gateway.channels.as2.certificates.load import UNREADABLE
from gateway.channels.as2.cms.algorithms import Algorithm, read_algorithm
from gateway.channels.as2.cms.contentinfo import enter_content, leave_content
from gateway.channels.as2.cms.digests import ALGORITHMS
from gateway.channels.as2.cms.identifier import Identifier, read_identifier
from gateway.channels.as2.cms.signed.attributes import TAG, Attributes, read_attributes
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.refusal import RefusedError

SIGNERS = 8
CERTIFICATES = 32
"""That come with a message and are looked at."""
_CERTIFICATES, _REVOKED, _UNSIGNED, _CONTENT = 0xA0, 0xA1, 0xA1, 0xA0
_VALUE = 10_000
"""Bytes of a signature value, far above those of the largest keys."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A SignerInfo."""

    identifier: Identifier
    digest: Algorithm
    attributes: Attributes | None
    algorithm: Algorithm
    value: bytes
    offset: int
    """Where it begins, in the structure."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """A SignedData: its signers, the certificates that came with it, the content if it is in it."""

    signers: tuple[Signature, ...]
    inside: bytes
    """The element with the certificates, not yet looked at; empty where there is none."""
    content: Extent | None

    @property
    def digests(self) -> tuple[str, ...]:
        """Those that :func:`~.verifying.verify` needs of the content."""
        names = dict.fromkeys(each.digest.name for each in self.signers)
        return tuple(name for name in names if name in ALGORITHMS)

    @property
    def certificates(self) -> list[x509.Certificate]:
        """Those that came with it and can be read. They prove nothing."""
        if not self.inside:
            return []
        found: list[x509.Certificate] = []
        for each in islice(_elements(self.inside), CERTIFICATES):
            with suppress(*UNREADABLE):
                found.append(x509.load_der_x509_certificate(each))
        return found


def _elements(inside: bytes) -> Iterator[bytes]:
    """As far as they are whole."""
    reader = Reader.of(inside)
    with suppress(RefusedError):
        reader.enter(_CERTIFICATES, "certificates")
        while reader.peek() != END:
            yield reader.element()


def read_signature(signature: Extent, scratch: Scratch = BytesIO) -> Signatures:
    """A SignedData in its ContentInfo. Raises ``RefusedError`` (T200-T202).

    Content that stands inside becomes an extent: of ``signature`` itself where it is in one piece,
    otherwise in ``scratch``.
    """
    reader = Reader(signature)
    enter_content(reader, "signed")
    reader.enter(SEQUENCE, "signed data")
    reader.integer("the version")
    if reader.peek() != SET:
        raise reader.unexpected("the digests of all signers")
    reader.skip()  # each signer names his own
    content = _content(reader, scratch)
    inside = b""
    if reader.peek() == _CERTIFICATES:
        inside = reader.element()
    if reader.peek() == _REVOKED:
        reader.skip()
    signers = _signers(reader)
    reader.leave()
    leave_content(reader)
    return Signatures(signers, inside, content)


def _content(reader: Reader, scratch: Scratch) -> Extent | None:
    reader.enter(SEQUENCE, "the signed content")
    start = reader.offset
    kind = reader.oid("the content type")
    if kind != "data":
        raise unreadable(start, f"signed content of type {kind}", "type data")
    content = None
    if reader.peek() == _CONTENT:
        reader.enter(_CONTENT, "the signed content")
        content = reader.content(OCTETS, "the signed content", scratch)
        reader.leave()
    reader.leave()
    return content


def _signers(reader: Reader) -> tuple[Signature, ...]:
    signers: list[Signature] = []
    reader.enter(SET, "the signers")
    while reader.peek() != END:
        if len(signers) >= SIGNERS:
            raise too_much(reader.offset, "signers", SIGNERS)
        signers.append(_signer(reader))
    reader.leave()
    return tuple(signers)


def _signer(reader: Reader) -> Signature:
    offset = reader.offset
    reader.enter(SEQUENCE, "a signer")
    reader.integer("the version")
    identifier = read_identifier(reader)
    digest = read_algorithm(reader, "the digest algorithm")
    attributes = read_attributes(reader) if reader.peek() == TAG else None
    algorithm = read_algorithm(reader, "the signature algorithm")
    value = reader.octets(OCTETS, "the signature", _VALUE)
    if reader.peek() == _UNSIGNED:
        reader.skip()
    reader.leave()
    return Signature(identifier, digest, attributes, algorithm, value, offset)
