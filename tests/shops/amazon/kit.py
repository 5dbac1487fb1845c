"""A seller's account for tests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.channels.shops.amazon.client import AmazonShop, connect
from gateway.channels.shops.session import Session
from gateway.config.shops import Shop
from tests.shops.amazon.reduce import MODELS, operations
from tests.shops.contract import Contract, Operation, extract, pattern

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SCHEMA = Path(__file__).parent / "schema"
BODIES = {
    "confirmShipment": "ConfirmShipmentRequest",
    "patchListingsItem": "ListingsItemPatchRequest",
    "createFeed": "CreateFeedSpecification",
    "createFeedDocument": "CreateFeedDocumentSpecification",
    "submitAcknowledgement": "SubmitAcknowledgementRequest",
    "SubmitShipmentConfirmations": "SubmitShipmentConfirmationsRequest",
    "submitInvoices": "SubmitInvoicesRequest",
}


def shop(**groups: Any) -> Shop:
    """A shop of kind amazon; ``amazon``: what differs in its connection."""
    connection = {
        "client_id": "app-1",
        "client_secret": "${env:AMAZON_CLIENT}",
        "refresh_token": "${env:AMAZON_REFRESH}",
        "seller": "A1SELLER",
        "marketplaces": ["A13V1IB3VIYZZH", "A1PA6795UKMFR9"],
        **groups.pop("amazon", {}),
    }
    return Shop.model_validate(
        {"shop": "amazon", "name": "Amazon", "kind": "amazon", "amazon": connection, **groups}
    )


def connector(session: Session, **groups: Any) -> AmazonShop:
    """A connector whose calls are answered by a script."""
    return connect(shop(**groups), lambda secret: f"value of {secret.where}", lambda: NOW, session)


@lru_cache
def contracts() -> list[Contract]:
    """What Amazon publishes of the operations that are used: our extract, and the whole models
    where somebody has them."""
    found = [extract(SCHEMA, BODIES)]
    if folder := os.environ.get("GATEWAY_SHOP_SAMPLES"):
        found.append(Contract(_originals(Path(folder) / "amazon" / "schema")))
    return found


def _originals(folder: Path) -> Iterator[Operation]:
    for name in MODELS:
        model = json.loads((folder / f"{name}.json").read_text("utf-8"))
        for operation, one in operations(model).items():
            body = BODIES.get(operation)
            schema = {"$ref": f"#/definitions/{body}", "definitions": model["definitions"]}
            path = pattern(one["path"])
            yield Operation(operation, one["method"], path, one["query"], schema if body else None)
