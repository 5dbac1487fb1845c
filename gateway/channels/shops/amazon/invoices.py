"""Handing invoices to Amazon: a feed that is asked about until Amazon has read it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from urllib.parse import quote

from gateway.channels.shops.amazon import write
from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.amazon.orders import Orders
from gateway.channels.shops.connector import InvoiceFile, Outcome
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopRefusedError

PATH = "/feeds/2021-06-30"
MOST = 1_000_000
"""Bytes of a report on a feed, unpacked."""
_SUCCESSFUL = re.compile(r"records successful\s+(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Invoices:
    """The invoices of one account."""

    orders: Orders
    sessions: Sessions

    def send(self, invoice: InvoiceFile) -> Outcome:
        """Upload one; Amazon says later what it thinks of it."""
        if invoice.media_type != write.PDF or not invoice.body:
            return Outcome(invoice.key, "refused", reason="Amazon takes invoices as PDF files only")
        try:
            # what cannot be said is known before anything is uploaded
            write.invoice_feed(invoice, "", "")
            marketplace = self._marketplace(invoice.order)
            place = _told(self._make("documents", f"{PATH}/documents", write.feed_document()))
            document, url = place.text("feedDocumentId"), place.text("url")
            if document is None or url is None:
                raise ShopAnswerError("Amazon names no place for the invoice")
            self.sessions.transfer(url, invoice.body, write.PDF)
            body = write.invoice_feed(invoice, document, marketplace)
            feed = _told(self._make("feeds", f"{PATH}/feeds", body)).text("feedId")
        except write.CannotSayError as failure:
            return Outcome(invoice.key, "refused", reason=str(failure))
        except ShopRefusedError as failure:
            return Outcome(invoice.key, "refused", reason=failure.reason)
        if feed is None:
            raise ShopAnswerError("Amazon names no feed")
        return Outcome(invoice.key, "pending", reference=feed, ticket=f"{invoice.key}\n{feed}")

    def follow_up(self, ticket: str) -> Outcome:
        """What became of a feed."""
        key, _, feed = ticket.rpartition("\n")
        if not feed.isalnum():
            return Outcome(key, "refused", reason="the ticket names no feed")
        answer = self.sessions.of("feed").call("GET", f"{PATH}/feeds/{feed}", allowed=(404,))
        if answer.status == 404:
            return Outcome(key, "refused", reference=feed, reason="Amazon does not know the feed")
        told = _told(answer)
        status = told.text("processingStatus") or ""
        if status in ("IN_QUEUE", "IN_PROGRESS"):
            return Outcome(key, "pending", reference=feed, ticket=ticket, reason=status)
        if status != "DONE":
            return Outcome(key, "refused", reference=feed, reason=f"the feed ended as {status}")
        report = told.text("resultFeedDocumentId")
        wrong = "" if report is None else self._complaint(report)
        return Outcome(key, "refused" if wrong else "done", reference=feed, reason=wrong)

    def _marketplace(self, order: str) -> str:
        answer = self.orders.read(order, ("FULFILLMENT",))
        told = _told(answer).inside("order", "salesChannel").text("marketplaceId")
        return told or self.orders.settings.marketplaces[0]

    def _make(self, kind: str, path: str, body: dict[str, object]) -> Answer:
        # a second document or feed of the same invoice harms nobody: its number is the same
        return self.sessions.of(kind).call("POST", path, json=body, repeatable=True)

    def _complaint(self, document: str) -> str:
        """What the report on a feed says is wrong; empty where the invoice was taken."""
        path = f"{PATH}/documents/{quote(document, safe='')}"
        told = _told(self.sessions.of("documents").call("GET", path))
        url = told.text("url")
        if url is None:
            return ""
        body = self.sessions.transfer(url, None)
        if told.text("compressionAlgorithm") == "GZIP":
            body = _unpacked(body)
        text = body[:MOST].decode("utf-8", "replace")
        found = _SUCCESSFUL.search(text)
        if found is None or int(found[1][:9]) > 0:
            return ""
        last = [line for line in text.splitlines() if line.strip()][-1]
        return " ".join(last.split())[:300]


def _told(answer: Answer) -> Fields:
    found = opened(answer.body, "the answer about a feed")
    if found.found:
        raise ShopAnswerError(found.found[0].sentence)
    return found


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, MOST)
    except zlib.error as failure:
        raise ShopAnswerError(f"the report on a feed cannot be unpacked: {failure}") from None
