"""Stock of BigCommerce: absolute, many articles in one call.

A call with one article that BigCommerce does not like is refused whole. Then it is halved until
that article stands alone, so that the others are set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gateway.channels.shops.bigcommerce.calls import Store
from gateway.channels.shops.connector import Level, Outcome
from gateway.channels.shops.session import ShopRefusedError

BATCH = 500
"""Articles of one call; BigCommerce takes 2000."""
REASON = "ERP"
SHOWN = 300
PATH = "v3/inventory/adjustments/absolute"
_WRONG = 422


def send(levels: Sequence[Level], store: Store, location: int) -> list[Outcome]:
    """Set stock; an outcome for each level, in order."""
    outcomes: list[Outcome] = []
    for start in range(0, len(levels), BATCH):
        outcomes += _sent(levels[start : start + BATCH], store, location)
    return outcomes


def _sent(levels: Sequence[Level], store: Store, location: int) -> list[Outcome]:
    try:
        told = _put(levels, store, location)
    except ShopRefusedError as failure:
        if failure.status != _WRONG:
            raise
        if len(levels) > 1:
            half = len(levels) // 2
            first, second = levels[:half], levels[half:]
            return [*_sent(first, store, location), *_sent(second, store, location)]
        return [Outcome(levels[0].key, "refused", reason=reason_of(failure))]
    return [Outcome(level.key, "done", reference=told) for level in levels]


def _put(levels: Sequence[Level], store: Store, location: int) -> str:
    """The number of the transaction, in which BigCommerce carries it out."""
    items = [
        {
            "location_id": int(level.location) if level.location.isdigit() else location,
            "sku": level.sku,
            "quantity": level.quantity,
        }
        for level in levels
    ]
    answer = store.session.call("PUT", PATH, json={"reason": REASON, "items": items})
    told: Any = answer.json() if answer.body.strip() else {}
    return str(told.get("transaction_id") or "") if isinstance(told, dict) else ""


def reason_of(failure: ShopRefusedError) -> str:
    """What BigCommerce says is wrong: its title, and its errors."""
    try:
        told = json.loads(failure.body)
    except (ValueError, RecursionError):
        return failure.reason[:SHOWN]
    one = told[0] if isinstance(told, list) and told else told
    if not isinstance(one, dict):
        return failure.reason[:SHOWN]
    errors = one.get("errors")
    details = errors.values() if isinstance(errors, dict) else errors or ()
    said = [str(one.get("title") or one.get("message") or ""), *map(str, details)]
    return "; ".join(filter(None, said))[:SHOWN] or failure.reason[:SHOWN]
