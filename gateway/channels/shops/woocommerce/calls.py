"""How WooCommerce is reached: its address, what proves who calls, and one order by its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from gateway.channels.shops import web
from gateway.channels.shops.auth import Auth, Basic, OAuth1
from gateway.channels.shops.session import (
    Answer,
    Session,
    ShopAnswerError,
    ShopRefusedError,
    ShopUnreachableError,
)
from gateway.config.secrets import Secret
from gateway.config.shops.woocommerce import WooCommerce
from gateway.config.values import is_here

API = "/wp-json/wc/v3"
GONE = ("woocommerce_rest_shop_order_invalid_id", "woocommerce_rest_invalid_id")
"""What the shop says of an order that it has not; any other 404 is a wrong address."""


def opened(
    settings: WooCommerce, secrets: Callable[[Secret], str], clock: Callable[[], datetime]
) -> Session:
    """Calls of the shop. Raises ``ShopUnreachableError`` for Basic over plain http."""
    parts = urlsplit(settings.url)
    auth: Auth
    if settings.auth == "oauth1":
        auth = OAuth1(
            lambda: secrets(settings.key), lambda: secrets(settings.secret), clock, in_query=True
        )
    elif parts.scheme == "http" and not is_here(parts.netloc):
        # the shop answers 401 to it, and the secret would have been readable on the way
        raise ShopUnreachableError("auth: basic needs an address with https, or take oauth1")
    else:
        auth = Basic(lambda: secrets(settings.key), lambda: secrets(settings.secret))
    return web.session(settings.url + API, auth, terms=web.Terms(timeout=settings.timeout))


def order_answer(session: Session, external_id: str) -> Answer | None:
    """One order as the shop gives it; ``None`` where it has none with this id."""
    if not (external_id.isascii() and external_id.isdigit()):
        return None
    answer = session.call("GET", f"orders/{external_id}", allowed=(404,))
    if answer.status != 404:
        return answer
    if _code(answer) in GONE:
        return None
    raise ShopRefusedError("404 for an order that may be there: is the address right?", 404)


def order_values(session: Session, external_id: str) -> dict[str, Any] | None:
    """The same as values."""
    answer = order_answer(session, external_id)
    if answer is None:
        return None
    order = answer.json()
    if not isinstance(order, dict) or not isinstance(order.get("id"), int):
        raise ShopAnswerError("the answer is no order")
    return order


def _code(answer: Answer) -> str:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return str(said.get("code")) if isinstance(said, dict) else ""
