"""The other side is OpenAS2: whole exchanges over HTTP, each judging the other's receipt.

Our side is the protocol alone behind a plain listener; the whole gateway meets it in
``tests/as2/peers/test_openas2.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Lenient, Link
from gateway.channels.as2.mdn.read import read_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.verdict import SentFacts, settle_verdict
from gateway.channels.as2.mdn.write import Mdn, write_mdn
from gateway.channels.as2.message import Built, open_message
from tests.as2.conformance import ours
from tests.as2.conformance.combination import Combination
from tests.as2.conformance.sides import AT, entropy, link, scratch
from tests.as2.credentials import certificate
from tests.as2.peers.ear import Ear, Heard, Reply, post
from tests.as2.peers.openas2.server import OpenAS2, free_port, wait_for
from tests.as2.peers.openas2.settings import Partnership

CIPHERS = {
    "3des": "3DES",
    "aes-128-cbc": "AES128",
    "aes-192-cbc": "AES192",
    "aes-256-cbc": "AES256",
}
MISSING: Lenient = "missing-mic"
PATIENCE = 10.0
"""Seconds for an answer that comes later."""


def lacks(each: Combination) -> str:
    """What it cannot read."""
    plain = each.digest is None and each.cipher is None
    if (each.cipher or "").endswith("gcm"):
        return "AES-GCM (stored undecrypted, with a positive receipt)"
    if each.cipher and each.transport != "pkcs1":
        return "RSA-OAEP (decryption-failed)"
    if each.encoding == "whole body base64":
        return "base64 around everything (decryption-failed)"
    if plain and each.compression == "none" and each.encoding != "binary":
        return "transfer encoding of a plain message (stored as it stands)"
    return _other_mic(each)


def lacks_sending(each: Combination) -> str:
    """What it cannot write."""
    if each.digest and each.scheme != "pkcs1":
        return "RSASSA-PSS" if each.scheme == "pss" else "ECDSA (its key here is RSA)"
    if (each.cipher or "").endswith("gcm"):
        return "AES-GCM"
    if each.cipher and each.transport != "pkcs1":
        return "RSA-OAEP"
    if each.encoding == "whole body base64":
        return "base64 around everything"
    bare = b"\n" in each.payload.replace(b"\r\n", b"")
    if each.encoding == "quoted-printable" and bare:
        return "LF in quoted-printable (it sends CRLF)"
    return _other_mic(each)


def _other_mic(each: Combination) -> str:
    if each.compression != "none" and each.digest is None and each.cipher is None:
        return "MIC of a message that is only compressed (it leaves the headers out, RFC 5402 §4.3)"
    return ""


class Meeting:
    """A running OpenAS2 that knows us, and the files it has to send already in its outbox."""

    def __init__(self, folder: Path, sends: Sequence[Combination] = ()) -> None:
        self._sends = list(sends)
        self._numbers = {each: number for number, each in enumerate(sends)}
        self._came: dict[str, str] = {}
        self._receipts: dict[str, Heard] = {}
        self._stack = ExitStack()
        self._ear = Ear(self._answer)
        self._count = 0
        self._mdn_port = free_port()
        partnerships = [
            Partnership("ours", "acme", "ours", "acme"),
            Partnership("oursec", "acme", "ours-ec", "acme"),
        ]
        partnerships += [
            Partnership("acme", f"ours{number}", "acme", "ours", self._attributes(each))
            for number, each in enumerate(self._sends)
        ]
        self.peer = OpenAS2(folder, partnerships, mdn_port=self._mdn_port)

    def __enter__(self) -> Meeting:
        self._stack.enter_context(self._ear)
        self._stack.enter_context(self.peer)
        for number, each in enumerate(self._sends):
            self.peer.send(each.content, "acme", f"ours{number}", f"n{number}.edi", each.payload)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def reads(self, each: Combination) -> str:
        """It receives what we built, and we judge its receipt."""
        self._count += 1
        name = f"conformance-{self._count}@localhost"
        side = self._side(each)
        built = ours.build(each, side, f"<{name}>")
        reply = post(self.peer.url, built.headers, b"".join(built.body.chunks()))
        if reply.status != 200:
            return f"status {reply.status}"
        wrong = self._judged(each, side, built, f"<{name}>", reply)
        if wrong:
            return wrong
        if not wait_for(lambda: name in self.peer.inbox_names(), PATIENCE):
            return "it did not store the document"
        found = self.peer.document(name)
        return "" if found == each.payload else f"other bytes: {len(found)}"

    def writes(self, each: Combination) -> str:
        """We received what it built, and it judged our receipt."""
        number = self._numbers[each]
        if not wait_for(lambda: f"ours{number}" in self._came, PATIENCE):
            return "it did not send"
        if self._came[f"ours{number}"]:
            return self._came[f"ours{number}"]
        if each.receipt_mode == "none":
            return ""
        file = f"n{number}.edi"
        settled = wait_for(lambda: file in self.peer.sent() | self.peer.failed(), PATIENCE)
        if not settled or file not in self.peer.sent():
            return "it does not take our receipt for good"
        return ""

    def _side(self, each: Combination) -> Link:
        """How we see it: it always signs receipts with its RSA key."""
        side = link(each, "ours", "acme", self._ear.url + "receipts")
        name = "oursec" if each.digest and each.scheme == "ecdsa" else "ours"
        return replace(side, our_id=name, theirs=(certificate("acme"),))

    def _judged(
        self, each: Combination, side: Link, built: Built, message_id: str, reply: Heard
    ) -> str:
        if each.receipt_mode == "none":
            return ""
        if each.receipt_mode == "async":
            if not wait_for(lambda: message_id in self._receipts, PATIENCE):
                return "no receipt came"
            reply = self._receipts[message_id]
        # its unsigned receipts name no digest: the preset for it is as lenient
        lenient = frozenset[Lenient]() if each.receipt_signed else frozenset({MISSING})
        facts = SentFacts(
            message_id,
            side.our_id,
            "acme",
            built.mics,
            signed=each.receipt_signed,
            lenient=lenient,
        )
        headers = ours.headers_of(reply.headers)
        read = read_mdn(headers, Extent.of(reply.body), side, scratch, AT)
        verdict = settle_verdict(read, facts)
        said = verdict.problem.sentence if verdict.problem else ""
        return "" if verdict.kind == "positive" else f"{verdict.kind}: {said}"

    def _answer(self, heard: Heard) -> Reply:
        """What our side does with a POST of the peer."""
        if heard.path.startswith("/receipts"):
            body = heard.body.decode("latin-1")
            _, _, rest = body.partition("Original-Message-ID:")
            self._receipts[rest.partition("\n")[0].strip()] = heard
            return 200, (), b""
        me = heard.get("AS2-To")
        each = self._sends[int(me.removeprefix("ours"))]
        mdn, self._came[me] = self._received(each, me, heard)
        if mdn is None:
            return 200, (), b""
        if each.receipt_mode == "async":
            threading.Timer(0.05, post, (self.peer.mdn_url, mdn.headers, mdn.body)).start()
            return 200, (), b""
        return 200, mdn.headers, mdn.body

    def _received(self, each: Combination, me: str, heard: Heard) -> tuple[Mdn | None, str]:
        side = replace(link(each, "ours", "acme", self.peer.mdn_url), our_id=me)
        headers = ours.headers_of(heard.headers)
        opened = open_message(headers, Extent.of(heard.body), side, scratch, AT)
        wrong = ours.differs(each, opened)
        request = ReceiptRequest.of(headers)
        if request is None:
            return None, wrong or ("" if each.receipt_mode == "none" else "no receipt asked for")
        return write_mdn(
            request,
            headers=headers,
            opened=opened,
            link=side,
            at=AT,
            message_id=f"<receipt-{me}@localhost>",
            entropy=entropy(),
        ), wrong

    def _attributes(self, each: Combination) -> dict[str, str]:
        attributes = {
            "as2_url": self._ear.url,
            "content_transfer_encoding": each.part_encoding,
            "as2_mdn_options": "none",
            # its MIC otherwise is over a text with other line ends than it sends
            "prevent_canonicalization_for_mic": "true",
        }
        if each.digest:
            attributes["sign"] = each.digest.replace("-", "").upper()
        if each.cipher:
            attributes["encrypt"] = CIPHERS[each.cipher]
        if each.compression != "none":
            attributes["compression_type"] = "ZLIB"
            attributes["compression_mode"] = f"compress-{each.compression}-signing"
        if each.receipt_mode != "none":
            attributes["as2_mdn_to"] = "as2@localhost"
        if each.receipt_signed:
            attributes["as2_mdn_options"] = (
                "signed-receipt-protocol=optional, pkcs7-signature; "
                f"signed-receipt-micalg=optional, {each.digest or 'sha-256'}"
            )
        if each.receipt_mode == "async":
            attributes["as2_receipt_option"] = f"http://127.0.0.1:{self._mdn_port}/"
        return attributes
