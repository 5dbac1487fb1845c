"""Why a message or a receipt is refused: taken apart, judged as the gateway does, told in words.

Changes nothing, sends nothing, and makes nothing on the live path more lenient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.channels.as2.explain.explanation import Explanation
from gateway.channels.as2.explain.judging import judge_message
from gateway.channels.as2.explain.known import KnownCertificates
from gateway.channels.as2.explain.mics import Bytes, bytes_of, sought
from gateway.channels.as2.explain.parties import parties
from gateway.channels.as2.explain.raw import Raw
from gateway.channels.as2.explain.receipts import explain_receipt
from gateway.channels.as2.explain.variants import mic_variants
from gateway.channels.as2.explain.walk import Walk
from gateway.channels.as2.extent import Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import is_mdn
from gateway.channels.as2.mdn.report import ReceivedMic
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.verdict import SentFacts
from gateway.channels.as2.mime.entity import Entity

FIELDS = (
    "AS2-From", "AS2-To", "AS2-Version", "Message-ID", "Date", "Subject", "Content-Type",
    "Content-Transfer-Encoding", "Content-Length", "Disposition-Notification-To",
    "Disposition-Notification-Options", "Receipt-Delivery-Option", "EDIINT-Features", "User-Agent",
    "Server",
)  # fmt: skip
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What a receipt is compared with: the message of ours, and the bytes its MIC may be over."""

    facts: SentFacts
    over: Bytes | None = None


def explain(
    raw: Raw,
    links: Sequence[Link],
    at: datetime,
    scratch: Scratch,
    *,
    partner: str | None = None,
    mic: str = "",
    sent: SentMessage | None = None,
) -> Explanation:
    """Take a raw message apart. ``partner``: judge it as his; ``mic``: say over what that is."""
    told = Explanation(headers=_headers(raw), notes=raw.notes)
    found = parties(raw.headers, links, partner)
    told.link = found.link
    judged = _mirrored(found.link) if found.link and found.ours else found.link
    known = KnownCertificates(links, found.link)
    walk = Walk(judged, known, scratch, at, raw.body)
    walk.walk(Entity(raw.headers, raw.body))
    told.layers, told.notes = walk.layers, told.notes + walk.notes
    over = bytes_of(walk, raw)
    if is_mdn(raw.headers, raw.body):
        told.what = "receipt"
        explain_receipt(told, raw, found, walk, scratch, at, sent.facts if sent else None)
        mic = mic or _differing(told, sent)
        over = sent.over if sent is not None and sent.over is not None else Bytes()
    else:
        told.mics = list(mic_variants(over.covered, over.right, over.digest))
        judge_message(told, raw, found, walk, scratch, at)
    told.signed_part = over.signed
    if mic:
        sought(told, ReceivedMic.parse(mic), over)
    return told


def sent_message(
    raw: Raw, links: Sequence[Link], at: datetime, scratch: Scratch
) -> SentMessage | None:
    """A message of ours from its raw bytes, as far as we can open it ourselves.

    ``None`` where it is encrypted for the partner alone.
    """
    walk = Walk(None, KnownCertificates(links), scratch, at, raw.body)
    walk.walk(Entity(raw.headers, raw.body))
    if not walk.layers or walk.layers[-1].kind not in ("document", "attachments"):
        return None
    over = bytes_of(walk, raw)
    variants = mic_variants(over.covered, over.right, over.digest)
    mics = {each.digest: each.value for each in variants if each.over == over.right}
    request = ReceiptRequest.of(raw.headers)
    names = parties(raw.headers, links, None)
    facts = SentFacts(
        (raw.headers.get("Message-ID") or "").strip(),
        names.as2_from,
        names.as2_to,
        mics,
        request is not None and request.signed,
        names.link.receipt.lenient if names.link else frozenset(),
    )
    return SentMessage(facts, over)


def _headers(raw: Raw) -> tuple[tuple[str, str], ...]:
    found = ((name, raw.headers.get(name)) for name in FIELDS)
    return tuple(
        (name, "".join(sign if sign.isprintable() else "·" for sign in value)[:_SHOWN])
        for name, value in found
        if value is not None
    )


def _mirrored(link: Link) -> Link:
    """A message of ours, seen from the other side: our signature, his key."""
    return replace(
        link, our_id=link.their_id, their_id=link.our_id, ours=(), theirs=link.ours, trust="pin"
    )


def _differing(told: Explanation, sent: SentMessage | None) -> str:
    """The MIC of a receipt that has another one than was sent."""
    facts = dict(told.receipt)
    differs = any(each.code in ("T254", "T255") for each in told.problems)
    return facts.get("Received-content-MIC", "") if differs and sent and sent.over else ""
