"""The attacker's workshop: MIME and CMS in any form, signed and encrypted with whatever he has.

He has the certificates of everybody, the private keys of ``stranger`` and, where he is a partner
gone bad, those of ``acme``.
"""

from __future__ import annotations

import os
import zlib
from base64 import encodebytes
from collections.abc import Sequence
from io import BytesIO

from gateway.channels.as2.ber.writer import (
    NULL,
    context,
    element,
    implicit,
    integer,
    octets,
    oid,
    sequence,
    set_of,
)
from gateway.channels.as2.cms.ciphers import CIPHERS, encrypt_into
from gateway.channels.as2.cms.enveloped import encrypt
from gateway.channels.as2.cms.identifier import write_identifier
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Cipher
from tests.as2.credentials import certificate, own
from tests.as2.receive.world import WHEN

DOCUMENT = b"UNB+UNOC:3+4012345000009:14'\n"
EVIL = b"UNB+UNOC:3+attacker'\n"
EDIFACT = "application/EDIFACT"
SMIME = "application/pkcs7-mime"
SIGNED = 'multipart/signed; protocol="application/pkcs7-signature"; boundary="b"'


def part(kind: str, body: bytes, *more: str) -> bytes:
    """A MIME part."""
    lines = [f"Content-Type: {kind}", *more]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def parts(*each: bytes, boundary: bytes = b"b") -> bytes:
    """The body of a multipart."""
    line = b"--" + boundary
    return b"".join(line + b"\r\n" + one + b"\r\n" for one in each) + line + b"--\r\n"


def signature(over: bytes, key: str = "acme") -> bytes:
    """The second part of multipart/signed."""
    der = sign(Extent.of(over), own(key), "sha-256", "pkcs1", at=WHEN)
    head = "Content-Transfer-Encoding: base64"
    return part("application/pkcs7-signature", encodebytes(der), head)


def signed(inner: bytes, key: str = "acme") -> bytes:
    """multipart/signed as a part."""
    return part(SIGNED, parts(inner, signature(inner, key)))


def enveloped(inner: bytes, to: str = "ours", cipher: Cipher = "aes-256-cbc") -> bytes:
    """EnvelopedData."""
    made = encrypt(Extent.of(inner), [certificate(to)], cipher, "pkcs1", BytesIO)
    return made.read(made.size)


def compressed(packed: bytes) -> bytes:
    """CompressedData of what zlib gave, or of anything else."""
    data = sequence(oid("data"), context(0, octets(packed)))
    whole = sequence(integer(0), sequence(oid("zlib")), data)
    return sequence(oid("compressed"), context(0, whole))


def bomb(size: int) -> bytes:
    """CompressedData of ``size`` zeros: a thousandth of it on the wire."""
    packer = zlib.compressobj(9)
    head = part(EDIFACT, b"")
    packed = packer.compress(head)
    zeros = bytes(1 << 20)
    for _ in range(size >> 20):
        packed += packer.compress(zeros)
    return compressed(packed + packer.flush())


def envelope_of(
    inner: bytes, content_key: bytes, encrypted_key: bytes, cipher: Cipher = "aes-256-cbc"
) -> bytes:
    """EnvelopedData whose key field holds any bytes."""
    suite, stream = CIPHERS[cipher], BytesIO()
    nonce = os.urandom(suite.nonce)
    encrypt_into(stream, Extent.of(inner), suite, content_key, nonce)
    return raw_envelope(
        [recipient(encrypted_key)], sequence(oid(cipher), octets(nonce)), stream.getvalue()
    )


def recipient(encrypted_key: bytes, who: str = "ours") -> bytes:
    """KeyTransRecipientInfo."""
    name = write_identifier(certificate(who).certificate)
    return sequence(integer(0), name, sequence(oid("rsa"), NULL), octets(encrypted_key))


def raw_envelope(recipients: Sequence[bytes], cipher: bytes, content: bytes) -> bytes:
    """EnvelopedData of ready pieces."""
    inside = sequence(oid("data"), cipher, implicit(0, content))
    return sequence(oid("enveloped"), context(0, sequence(integer(0), set_of(recipients), inside)))


def signers(count: int) -> bytes:
    """SignedData with so many signers, none of which signed anything."""
    name = write_identifier(certificate("acme").certificate)
    digest, rsa = sequence(oid("sha-256"), NULL), sequence(oid("rsa"), NULL)
    one = sequence(integer(1), name, digest, rsa, octets(bytes(256)))
    data = sequence(integer(1), set_of([digest]), sequence(oid("data")), element(0x31, one * count))
    return sequence(oid("signed"), context(0, data))
