"""The part of WooCommerce's REST API v3 that connectors use, on the shop in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.cli.demoshop.goods import Product
from gateway.cli.demoshop.hooks import Hook
from gateway.cli.demoshop.shop import DemoShop

ROOT = "/wp-json/wc/v3/"
_SORT: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "modified": lambda order: (order["date_modified_gmt"], order["id"]),
    "date": lambda order: (order["date_created_gmt"], order["id"]),
    "id": lambda order: (order["id"],),
}
_BOUNDS: dict[str, Callable[[dict[str, Any], str], bool]] = {
    "modified_after": lambda order, at: order["date_modified_gmt"] > at,
    "modified_before": lambda order, at: order["date_modified_gmt"] < at,
    "after": lambda order, at: order["date_created_gmt"] > at,
    "before": lambda order, at: order["date_created_gmt"] < at,
}
"""Strictly later, strictly earlier: as measured."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; ``path`` is behind :data:`ROOT`."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's values."""
        return json.loads(self.body or b"{}")


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered, as values of JSON."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(shop: DemoShop, request: Request) -> Response:
    """The answer to a request; the shop stands still meanwhile."""
    with shop.lock:
        for (method, pattern), does in _ROUTES.items():
            found = re.fullmatch(pattern, request.path)
            if found is None or method != request.method:
                continue
            numbers = [int(each) for each in found.groups()]
            if numbers and numbers[0] not in shop.orders:
                message = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "No."}
                return Response(message, 404)
            try:
                return does(shop, request, *numbers)
            except (ValueError, TypeError, KeyError) as failure:
                return Response({"code": "rest_invalid_param", "message": repr(failure)}, 400)
    return Response({"code": "rest_no_route", "message": "No route."}, 404)


def _orders(shop: DemoShop, request: Request) -> Response:
    query = request.query
    found = [
        order
        for order in shop.orders.values()
        if all(holds(order, query[name]) for name, holds in _BOUNDS.items() if name in query)
    ]
    found.sort(key=_SORT[query.get("orderby", "date")])
    page, size = int(query.get("page", "1")), int(query.get("per_page", "10"))
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
    return Response(found[(page - 1) * size : page * size], headers=headers)


def _order(shop: DemoShop, _request: Request, number: int) -> Response:
    return Response(shop.orders[number])


def _put_order(shop: DemoShop, request: Request, number: int) -> Response:
    return Response(shop.put(number, request.json()))


def _refunds(shop: DemoShop, _request: Request, number: int) -> Response:
    return Response(shop.refunds.get(number, []))


def _notes(shop: DemoShop, _request: Request, number: int) -> Response:
    return Response(shop.notes.get(number, []))


def _add_note(shop: DemoShop, request: Request, number: int) -> Response:
    said = request.json()
    return Response(shop.note(number, said["note"], customer=bool(said["customer_note"])), 201)


def _products(shop: DemoShop, request: Request) -> Response:
    ids = {int(each) for each in request.query.get("include", "").split(",") if each}
    skus = {each for each in request.query.get("sku", "").split(",") if each}
    return Response([_product(each) for each in shop.find(ids, skus)])


def _batch(shop: DemoShop, request: Request) -> Response:
    changes = {one["id"]: one for one in request.json()["update"]}
    done = []
    for product in shop.find(set(changes), set()):
        product.stock = int(changes[product.id]["stock_quantity"])
        done.append(_product(product))
    return Response({"update": done})


def _hooks(shop: DemoShop, _request: Request) -> Response:
    return Response([_hook(one) for one in shop.hooks])


def _add_hook(shop: DemoShop, request: Request) -> Response:
    said = request.json()
    hook = shop.hook(said["topic"], said["delivery_url"], said.get("secret", ""))
    return Response(_hook(hook), 201)


def _hook(hook: Hook) -> dict[str, Any]:
    told = {"id": hook.id, "topic": hook.topic, "delivery_url": hook.address}
    return {**told, "status": "active"}


def _product(product: Product) -> dict[str, Any]:
    return {
        "id": product.id, "parent_id": 0, "type": "simple", "sku": product.sku,
        "name": product.name, "global_unique_id": "", "price": str(product.price),
        "regular_price": str(product.price), "manage_stock": True,
        "stock_quantity": product.stock, "meta_data": [],
    }  # fmt: skip


_ROUTES: dict[tuple[str, str], Callable[..., Response]] = {
    ("GET", "orders"): _orders,
    ("GET", r"orders/(\d+)"): _order,
    ("PUT", r"orders/(\d+)"): _put_order,
    ("GET", r"orders/(\d+)/refunds"): _refunds,
    ("GET", r"orders/(\d+)/notes"): _notes,
    ("POST", r"orders/(\d+)/notes"): _add_note,
    ("GET", "products"): _products,
    ("POST", "products/batch"): _batch,
    ("GET", "webhooks"): _hooks,
    ("POST", "webhooks"): _add_hook,
}
"""Groups of a path are numbers of orders."""
