"""Any bytes, of any type, in any layers: the same bytes come out, and both sides digest alike.

``LAW_EXAMPLES=5000 pytest -m soak tests/as2/message`` runs it for long.
"""

from __future__ import annotations

import os
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Receipt
from gateway.channels.as2.message import Payload
from tests.as2.message.exchange import built, content, link_of_acme, opened

WAYS = {
    "sign": (None, "sha-1", "sha-256", "sha-384", "sha-512"),
    "scheme": ("pkcs1", "pss", "ecdsa"),
    "encrypt": (None, "3des", "aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm"),
    "transport": ("pkcs1", "oaep-sha-256"),
    "compress": ("none", "before", "after"),
    "encoding": ("binary", "base64", "quoted-printable", "8bit"),
    "whole_base64": (False, True),
    "attributes": (True, False),
    "dashes": (True, False),
}
SIGNED, ENCRYPTED = (None, "pkcs1", "pss", "ecdsa"), (None, "aes-256-cbc", "aes-256-gcm")
layers = st.builds(Layers, **{name: st.sampled_from(values) for name, values in WAYS.items()})
nasty = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b"--", b"\r\n\r\n", b"--part-", b"=", b"=0D=0A", b" \r\n", b".\r\n"]
)
data = st.lists(st.binary(max_size=300) | nasty, max_size=8).map(b"".join)
kinds = st.sampled_from(
    ["application/EDIFACT", "application/edi-x12", "text/plain; charset=utf-8", "text/xml", ""]
)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30)
documents = st.lists(st.tuples(data, kinds, names), min_size=1, max_size=3)
law = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
digests = st.permutations(["sha-1", "sha-256", "sha-384", "sha-512"]).map(tuple)


def _holds(how: Layers, sent: list[tuple[bytes, str, str]], offered: tuple[Any, ...]) -> None:
    signer = "acme-ec" if how.scheme == "ecdsa" else "acme"
    payloads = [Payload(Extent.of(body), kind, name) for body, kind, name in sent]
    message = built(payloads, how, signer, Receipt(digests=offered))
    head = "".join(f"{name}: {value}\r\n" for name, value in message.headers)
    assert head.isascii()
    assert head.count("\n") == head.count("\r\n") == len(message.headers)
    got = opened(message, link_of_acme(signer=signer))
    assert not got.refused, got.findings
    assert [content(each) for each in got.payloads] == [body for body, _, _ in sent]
    assert [each.filename for each in got.payloads] == [name for _, _, name in sent]
    assert [each.content_type for each in got.payloads] == [
        kind.partition(";")[0].lower() or "application/octet-stream" for _, kind, _ in sent
    ]
    assert got.authenticated == (how.sign is not None)
    assert got.mic is not None
    assert got.mic.digest == (how.sign or offered[0])
    assert message.mics[got.mic.digest] == got.mic.value  # type: ignore[index]


@settings(law, max_examples=20)
@given(layers, documents, digests)
def test_any_bytes_in_any_layers(
    how: Layers, sent: list[tuple[bytes, str, str]], offered: tuple[Any, ...]
) -> None:
    _holds(how, sent, offered)


@pytest.mark.soak
@settings(law, max_examples=int(os.environ.get("LAW_EXAMPLES", "2000")), derandomize=False)
@given(layers, documents, digests)
def test_any_bytes_in_any_layers_for_long(
    how: Layers, sent: list[tuple[bytes, str, str]], offered: tuple[Any, ...]
) -> None:
    _holds(how, sent, offered)


@pytest.mark.parametrize(
    ("scheme", "encrypt", "compress"), list(product(SIGNED, ENCRYPTED, WAYS["compress"]))
)
def test_every_combination_of_layers(scheme: Any, encrypt: Any, compress: Any) -> None:
    for encoding, whole_base64 in product(("binary", "base64", "quoted-printable"), (False, True)):
        how = Layers(
            sign=scheme and "sha-256", scheme=scheme or "pkcs1", encrypt=encrypt,
            compress=compress, encoding=encoding, whole_base64=whole_base64,
        )  # fmt: skip
        document = (b"UNB+UNOC:3'\r\nUNH'\n\xff\r", "application/EDIFACT", "o 1.edi")
        _holds(how, [document], ("sha-256",))
