"""ContentInfo (RFC 5652 §3): around every structure, it says what is in it."""

from __future__ import annotations

from typing import Literal, cast, get_args

from gateway.channels.as2.ber.reader import OID, SEQUENCE, Reader, unreadable
from gateway.channels.as2.ber.writer import context, oid, sequence
from gateway.channels.as2.extent import Extent

Kind = Literal[
    "data",
    "signed",
    "enveloped",
    "auth-enveloped",
    "compressed",
    "signed-and-enveloped",
    "digested",
    "encrypted",
    "authenticated",
]
KINDS = frozenset(get_args(Kind))
_CONTENT = 0xA0


def is_binary(body: Extent) -> bool:
    """Whether a body begins as a structure and not as base64, whatever it is said to be.

    A SEQUENCE with its length in several bytes, or at once with an OID in it: neither can be the
    beginning of base64.
    """
    head = body.read(3)
    return len(head) == 3 and head[0] == SEQUENCE and (head[1] >= 0x80 or head[2] == OID)


def content_kind(extent: Extent) -> Kind:
    """What a body is, by its content type: MIME headers may say something else, or nothing."""
    reader = Reader(extent)
    reader.enter(SEQUENCE, "a CMS structure")
    start = reader.offset
    name = reader.oid("the content type")
    if name not in KINDS:
        raise unreadable(start, f"content type {name}", "one of CMS")
    return cast(Kind, name)


def enter_content(reader: Reader, kind: Kind) -> None:
    """Step into the content; left again by :func:`leave_content`."""
    reader.enter(SEQUENCE, "a CMS structure")
    start = reader.offset
    name = reader.oid("the content type")
    if name != kind:
        raise unreadable(start, f"content type {name}", f"content type {kind}")
    reader.enter(_CONTENT, "the content")


def leave_content(reader: Reader) -> None:
    """The structure ends here, and so does the body."""
    reader.leave()
    reader.leave()
    reader.finish()


def content_info(kind: Kind, content: bytes) -> bytes:
    """Written around the content."""
    return sequence(oid(kind), context(0, content))
