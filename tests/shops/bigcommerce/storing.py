"""A BigCommerce store whose answers are written down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.channels.shops.bigcommerce.client import BigCommerceStore, connect
from gateway.channels.shops.recording import Call, ScriptedSession
from gateway.config.shops import Shop

HERE = Path(__file__).parent
ORDERS = sorted((HERE / "orders").glob("*.json"))
NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)


def shop(**settings: Any) -> Shop:
    """A store; settings of its group, and ``send``, ``poll``, ``tax`` of the shop."""
    names = ("send", "poll", "tax")
    whole = {name: settings.pop(name) for name in names if name in settings}
    group = {"store_hash": "abc123", "token": "${env:CUPS_TOKEN}", **settings}
    return Shop.model_validate(
        {"shop": "cups", "name": "Cups", "kind": "bigcommerce", "bigcommerce": group, **whole}
    )


def store(*answers: Any, **settings: Any) -> tuple[BigCommerceStore, ScriptedSession]:
    """A connector; an answer is a status and values, or an error."""
    session = ScriptedSession(*answers)
    made = connect(shop(**settings), lambda _secret: "never asked", lambda: NOW, session)
    return made, session


def asked(call: Call) -> tuple[str, str, dict[str, str]]:
    """What a call asks for."""
    return call.method, call.path, dict(call.query)
