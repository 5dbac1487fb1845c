"""Addresses of invoices: a metafield of the order for each, under the invoice's number."""

from __future__ import annotations

import re

from gateway.channels.shops.bigcommerce.calls import Store
from gateway.channels.shops.bigcommerce.stock import reason_of
from gateway.channels.shops.connector import InvoiceFile, Outcome
from gateway.channels.shops.session import ShopRefusedError

LONGEST_KEY = 64


def send_invoice(invoice: InvoiceFile, store: Store, namespace: str) -> Outcome:
    """Note the link, unless it is there; another one under the same number is replaced."""
    if not invoice.link.startswith("https://"):
        told = "BigCommerce takes the https address of an invoice, not its file"
        return Outcome(invoice.key, "refused", reason=told)
    if not (invoice.order.isascii() and invoice.order.isdigit()):
        return Outcome(invoice.key, "refused", reason="BigCommerce has no such order")
    key = re.sub(r"[^A-Za-z0-9_-]", "_", invoice.number)[:LONGEST_KEY]
    path = f"v3/orders/{invoice.order}/metafields"
    try:
        there = next(iter(store.each(path, [("namespace", namespace), ("key", key)])), None)
        if there is not None and there.get("value") == invoice.link:
            return Outcome(invoice.key, "done", reference=str(there.get("id")))
        if there is not None:
            at = f"{path}/{there['id']}"
            store.session.call("PUT", at, json={"value": invoice.link})
            return Outcome(invoice.key, "done", reference=str(there["id"]))
        body = {
            "permission_set": "read",
            "namespace": namespace,
            "key": key,
            "value": invoice.link,
            "description": invoice.kind.replace("_", " "),
        }
        store.session.call("POST", path, json=body, repeatable=False)
    except ShopRefusedError as failure:
        return Outcome(invoice.key, "refused", reason=reason_of(failure))
    return Outcome(invoice.key, "done", reference=f"{namespace}.{key}")
