"""Less protection than was agreed, or only the word for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from gateway.channels.as2.ber.writer import octets, oid, sequence
from gateway.channels.as2.link import Layers
from tests.as2.attacks.catalogue.answers import (
    AUTHENTICATION,
    DECRYPTION,
    INNER,
    SECURITY,
    UNEXPECTED,
    whole,
)
from tests.as2.attacks.forging import (
    DOCUMENT,
    SIGNED,
    SMIME,
    compressed,
    enveloped,
    part,
    raw_envelope,
    recipient,
    signed,
)
from tests.as2.attacks.target import Attack
from tests.as2.interop.wire import head
from tests.as2.receive.world import Posted, message, theirs


def attacks() -> Iterator[Attack]:
    """Less protection than was agreed."""

    def layered(name: str, layers: Layers, answer: str) -> Attack:
        return Attack("downgrade", name, lambda: sent(message(link=theirs(layers=layers))), answer)

    yield layered("not signed", Layers(sign=None), AUTHENTICATION)
    yield layered("not encrypted", Layers(encrypt=None), SECURITY)
    yield layered("neither", Layers(sign=None, encrypt=None, compress="none"), SECURITY)
    yield layered("signed over SHA-1", Layers(sign="sha-1"), SECURITY)
    yield layered("encrypted by 3DES", Layers(encrypt="3des"), SECURITY)
    for name, dotted in {"RC2": "1.2.840.113549.3.2", "DES": "1.3.14.3.2.7"}.items():
        cipher = sequence(oid(dotted), octets(bytes(8)))
        body = raw_envelope([recipient(bytes(256))], cipher, bytes(64))
        yield Attack("downgrade", f"encrypted by {name}", lambda body=body: whole(body), DECRYPTION)  # type: ignore[misc]
    yield Attack(
        "downgrade",
        "compressed and said to be encrypted",
        lambda: whole(
            compressed(zlib.compress(signed(INNER))), f"{SMIME}; smime-type=enveloped-data"
        ),
        SECURITY,
    )
    yield Attack(
        "downgrade",
        "a document said to be encrypted",
        lambda: whole(DOCUMENT, f"{SMIME}; smime-type=enveloped-data"),
        UNEXPECTED,
    )
    yield Attack(
        "downgrade",
        "encrypted, and nothing in it",
        lambda: whole(enveloped(b"")),
        AUTHENTICATION,
    )
    yield Attack(
        "downgrade",
        "signed, and nothing in it",
        lambda: whole(enveloped(part(SIGNED, b""))),
        AUTHENTICATION,
    )


def sent(posted: Posted) -> list[bytes]:
    """A message as it should be sent, whole."""
    return [head(posted.headers, length=len(posted.body)), posted.body]
