"""Nothing in a message of AS2 makes reading it grow faster than it: twice as much, twice the work.

Expressions are looked at in ``tests/fuzz/test_growth.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.channels.as2.ber.writer import element, integer, octets, oid, sequence
from tests.as2.ber.loosened import EOC, elements
from tests.as2.cms.shapes import reshaped
from tests.as2.fuzz.seeds import CORPUS
from tests.as2.fuzz.targets import TARGETS
from tests.fuzz.test_growth import MOST, instructions

SIZE = 20
_HEAD = (
    b"AS2-From: acme-retail\r\nAS2-To: northwind\r\nMessage-ID: <1@acme.example>\r\n"
    b"Disposition-Notification-To: x\r\n"
)
_ENVELOPE = (CORPUS / "enveloped-cbc.der").read_bytes()
_SIGNED = (CORPUS / "signed.der").read_bytes()


def _typed(kind: bytes, body: bytes = b"") -> bytes:
    return _HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + body


def _mixed(body: bytes) -> bytes:
    return _typed(b'multipart/mixed; boundary="b"', body)


def _receipt(fields: bytes) -> bytes:
    part = b"--b\r\nContent-Type: message/disposition-notification\r\n\r\n" + fields
    kind = b"multipart/report; report-type=disposition-notification; boundary=b"
    return _typed(kind, part + b"\r\n--b--\r\n")


def _signed_with(more: bytes) -> bytes:
    """The SignedData with something more where certificates are."""
    ((_, info),) = elements(_SIGNED)
    (kind_tag, kind), (_, explicit) = elements(info)
    ((_, data),) = elements(explicit)
    parts = [
        element(tag, content + (more if tag == 0xA0 else b"")) for tag, content in elements(data)
    ]
    return sequence(element(kind_tag, kind), element(0xA0, sequence(*parts)))


def _compressed(pieces: bytes) -> bytes:
    inside = sequence(oid("data"), element(0xA0, b"\x24\x80" + pieces + EOC))
    inner = sequence(integer(0), sequence(oid("zlib")), inside)
    return sequence(oid("compressed"), element(0xA0, inner))


WAYS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "elements": ("as2-ber", lambda n: sequence(*[integer(7)] * n * 8)),
    "elements in elements": ("as2-ber", lambda n: b"\x30\x80" * n + EOC * n),
    "pieces": ("as2-ber", lambda n: b"\x24\x80" + octets(b"x") * n * 4 + EOC),
    "empty pieces": ("as2-cms", lambda n: _compressed(octets(b"") * n * 8)),
    "an envelope in pieces": (
        "as2-cms",
        lambda n: reshaped(_ENVELOPE, 64).replace(EOC * 3, octets(b"") * n * 4 + EOC * 3),
    ),
    "certificates": ("as2-cms", lambda n: _signed_with(sequence(integer(1)) * n)),
    "sets": ("as2-cms", lambda n: _SIGNED[:-40] + element(0x31, integer(1) * n) * 4),
    "fields": ("as2-message", lambda n: _HEAD + b"X-A: b\r\n" * n + b"\r\n"),
    "folded lines": ("as2-message", lambda n: _HEAD + b"X-A: b\r\n" + b" c\r\n" * n * 4 + b"\r\n"),
    "parameters": ("as2-message", lambda n: _typed(b"a/b" + b"; c=d" * n)),
    "quotes": ("as2-message", lambda n: _typed(b'a/b; c="' + b'\\"' * n * 8)),
    "comments": ("as2-message", lambda n: _typed(b"a/b" + b" (c)" * n * 4)),
    "open comments": ("as2-message", lambda n: _typed(b"a/b" + b" (" * n * 8)),
    "pieces of a name": (
        "as2-message",
        lambda n: _HEAD + b"".join(b"X: a; f*%d*=b\r\n" % one for one in range(n)) + b"\r\n",
    ),
    "parts": ("as2-message", lambda n: _mixed(b"--b\r\n\r\nx\r\n" * n + b"--b--")),
    "nearly boundaries": ("as2-message", lambda n: _mixed(b"--b\r\n" + b"\r\n--bx" * n * 8)),
    "line ends": ("as2-mime", lambda n: _mixed(b"--b\r\n" + b"\r\n" * n * 8 + b"\r\n--b--")),
    "soft line ends": ("as2-mime", lambda n: b"=\r\n" * n * 8),
    "quads of base64": ("as2-mime", lambda n: b"QUJD\r\n" * n * 8),
    "options": (
        "as2-message",
        lambda n: (
            _HEAD + b"Disposition-Notification-Options: " + b"a=optional, b; " * n + b"\r\n\r\n"
        ),
    ),
    "digests that are offered": (
        "as2-message",
        lambda n: (
            _HEAD
            + b"Disposition-Notification-Options: signed-receipt-micalg=optional"
            + b", md5" * n * 4
            + b"\r\n\r\n"
        ),
    ),
    "fields of a receipt": ("as2-mdn", lambda n: _receipt(b"X-A: b\r\n" * n)),
    "modifiers of a disposition": ("as2-mdn", lambda n: _receipt(b"Disposition: " + b"a/" * n * 4)),
    "digest of a receipt": (
        "as2-mdn",
        lambda n: _receipt(b"Received-content-MIC: " + b"a, " * n * 4),
    ),
}
"""By name: which target reads it; the argument is how often the long thing stands there."""


@pytest.mark.parametrize("way", WAYS)
def test_twice_the_input_takes_twice_the_instructions(way: str) -> None:
    name, made = WAYS[way]
    read = TARGETS[name]
    small, large = made(SIZE), made(2 * SIZE)
    for _ in range(2):  # what is made once per process is made now
        read(large)
    once, none = instructions(small, read), instructions(made(1), read)
    twice = instructions(large, read)
    assert twice - none <= MOST * max(once - none, 1) + 3000, (none, once, twice)
