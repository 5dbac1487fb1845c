"""A record of a shop, read: what it holds, and a hash of what counts for business."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Reading, Record
from gateway.config.shops import Shop
from gateway.documents.base import plain
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.documents.shop.convert import number_of
from gateway.documents.shop.rules import Rules
from gateway.problems import has_errors, problem
from gateway.store import contents
from gateway.store.messages import fitted
from gateway.store.shops.orders import OrderRow, key
from gateway.telemetry import events

_PASSING = frozenset({"updated", "version"})
"""What changes whenever a shop touches an order, without anything being different."""


@dataclass(frozen=True, slots=True)
class Read:
    """A record and what is in it. ``order`` is there only when it is wholly understood."""

    record: Record
    id: str
    """The order's external id (of a refund: of the order it belongs to), as it is stored."""
    order: ShopOrder | None
    refunds: tuple[ShopRefund, ...]
    hash: str
    """Of the order; of a refund that came alone it is empty."""
    content: bytes
    """The canonical order; empty where there is none."""

    @property
    def updated(self) -> datetime | None:
        """When the shop says that it changed."""
        own = None if self.order is None else self.order.updated
        return self.record.updated or own

    @property
    def version(self) -> str:
        """Whatever the shop counts changes with."""
        return "" if self.order is None else self.order.version or ""


def read(shop: Shop, record: Record) -> Read:
    """Read a record. Never raises for what its bytes are."""
    if record.kind == "refund":
        found = refund_of(shop, record.raw)
        known = () if found.refund is None or has_errors(found.problems) else (found.refund,)
        return Read(record, key(record.parent), None, known, "", b"")
    found = reading_of(shop, record.raw, key(record.external_id))
    order = found.order
    if order is None or has_errors(found.problems):
        return Read(record, key(record.external_id), None, (), _unread(record, found), b"")
    content = order.to_json().encode()
    id_ = key(record.external_id)
    return Read(record, id_, order, found.refunds, business_hash(order), content)


def reading_of(shop: Shop, raw: bytes, asked: str) -> Reading:
    """The reading of an order's record; W318 where it is of another order than was asked for.

    ``asked``: the external id, as it is stored; nothing where that is not known any more.
    """
    found = _guarded(lambda: platforms.read_order(shop, raw), "the order")
    if found.order is None or not asked or key(found.order.external_id) == asked:
        return found
    other = problem("W318", asked=asked, found=found.order.external_id)
    return Reading(problems=(*found.problems, other))


def refund_of(shop: Shop, raw: bytes) -> Reading:
    """The reading of the record of one refund."""
    return _guarded(lambda: platforms.read_refund(shop, raw), "the refund")


def _guarded(read: Callable[[], Reading], what: str) -> Reading:
    """A reading; where the reader fails, this record is held, and no other one waits for it."""
    try:
        return read()
    except Exception as bug:
        events.bug(where="reading a shop", message=None, failure=bug)
        reason = f"reading it failed ({type(bug).__name__})"
        return Reading(problems=(problem("W230", what=what, reason=reason),))


def business_hash(order: ShopOrder) -> str:
    """Equal for two readings that say the same. SHA-256, hexadecimal."""
    data = order.model_dump(mode="json", exclude=set(_PASSING))
    return _sha(json.dumps(data, sort_keys=True, ensure_ascii=False))


def refund_hash(refund: ShopRefund) -> str:
    """The same of a refund."""
    return _sha(json.dumps(refund.model_dump(mode="json"), sort_keys=True, ensure_ascii=False))


def understood(row: OrderRow, shop: Shop, order: ShopOrder, content: str) -> OrderRow:
    """A row with what an order says; the number that the ERP may know stays what it is.

    ``content``: the hash of the canonical order.
    """
    number = number_of(order, Rules(shop=shop.shop, number=shop.orders.number))
    return replace(
        row,
        number=row.number if row.taken else fitted(number, 80),
        shop_number=order.number,
        status=order.status,
        shop_status=order.shop_status,
        version=order.version or "",
        content=content,
        test=row.test if row.taken else order.test or shop.mode == "test",
        currency=order.currency,
        total=plain(order.totals.grand),
        created=order.created,
        placed=order.placed,
    )


def refund_values(
    shop: Shop, one: Read, found: ShopRefund | None, number: str, at: datetime
) -> dict[str, Any]:
    """The row of a new refund, by column. ``number``: of its order; ``found``: if understood."""
    values: dict[str, Any] = {
        "shop": shop.shop,
        "external_id": key(one.record.external_id if found is None else found.external_id),
        "order_id": one.id,
        "number": number,
        "state": "taken",
        "reason": "",
        "hash": "",
        "content": None,
        "currency": "",
        "total": "",
        "created": None,
        "entered": at,
    }
    if found is None:
        return values
    return values | {
        "hash": refund_hash(found),
        "content": contents.sha_of(found.to_json().encode()),
        "currency": fitted(found.currency, 8),
        "total": plain(found.total),
        "created": found.created,
    }


def _unread(record: Record, found: Reading) -> str:
    """Of what is not understood: bytes may differ each time (nonces), its stamp does not."""
    told = [f"{each.code} {each.sentence}" for each in found.problems]
    stamp = None if record.updated is None else record.updated.isoformat()
    return _sha(json.dumps([stamp or hashlib.sha256(record.raw).hexdigest(), told]))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
