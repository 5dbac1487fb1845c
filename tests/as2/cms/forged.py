"""Signatures for the tests: made as they should be, and piece by piece to be made wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from gateway.channels.as2.ber.writer import (
    context,
    element,
    integer,
    octets,
    oid,
    sequence,
    set_of,
)
from gateway.channels.as2.cms.algorithms import write_algorithm
from gateway.channels.as2.cms.contentinfo import content_info
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.identifier import write_identifier
from gateway.channels.as2.cms.signed import Verified, read_signature, verify
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem
from tests.as2.credentials import certificate, own

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
CONTENT = b"Content-Type: application/edifact\r\n\r\nUNA:+.? '"
DIGEST = hashlib.sha256(CONTENT).digest()
SHA256 = write_algorithm("sha-256")
RSA = write_algorithm("rsa", b"\x05\x00")


def verified(signature: bytes, *trusted: str, content: bytes = CONTENT) -> Verified:
    """By the certificates of these names, ``acme`` if there are none."""
    signatures = read_signature(Extent.of(signature))
    digests = digests_of(Extent.of(content), signatures.digests)
    known = [certificate(name) for name in trusted or ("acme",)]
    return verify(signatures, digests, known, AT)


def refusal(work: Callable[[], object]) -> Problem:
    with pytest.raises(RefusedError) as refused:
        work()
    return refused.value.problem


def attribute(name: str, *values: bytes) -> bytes:
    return sequence(oid(name), set_of(values))


def usual(digest: bytes = DIGEST) -> list[bytes]:
    return [attribute("content-type", oid("data")), attribute("message-digest", octets(digest))]


def signer(
    attributes: Sequence[bytes] | None = None,
    *,
    who: str = "acme",
    digest: bytes = SHA256,
    algorithm: bytes = RSA,
    value: bytes | None = None,
    identifier: bytes | None = None,
    signed: Callable[[Sequence[bytes]], bytes] = set_of,
) -> bytes:
    """A SignerInfo over :data:`CONTENT`; ``attributes`` stand and are signed as they are given.

    ``signed`` makes of them the SET that is signed. No attributes: ``()``; ``None``: the usual.
    """
    parts = usual() if attributes is None else list(attributes)
    if value is None:
        key = own(who).key
        assert key is not None
        data = signed(parts) if parts else CONTENT
        value = key.sign(data, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[call-arg, arg-type]
    return sequence(
        integer(1),
        identifier or write_identifier(certificate(who).certificate),
        digest,
        context(0, *parts) if parts else b"",
        algorithm,
        octets(value),
    )


def signed_data(*signers: bytes, content: bytes = b"", certificates: bytes = b"") -> bytes:
    """A SignedData of these signers in their ContentInfo."""
    inside = context(0, octets(content)) if content else b""
    return content_info(
        "signed",
        sequence(
            integer(1),
            set_of([SHA256]),
            sequence(oid("data"), inside),
            context(0, certificates) if certificates else b"",
            element(0x31, *signers),
        ),
    )
