"""Both sides are ours: build, open, answer, read the answer; every byte and digest compared."""

from __future__ import annotations

from datetime import timedelta

from gateway.channels.as2.certificates.windows import encrypt_to, sign_with
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import read_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.verdict import SentFacts, settle_verdict
from gateway.channels.as2.mdn.write import write_mdn
from gateway.channels.as2.message import (
    Built,
    Opened,
    Outgoing,
    Payload,
    build_message,
    open_message,
)
from gateway.channels.as2.mime.headers import Headers
from gateway.problems import Problem
from tests.as2.conformance.combination import Combination
from tests.as2.conformance.sides import AT, content_type, entropy, link, scratch

MESSAGE_ID = "<conformance-1@localhost>"
LATER = AT + timedelta(seconds=1)


def exchange(each: Combination) -> str:
    """A message of acme to us and our receipt."""
    sender, receiver = link(each, "acme", "ours"), link(each, "ours", "acme")
    built = build(each, sender)
    headers = headers_of(built.headers)
    opened = open_message(headers, built.body, receiver, scratch, AT)
    return (
        differs(each, opened)
        or _mic(each, built, opened)
        or receipt(each, headers, opened, sender, receiver, built)
    )


def build(each: Combination, sender: Link, message_id: str = MESSAGE_ID) -> Built:
    """The message of this combination."""
    payload = Payload(Extent.of(each.payload), content_type(each), "order.edi")
    return build_message(
        Outgoing(
            sender,
            message_id,
            AT,
            (payload,),
            subject="conformance",
            signer=sign_with(sender, AT) if each.digest else None,
            recipients=(encrypt_to(sender, AT),) if each.cipher else (),
        ),
        scratch,
        entropy(),
    )


def headers_of(pairs: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> Headers:
    """As they come over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return Headers.parse(lines.encode("latin-1"))


def differs(each: Combination, opened: Opened) -> str:
    """What is not as it was sent: bytes, layers."""
    refused = [found.sentence for found in opened.findings if found.severity == "error"]
    if refused:
        return f"refused: {refused[0]}"
    if len(opened.payloads) != 1:
        return f"{len(opened.payloads)} payloads"
    content = opened.payloads[0].content
    if b"".join(content.chunks()) != each.payload:
        return f"other bytes: {content.size} instead of {len(each.payload)}"
    found = {layer.kind: layer.algorithms for layer in opened.layers}
    if (each.digest is not None) != ("signed" in found):
        return f"layers {sorted(found)}"
    if each.digest is not None and found["signed"] != (each.digest, each.scheme):
        return f"signature {found['signed']}"
    cipher = found.get("enveloped") or found.get("auth-enveloped")
    expected = (each.cipher, each.transport) if each.cipher else None
    if cipher != expected:
        return f"encryption {cipher}"
    return "" if ("compressed" in found) == (each.compression != "none") else "compression"


def _mic(each: Combination, built: Built, opened: Opened) -> str:
    if opened.mic is None:
        return "" if each.receipt_mode == "none" and each.digest is None else "no MIC"
    expected = built.mics[opened.mic.digest]  # type: ignore[index]
    return "" if opened.mic.value == expected else f"MIC {opened.mic.value}, sent {expected}"


def receipt(
    each: Combination,
    headers: Headers,
    opened: Opened,
    sender: Link,
    receiver: Link,
    built: Built,
) -> str:
    """Our receipt, read by our other side."""
    request = ReceiptRequest.of(headers)
    if request is None:
        return "" if each.receipt_mode == "none" else "no receipt was asked for"
    if each.receipt_mode == "none":
        return "a receipt was asked for"
    if bool(request.url) != (each.receipt_mode == "async"):
        return f"receipt to {request.url!r}"
    mdn = write_mdn(
        request,
        headers=headers,
        opened=opened,
        link=receiver,
        at=LATER,
        message_id="<receipt-1@localhost>",
        entropy=entropy(),
    )
    if mdn.signed != each.receipt_signed:
        return f"receipt signed: {mdn.signed}"
    facts = SentFacts(MESSAGE_ID, "acme", "ours", built.mics, signed=each.receipt_signed)
    read = read_mdn(headers_of(mdn.headers), Extent.of(mdn.body), sender, scratch, LATER)
    verdict = settle_verdict(read, facts)
    return "" if verdict.kind == "positive" else f"{verdict.kind}: {_said(verdict.problem)}"


def _said(problem: Problem | None) -> str:
    return problem.sentence if problem is not None else ""
