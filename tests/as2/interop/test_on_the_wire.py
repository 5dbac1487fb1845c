"""What we send, byte for byte as it leaves the socket: each test is a line of the list."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.message import Opened, open_message
from tests.as2.interop.gate import Gate
from tests.as2.interop.shop import ear_of, heard, partner_link, sending
from tests.as2.interop.wire import Heard
from tests.as2.receive.world import message
from tests.as2.send.peer import AT
from tests.pipeline.world import invoices

BARE = "send: {encrypt: none, compress: none}"
"""Only signed: the structure lies open."""
MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[a-z0-9.-]+>")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """An invoice that is only signed."""
    return heard(tmp_path_factory.mktemp("bare"), BARE)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """An invoice as it goes out where nothing else was agreed."""
    return heard(tmp_path_factory.mktemp("usual"))


@pytest.fixture(params=["usual", "bare"])
def either(request: pytest.FixtureRequest) -> Heard:
    made: Heard = request.getfixturevalue(request.param)
    return made


def opened(one: Heard) -> Opened:
    return open_message(one.headers, Extent.of(one.content), partner_link(), BytesIO, AT)


def document(one: Heard) -> bytes:
    """What the partner finds in it."""
    got = opened(one)
    assert [found.code for found in got.findings if found.code != "T239"] == []
    (payload,) = got.payloads or (None,)
    assert payload is not None
    return payload.content.read(payload.content.size)


def test_headers_are_not_folded(either: Heard) -> None:
    lines = either.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    assert not [line for line in lines if line[:1] in (b" ", b"\t")]
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert all(b": " in line for line in lines[1:])
    assert max(map(len, lines)) < 998
    names = [line.partition(b":")[0].lower() for line in lines[1:]]
    assert len(names) == len(set(names))


def test_every_line_of_the_structure_ends_in_crlf_and_the_payload_is_untouched(
    bare: Heard,
) -> None:
    assert bare.get("content-type").startswith("multipart/signed;")
    boundary = (bare.get("content-type")).rpartition('boundary="')[2].removesuffix('"').encode()
    first, second = bare.content.split(b"--" + boundary)[1:3]
    head, _, payload = first.removesuffix(b"\r\n").partition(b"\r\n\r\n")
    assert payload.startswith(b"UNA:+.? 'UNB+")
    for structure in (head, second):
        assert structure.count(b"\n") == structure.count(b"\r\n") == structure.count(b"\r")
    assert b"Content-Transfer-Encoding: binary" in head
    assert bare.content.endswith(b"--" + boundary + b"--\r\n")


def test_the_body_is_not_base64(usual: Heard) -> None:
    assert usual.content[:1] == b"\x30"
    assert usual.get("content-transfer-encoding") in ("", "binary")


def test_the_body_is_base64_where_that_was_agreed(tmp_path: Path) -> None:
    one = heard(tmp_path, "quirks: {whole_base64: true}")
    assert one.get("content-transfer-encoding") == "base64"
    assert re.fullmatch(rb"([A-Za-z0-9+/=]{1,76}\r\n)+", one.content)
    assert document(one).startswith(b"UNA")


def test_the_length_is_exact_and_nothing_is_chunked(either: Heard) -> None:
    assert either.get("content-length") == str(len(either.body))
    assert either.headers.get("transfer-encoding") is None


def test_chunks_only_where_that_was_agreed(tmp_path: Path) -> None:
    one = heard(tmp_path, "http: {chunked: true}")
    assert one.get("transfer-encoding") == "chunked"
    assert one.headers.get("content-length") is None
    assert document(one).startswith(b"UNA")


def test_nothing_is_expected_and_no_version_is_told(either: Heard) -> None:
    told = {name.lower() for name, _ in either.headers.items}
    assert not {"expect", "user-agent", "server", "accept-encoding"} & told
    assert either.line == "POST /as2 HTTP/1.1"


def test_ids_with_blanks_are_quoted_and_others_are_not(tmp_path: Path, usual: Heard) -> None:
    assert (usual.get("as2-from"), usual.get("as2-to")) == ("OURS", "ACME")
    changed = {"id: ACME": "id: 'Acme \"Retail\" Ltd'\n      our_id: Our Company"}
    one = heard(tmp_path, **changed)
    assert one.get("as2-from") == '"Our Company"'
    assert one.get("as2-to") == '"Acme \\"Retail\\" Ltd"'


def test_the_message_id_is_ascii_with_a_host_in_brackets(either: Heard) -> None:
    assert MESSAGE_ID.fullmatch(either.get("message-id"))
    assert len(either.get("message-id")) < 255


def test_the_version_and_the_features_are_told(either: Heard) -> None:
    assert either.get("as2-version") == "1.2"
    assert either.get("mime-version") == "1.0"
    assert either.get("ediint-features") == "multiple-attachments"
    assert either.get("date") == "Mon, 02 Mar 2026 09:14:00 +0000"


def test_the_receipt_that_is_asked_for(either: Heard) -> None:
    assert either.get("disposition-notification-to")
    assert either.get("disposition-notification-options") == (
        "signed-receipt-protocol=optional, pkcs7-signature; "
        "signed-receipt-micalg=optional, sha-256, sha1"
    )


def test_the_file_name_stands_in_the_innermost_part(usual: Heard) -> None:
    (payload,) = opened(usual).payloads
    assert payload.filename == "INVOIC_000000001.edi"
    assert payload.content_type.lower() == "application/edifact"


# ---- receipts of ours ---------------------------------------------------------------------------


@pytest.mark.parametrize("receipt", ["signed", "plain"])
def test_receipts_say_what_kind_of_report_they_are(gate: Gate, receipt: str) -> None:
    answer = gate.post(message(b"UNB+1'", receipt=receipt))
    kind = answer.headers.get("content-type") or ""
    whole = f"{kind}\n".encode() + answer.body
    assert kind.startswith("multipart/signed" if receipt == "signed" else "multipart/report")
    assert whole.count(b"multipart/report; report-type=disposition-notification;") == 1


@pytest.mark.parametrize("receipt", ["signed", "plain"])
def test_receipts_tell_the_features_too(gate: Gate, receipt: str) -> None:
    answer = gate.post(message(b"UNB+2'", receipt=receipt))
    assert answer.headers.get("ediint-features") == "multiple-attachments"
    assert answer.headers.get("as2-version") == "1.2"
    assert MESSAGE_ID.fullmatch(answer.headers.get("message-id") or "")
    assert answer.headers.get("content-length") == str(len(answer.body))


def test_receipts_of_refusals_tell_the_features_too(gate: Gate) -> None:
    answer = gate.post(message(b"UNB+3'").named(as2_from="NEMO"))
    assert answer.headers.get("ediint-features") == "multiple-attachments"


def test_every_line_of_a_receipt_ends_in_crlf(gate: Gate) -> None:
    body = gate.post(message(b"UNB+4'")).body
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")


def test_what_is_sent_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    with sending(tmp_path) as shop:
        shop.world.erp("I1.csv", invoices(["I1"]))
        shop.run()
        shop.wait(seconds=20)
        first, second = ear_of(shop).heard[:2]
    assert first.body == second.body
    assert first.head == second.head
    assert first.get("message-id")
