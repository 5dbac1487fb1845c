"""How WooCommerce knows articles, and what it has to be asked before they are changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from gateway.channels.shops.connector import Article
from gateway.channels.shops.session import Session, ShopAnswerError

BATCH = 100
"""Articles of one call that changes them."""
_ASKED = 50
"""SKUs of one question: they stand in the address."""
_FIELDS = "id,parent_id,type,sku,global_unique_id,manage_stock,stock_quantity,meta_data"


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """As many at a time."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some


def by_sku(session: Session, skus: Sequence[str], ean_key: str | None) -> dict[str, Article]:
    """The articles with these SKUs. One that several articles have is nobody's."""
    found: dict[str, list[Article]] = {}
    plain = sorted({sku for sku in skus if sku and "," not in sku})
    # the shop splits at commas; a SKU with one in it is asked for alone
    groups = [*chunks(plain, _ASKED), *([sku] for sku in sorted({*skus}) if "," in sku)]
    for group in groups:
        query = [
            ("sku", ",".join(group)), ("per_page", str(BATCH)), ("_fields", _FIELDS),
        ]  # fmt: skip
        for entry in entries(session.call("GET", "products", query=query).json()):
            sku = entry.get("sku")
            if isinstance(sku, str) and sku in group:
                found.setdefault(sku, []).append(_article(entry, ean_key))
    return {sku: ones[0] for sku, ones in found.items() if len(ones) == 1}


def entries(answer: Any) -> list[dict[str, Any]]:
    """The objects of a list. Raises ``ShopAnswerError`` for what is none."""
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise ShopAnswerError("the answer is no list of objects")
    return answer


def whole(value: Any) -> int | None:
    """A quantity in stock as a whole number; ``None`` where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = int(value)
    except (ValueError, TypeError, ArithmeticError):
        return None
    return number if number == value else None


def address(product: str) -> tuple[str, int] | None:
    """``12/13`` → where its neighbours are, and its id; ``None`` for what is no id."""
    parent, _, variation = product.partition("/")
    if not parent.isascii() or not parent.isdigit():
        return None
    if not variation:
        return "products", int(parent)
    if variation.isascii() and variation.isdigit():
        return f"products/{parent}/variations", int(variation)
    return None


def _article(entry: dict[str, Any], ean_key: str | None) -> Article:
    parent = entry.get("parent_id")
    product = f"{parent}/{entry['id']}" if entry.get("type") == "variation" else f"{entry['id']}"
    ean = entry.get("global_unique_id") or (_meta(entry, ean_key) if ean_key else "")
    return Article(
        sku=entry["sku"],
        product=product,
        ean=str(ean or ""),
        quantity=whole(entry.get("stock_quantity")),
        # a variation can leave it to its product: "parent"
        managed=entry.get("manage_stock") is True,
    )


def _meta(entry: dict[str, Any], key: str) -> str:
    pairs = entry.get("meta_data") or []
    return next((str(one.get("value") or "") for one in pairs if one.get("key") == key), "")
