"""How PrestaShop knows articles: products and combinations by reference, and their stock rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.channels.shops.connector import Article
from gateway.channels.shops.prestashop.calls import Webservice, values

Place = tuple[str, str]
"""Id of the product, and of its combination (``0``: of none)."""
_SIMPLE = re.compile(r"[^|,\[\]%]+")
"""References that can stand in a filter for several; a comma would be an interval."""


def by_reference(service: Webservice, references: Sequence[str]) -> dict[str, Article]:
    """The articles with these references. One that several articles have is nobody's."""
    found: defaultdict[str, list[tuple[Place, dict[str, Any]]]] = defaultdict(list)
    wanted = {one for one in references if one}
    for raw in _rows(service, "products", "[id,reference,ean13]", wanted):
        row = values(raw)
        found[str(row.get("reference"))].append(((str(row.get("id")), "0"), row))
    for raw in _rows(service, "combinations", "[id,id_product,reference,ean13]", wanted):
        row = values(raw)
        place = str(row.get("id_product")), str(row.get("id"))
        found[str(row.get("reference"))].append((place, row))
    alone = {one: some[0] for one, some in found.items() if one in wanted and len(some) == 1}
    stock = stock_rows(service, (place[0] for place, _ in alone.values()))
    return {one: _article(one, *some, stock) for one, some in alone.items()}


def stock_rows(service: Webservice, products: Iterable[str]) -> dict[Place, dict[str, Any]]:
    """Rows of stock by article, with all combinations of a product."""
    rows = map(values, service.rows_of("stock_availables", "id_product", products))
    return {
        (str(row.get("id_product")), str(row.get("id_product_attribute") or 0)): row for row in rows
    }


def place_of(product: str) -> Place | None:
    """``12/13`` → its ids; ``None`` for what are none."""
    found = re.fullmatch(r"(\d+)(?:/(\d+))?", product, re.ASCII)
    return None if found is None else (found[1], found[2] or "0")


def has_variants(stock: dict[Place, dict[str, Any]], place: Place) -> bool:
    """Whether a product's own row is only the sum of those of its combinations."""
    return place[1] == "0" and any(
        product == place[0] and attribute != "0" for product, attribute in stock
    )


def _rows(
    service: Webservice, resource: str, display: str, references: Iterable[str]
) -> list[bytes]:
    simple = [one for one in references if _SIMPLE.fullmatch(one)]
    found = service.rows_of(resource, "reference", simple, display)
    for one in sorted({*references} - {*simple}):
        if not re.search(r"[\[\]]", one):
            found += service.rows(resource, {"reference": one}, display)
    return found


def _article(
    reference: str, place: Place, row: dict[str, Any], stock: dict[Place, dict[str, Any]]
) -> Article:
    kept = stock.get(place)
    product = place[0] if place[1] == "0" else "/".join(place)
    return Article(
        sku=reference,
        product=product,
        ean=str(row.get("ean13") or ""),
        quantity=whole(kept.get("quantity")) if kept else None,
        managed=kept is not None and not has_variants(stock, place),
    )


def whole(value: object) -> int | None:
    """A quantity as a whole number; ``None`` where it is none."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d{1,12}", text, re.ASCII) else None
