"""A Magento site for tests."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from gateway.channels.shops.magento.client import MagentoShop, connect
from gateway.channels.shops.session import Session
from gateway.config.shops import Shop
from tests.shops.contract import Contract, Operation, extract, pattern
from tests.shops.magento.reduce import operations

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SCHEMA = Path(__file__).parent / "schema"
ALWAYS = {"fields": {"type": "string", "required": False}}
"""A parameter that each call of Magento knows, and no description names."""


def shop(**groups: Any) -> Shop:
    """A shop of kind magento; ``magento``: what differs in its connection."""
    connection = {
        "url": "https://shop.example",
        "token": "${env:MAGENTO_ACCESS}",
        **groups.pop("magento", {}),
    }
    return Shop.model_validate(
        {"shop": "magento", "name": "Magento", "kind": "magento", "magento": connection, **groups}
    )


def connector(session: Session, **groups: Any) -> MagentoShop:
    """A connector whose calls are answered by a script."""
    return connect(shop(**groups), lambda secret: f"value of {secret.where}", lambda: NOW, session)


@lru_cache
def contracts() -> list[Contract]:
    """What is published of the operations that are used: our extract, and the whole document
    where somebody has it."""
    found = [_open(extract(SCHEMA, {}))]
    if folder := os.environ.get("GATEWAY_SHOP_SAMPLES"):
        found.append(_open(_original(Path(folder) / "magento2" / "schema" / "admin-2.4.9.yaml")))
    return found


@lru_cache
def _original(file: Path) -> Contract:
    model = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    made = []
    for name, one in operations(model).items():
        body = one.get("body")
        schema = {**body, "definitions": model["definitions"]} if body else None
        made.append(Operation(name, one["method"], pattern(one["path"]), one["query"], schema))
    return Contract(made)


def _open(contract: Contract) -> Contract:
    return Contract(replace(one, query={**one.query, **ALWAYS}) for one in contract.operations)
