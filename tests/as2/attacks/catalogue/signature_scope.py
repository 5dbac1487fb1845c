"""What a partner signed, with something else beside it, around it or in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.as2.attacks.catalogue.answers import (
    AUTHENTICATION,
    INNER,
    INTEGRITY,
    SECURITY,
    whole,
)
from tests.as2.attacks.forging import (
    DOCUMENT,
    EDIFACT,
    EVIL,
    SIGNED,
    SMIME,
    enveloped,
    part,
    parts,
    signature,
    signed,
    signers,
)
from tests.as2.attacks.target import Attack

Body = Callable[[], bytes]


def attacks() -> Iterator[Attack]:
    """What is handed on is exactly what a partner signed. Encrypted: the answer is uniform."""

    def one(name: str, inner: Body, answer: str = AUTHENTICATION) -> Attack:
        return Attack("signature_scope", name, lambda: whole(enveloped(inner())), answer)

    def of(*each: bytes) -> bytes:
        return part(SIGNED, parts(*each))

    yield one("nobody signed", lambda: INNER)
    yield one("a stranger signed", lambda: signed(INNER, "stranger"))
    yield one("no signer in the signature", lambda: of(INNER, pkcs7(signers(0))))
    yield one("a signer who signed nothing", lambda: of(INNER, pkcs7(signers(1))))
    yield one("one part only", lambda: of(INNER))
    yield one("three parts", lambda: of(INNER, signature(INNER), part(EDIFACT, EVIL)))
    yield one("signature before the document", lambda: of(signature(INNER), INNER))
    yield one("another document beside it", lambda: of(part(EDIFACT, EVIL), signature(INNER)))
    yield one("one byte more in the document", lambda: of(INNER + b"'", signature(INNER)))
    yield one("a header of the part changed", lambda: of(part("x/y", DOCUMENT), signature(INNER)))
    yield one("a signed part in multipart/mixed", lambda: mixed(part(EDIFACT, EVIL), signed(INNER)))
    yield one("a stranger around what a partner signed", lambda: signed(signed(INNER), "stranger"))
    yield one("a partner around what he signed", lambda: signed(signed(INNER)))
    yield one("the signature as the document", lambda: signature(INNER))
    yield Attack(
        "signature_scope",
        "a partner's message under another partner's name",
        lambda: whole(enveloped(signed(INNER)), SMIME, "NORTHWIND"),
        AUTHENTICATION,
    )
    yield Attack(
        "signature_scope",
        "in the open: another document beside it",
        lambda: whole(parts(part(EDIFACT, EVIL), signature(INNER)), SIGNED, "ACME-OPEN"),
        INTEGRITY,
    )
    yield Attack(
        "signature_scope",
        "a partner around what another one encrypted, to ask what is in it",
        lambda: whole(around(part(SMIME, enveloped(INNER))), SIGNED, "ACME-OPEN"),
        SECURITY,
    )
    yield Attack(
        "signature_scope",
        "in the open: a stranger signed",
        lambda: whole(parts(INNER, signature(INNER, "stranger")), SIGNED, "ACME-OPEN"),
        AUTHENTICATION,
    )


def around(inner: bytes) -> bytes:
    """The body of what a partner signed."""
    return parts(inner, signature(inner))


def mixed(*each: bytes) -> bytes:
    """multipart/mixed as a part."""
    return part('multipart/mixed; boundary="m"', parts(*each, boundary=b"m"))


def pkcs7(der: bytes) -> bytes:
    """A signature part of any structure."""
    return part("application/pkcs7-signature", der)
