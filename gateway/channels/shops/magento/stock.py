"""Stock of Magento: what lies in a source, and what of it open orders have reserved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from gateway.channels.shops.connector import Article, Level, Outcome
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.magento import write
from gateway.channels.shops.magento.search import Search, criteria
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError
from gateway.config.shops.magento import Magento

ITEMS = "/V1/inventory/source-items"
AT_ONCE = 50
"""Articles of one question."""


@dataclass(slots=True)
class Stock:
    """The stock of one site."""

    settings: Magento
    search: Search

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """How Magento knows these; those it does not are left out."""
        held = self._in_source(skus)
        found: dict[str, Article] = {}
        for filters in _questions(skus):
            query = criteria([filters], size=AT_ONCE)
            for raw in self.search.rows("/V1/products", query):
                product = opened(raw, "the article")
                sku = product.text("sku") or ""
                there = held.get(sku)
                found[sku] = Article(
                    sku,
                    product.text("id") or sku,
                    ean=self._ean(product),
                    quantity=None if there is None else int(there),
                    managed=there is not None,
                )
        # Magento finds SKUs whatever their case is
        return {sku: found[sku] for sku in skus if sku in found}

    def send(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock. What is wrong with one article is found by sending each alone."""
        reserved = self._reserved(levels) if self.settings.quantities == "sellable" else {}
        try:
            self._post(levels, reserved)
        except ShopRefusedError as failure:
            if len(levels) == 1:
                return [Outcome(levels[0].key, "refused", reason=failure.reason)]
            return [self._alone(level, reserved) for level in levels]
        return [Outcome(level.key, "done", actual=level.quantity) for level in levels]

    def _alone(self, level: Level, reserved: dict[str, Decimal]) -> Outcome:
        try:
            self._post([level], reserved)
        except ShopRefusedError as failure:
            return Outcome(level.key, "refused", reason=failure.reason)
        return Outcome(level.key, "done", actual=level.quantity)

    def _post(self, levels: Sequence[Level], reserved: dict[str, Decimal]) -> None:
        body = write.source_items(levels, self.settings.source, reserved)
        self.search.session.call("POST", ITEMS, json=body, repeatable=True)

    def _reserved(self, levels: Sequence[Level]) -> dict[str, Decimal]:
        """What lies there and cannot be sold, by SKU; nothing of what Magento does not count."""
        source = self.settings.source
        skus = [level.sku for level in levels if level.location in ("", source)]
        held = self._in_source(skus) if skus else {}
        found = {}
        for sku in dict.fromkeys(skus):
            salable = self._salable(sku) if sku in held else None
            if salable is not None:
                found[sku] = held[sku] - salable
        return found

    def _salable(self, sku: str) -> Decimal | None:
        path = "/V1/inventory/get-product-salable-quantity"
        answer = self.search.session.call(
            "GET",
            f"{path}/{quote(sku, safe='')}/{self.settings.stock}",
            allowed=(400, 404),
        )
        if answer.status >= 400:
            return None
        value = answer.json()
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ShopAnswerError("the quantity that can be sold is no number")
        return Decimal(value)

    def _in_source(self, skus: Sequence[str]) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for filters in _questions(skus):
            only = ("source_code", "eq", self.settings.source)
            query = criteria([filters, only], size=AT_ONCE)
            for raw in self.search.rows(ITEMS, query):
                entry = opened(raw, "the stock")
                quantity = entry.number("quantity")
                if quantity is not None:
                    found[entry.text("sku") or ""] = quantity
        return found

    def _ean(self, product: Fields) -> str:
        if self.settings.ean is None:
            return ""
        for one in product.each("custom_attributes"):
            if one.data.get("attribute_code") == self.settings.ean:
                return one.text("value") or ""
        return ""


def _questions(skus: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Filters that name all of them; a SKU with a comma is asked for alone."""
    every = list(dict.fromkeys(skus))
    plain = [sku for sku in every if "," not in sku]
    for start in range(0, len(plain), AT_ONCE):
        yield "sku", "in", ",".join(plain[start : start + AT_ONCE])
    for sku in every:
        if "," in sku:
            yield "sku", "eq", sku
