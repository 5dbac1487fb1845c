"""Addresses of invoices: a list of links in a metafield of the order.

Several invoices of one order stand beside each other. The list is only written if it is still what
was read, so that nobody's link is lost.
"""

from __future__ import annotations

import json
from typing import Any

from gateway.channels.shops.connector import InvoiceFile, Outcome
from gateway.channels.shops.shopify.documents import NOTE, NOTED
from gateway.channels.shops.shopify.graph import Graph
from gateway.channels.shops.shopify.ids import gid
from gateway.config.shops.shopify import Shopify

MOST_LINKS = 128
"""Of one list, as Shopify has it."""


def send_invoice(invoice: InvoiceFile, graph: Graph, settings: Shopify) -> Outcome:
    """Add the link, unless it is there."""
    if not invoice.link.startswith("https://"):
        told = "Shopify takes the https address of an invoice, not its file"
        return Outcome(invoice.key, "refused", reason=told)
    namespace, _, key = settings.invoices.partition(".")
    owner = gid("Order", invoice.order)
    asked = {"id": owner, "namespace": namespace, "key": key}
    order = graph.data(NOTED, asked).get("order")
    if not isinstance(order, dict):
        return Outcome(invoice.key, "refused", reason="Shopify has no such order")
    there = order.get("metafield") or {}
    links = _links(there)
    if invoice.link in links:
        return Outcome(invoice.key, "done", reference=settings.invoices)
    if len(links) >= MOST_LINKS:
        return Outcome(invoice.key, "refused", reason=f"{MOST_LINKS} links are there already")
    field = {
        "ownerId": owner,
        "namespace": namespace,
        "key": key,
        "type": "list.url",
        "value": json.dumps([*links, invoice.link]),
        "compareDigest": there.get("compareDigest"),
    }
    _, complaints = graph.change(NOTE, {"metafields": [field]}, "metafieldsSet", repeatable=True)
    if not complaints:
        return Outcome(invoice.key, "done", reference=settings.invoices)
    stale = any(one.code == "STALE_OBJECT" for one in complaints)
    reason = "; ".join(one.message for one in complaints)
    return Outcome(invoice.key, "retry" if stale else "refused", reason=reason)


def _links(metafield: dict[str, Any]) -> list[str]:
    try:
        told = json.loads(metafield.get("value") or "[]")
    except ValueError:
        return []
    return [str(link) for link in told] if isinstance(told, list) else []
