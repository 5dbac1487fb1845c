"""Stock of a seller's listings (Listings Items API 2021-08-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote

from gateway.channels.shops.amazon import write
from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.connector import Article, Level, Outcome
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopRefusedError
from gateway.config.shops.amazon import Amazon

PATH = "/listings/2021-08-01/items"
AT_ONCE = 20
"""SKUs of one search."""
_DATA = ("includedData", "summaries,fulfillmentAvailability")


@dataclass(slots=True)
class Listings:
    """The listings of one account, in its first marketplace."""

    settings: Amazon
    sessions: Sessions

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """How Amazon knows these; those it does not are left out."""
        found: dict[str, Article] = {}
        # a comma separates SKUs in a search
        plain = [sku for sku in dict.fromkeys(skus) if "," not in sku]
        for start in range(0, len(plain), AT_ONCE):
            part = plain[start : start + AT_ONCE]
            for item in _opened(self._search(part)).each("items"):
                _add(found, item)
        for sku in dict.fromkeys(skus):
            if "," in sku:
                answer = self._call("GET", sku, query=[_DATA], allowed=(404,))
                if answer.status != 404:
                    _add(found, _opened(answer))
        return {sku: found[sku] for sku in skus if sku in found}

    def set_stock(self, level: Level) -> Outcome:
        """Set what the merchant has of one article."""
        body = write.stock(level, self.settings.product_type)
        try:
            answer = self._call("PATCH", level.sku, json=body, repeatable=True)
        except ShopRefusedError as failure:
            return Outcome(level.key, "refused", reason=failure.reason)
        told = _opened(answer)
        reference = told.text("submissionId") or ""
        wrong = [
            one.text("message") or one.text("code") or "an issue"
            for one in told.each("issues")
            if one.text("severity") == "ERROR"
        ]
        if told.text("status") == "INVALID" or wrong:
            reason = "; ".join(wrong)[:300] or "INVALID"
            return Outcome(level.key, "refused", reference=reference, reason=reason)
        return Outcome(level.key, "done", reference=reference, actual=level.quantity)

    def _search(self, skus: Sequence[str]) -> Answer:
        return self.sessions.of("listings").call(
            "GET",
            f"{PATH}/{quote(self.settings.seller, safe='')}",
            query=[
                ("marketplaceIds", self.settings.marketplaces[0]),
                ("identifiers", ",".join(skus)),
                ("identifiersType", "SKU"),
                _DATA,
                ("pageSize", str(AT_ONCE)),
            ],
        )

    def _call(
        self,
        method: Literal["GET", "PATCH"],
        sku: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        json: dict[str, Any] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        return self.sessions.of("listings").call(
            method,
            f"{PATH}/{quote(self.settings.seller, safe='')}/{quote(sku, safe='')}",
            query=[("marketplaceIds", self.settings.marketplaces[0]), *query],
            json=json,
            allowed=allowed,
            repeatable=repeatable,
        )


def _opened(answer: Answer) -> Fields:
    found = opened(answer.body, "the answer about listings")
    if found.found:
        raise ShopAnswerError(found.found[0].sentence)
    return found


def _add(found: dict[str, Article], item: Fields) -> None:
    sku = item.text("sku")
    if sku is None:
        return
    asin = next((one.text("asin") for one in item.each("summaries")), None)
    quantity: Decimal | None = None
    managed = True
    for place in item.each("fulfillmentAvailability"):
        if place.text("fulfillmentChannelCode") == "DEFAULT":
            quantity = place.number("quantity")
        else:
            # what Amazon keeps in its own warehouses is counted there
            managed = False
    known = None if quantity is None else int(quantity)
    found[sku] = Article(sku, asin or sku, quantity=known, managed=managed or known is not None)
