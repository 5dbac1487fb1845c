"""``explain`` reads on where the gateway stops, and reads raw messages in every shape."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.cms.compressed import compress
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.explain import Explanation, explain, read_raw
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers
from gateway.channels.as2.mime.compose import multipart_signed
from gateway.channels.as2.mime.headers import head_of
from gateway.channels.as2.refusal import RefusedError
from tests.as2.credentials import certificate, own
from tests.as2.explain.cases import CASES, OVER_BODY, answer
from tests.as2.explain.messages import (
    ACME,
    AT,
    BASE,
    ENCRYPTED,
    LINKS,
    OPEN,
    ORDER,
    PLAIN,
    SIGNED,
    WHOLE,
    explained,
    raw,
    sent_by_acme,
    with_header,
)
from tests.as2.mdn.receipts import Raw, report

KINDS = ["encrypted", "signed", "compressed", "document"]
EXAMPLES = int(os.environ.get("EXPLAIN_EXAMPLES", "20"))


def kinds(told: Explanation) -> list[str]:
    return [layer.kind for layer in told.layers]


def test_what_is_accepted_has_every_layer() -> None:
    told = explained(sent_by_acme())
    assert told.accepted
    assert kinds(told) == KINDS
    document = told.layers[-1].content
    assert document is not None
    assert document.read(1_000) == ORDER


@pytest.mark.parametrize(
    "name",
    ["replaced-certificate", "signer-not-configured", "signer-expired", "base64-broken",
     "sha1-refused", "3des-refused"],
)  # fmt: skip
def test_it_reads_on_where_the_gateway_stops(name: str) -> None:
    told = CASES[name].explained()
    assert not told.accepted
    assert kinds(told) == KINDS


def test_a_structure_of_a_few_bytes_is_binary_all_the_same() -> None:
    """Its length fits into one byte, so it begins like a text: ``0K``."""
    body = compress(Extent.of(b"\r\nx"), 1, BytesIO)
    data = BASE + b"Content-Type: application/pkcs7-mime\r\n\r\n" + body.read(100)
    assert body.size < 0x80
    told = explained(data, OPEN)
    assert (kinds(told), told.accepted) == (["compressed", "document"], True)


def test_a_signature_around_an_encryption_is_told_by_its_code() -> None:
    envelope = raw(sent_by_acme(ENCRYPTED))
    fields = [each for each in envelope.headers.items if each[0].startswith("Content-")]
    part = head_of(fields) + envelope.body.read(envelope.body.size)
    signature = sign(Extent.of(part), own("acme"), "sha-256", "pkcs1", at=AT)
    kind, body = multipart_signed(part, signature, "sha-256", "b")
    data = BASE + b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body.read(body.size)
    told = explained(data)
    assert (kinds(told)[:2], told.cause.code) == (["signed", "encrypted"], "T237")


def test_the_signed_part_is_exactly_what_was_signed() -> None:
    data = sent_by_acme(SIGNED)
    part = explained(data).signed_part
    assert part is not None
    signed = part.read(10_000)
    assert data[part.start : part.start + part.size] == signed
    assert signed.endswith(ORDER)
    assert data[part.start + part.size :].startswith(b"\r\n--part")


@pytest.mark.parametrize(
    "layers",
    [
        PLAIN, SIGNED, WHOLE, Layers(compress="after"), Layers(encrypt="aes-256-gcm"),
        Layers(scheme="pss"), Layers(attributes=False), Layers(certificate_inside=False),
        Layers(encoding="base64"), Layers(encoding="quoted-printable"), Layers(whole_base64=True),
        Layers(sign=None), Layers(sign=None, encrypt=None, compress="before"),
        Layers(transport="oaep-sha-256"),
    ],
)  # fmt: skip
def test_the_right_mic_is_that_of_the_gateway(layers: Layers) -> None:
    told = explained(sent_by_acme(layers), OPEN)
    assert told.accepted
    right = [each for each in told.mics if each.right]
    assert len(right) == 1
    assert told.decision == f"accepted: processed, MIC {right[0].value}, {right[0].digest}"


def test_line_ends_are_tried_without_attributes_too() -> None:
    data = sent_by_acme(replace(SIGNED, attributes=False)).replace(b"'\r\n", b"'\n")
    assert "with CRLF as line end" in explained(data, OPEN).cause.sentence


def test_an_encrypted_message_of_ours_can_be_opened_by_the_partner_only() -> None:
    data = with_header(sent_by_acme(to=certificate("acme")), "AS2-From", "NORTHWIND")
    data = with_header(data, "AS2-To", "ACME")
    told = explained(data)
    assert told.cause.sentence == "A message of ours to acme-retail: only he can open it."


def test_names_that_nobody_has() -> None:
    told = explained(with_header(sent_by_acme(), "AS2-To", "SOUTHWIND"))
    assert told.cause.code == "T262"
    assert "acme-retail is to send to “NORTHWIND”" in told.cause.sentence
    assert kinds(told) == KINDS


def test_a_partner_can_be_named() -> None:
    data = with_header(sent_by_acme(), "AS2-From", "SOMEBODY")
    told = explain(raw(data), LINKS, AT, BytesIO, partner="acme-retail")
    assert told.accepted


def test_without_settings_the_structure_is_told() -> None:
    told = explain(raw(sent_by_acme(SIGNED)), (), AT, BytesIO)
    assert kinds(told) == ["signed", "document"]
    assert not told.accepted
    assert "not configured for any partner (the signature" in told.cause.sentence
    plain = explain(raw(sent_by_acme(PLAIN)), (), AT, BytesIO)
    assert plain.accepted


def test_several_documents() -> None:
    body = b"".join(
        b"--x\r\nContent-Type: application/pdf\r\n\r\n" + text + b"\r\n" for text in (b"a", b"bb")
    )
    head = BASE + b'Content-Type: multipart/related; boundary="x"\r\n\r\n'
    told = explained(head + body + b"--x--\r\n", OPEN)
    assert kinds(told) == ["attachments", "document", "document"]
    assert told.accepted


def test_layers_without_end() -> None:
    part = b"Content-Type: text/plain\r\n\r\nx"
    for _ in range(12):
        packed = compress(Extent.of(part), 1, BytesIO)
        part = b"Content-Type: application/pkcs7-mime\r\n\r\n" + packed.read(packed.size)
    told = explained(BASE + part, OPEN)
    assert len(told.layers) == 8
    assert not told.accepted


def test_json_tells_the_same() -> None:
    told = CASES["replaced-certificate"].explained()
    data = json.loads(json.dumps(told.as_json()))
    assert data["partner"] == "acme-retail"
    assert data["code"] == "T210"
    assert data["cause"] == told.cause.sentence
    assert [each["kind"] for each in data["layers"]] == KINDS
    assert sum(each["right"] for each in data["mics"]) == 1


# ------------------------------------------------------------------ receipts


def whole(mdn: Raw) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in mdn.headers)
    return head.encode() + b"\r\n" + mdn.body


def test_a_receipt_alone() -> None:
    told = explained(whole(answer("<1@northwind.example>", OVER_BODY)))
    assert told.what == "receipt"
    assert told.accepted
    assert dict(told.receipt)["Original-Message-ID"] == "<1@northwind.example>"
    assert "signed by acme.pem" in told.cause.sentence


def test_a_refusing_receipt_alone() -> None:
    mdn = answer("<1@northwind.example>", OVER_BODY, "processed/error: decryption-failed")
    told = explained(whole(mdn))
    assert not told.accepted
    assert told.cause.sentence == (
        "The partner refused the message: processed/error: decryption-failed."
    )


def test_a_forged_receipt() -> None:
    mdn = answer("<1@northwind.example>", OVER_BODY, signer=own("stranger"))
    told = explained(whole(mdn))
    assert told.decision == "ignored: it changes nothing"
    assert told.cause.sentence.startswith("Signed by CN=stranger test")
    assert dict(told.receipt)["Disposition"].endswith("processed")


def test_an_unsigned_receipt() -> None:
    told = explained(whole(report()))
    assert told.what == "receipt"
    assert "not signed" in told.cause.sentence


# ------------------------------------------------------------------ raw files


def test_a_first_line_of_http_is_passed_over() -> None:
    for line in (b"POST /as2 HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n"):
        assert explained(line + sent_by_acme()).accepted


def test_offsets_count_in_the_file() -> None:
    line = b"POST /as2 HTTP/1.1\r\n"
    data = line + sent_by_acme(SIGNED)
    layer = explained(data, OPEN).layers[0]
    assert data[layer.offset :].startswith(b"--part")
    assert layer.where == "the file"


def test_chunks_are_put_together() -> None:
    data = with_header(sent_by_acme(), "Content-Length", "x")
    data = data.replace(b"Content-Length: x", b"Transfer-Encoding: chunked")
    head, _, body = data.partition(b"\r\n\r\n")
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    chunked = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    assert explained(head + b"\r\n\r\n" + chunked + b"0\r\n\r\n").accepted
    assert explained(data).accepted


def test_headers_in_a_second_file() -> None:
    head, _, body = sent_by_acme().partition(b"\r\n\r\n")
    message = read_raw(Extent.of(body), Extent.of(head), BytesIO)
    assert explain(message, LINKS, AT, BytesIO).accepted


@pytest.mark.parametrize("layers", [SIGNED, WHOLE, replace(WHOLE, whole_base64=True)])
def test_a_body_alone(layers: Layers) -> None:
    body = sent_by_acme(layers).partition(b"\r\n\r\n")[2]
    told = explain(raw(body), LINKS, AT, BytesIO, partner="acme-retail")
    assert told.layers[-1].kind == "document"
    assert "the file has no headers" in told.notes[0]


def test_a_receipt_body_alone() -> None:
    for mdn in (report(), answer("<1@northwind.example>", OVER_BODY)):
        told = explain(raw(mdn.body), LINKS, AT, BytesIO, partner="acme-retail")
        assert told.what == "receipt"


def test_lines_that_are_no_headers_are_left_out() -> None:
    data = b"X-First: 1\r\nwhat is this\r\n" + sent_by_acme()
    told = explained(data)
    assert told.accepted
    assert "left out" in told.notes[0]


def test_base64_that_ends_in_the_middle() -> None:
    """Found by the test below: an `=` within the signature."""
    data = sent_by_acme(SIGNED)
    place = len(data) // 2
    told = explained(data[:place] + b"=" + data[place:], OPEN)
    assert told.cause.code == "T227"


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    layers=st.sampled_from([SIGNED, WHOLE, PLAIN, replace(WHOLE, whole_base64=True)]),
    at=st.floats(0, 1),
    junk=st.binary(max_size=8),
    cut=st.integers(0, 40),
)
def test_whatever_is_broken_is_told_and_never_raised(
    layers: Layers, at: float, junk: bytes, cut: int
) -> None:
    data = MESSAGES[layers]
    place = int(at * len(data))
    changed = data[:place] + junk + data[place + cut :]
    try:
        message = raw(changed)
    except RefusedError:
        return
    told = explain(message, (OPEN, ACME), AT, BytesIO, partner="acme-retail", mic=OVER_BODY)
    assert told.cause.sentence
    json.dumps(told.as_json())


MESSAGES = {
    layers: sent_by_acme(layers)
    for layers in (SIGNED, WHOLE, PLAIN, replace(WHOLE, whole_base64=True))
}
