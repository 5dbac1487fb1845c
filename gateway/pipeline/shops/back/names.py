"""What articles are called: by the shop, and by the ERP."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config import Workspace
from gateway.config.shops import Shop
from gateway.config.shops.articles import Articles, articles
from gateway.documents.common import Item


@dataclass(frozen=True, slots=True)
class Names:
    """The names of articles of one shop."""

    by: str
    """``sku``, ``ean``, ``both``: what the ERP knows articles by."""
    codes: Articles | None
    """SKU of the shop ↔ our article; ``None``: the SKU is our article."""

    def article(self, sku: str | None, ean: str | None) -> str:
        """What the ERP calls an article of the shop; nothing where it has no name for it."""
        if self.by == "ean":
            return ean or ""
        ours = (sku or "") if self.codes is None else (self.codes.article(sku or "") or "")
        return ours or (ean or "" if self.by == "both" else "")

    def skus(self, article: str, gtin: str) -> tuple[str, ...]:
        """What the shop calls an article of the ERP; nothing where it does not sell it."""
        if self.by == "ean":
            return (gtin or article,)
        return (article,) if self.codes is None else self.codes.skus(article)


def names_of(workspace: Workspace, shop: Shop) -> Names:
    """Those of a shop, by its settings."""
    return Names(shop.items.by, articles(workspace, shop))


def article_of(item: Item) -> str:
    """The number by which the ERP names an article: ours, the buyer's, else its GTIN."""
    return item.supplier_item or item.buyer_item or item.gtin or ""
