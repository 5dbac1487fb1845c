"""Records of every platform as they may come from a hostile shop, and what a reader owes us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gateway.channels.shops import platforms
from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.documents.shop.convert import (
    number_of,
    refund_number,
    to_cancellation,
    to_change,
    to_order,
    to_parties,
    to_refund,
)
from gateway.documents.shop.rules import Rules
from gateway.pipeline.shops.record import business_hash, refund_hash
from gateway.problems import Problem, has_errors
from tests.shops.amazon import kit as amazon
from tests.shops.bigcommerce import storing as bigcommerce
from tests.shops.canonical.orders import RULES, charge, line, order
from tests.shops.magento import kit as magento
from tests.shops.mirakl.test_read import a_shop as mirakl
from tests.shops.octopia.test_read import a_shop as octopia
from tests.shops.prestashop import kit as prestashop
from tests.shops.prestashop.test_read import record as of_prestashop
from tests.shops.shopify import checking as shopify
from tests.shops.woocommerce import kit as woocommerce

HERE = Path(__file__).parent.parent
TAX = {"rates": {"FR": ["20", "5.5"], "DE": ["19", "7"]}, "default": "20", "country": "FR"}
Path_ = tuple[str | int, ...]
RAW = "\N{WHITE SQUARE}"
"""Begins a text that stands in the record as it is, without quotation marks."""
HOSTILE: tuple[Any, ...] = (
    None, True, "", [], {}, [[]], [None], [1], -1, 0,
    *(f"{RAW}{text}" for text in (
        "1E999999", "-1E-999999", "1E99999999999999999999", "1" * 5000, "-0.0", "NaN",
        '"\\ud800"', '"\\u0000"', '"\\u001b[2J\\u202e"', '{"a":1,"a":2}',
    )),
    "0.000000000000000001", "999999999999999999", "-999999999999999999.999999999999999999",
    "1E+17", "1E-18", "NaN", "Infinity", "\u0661", "\u00b2", "9" * 5000,
    "0001-01-01 00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "9999-12-31 23:59:59", "0000-00-00 00:00:00", "2026-03-29 02:30:00", "2026-02-30",
    "../../etc/passwd", "1/../2?x=1#y", "a\r\nX-Injected: 1", "=HYPERLINK(1)", "x" * 70_000,
    "{number.__class__}", "EURO", "fra",
)  # fmt: skip
"""What may stand anywhere in a record."""


def _files(folder: str, name: str = "*.json") -> list[bytes]:
    return [path.read_bytes() for path in sorted((HERE / folder).glob(name))]


def _cases(folder: str) -> list[bytes]:
    """Cases that hold their record."""
    found = [json.loads(data, parse_float=str) for data in _files(folder)]
    return [json.dumps(one["record"]).encode() for one in found if "record" in one]


@cache
def fixtures(kind: str) -> tuple[Shop, tuple[bytes, ...]]:
    """The records of a platform, and a shop whose settings read them."""
    shop, raws = _FIXTURES[kind]()
    return shop, tuple(raws)


def _posted() -> tuple[Shop, list[bytes]]:
    made = Shop.model_validate(
        {"shop": "till", "name": "Till", "kind": "api", "api": {"keys": ["${env:TILL_KEY}"]}}
    )
    taken = order([line("1", "10.00", "2.00", parent=None)], [charge("5.00", "1.00")])
    return made, [taken.to_json().encode()]


_FIXTURES: dict[str, Any] = {
    "woocommerce": lambda: (
        woocommerce.shop(tax=TAX),
        [*_cases("woocommerce/orders"), *_files("woocommerce/live", "order.json")],
    ),
    "prestashop": lambda: (
        prestashop.shop(tax=TAX),
        [of_prestashop(name) for name in ("refunded_in_parts", "two_taxes_on_a_line", "voucher")],
    ),
    "shopify": lambda: (shopify.shop(), _files("shopify/orders")),
    "bigcommerce": lambda: (bigcommerce.shop(tax=TAX), _files("bigcommerce/orders")),
    "amazon": lambda: (amazon.shop(tax=TAX), _cases("amazon/orders")),
    "magento": lambda: (magento.shop(tax=TAX), _cases("magento/orders")),
    "mirakl": lambda: (mirakl(tax=TAX), _files("mirakl")),
    "octopia": lambda: (octopia(tax=TAX), _files("octopia")),
    "api": _posted,
}
KINDS = tuple(_FIXTURES)


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every place in a record, the outermost first."""
    yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, name))


def changed(record: Any, path: Path_, value: Any) -> bytes:
    """A record with something else at a place."""
    text = json.dumps(_with(record, path, value))
    if isinstance(value, str) and value.startswith(RAW):
        text = text.replace(json.dumps(value), value[len(RAW) :])
    return text.encode()


def _with(record: Any, path: Path_, value: Any) -> Any:
    if not path:
        return value
    made = dict(record) if isinstance(record, dict) else list(record)
    made[path[0]] = _with(record[path[0]], path[1:], value)
    return made


def judge(shop: Shop, raw: bytes) -> ShopOrder | None:
    """What a reader owes: an order or an error that can be shown, and nothing that stops later."""
    found = platforms.read_order(shop, raw)
    told(found.problems)
    assert found.order is not None or has_errors(found.problems), "neither order nor error"
    alone = platforms.read_refund(shop, raw)
    told(alone.problems)
    assert alone.refund is not None or has_errors(alone.problems), "neither refund nor error"
    if found.order is None or has_errors(found.problems):
        return None
    rules = Rules(**{**_RULES, "shop": shop.shop})
    told(identities(found.order))
    assert ShopOrder.from_json(found.order.to_json()) == found.order
    business_hash(found.order)
    assert len(number_of(found.order, rules)) <= 80
    for made, problems in (
        to_order(found.order, rules),
        to_change(_BEFORE, found.order, rules, 1),
        to_cancellation(found.order, rules, 1),
        to_parties(found.order, rules),
    ):
        told(problems)
        if made is not None:
            made.to_json().encode()
    for refund in found.refunds:
        told(refund_identities(refund))
        refund_hash(refund)
        refund_number(refund, found.order, rules)
        told(to_refund(refund, found.order, rules)[1])
    return found.order


_RULES: dict[str, Any] = {
    name: getattr(RULES, name) for name in ("customer", "supplier", "shipping_item")
}
_BEFORE = order([line("1", "10.00", "2.00")])


def told(problems: Any) -> None:
    """Problems can be written into a log, a page and a database."""
    assert len(problems) < 3000
    for one in problems:
        assert isinstance(one, Problem)
        text = f"{one.sentence} {one.remedy} {json.dumps(one.as_json(), ensure_ascii=False)}"
        text.encode("utf-8")
        assert len(text) < 50_000, text[:300]
