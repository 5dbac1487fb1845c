"""The items of an order of Magento, each article once.

A configurable article is two items, the one that is shown (with the price, and the SKU of the
variant) and the variant itself: they are one line. A bundle is an item for itself and one for each
part; its price stands on the bundle, or on the parts and, summed up, on the bundle once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.magento.coins import ZERO, Coins, after_discount
from gateway.documents.shop import Amounts

NOTHING = Amounts(net=ZERO, tax=ZERO, gross=ZERO)


@dataclass(frozen=True, slots=True)
class Item:
    """An item that becomes a line."""

    fields: Fields
    key: str
    parent: str | None
    """Key of the bundle it is a part of."""
    variant: Fields | None
    """Of a configurable article: the item of what was chosen."""
    priced: bool
    """Whether its price counts here; else it stands on the bundle, or on its parts."""


@dataclass(frozen=True, slots=True)
class Items:
    """All of an order."""

    lines: tuple[Item, ...]
    merged: Mapping[str, str]
    """Items that are no line of their own → the item whose line they are in."""

    def at(self, key: str) -> Item | None:
        """The line of an item, also of a variant."""
        wanted = self.merged.get(key, key)
        return next((one for one in self.lines if one.key == wanted), None)


def items_of(order: Fields, coins: Coins) -> Items:
    """The items of an order."""
    every = {one.need("item_id"): one for one in order.each("items")}
    parts: dict[str, list[str]] = {}
    for key, one in every.items():
        parent = one.text("parent_item_id")
        if parent in every and parent != key:
            parts.setdefault(parent, []).append(key)
    above = {key: parent for parent, keys in parts.items() for key in keys}
    lines, merged = [], {}
    for key, one in every.items():
        parent = above.get(key)
        if parent is not None and _configurable(every[parent]):
            merged[key] = parent
            continue
        owned = [every[part] for part in parts.get(key, ())]
        on_parts = parent is not None and _on_parts(parent, every, parts, coins)
        shown = not (owned and not _configurable(one) and _on_parts(key, every, parts, coins))
        lines.append(
            Item(
                fields=one,
                key=key,
                parent=parent,
                variant=owned[0] if owned and _configurable(one) else None,
                priced=shown if parent is None else on_parts,
            )
        )
    return Items(tuple(lines), merged)


def amounts_of(item: Fields, coins: Coins) -> Amounts:
    """Of the whole quantity, after discounts and without the eco contribution."""
    return after_discount(
        coins.of(item, "row_total"),
        coins.of(item, "tax_amount"),
        coins.of(item, "discount_amount"),
        coins.of(item, "discount_tax_compensation_amount"),
    )


def _configurable(item: Fields) -> bool:
    return item.text("product_type") == "configurable"


def _on_parts(
    bundle: str, every: Mapping[str, Fields], parts: Mapping[str, list[str]], coins: Coins
) -> bool:
    """Whether the parts of a bundle have prices of their own."""
    found: list[Decimal] = [coins.of(every[part], "row_total") for part in parts[bundle]]
    return any(found)
