"""Identifiers: ``gid://shopify/Order/450789469`` in the API, the number everywhere else."""

from __future__ import annotations

from dataclasses import dataclass


def gid(kind: str, number: str) -> str:
    """The global id of a thing; one that is global already stays as it is."""
    return number if number.startswith("gid://") else f"gid://shopify/{kind}/{number}"


def number_of(identifier: object) -> str:
    """The number in a global id (``…/LineItem/12?x=1`` → ``12``)."""
    return str(identifier or "").rsplit("/", 1)[-1].split("?", 1)[0]


@dataclass(frozen=True, slots=True)
class ArticleId:
    """What an article is called where stock, prices and names are kept."""

    item: str
    variant: str
    product: str

    @classmethod
    def of(cls, text: str) -> ArticleId | None:
        """Read what :meth:`__str__` wrote; ``None`` for anything else."""
        parts = text.split("/")
        return cls(*parts) if len(parts) == 3 and all(map(str.isdigit, parts)) else None

    def __str__(self) -> str:
        """``inventory item/variant/product``."""
        return f"{self.item}/{self.variant}/{self.product}"
