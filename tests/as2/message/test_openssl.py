"""OpenSSL reads what we write and writes what we read, MIME included."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.as2.link import Layers
from gateway.channels.as2.message import Built
from gateway.channels.as2.mime import Headers
from gateway.channels.as2.mime.headers import head_of
from tests.as2.credentials import KEYS
from tests.as2.message.exchange import EDIFACT, built, content, opened
from tests.as2.peers import openssl

DOCUMENT = b"UNB+UNOC:3+4012345000009:14'\r\nUNH+1+ORDERS:D:96A:UN'\r\n"


def wire(message: Built) -> bytes:
    return head_of(message.headers) + message.body.read(message.body.size)


def verified(message: bytes, folder: Path, key: str = "acme") -> bytes:
    """The part that OpenSSL says is signed."""
    place = folder / "part"
    openssl.run(
        *("cms", "-verify", "-inform", "SMIME", "-binary", "-crlfeol", "-noverify", "-nointern"),
        *("-certfile", KEYS / f"{key}.pem", "-out", place),
        stdin=message,
    )
    return place.read_bytes()


@pytest.mark.parametrize("scheme", ["pkcs1", "pss", "ecdsa"])
def test_it_verifies_our_multipart(scheme: str, tmp_path: Path) -> None:
    key = "acme-ec" if scheme == "ecdsa" else "acme"
    layers = Layers(encrypt=None, compress="none", scheme=scheme)  # type: ignore[arg-type]
    message = wire(built(DOCUMENT, layers, key))
    assert verified(message, tmp_path, key).endswith(b"\r\n\r\n" + DOCUMENT)
    with pytest.raises(openssl.RefusedByPeerError):
        verified(message.replace(b"ORDERS", b"ORDRSP"), tmp_path, key)


@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
@pytest.mark.parametrize("whole_base64", [False, True])
def test_it_decrypts_and_verifies_ours(cipher: str, whole_base64: bool, tmp_path: Path) -> None:
    layers = Layers(
        encrypt=cipher, compress="none", whole_base64=whole_base64,  # type: ignore[arg-type]
    )  # fmt: skip
    message = built(DOCUMENT, layers)
    form = "SMIME" if whole_base64 else "DER"
    data = wire(message) if whole_base64 else message.body.read(message.body.size)
    inner = openssl.run(
        *("cms", "-decrypt", "-binary", "-inform", form),
        *("-recip", KEYS / "ours.pem", "-inkey", KEYS / "ours.key"),
        stdin=data,
    )
    assert verified(inner, tmp_path).endswith(b"\r\n\r\n" + DOCUMENT)


@pytest.mark.parametrize("command", ["smime", "cms"])
@pytest.mark.parametrize("more", [["-nodetach"], [], ["-noattr"], ["-stream"]])
def test_we_open_what_it_signs(command: str, more: list[str]) -> None:
    part = head_of([("Content-Type", EDIFACT)]) + DOCUMENT
    keys = ("-signer", KEYS / "acme.pem", "-inkey", KEYS / "acme.key")
    message = openssl.run(command, "-sign", "-md", "sha256", *keys, *more, stdin=part)
    got = received(message)
    assert [layer.kind for layer in got.layers] == ["signed"]
    assert [content(one) for one in got.payloads] == [DOCUMENT]


@pytest.mark.parametrize("command", ["smime", "cms"])
def test_we_open_what_it_signs_and_encrypts(command: str) -> None:
    part = head_of([("Content-Type", EDIFACT)]) + DOCUMENT
    keys = ("-signer", KEYS / "acme.pem", "-inkey", KEYS / "acme.key")
    signed = openssl.run(command, "-sign", "-md", "sha256", *keys, stdin=part)
    message = openssl.run(command, "-encrypt", "-aes256", KEYS / "ours.pem", stdin=signed)
    got = received(message)
    assert [layer.kind for layer in got.layers] == ["enveloped", "signed"]
    assert [content(one) for one in got.payloads] == [DOCUMENT]


def received(message: bytes):  # type: ignore[no-untyped-def]
    """Opened, without errors. Its lines may end in LF."""
    eol = b"\r\n\r\n" if b"\r\n\r\n" in message.partition(b"\n\n")[0] else b"\n\n"
    head, _, body = message.partition(eol)
    got = opened((Headers.parse(head).items, body))
    assert not got.refused, got.findings
    return got
