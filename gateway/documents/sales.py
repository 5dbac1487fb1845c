"""Sales report (SLSRPT, 852): what was sold where in a period."""

from __future__ import annotations

from typing import ClassVar

from gateway.documents.arrange import Arrangement
from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    Function,
    Item,
    OtherDate,
    OtherParty,
    Party,
    Period,
    Reference,
    Tax,
    Text,
)


class Sale(Item):
    """What was sold (or returned: negative) of one article at one place."""

    gln: str | None = None
    """Of the place of sale."""
    place: str | None = None
    """Identification of the place that is no GLN."""
    place_name: str | None = None
    period: Period | None = None
    """Where it is another than that of the report."""
    number: str | None = None
    on: Day | None = None
    """Day of the sale, where lines are told by day."""
    quantity: Number | None = None
    unit: str | None = None
    quantity_returned: Number | None = None
    quantity_on_hand: Number | None = None
    price: Number | None = None
    price_basis: Number | None = None
    retail_price: Number | None = None
    amount: Number | None = None
    """Value of what was sold."""
    promotion: str | None = None
    tax: Tax | None = None
    note: str | None = None
    references: tuple[Reference, ...] = ()


class SalesPlace(Model):
    """A place of sale and what it sold: the grouped form of sales with their place."""

    gln: str | None = None
    place: str | None = None
    """Identification that is no GLN."""
    name: str | None = None
    period: Period | None = None
    """Where it is another than that of the report."""
    on: Day | None = None
    lines: tuple[Sale, ...] = ()


class SalesArticle(Item):
    """An article and where it was sold: the grouped form of sales with their article."""

    splits: tuple[Sale, ...] = ()


class SalesReport(Document):
    """A sales report."""

    name: ClassVar[str] = "sales"
    arrangements: ClassVar[tuple[Arrangement, ...]] = (
        Arrangement(
            "places", "lines", "lines",
            {"gln": "gln", "place": "place", "name": "place_name", "period": "period", "on": "on"},
        ),
        Arrangement(
            "articles", "splits", "lines", {name: name for name in Item.model_fields},
            gathered=True,
        ),
    )  # fmt: skip

    number: str | None = None
    kind: str | None = None
    function: Function | None = None
    issued: Day
    period: Period | None = None
    dates: tuple[OtherDate, ...] = ()
    currency: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    lines: tuple[Sale, ...] = ()
    places: tuple[SalesPlace, ...] = ()
    """Another form of ``lines``, for formats that tell places and what they sold."""
    articles: tuple[SalesArticle, ...] = ()
    """Another form of ``lines``, for formats that tell articles and where they were sold."""

    def business_key(self) -> str:
        """``sales 4711 of 2026-11-24``."""
        return f"sales {self.number or '-'} of {self.issued.isoformat()}"
