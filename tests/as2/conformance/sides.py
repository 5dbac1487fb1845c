"""Two sides that agreed on a combination, as values: acme sends, we receive, or the other way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any, cast

from gateway.channels.as2.link import Layers, Link, Policy, Receipt
from tests.as2.conformance.combination import CONTENT_TYPES, Combination
from tests.as2.credentials import certificate, own

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
RECEIPTS = "http://127.0.0.1:1/receipts"
scratch = BytesIO


def entropy() -> Callable[[int], bytes]:
    """Random enough for a test, and the same in every run."""
    numbers = count()

    def more(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += sha256(b"conformance %d" % next(numbers)).digest()
        return found[:size]

    return more


def link(each: Combination, me: str, other: str, receipts: str = RECEIPTS) -> Link:
    """How ``me`` sees ``other``. Signatures with ECDSA are made with the EC keys of both."""
    return Link(
        partner=other,
        channel="as2",
        our_id=me,
        their_id=other,
        layers=layers(each),
        policy=Policy(
            signed="allowed", encrypted="allowed", compressed="allowed", sha1=True, triple_des=True
        ),
        receipt=Receipt(
            mode=cast(Any, each.receipt_mode),
            signed=each.receipt_signed,
            url=receipts if each.receipt_mode == "async" else "",
        ),
        ours=_ours(each, me),
        theirs=_theirs(each, other),
        receipt_urls=(receipts,),
    )


def layers(each: Combination) -> Layers:
    """The layers of a message of this combination."""
    return Layers(
        sign=cast(Any, each.digest),
        scheme=cast(Any, each.scheme),
        encrypt=cast(Any, each.cipher),
        transport=cast(Any, each.transport),
        compress=cast(Any, each.compression),
        encoding=cast(Any, each.part_encoding),
        whole_base64=each.whole_base64,
    )


def _ours(each: Combination, me: str) -> tuple[Any, ...]:
    if each.scheme != "ecdsa":
        return (own(me),)
    signing = replace(own(f"{me}-ec"), use=frozenset({"sign"}))
    return (signing, replace(own(me), use=frozenset({"encrypt"})))


def _theirs(each: Combination, other: str) -> tuple[Any, ...]:
    if each.scheme != "ecdsa":
        return (certificate(other),)
    signing = replace(certificate(f"{other}-ec"), use=frozenset({"sign"}))
    return (signing, replace(certificate(other), use=frozenset({"encrypt"})))


def content_type(each: Combination) -> str:
    """Of the payload."""
    return CONTENT_TYPES[each.content]
