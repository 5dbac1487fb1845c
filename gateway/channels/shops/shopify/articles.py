"""Articles of Shopify: found by SKU, counted at one location."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.channels.shops.connector import Article
from gateway.channels.shops.session import ShopAnswerError
from gateway.channels.shops.shopify.documents import ARTICLES, LOCATIONS, QUANTITIES
from gateway.channels.shops.shopify.graph import Graph
from gateway.channels.shops.shopify.ids import ArticleId, gid, number_of
from gateway.config.shops.shopify import Shopify

SKUS_AT_ONCE = 40
"""In one search: more would be too long a question."""
MOST_PARTS = 50
ITEMS_AT_ONCE = 100
_NOWHERE = gid("Location", "0")


@dataclass(slots=True)
class Shelf:
    """What a store has, and where."""

    graph: Graph
    settings: Shopify
    _only: str | None = None

    def location(self, wanted: str = "") -> str:
        """The location that is meant: as asked, as set, or the only one; empty where it is open."""
        named = wanted or self.settings.location
        if named:
            return gid("Location", named)
        if self._only is None:
            nodes = (self.graph.data(LOCATIONS).get("locations") or {}).get("nodes") or []
            self._only = str(nodes[0]["id"]) if len(nodes) == 1 else ""
        return self._only

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """By SKU. One that several variants share is left out: nobody knows which is meant."""
        found: dict[str, Article] = {}
        doubled: set[str] = set()
        wanted = list(dict.fromkeys(sku for sku in skus if sku))
        location = self.location() if wanted else ""
        for part in _parts(wanted, SKUS_AT_ONCE):
            for node in self._variants(part, location):
                sku = str(node.get("sku") or "")
                if sku not in part:
                    continue  # the search does not mind case and finds beginnings
                article = _article(node, sku)
                if sku in found and found[sku].product != article.product:
                    doubled.add(sku)
                found[sku] = article
        return {sku: article for sku, article in found.items() if sku not in doubled}

    def _variants(self, skus: Sequence[str], location: str) -> Iterator[Mapping[str, Any]]:
        asked: dict[str, Any] = {
            "query": " OR ".join(f"sku:{_quoted(sku)}" for sku in skus),
            "location": location or _NOWHERE,
            "counted": bool(location),
        }
        after = None
        for _ in range(MOST_PARTS):
            told = self.graph.data(ARTICLES, {**asked, "after": after}).get("productVariants") or {}
            yield from told.get("nodes") or []
            info = told.get("pageInfo") or {}
            after = info.get("endCursor") if info.get("hasNextPage") else None
            if after is None:
                return
        raise ShopAnswerError(f"the list of articles does not end after {MOST_PARTS} parts")

    def quantities(self, items: Iterable[str], location: str) -> dict[str, int]:
        """By number of the inventory item: what is there to be sold at a location."""
        found: dict[str, int] = {}
        for part in _parts(list(dict.fromkeys(items)), ITEMS_AT_ONCE):
            asked = {"ids": [gid("InventoryItem", item) for item in part], "location": location}
            for node in self.graph.data(QUANTITIES, asked).get("nodes") or []:
                quantity = _available((node or {}).get("inventoryLevel"))
                if quantity is not None:
                    found[number_of(node["id"])] = quantity
        return found


def _article(node: Mapping[str, Any], sku: str) -> Article:
    item = node.get("inventoryItem") or {}
    number = ArticleId(
        str(item.get("legacyResourceId") or ""),
        str(node.get("legacyResourceId") or ""),
        str((node.get("product") or {}).get("legacyResourceId") or ""),
    )
    return Article(
        sku=sku,
        product=str(number),
        ean=str(node.get("barcode") or ""),
        quantity=_available(item.get("inventoryLevel")),
        managed=bool(item.get("tracked")),
    )


def _available(level: Any) -> int | None:
    for one in (level or {}).get("quantities") or []:
        if one.get("name") == "available":
            return int(one["quantity"])
    return None


def _quoted(text: str) -> str:
    """A value in Shopify's search syntax."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _parts(items: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
