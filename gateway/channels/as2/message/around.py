"""What stands around a signed part, and no signature covers.

Inside of encryption by CBC anybody can move blocks of a message that he cannot read. Were all
that is around the signed part read over, a message with a foreign block there would be accepted, or
not, by what the block decrypts to: an answer about a secret. So there may only be text, which a
block out of its place is once in some million tries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_TEXT = b"\t\r\n" + bytes(range(0x20, 0x7F))


def gaps(whole: Extent, *parts: Extent) -> Iterator[Extent]:
    """The ranges of ``whole`` that are in none of its ``parts``, which stand in their order."""
    at = whole.start
    for part in parts:
        yield Extent(whole.stream, at, part.start - at)
        at = part.start + part.size
    yield Extent(whole.stream, at, whole.start + whole.size - at)


def only_text(ranges: Iterable[Extent]) -> None:
    """Raises :class:`RefusedError` (T279) where anything else stands in them."""
    for each in ranges:
        if any(chunk.translate(None, _TEXT) for chunk in each.chunks()):
            where = "header fields, before the first boundary or after the last"
            raise RefusedError(problem("T279", found=f"other than text in {where}"))


def same_certificate(inside: bytes, signer: x509.Certificate) -> None:
    """The signer's certificate, where it comes along, is the one that is known, byte for byte.

    In a binary signature nobody else would look at it, and at where it ends. ``inside``: the
    certificates of the signature. Raises :class:`RefusedError` (T279).
    """
    whole, key = _bytes_of(signer)
    if key in inside and whole not in inside:
        raise RefusedError(problem("T279", found="the certificate of the signer, changed"))


@lru_cache(maxsize=256)
def _bytes_of(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """All of it, and its key."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.public_bytes(Encoding.DER), key
