"""Signed attributes (RFC 5652 §5.3, §11): what a signature says about its content.

The signature is over the DER of the set, with the tag of a SET instead of ``[0]``. Some peers do
not sort the set, some send it in BER: :meth:`Attributes.signed_bytes` tells what to try.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.channels.as2.ber.der import canonical
from gateway.channels.as2.ber.reader import END, OCTETS, SEQUENCE, SET, Reader
from gateway.channels.as2.ber.writer import element, octets, oid, sequence, set_of
from gateway.channels.as2.cms.algorithms import Algorithm, read_algorithm, write_algorithm
from gateway.channels.as2.cms.identifier import Identifier
from gateway.channels.as2.cms.signed.times import read_time, write_time
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

TAG = 0xA0
_MOST, _DIGEST = 20_000, 64
"""Bytes of all signed attributes (real ones have some hundred), and of a digest."""
_INDEFINITE = 0x80
_SIGNATURE_IN_PROTECTION = 0xA1
_CAPABILITIES = ("aes-256-gcm", "aes-256-cbc", "aes-192-cbc", "aes-128-cbc")


@dataclass(frozen=True, slots=True)
class Attributes:
    """Names with their values (whole elements) in the order they came, and the bytes they were."""

    raw: bytes
    pairs: tuple[tuple[str, tuple[bytes, ...]], ...]

    def signed_bytes(self) -> Iterator[bytes]:
        """What the signature may be over, the likeliest first; each is the same set of values.

        As it was sent; as DER in the order that was sent (OpenSSL); as sorted DER (RFC 5652 §5.4,
        Bouncy Castle, whatever order they send).
        """
        sent = bytes((SET,)) + self.raw[1:]
        if self.raw[1] != _INDEFINITE:
            yield sent
        tried = {sent}
        for order in (False, True):
            written = canonical(sent, order=order)
            if written not in tried:
                tried.add(written)
                yield written

    def one(self, name: str, who: Identifier) -> bytes:
        """The only value of an attribute. Raises ``RefusedError`` (T209)."""
        found = [values for each, values in self.pairs if each == name]
        if not found:
            raise wrong(who, name, "is missing", "one")
        if len(found) > 1:
            raise wrong(who, name, f"is there {len(found)} times", "one")
        if len(found[0]) != 1:
            raise wrong(who, name, f"has {len(found[0])} values", "one")
        return found[0][0]

    def content_type(self, who: Identifier) -> str:
        """Of the signed content. Raises ``RefusedError``."""
        return Reader.of(self.one("content-type", who)).oid("the content type")

    def digest(self, who: Identifier) -> bytes:
        """Of the signed content. Raises ``RefusedError``."""
        value = Reader.of(self.one("message-digest", who))
        return value.octets(OCTETS, "the digest", _DIGEST)

    def protected(self, who: Identifier) -> tuple[Algorithm, Algorithm] | None:
        """Digest and signature algorithm that the signer meant (RFC 6211), if he says so."""
        if not any(name == "algorithm-protection" for name, _ in self.pairs):
            return None
        reader = Reader.of(self.one("algorithm-protection", who))
        reader.enter(SEQUENCE, "the protection of algorithms")
        digest = read_algorithm(reader, "a digest")
        signature = Algorithm("none")
        if reader.peek() == _SIGNATURE_IN_PROTECTION:
            inner = bytes((SEQUENCE,)) + canonical(reader.element())[1:]
            signature = read_algorithm(Reader.of(inner), "a signature algorithm")
        return digest, signature

    @property
    def signed_at(self) -> datetime | None:
        """When he says he signed; none where he does not, or not readably."""
        values = [values for name, values in self.pairs if name == "signing-time"]
        return read_time(values[0][0]) if len(values) == 1 and len(values[0]) == 1 else None


def read_attributes(reader: Reader) -> Attributes:
    """``[0] IMPLICIT SET OF Attribute``."""
    raw = reader.element(_MOST)
    inner, pairs = Reader.of(raw), []
    inner.enter(TAG, "the signed attributes")
    while inner.peek() != END:
        inner.enter(SEQUENCE, "an attribute")
        name = inner.oid("the kind of an attribute")
        inner.enter(SET, "the values of an attribute")
        values = []
        while inner.peek() != END:
            values.append(inner.element())
        inner.leave()
        inner.leave()
        pairs.append((name, tuple(values)))
    return Attributes(raw, tuple(pairs))


def write_attributes(digest: bytes, at: datetime, *, capabilities: bool) -> bytes:
    """The SET that is signed; in the message it gets the tag :data:`TAG`."""
    parts = [
        _attribute("content-type", oid("data")),
        _attribute("signing-time", write_time(at)),
        _attribute("message-digest", octets(digest)),
    ]
    if capabilities:
        able = sequence(*(write_algorithm(name) for name in _CAPABILITIES))
        parts.append(_attribute("capabilities", able))
    return set_of(parts)


def _attribute(name: str, value: bytes) -> bytes:
    return sequence(oid(name), element(SET, value))


def wrong(who: Identifier, attribute: str, found: str, expected: str) -> RefusedError:
    """T209, to raise."""
    return RefusedError(
        problem("T209", signer=who, attribute=attribute, found=found, expected=expected)
    )


def same(one: Sequence[Algorithm], other: Sequence[Algorithm]) -> bool:
    """Whether algorithms are the same, parameters absent or NULL."""
    return len(one) == len(other) and all(
        a.name == b.name and ((a.plain and b.plain) or a.parameters == b.parameters)
        for a, b in zip(one, other, strict=True)
    )
