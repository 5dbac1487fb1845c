"""Content encryption: which algorithms, and bytes through them piece by piece.

AES in CBC (RFC 3565) and GCM (RFC 5084); 3DES (RFC 3370) where it was agreed. Whether a padding or
a tag is right is looked at once, when everything went through the cipher: what is wrong, and
where, can neither be told from the answer nor from when it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import (
    AEADEncryptionContext,
    BlockCipherAlgorithm,
    CipherContext,
    algorithms,
    modes,
)
from cryptography.hazmat.primitives.ciphers import Cipher as Primitive
from cryptography.hazmat.primitives.padding import PKCS7

from gateway.channels.as2.extent import Extent, Seekable
from gateway.channels.as2.link import Cipher

TAG = 16
"""Bytes of the tag that we write; 12 to 16 are read (RFC 5084 §3.2)."""
SHORTEST_TAG = 12


@dataclass(frozen=True, slots=True)
class ContentCipher:
    """An algorithm: sizes in bytes."""

    name: Cipher
    """Also the name of its identifier, see :mod:`gateway.channels.as2.ber.oids`."""
    key: int
    nonce: int
    """Of the initialization vector or the nonce, as we write it."""
    block: int
    """What the plain text is padded to; 1: not at all."""

    @property
    def authenticated(self) -> bool:
        """Whether a tag comes with it (AuthEnvelopedData instead of EnvelopedData)."""
        return self.block == 1

    def padded(self, size: int) -> int:
        """Bytes that ``size`` bytes of content become. A padding is never empty."""
        return size if self.block == 1 else size - size % self.block + self.block


CIPHERS: dict[str, ContentCipher] = {
    one.name: one
    for one in (
        ContentCipher("aes-128-cbc", 16, 16, 16),
        ContentCipher("aes-192-cbc", 24, 16, 16),
        ContentCipher("aes-256-cbc", 32, 16, 16),
        ContentCipher("aes-128-gcm", 16, 12, 1),
        ContentCipher("aes-192-gcm", 24, 12, 1),
        ContentCipher("aes-256-gcm", 32, 12, 1),
        ContentCipher("3des", 24, 8, 8),
    )
}


def _algorithm(cipher: ContentCipher, key: bytes) -> BlockCipherAlgorithm:
    return TripleDES(key) if cipher.name == "3des" else algorithms.AES(key)


def encrypt_into(
    target: Seekable, content: Extent, cipher: ContentCipher, key: bytes, nonce: bytes
) -> bytes:
    """Writes ``cipher.padded(content.size)`` bytes where ``target`` stands; gives the tag, if any.

    Errors: ``ValueError`` for a key or nonce of a wrong length.
    """
    mode = modes.GCM(nonce) if cipher.authenticated else modes.CBC(nonce)
    context = Primitive(_algorithm(cipher, key), mode).encryptor()
    for piece in content.chunks():
        target.write(context.update(piece))
    if isinstance(context, AEADEncryptionContext):
        target.write(context.finalize())
        return context.tag
    padding = cipher.padded(content.size) - content.size
    target.write(context.update(bytes([padding]) * padding) + context.finalize())
    return b""


def decrypt_cbc(
    target: Seekable, pieces: Iterable[bytes], cipher: ContentCipher, key: bytes, iv: bytes
) -> int | None:
    """Writes the plain text with its padding; how long it is without, ``None``: wrong padding."""
    context = Primitive(_algorithm(cipher, key), modes.CBC(iv)).decryptor()
    size, last = 0, b""
    for plain in _through(context, pieces):
        target.write(plain)
        size += len(plain)
        last = (last + plain[-cipher.block :])[-cipher.block :]
    unpadder = PKCS7(cipher.block * 8).unpadder()
    try:
        context.finalize()
        kept = unpadder.update(last) + unpadder.finalize()
    except ValueError:
        return None
    return size - cipher.block + len(kept)


def decrypt_gcm(
    target: Seekable,
    pieces: Iterable[bytes],
    key: bytes,
    nonce: bytes,
    tag: bytes,
    *,
    attributes: bytes = b"",
) -> int | None:
    """Writes the plain text; its size, or ``None``: the tag is wrong, nothing of it may be used."""
    mode = modes.GCM(nonce, min_tag_length=SHORTEST_TAG)
    context = Primitive(algorithms.AES(key), mode).decryptor()
    if attributes:
        context.authenticate_additional_data(attributes)
    size = 0
    for plain in _through(context, pieces):
        target.write(plain)
        size += len(plain)
    try:
        context.finalize_with_tag(tag)
    except (InvalidTag, ValueError):
        return None
    return size


def _through(context: CipherContext, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        plain = context.update(piece)
        if plain:
            yield plain
