"""EnvelopedData (RFC 5652 §6) and AuthEnvelopedData (RFC 5083): content for some certificates.

Written with definite lengths. What can be wrong without any key is found before a key is used;
whatever is wrong after that is one problem, T214, with the same words and at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from gateway.channels.as2.ber.der import canonical
from gateway.channels.as2.ber.reader import END, OCTETS, SEQUENCE, SET, Reader, unreadable
from gateway.channels.as2.ber.writer import around, integer, octets, oid, sequence, set_of
from gateway.channels.as2.cms.ciphers import (
    CIPHERS,
    SHORTEST_TAG,
    TAG,
    ContentCipher,
    decrypt_cbc,
    decrypt_gcm,
    encrypt_into,
)
from gateway.channels.as2.cms.contentinfo import content_kind, enter_content, leave_content
from gateway.channels.as2.cms.keytransport import unwrap, wrap
from gateway.channels.as2.cms.recipients import (
    Recipient,
    find_ours,
    read_recipients,
    write_recipient,
)
from gateway.channels.as2.credentials import Credential, OwnCredential
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Cipher, Transport
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, problem

Entropy = Callable[[int], bytes]
UNOPENED = "T214"
"""The code of every failure after our private key was used."""
KNOWN_KEY = "T278"
"""The code of a key that came before with other content; ours is not used for it."""
Fresh = Callable[[bytes], bool]
"""Whether an encrypted key, by its SHA-256, may be opened: it never came with another content."""
_SHOWN = 16
_CONTENT = 0x80
_LONGEST_NONCE = 64
_ATTRIBUTES = 0xA1
_LONGEST_ATTRIBUTES = 64_000


@dataclass(frozen=True, slots=True)
class Envelope:
    """What can be read without a key."""

    kind: Literal["enveloped", "auth-enveloped"]
    recipients: tuple[Recipient, ...]
    cipher: ContentCipher
    nonce: bytes
    content: Extent
    """The element with the encrypted content, head and pieces included."""
    tag: bytes = b""
    attributes: bytes = b""
    """DER of the authenticated attributes: they are under the tag, too."""

    def pieces(self) -> Iterator[bytes]:
        """The encrypted content."""
        return Reader(self.content).chunks(_CONTENT, "the encrypted content")


@dataclass(frozen=True, slots=True)
class Decrypted:
    """An opened envelope."""

    content: Extent
    recipient: OwnCredential
    """Whose key opened it."""
    cipher: Cipher
    transport: Transport
    authenticated: bool
    """GCM: nobody changed it on the way. Who sent it is not known by that."""


def encrypt(
    content: Extent,
    recipients: Sequence[Credential],
    cipher: Cipher,
    transport: Transport,
    scratch: Scratch,
    entropy: Entropy = token_bytes,
) -> Extent:
    """A ContentInfo in DER that each of the recipients can open. Errors: T219."""
    suite = CIPHERS[cipher]
    key, nonce = entropy(suite.key), entropy(suite.nonce)
    infos = [_recipient(one, key, transport) for one in recipients]
    kind = "auth-enveloped" if suite.authenticated else "enveloped"
    head, tail = around(
        suite.padded(content.size),
        (SEQUENCE, oid(kind), b""),
        (0xA0, b"", b""),
        (SEQUENCE, integer(0) + set_of(infos), octets(bytes(TAG)) if suite.authenticated else b""),
        (SEQUENCE, oid("data") + _write_cipher(suite, nonce), b""),
        (_CONTENT, b"", b""),
    )
    stream = scratch()
    stream.write(head)
    tag = encrypt_into(stream, content, suite, key, nonce)
    stream.write(tail[: len(tail) - len(tag)] + tag)
    return Extent(stream, 0, len(head) + suite.padded(content.size) + len(tail))


def _recipient(recipient: Credential, key: bytes, transport: Transport) -> bytes:
    public = recipient.certificate.public_key()
    found = "no RSA key"
    if isinstance(public, RSAPublicKey):
        try:
            return write_recipient(recipient.certificate, wrap(public, key, transport), transport)
        except ValueError:
            found = f"an RSA key of {public.key_size} bits"
    raise RefusedError(
        problem("T219", Place(), name=recipient.name, found=found, transport=transport)
    )


def _write_cipher(suite: ContentCipher, nonce: bytes) -> bytes:
    if suite.authenticated:
        return sequence(oid(suite.name), sequence(octets(nonce), integer(TAG)))
    return sequence(oid(suite.name), octets(nonce))


def read_envelope(envelope: Extent) -> Envelope:
    """Everything but the content. Errors: T200 to T202, T211, T212."""
    kind = content_kind(envelope)
    if kind not in ("enveloped", "auth-enveloped"):
        raise unreadable(0, f"content type {kind}", "enveloped or auth-enveloped")
    authenticated = kind == "auth-enveloped"
    reader = Reader(envelope)
    enter_content(reader, kind)
    reader.enter(SEQUENCE, "the enveloped data")
    reader.integer("the version")
    if reader.peek() == 0xA0:  # OriginatorInfo: certificates that nobody needs here
        reader.skip()
    recipients = read_recipients(reader)
    reader.enter(SEQUENCE, "the encrypted content")
    cipher, nonce, tag_size = _read_cipher(reader, authenticated)
    start = reader.offset
    reader.step_over(_CONTENT, "the encrypted content")
    content = envelope.part(start, reader.offset - start)
    reader.leave()
    tag = attributes = b""
    if authenticated:
        tag, attributes = _read_tag(reader, tag_size)
    if reader.peek() == (0xA2 if authenticated else 0xA1):  # attributes without protection
        reader.skip()
    reader.leave()
    leave_content(reader)
    return Envelope(kind, recipients, cipher, nonce, content, tag, attributes)


def _read_cipher(reader: Reader, authenticated: bool) -> tuple[ContentCipher, bytes, int]:
    """Type and algorithm of the content: the cipher, its nonce, the size of the tag."""
    start = reader.offset
    inside = reader.oid("the type of the content inside")
    if inside != "data":
        raise RefusedError(problem("T211", Place(offset=start), found=inside))
    start = reader.offset
    reader.enter(SEQUENCE, "the cipher")
    name = reader.oid("the cipher")
    cipher = CIPHERS.get(name)
    if cipher is None or cipher.authenticated != authenticated:
        where = "AuthEnvelopedData" if authenticated else "EnvelopedData"
        raise RefusedError(problem("T212", Place(offset=start), found=name, where=where))
    tag_size = SHORTEST_TAG
    if authenticated:
        reader.enter(SEQUENCE, "the parameters of GCM")
        nonce = reader.octets(OCTETS, "the nonce", _LONGEST_NONCE)
        if reader.peek() != END:
            tag_size = reader.integer("the size of the tag")
        reader.leave()
        right = len(nonce) >= 8 and SHORTEST_TAG <= tag_size <= TAG
    else:
        nonce = reader.octets(OCTETS, "the initialization vector", _LONGEST_NONCE)
        right = len(nonce) == cipher.nonce
    if not right:
        found = f"a nonce of {len(nonce)} bytes and a tag of {tag_size}"
        raise unreadable(start, found, f"those of {name}")
    reader.leave()
    return cipher, nonce, tag_size


def _read_tag(reader: Reader, size: int) -> tuple[bytes, bytes]:
    """The tag and the authenticated attributes, which stand before it.

    The attributes have a tag of their place; what the tag covers is a SET (RFC 5083 §2.2).
    """
    attributes = b""
    if reader.peek() == _ATTRIBUTES:
        attributes = canonical(bytes((SET,)) + reader.element(_LONGEST_ATTRIBUTES)[1:])
    start = reader.offset
    tag = reader.octets(OCTETS, "the tag", TAG)
    if len(tag) != size:
        raise unreadable(start, f"a tag of {len(tag)} bytes", f"{size} bytes as announced")
    return tag, attributes


def decrypt(
    envelope: Extent,
    ours: Sequence[OwnCredential],
    scratch: Scratch,
    *,
    triple_des: bool = False,
    entropy: Entropy = token_bytes,
    fresh: Fresh | None = None,
) -> Decrypted:
    """The content, with the first of our keys that it is encrypted for (put the newest first).

    Errors: those of :func:`read_envelope` and T210, T213, T215 and :data:`KNOWN_KEY` (where
    ``fresh`` says no) before a key is used; :data:`UNOPENED` after. With CBC a change on the way
    may go unseen; with GCM nothing is given that the tag does not cover.
    """
    read = read_envelope(envelope)
    cipher = read.cipher
    if cipher.name == "3des" and not triple_des:
        raise RefusedError(problem("T215", Place()))
    encrypted, own = find_ours(read.recipients, ours)
    if not isinstance(own.key, RSAPrivateKey):
        raise RefusedError(problem("T213", Place(), found=f"RSA, but {own.name} has no RSA key"))
    if fresh is not None:
        number = encrypted.content.lstrip(b"\0")  # the same key with zeros before it
        digest = sha256(number).digest()
        if not fresh(digest):
            raise RefusedError(problem(KNOWN_KEY, Place(), key=digest.hex()[:_SHOWN]))
    key = unwrap(own.key, encrypted, cipher.key, entropy)
    stream = scratch()
    if cipher.authenticated:
        size = decrypt_gcm(
            stream, read.pieces(), key, read.nonce, read.tag, attributes=read.attributes
        )
    else:
        size = decrypt_cbc(stream, read.pieces(), cipher, key, read.nonce)
    if size is None:
        raise RefusedError(problem(UNOPENED, Place(), recipient=own.name))
    content = Extent(stream, 0, size)
    return Decrypted(content, own, cipher.name, encrypted.transport, cipher.authenticated)
