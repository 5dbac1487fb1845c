"""One side is OpenSSL, by hand-made MIME: it opens ours, and ours open its messages."""

from __future__ import annotations

from base64 import b64decode
from email import message_from_bytes
from email.policy import HTTP
from quopri import decodestring

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import write_mdn
from gateway.channels.as2.message import open_message
from tests.as2.conformance import ours
from tests.as2.conformance.combination import Combination
from tests.as2.conformance.sides import AT, content_type, entropy, link, scratch
from tests.as2.peers import openssl
from tests.as2.peers.composer import Composer


def reads(each: Combination) -> str:
    """OpenSSL decrypts and verifies what we built."""
    built = ours.build(each, link(each, "acme", "ours"))
    body = b"".join(built.body.chunks())
    found = opened(list(built.headers), body, "ours", _signing(each, "acme"))
    return "" if found == each.payload else f"other bytes: {len(found)}"


def writes(each: Combination) -> str:
    """We open what OpenSSL built, and OpenSSL verifies our receipt."""
    composer = Composer(
        sender_key=_signing(each, "acme"),
        receiver_key="ours",
        sign=each.digest,
        scheme=each.scheme,
        encrypt=each.cipher,
        transport=each.transport,
        compress=each.compression,
        encoding=each.part_encoding,
        whole_base64=each.whole_base64 and each.cipher is not None,
        stream=not (each.cipher or "").endswith("gcm"),
    )
    pairs, body = composer.message(
        each.payload,
        content_type(each),
        sender="acme",
        receiver="ours",
        message_id=ours.MESSAGE_ID,
        mdn=each.receipt_mode,
        signed_mdn=each.receipt_signed,
        mdn_url="http://127.0.0.1:1/receipts",
    )
    headers = ours.headers_of(pairs)
    receiver = link(each, "ours", "acme")
    message = open_message(headers, Extent.of(body), receiver, scratch, AT)
    wrong = ours.differs(each, message)
    request = ReceiptRequest.of(headers)
    if wrong or request is None or not each.receipt_signed:
        return wrong
    mdn = write_mdn(
        request,
        headers=headers,
        opened=message,
        link=receiver,
        at=AT,
        message_id="<receipt-1@localhost>",
        entropy=entropy(),
    )
    report = opened(list(mdn.headers), mdn.body, None, _signing(each, "ours"))
    expected = f"Original-Message-ID: {ours.MESSAGE_ID}\r\n".encode()
    return "" if expected in report and b"; processed\r\n" in report else "the receipt differs"


def opened(pairs: list[tuple[str, str]], body: bytes, key: str | None, signer: str) -> bytes:
    """The innermost content: layers taken off by OpenSSL, parts found by hand."""
    fields = {name.lower(): value for name, value in pairs}
    kind = fields.get("content-type", "").lower()
    coding = fields.get("content-transfer-encoding", "binary").lower()
    if kind.startswith("multipart/signed"):
        content, signature = _two_parts(fields["content-type"], body)
        openssl.verify(content, _decoded(*_entity(signature)), signer)
        return opened(*_pairs(content), key, signer)
    if not kind.startswith("application/pkcs7-mime"):
        return _transfer(body, coding)
    body = _transfer(body, coding)
    if "compressed-data" in kind:
        return opened(*_pairs(openssl.inflated(body)), key, signer)
    assert key is not None
    return opened(*_pairs(openssl.decrypt(body, key)), key, signer)


def _pairs(entity: bytes) -> tuple[list[tuple[str, str]], bytes]:
    head, _, body = entity.partition(b"\r\n\r\n")
    # the header lines by Python's own parser, the body by nobody: it must stay as it is
    return list(message_from_bytes(head + b"\r\n\r\n", policy=HTTP).items()), body


def _entity(part: bytes) -> tuple[bytes, str]:
    pairs, body = _pairs(part)
    fields = {name.lower(): value for name, value in pairs}
    return body, fields.get("content-transfer-encoding", "binary")


def _decoded(body: bytes, coding: str) -> bytes:
    return _transfer(body, coding.lower())


def _transfer(body: bytes, coding: str) -> bytes:
    if coding == "base64":
        return b64decode(body)
    return decodestring(body) if coding == "quoted-printable" else body


def _two_parts(kind: str, body: bytes) -> tuple[bytes, bytes]:
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode(), policy=HTTP)
    boundary = message.get_boundary()
    assert boundary is not None
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    assert len(parts) == 4 and parts[3].startswith(b"--"), f"{len(parts) - 2} parts"
    return parts[1].removeprefix(b"\r\n"), parts[2].removeprefix(b"\r\n")


def _signing(each: Combination, name: str) -> str:
    return f"{name}-ec" if each.scheme == "ecdsa" else name
