"""Shapes that exhaust a reader: too many, too deep, too long, or not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.channels.as2.ber.writer import header, octets, oid, sequence
from tests.as2.attacks.catalogue.answers import AUTHENTICATION, INNER, UNEXPECTED, UNKNOWN, whole
from tests.as2.attacks.catalogue.signature_scope import pkcs7
from tests.as2.attacks.forging import (
    EDIFACT,
    SIGNED,
    SMIME,
    enveloped,
    part,
    parts,
    raw_envelope,
    recipient,
    signature,
    signers,
)
from tests.as2.attacks.target import Attack, request

Body = Callable[[], bytes]


KIND = "structure_exhaustion"


def attacks(scale: int = 1) -> Iterator[Attack]:
    """Shapes that exhaust a reader."""
    yield from of_headers()
    yield from of_mime(100_000 * scale)
    yield from of_cms(100_000 * scale)


def one(
    name: str, body: Body, answer: str = UNEXPECTED, kind: str = SMIME, sender: str = "ACME-OPEN"
) -> Attack:
    """A body, where nothing is required of it."""
    return Attack(KIND, name, lambda: whole(body(), kind, sender), answer)


def of_headers() -> Iterator[Attack]:
    """Before a body is read."""

    def heads(name: str, *more: str, answer: str = "400", **changed: str) -> Attack:
        return Attack(KIND, name, lambda: [request(b"", *more, **changed)], answer)  # type: ignore[arg-type]

    yield heads("ten thousand headers", *(f"X-{number}: y" for number in range(10_000)))
    yield heads("a hundred headers more than fit", *(f"X-{number}: y" for number in range(100)))
    yield heads("a header of a megabyte", "X: " + "y" * 1_000_000)
    yield heads("a name of a megabyte", "X" * 1_000_000 + ": y")
    nonsense = ";=," * 20_000
    for told in ("Content-Transfer-Encoding", "Receipt-Delivery-Option", "Subject", "Date"):
        line = f"{told}: {nonsense}"
        yield heads(f"60 kB of nonsense in {told}", line, answer=UNEXPECTED)
    options = "Disposition-Notification-Options"
    line = f"{options}: {nonsense}"
    yield heads(f"60 kB of nonsense in {options}", line, answer=UNEXPECTED, drop=options)
    yield heads("an AS2-From of 60 kB", sender='"' + "\\" * 60_000 + '"', answer=UNKNOWN)
    yield heads("a Message-ID of 60 kB", message_id="<" * 60_000)


def of_mime(long: int) -> Iterator[Attack]:
    """Parts, and what they say of themselves."""
    mixed = "multipart/mixed; boundary=b"
    many = part(EDIFACT, b"", *["X: y"] * 10_000)
    large = part(EDIFACT, b"", "X: " + "y" * 1_000_000)
    yield one("ten thousand headers of a part", lambda: many, kind=mixed)
    yield one("ten thousand headers of a signed part", lambda: signed_open(many), kind=SIGNED)
    yield one("a header of a megabyte in a signed part", lambda: signed_open(large), kind=SIGNED)
    yield one("ten thousand parts", lambda: parts(*[INNER] * 10_000), kind=mixed)
    yield one("64 layers, one in the other", lambda: layers(64), AUTHENTICATION)
    yield one("64 signatures, one in the other", lambda: signatures(64), AUTHENTICATION, SIGNED)
    nearly = b"\r\n--b-" * (5 * long)
    yield one("a boundary that is nearly everywhere", lambda: nearly, kind=mixed)
    yield one("no boundary", lambda: b"x", kind="multipart/signed")
    boundary = "multipart/mixed; boundary="
    yield one("a boundary of ten thousand characters", lambda: b"x", kind=boundary + "b" * 10_000)
    yield one("quotes without end in it", lambda: b"x", kind=f'{boundary}"' + '\\"' * 20_000)
    yield one("a content type without end", lambda: b"x", kind="multipart/mixed" + ";a=b" * 10_000)
    yield one("base64 that is none", lambda: b"=" * 10 * long)


def of_cms(long: int) -> Iterator[Attack]:
    """Structures in BER."""
    yield one("elements without end, one in the other", lambda: b"\x30\x80" * long)
    yield one("strings without end, one in the other", lambda: deep(b"\x24\x80" * long))
    yield one("a million empty pieces of a string", lambda: pieces(b"\x04\x00" * 10 * long))
    yield one("a million pieces of one byte", lambda: pieces(b"\x04\x01x" * 10 * long))
    for size in (0xFFFFFFFF, 2**63 - 1, 2**64 - 1):
        body = b"\x30\x80" + oid("enveloped") + header(0xA0, size)
        yield one(f"a string of {size} bytes that are not there", lambda body=body: body)  # type: ignore[misc]
    yield one("a length of 126 bytes", lambda: b"\x30\xfe" + b"\xff" * 200)
    yield one("twenty thousand recipients", lambda: recipients(20_000))
    yield one("ten thousand signers", lambda: parts(INNER, pkcs7(signers(10_000))), kind=SIGNED)


def signed_open(inner: bytes) -> bytes:
    """The body of a multipart/signed by acme."""
    return parts(inner, signature(inner))


def layers(count: int) -> bytes:
    """Envelopes in envelopes."""
    body = INNER
    for _ in range(count):
        body = part(SMIME, enveloped(body))
    return enveloped(body)


def signatures(count: int) -> bytes:
    """multipart/signed in multipart/signed, each with a boundary of its own."""
    inner = INNER
    for number in range(count):
        boundary = f"b{number}"
        kind = f'multipart/signed; boundary="{boundary}"'
        inner = part(kind, parts(inner, signature(INNER), boundary=boundary.encode()))
    return parts(inner, signature(inner))


def deep(content: bytes) -> bytes:
    """EnvelopedData up to its content, which is ``content``."""
    cipher = sequence(oid("aes-256-cbc"), octets(bytes(16)))
    start = b"\x30\x80" + oid("enveloped") + b"\xa0\x80\x30\x80\x02\x01\x00"
    infos = b"\x31\x80" + recipient(bytes(256)) + b"\0\0"
    return start + infos + b"\x30\x80" + oid("data") + cipher + b"\xa0\x80" + content


def pieces(content: bytes) -> bytes:
    """EnvelopedData whose content comes in pieces."""
    return deep(content) + bytes(8)


def recipients(count: int) -> bytes:
    """EnvelopedData for so many."""
    cipher = sequence(oid("aes-256-cbc"), octets(bytes(16)))
    stranger = recipient(bytes(16), "stranger")
    return raw_envelope([stranger] * count, cipher, bytes(64))
