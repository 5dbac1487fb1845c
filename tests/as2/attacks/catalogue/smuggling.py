"""Requests that two programs read in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.as2.attacks.catalogue.answers import CHUNKED, UNEXPECTED
from tests.as2.attacks.target import Attack, request

KIND = "smuggling"
BODY = b"GET /as2 HTTP/1.1\r\nHost: x\r\n\r\n"
"""What would be a request, were the length of the body read otherwise."""


def attacks() -> Iterator[Attack]:
    """Requests that two programs read in two ways."""
    yield from of_lengths()
    yield from of_names()
    yield from of_lines()


def one(name: str, *more: str, answer: str = "400", length: str | int | None = -1) -> Attack:
    """A message with further headers."""

    def wire() -> list[bytes]:
        return [request(BODY, *more, length=length), BODY]

    return Attack(KIND, name, wire, answer)


def raw(name: str, head: Callable[[], bytes], body: bytes = b"") -> Attack:
    """A request that is written by hand."""
    return Attack(KIND, name, lambda: [head(), body], "400")


def of_lengths() -> Iterator[Attack]:
    """Where does the body end?"""
    yield one("both lengths", CHUNKED)
    yield one("both lengths, chunked in capitals", "TRANSFER-ENCODING: CHUNKED")
    yield one("chunked twice", CHUNKED, CHUNKED, length=None)
    yield one("chunked and identity", "Transfer-Encoding: chunked, identity", length=None)
    yield one("an unknown encoding", "Transfer-Encoding: xchunked", length=None)
    yield one("chunked with a tab", "Transfer-Encoding:\x0bchunked", length=None)
    yield one("a blank before the colon", "Transfer-Encoding : chunked")
    yield one("a folded header", "X: y\r\n Transfer-Encoding: chunked", answer=UNEXPECTED)
    yield one("two lengths", "Content-Length: 5")
    yield one("different lengths in a list", length="5, 6")
    yield one("a length with a sign", length="+5")
    yield one("a negative length", length="-5")
    yield one("a length in hexadecimal digits", length="0x5")
    yield one("a length with a blank", length="5 5")

    def chunks() -> bytes:
        return request(b"", CHUNKED, length=None)

    yield raw("a chunk of negative size", chunks, b"-1\r\n")
    digits = b"0" * 20 + b"5\r\nhello\r\n0\r\n\r\n"
    yield raw("a chunk size of twenty-one digits", chunks, digits)
    yield raw(
        "an old version of HTTP with chunks",
        lambda: chunks().replace(b"HTTP/1.1", b"HTTP/1.0"),
        b"0\r\n\r\n",
    )


def of_names() -> Iterator[Attack]:
    """Which of two headers counts?"""
    yield one("two senders", "AS2-From: NORTHWIND")
    yield one("two receivers", "AS2-To: OURS")
    yield one("two Message-IDs", "Message-ID: <2@acme.example>")
    yield one("two Message-IDs in another case", "message-id: <2@acme.example>")
    yield one("two content types", "Content-Type: text/plain")
    address = "Receipt-Delivery-Option: "
    yield one("two addresses for the receipt", f"{address}a", f"{address}b")
    for name in ("AS2_From", "AS2_To", "Message_ID", "Content_Length", "Transfer_Encoding"):
        yield one(f"a header {name}", f"{name}: x")


def of_lines() -> Iterator[Attack]:
    """Where does a header end?"""
    yield one("NUL in a header", "Subject: a\0b")
    yield one("CR in a header", "Subject: a\rAS2-From: NORTHWIND")
    yield one("a header without a name", ": x")
    yield one("a header without a colon", "nonsense")
    yield one("a blank in the name of a header", "AS2 From: x")
    yield one("escapes of a terminal in a header", "Subject: \x1b[2J")
    split = b"AS2-From: A\rAS2-To: B\r\nAS2-To"
    yield raw(
        "CR and LF in AS2-From",
        lambda: request(b"", drop="AS2-From").replace(b"AS2-To", split),
    )
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    yield raw("a request of another protocol", lambda: hello + bytes(100))
