"""Articles of BigCommerce: variants of the catalogue, found by SKU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.channels.shops.bigcommerce.calls import Store
from gateway.channels.shops.connector import Article

SKUS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ArticleId:
    """What an article is called where prices and names are kept."""

    variant: int
    product: int

    @classmethod
    def of(cls, text: str) -> ArticleId | None:
        """Read what :meth:`__str__` wrote; ``None`` for anything else."""
        variant, _, product = text.partition("/")
        return cls(int(variant), int(product)) if variant.isdigit() and product.isdigit() else None

    def __str__(self) -> str:
        """``variant/product``."""
        return f"{self.variant}/{self.product}"


def articles(store: Store, skus: Sequence[str], location: int) -> dict[str, Article]:
    """By SKU, with what one location has. A SKU with a comma in it cannot be asked for."""
    wanted = [sku for sku in dict.fromkeys(skus) if sku and "," not in sku]
    found: dict[str, Article] = {}
    for part in _parts(wanted):
        asked = [("sku:in", ",".join(part))]
        here = {
            str((one.get("identity") or {}).get("sku")): one
            for one in store.each(f"v3/inventory/locations/{location}/items", asked)
        }
        for one in store.each("v3/catalog/variants", asked):
            sku = str(one.get("sku") or "")
            if sku in part:
                found[sku] = _article(one, sku, here.get(sku))
    return found


def _article(variant: dict[str, Any], sku: str, item: dict[str, Any] | None) -> Article:
    number = ArticleId(int(variant["id"]), int(variant["product_id"]))
    quantity = None if item is None else item.get("total_inventory_onhand")
    return Article(
        sku=sku,
        product=str(number),
        ean=str(variant.get("upc") or variant.get("gtin") or ""),
        quantity=None if quantity is None else int(quantity),
        managed=item is not None,
    )


def _parts(skus: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(skus), SKUS_AT_ONCE):
        yield list(skus[start : start + SKUS_AT_ONCE])
