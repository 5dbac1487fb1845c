"""What must hold of the readers of AS2 for any bytes. Each raises ``AssertionError``, or nothing.

Hypothesis uses them in the tests, atheris (libFuzzer) by ``python -m tests.fuzz as2-cms``. The only
exception a reader may raise is :class:`RefusedError`; where problems are values, none at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from string import Formatter
from unicodedata import category

from gateway.channels.as2.ber.der import canonical
from gateway.channels.as2.ber.oids import decode, encode
from gateway.channels.as2.ber.reader import DEPTH, END, Reader
from gateway.channels.as2.cms.compressed import FREE, inflate
from gateway.channels.as2.cms.contentinfo import content_kind
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.enveloped import decrypt, read_envelope
from gateway.channels.as2.cms.signed import read_signature, verify
from gateway.channels.as2.explain import explain, read_raw
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mdn.read import is_mdn, read_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.verdict import settle_verdict
from gateway.channels.as2.mdn.write import write_mdn
from gateway.channels.as2.message import open_message
from gateway.channels.as2.mime import ContentType, Headers, boundary_of, split_head, split_parts
from gateway.channels.as2.mime.contenttype import filename_of
from gateway.channels.as2.mime.identity import read_name
from gateway.channels.as2.mime.transfer import decoded, encoded
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, has_errors
from tests.as2.cms.shapes import whole
from tests.as2.credentials import certificate, own
from tests.as2.fuzz.seeds import SIGNED
from tests.as2.mdn.receipts import LINK, SENT
from tests.as2.message.exchange import AT, link_of_acme

LIMITS = Limits(inflated=3_000_000, headers=40, header_bytes=4_000, depth=3, parts=12)
_LONGEST = 700
"""Characters of a sentence: whatever is in the message, a person has to read it."""


def sayable(problems: Iterable[Problem]) -> None:
    """Every sentence is whole, short, and without signs that would rule a terminal or a header."""
    for found in problems:
        for text in (found.registered.sentence, found.registered.remedy):
            names = {name for _, name, _, _ in Formatter().parse(text) if name}
            assert names <= set(found.facts), (found.code, names - set(found.facts))
        assert len(found.sentence) <= _LONGEST, found.sentence
        assert found.sentence.isprintable(), found.sentence


def _refusal(work: Callable[[], object]) -> RefusedError | None:
    """Nothing but a refusal with a good sentence may come out of it."""
    try:
        work()
    except RefusedError as refused:
        sayable([refused.problem])
        return refused
    return None


# ASN.1


def ber(data: bytes) -> None:
    """However it is read, the same; DER of it is DER; nothing outside of it is touched."""
    read = [_walked(reader) for reader in (Reader.of(data), Reader(Extent.of(data)))]
    assert read[0] == read[1]
    padded = Extent(BytesIO(b"\x30\x80" + data + b"\x30\x00"), 2, len(data))
    assert _walked(Reader(padded)) == read[0]
    with suppress(RefusedError):
        once = canonical(data)
        assert canonical(once) == once
        assert len(once) <= len(data) + 9 * DEPTH * 4 or len(data) > 200
    with suppress(ValueError):
        assert encode(decode(data)) == data
    for tag in (0x04, 0x80):
        joined = _octets(Reader.of(data), tag)
        assert joined == _octets(Reader(Extent.of(data)), tag)
        assert joined is None or len(joined) <= len(data)


def _octets(reader: Reader, tag: int) -> bytes | None:
    try:
        return b"".join(reader.chunks(tag, "a string"))
    except RefusedError as refused:
        sayable([refused.problem])
        return None


def _walked(reader: Reader) -> list[object]:
    """Everything in it, element by element, and how it ends."""
    seen: list[object] = []
    open_ = 0
    try:
        while True:
            tag = reader.peek()
            seen.append((reader.offset, tag))
            if tag == END:
                if not open_:
                    reader.finish()
                    return seen
                reader.leave()
                open_ -= 1
            elif tag & 0x20 and open_ < DEPTH - 2:
                reader.enter(tag, "an element")
                open_ += 1
            elif tag & 0x20:
                reader.skip()
            else:
                seen.append(reader.value(tag, "an element"))
    except RefusedError as refused:
        sayable([refused.problem])
        return [*seen, refused.problem.code, refused.problem.sentence, refused.problem.place]


# CMS


def cms(data: bytes) -> None:
    """Each layer opens or is refused; nothing is larger than allowed, nothing trusted by chance."""
    extent = Extent.of(data)
    _refusal(lambda: content_kind(extent))
    _refusal(lambda: read_envelope(extent))
    _refusal(lambda: _decrypted(extent))
    _refusal(lambda: _inflated(extent))
    _refusal(lambda: _verified(extent))


def _decrypted(extent: Extent) -> None:
    found = decrypt(extent, [own("ours-ec"), own("ours")], BytesIO, triple_des=True)
    assert found.content.size <= extent.size
    assert len(whole(found.content)) == found.content.size


def _inflated(extent: Extent) -> None:
    found = inflate(extent, BytesIO, limit=LIMITS.inflated, ratio=20)
    assert found.size <= max(FREE, 20 * extent.size)


def _verified(extent: Extent) -> None:
    signatures = read_signature(extent, BytesIO)
    assert all(len(each.value) <= extent.size for each in signatures.signers)
    content = signatures.content or Extent.of(SIGNED)
    digests = digests_of(content, signatures.digests)
    found = verify(signatures, digests, [certificate("acme"), certificate("acme-ec")], AT)
    sayable(found.findings)
    assert whole(content) == SIGNED, "signed by acme, who never signed this"


# MIME


def mime(data: bytes) -> None:
    """Parts are ranges in order; what is encoded is decoded to the same; heads are whole."""
    extent = Extent.of(data)
    _refusal(lambda: _split(extent))
    for encoding in ("base64", "quoted-printable"):
        again = decoded(encoded(extent, encoding, BytesIO), encoding.upper(), BytesIO)  # type: ignore[arg-type]
        assert whole(again) == data
        _refusal(lambda encoding=encoding: decoded(extent, encoding, BytesIO))  # type: ignore[misc]
    text = data[:500].decode("latin-1")
    _refusal(lambda: ContentType.parse(text))
    _refusal(lambda: filename_of(text, None))
    read_name(text)


def _split(extent: Extent) -> None:
    headers, body = split_head(extent, LIMITS)
    assert body.start + body.size == extent.start + extent.size
    assert len(headers.items) <= LIMITS.headers
    assert not any(set("\r\n\0") & set(name + value) for name, value in headers.items)
    kind = ContentType.parse(headers.get("Content-Type") or "")
    filename_of(headers.get("Content-Disposition"), kind)
    parts = split_parts(body, boundary_of(kind), LIMITS)
    assert 0 < len(parts) <= LIMITS.parts
    end = body.start
    for part in parts:
        assert part.start >= end
        end = part.start + part.size
    assert end <= body.start + body.size


def _pair(data: bytes) -> tuple[Headers, Extent] | None:
    with suppress(RefusedError):
        return split_head(Extent.of(data), LIMITS)
    return None


# messages and receipts


def message(data: bytes) -> None:
    """Opened or refused, never half; its receipt can be written, and is read as what it says."""
    pair = _pair(data)
    if pair is None:
        return
    headers, body = pair
    link = link_of_acme(limits=LIMITS)
    opened = open_message(headers, body, link, BytesIO, AT)
    sayable(opened.findings)
    assert opened.refused == has_errors(opened.findings)
    assert len(opened.layers) <= LIMITS.depth
    assert not (opened.refused and opened.payloads)
    for payload in opened.payloads:
        assert len(whole(payload.content)) == payload.content.size
        assert not any(category(sign) == "Cc" for sign in payload.filename + payload.content_type)
    assert opened.authenticated == any(layer.kind == "signed" for layer in opened.layers)
    request = ReceiptRequest.of(headers)
    if request is None or not (headers.get("Message-ID") or "").strip():
        return  # without the id there is nothing that a receipt could be for
    unmet = request.problem
    made = write_mdn(
        request,
        headers=headers,
        opened=opened,
        problems=() if unmet is None else (unmet,),
        link=link,
        at=AT,
        message_id="<1@northwind.example>",
        entropy=bytes,
    )
    made.whole.decode("latin-1")
    assert made.disposition is not None
    assert made.disposition.positive == (not opened.refused and unmet is None)
    back = read_mdn(Headers.of(made.headers), Extent.of(made.body), LINK, BytesIO, AT)
    assert back.report is not None, [str(one) for one in back.findings]
    assert str(back.report.disposition) == str(made.disposition)


def mdn(data: bytes) -> None:
    """Only a signature of acme over a report settles a message that asked for one."""
    pair = _pair(data)
    if pair is None:
        return
    headers, body = pair
    is_mdn(headers, body)
    read = read_mdn(headers, body, LINK, BytesIO, AT)
    sayable(read.findings)
    verdict = settle_verdict(read, SENT)
    if verdict.problem is not None:
        sayable([verdict.problem])
    if verdict.kind != "ignored":
        assert read.signed and read.signer is not None
        assert read.report is not None and read.report.original_message_id == SENT.message_id
    request = ReceiptRequest.of(headers)
    if request is not None and request.problem is not None:
        sayable([request.problem])
    for text in _texts(data):
        with suppress(RefusedError):
            Disposition.parse(text)


def _texts(data: bytes) -> Iterator[str]:
    yield data[:300].decode("latin-1")
    for line in data.split(b"\n")[:40]:
        yield line.partition(b":")[2].decode("latin-1").strip()


def explained(data: bytes) -> None:
    """Whatever a file holds, something is said of it, and it agrees with the live path."""
    found = _refusal(lambda: _explained(data))
    assert found is None or found.problem.code.startswith("T22")


def _explained(data: bytes) -> None:
    raw = read_raw(Extent.of(data), None, BytesIO)
    link = link_of_acme(limits=LIMITS)
    told = explain(raw, [link], AT, BytesIO)
    sayable(told.problems)
    json.dumps(told.as_json())
    if told.what == "message" and told.accepted:
        assert not open_message(raw.headers, raw.body, link, BytesIO, AT).refused
    assert told.accepted or told.cause.sentence


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "as2-ber": ber,
    "as2-cms": cms,
    "as2-mime": mime,
    "as2-message": message,
    "as2-mdn": mdn,
    "as2-explain": explained,
}
