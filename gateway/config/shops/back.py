"""What goes back to a shop (``send``): stock, shipments, invoices, prices, decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from annotated_types import Ge
from pydantic import Field, model_validator

from gateway.config.closed import Closed, Text
from gateway.config.shops.values import InvoiceLink, InvoiceName, TrackingLink
from gateway.config.values import Duration, Folder

Pack = Annotated[int, Ge(1)]


class StockRules(Closed):
    """Stock that goes to the shop."""

    locations: dict[Text, Text] = Field(
        default={},
        description="ERP's place → the shop's location; empty: all places together, to its only "
        "one",
    )
    kind: Text = Field(default="available", description="which quantity of the report counts")
    safety: int = Field(default=0, ge=0, description="pieces that are always kept back")
    share: int = Field(default=100, ge=0, le=100, description="percent that the shop may sell")
    cap: int | None = Field(default=None, ge=0, description="at most so many are shown")
    packs: dict[Text, Pack] = Field(
        default={}, description="SKU → pieces that one of it takes; others take one"
    )
    late_after: Duration | None = Field(
        default=None, description="the ERP's figures are too old to be believed after this"
    )
    implausible: int = Field(
        default=50,
        ge=1,
        le=100,
        description="percent of articles that may fall to nothing in one report; more is not "
        "believed",
    )
    when_in_doubt: Literal["freeze", "zero"] = Field(
        default="freeze",
        description="late or implausible figures: the shop keeps what it has, or sells nothing",
    )
    books_within: Duration = Field(
        default=timedelta(minutes=15),
        description="how long the ERP takes to book an order that it was given; figures that are "
        "made sooner do not contain it yet",
    )
    wait: Duration = Field(
        default=timedelta(seconds=2), description="changes of an article within it are one call"
    )


class ShipmentRules(Closed):
    """Shipments that are told to the shop."""

    carriers: dict[Text, Text] = Field(
        default={}, description="ERP's carrier → the shop's code of it; * for all others"
    )
    tracking: TrackingLink | None = Field(
        default=None, description="address of a parcel with {tracking} in it, by all carriers"
    )
    notify: bool = Field(default=True, description="whether the shop tells the buyer")


class InvoiceRules(Closed):
    """Invoices that are handed to the shop."""

    by: Literal["upload", "link"] = Field(
        default="link", description="the file itself, or an address where it can be got"
    )
    link: InvoiceLink | None = Field(
        default=None, description="that address, with {number} and {order} in it"
    )
    folder: Folder | None = Field(
        default=None, description="folder in which the ERP puts the files, named as `name` says"
    )
    name: InvoiceName = Field(default="{number}.pdf", description="name of the file in that folder")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.by == "link" and self.link is None:
            raise ValueError("by: link needs link:, the address with {number} in it")
        if self.by == "upload" and self.folder is None:
            raise ValueError("by: upload needs folder:, where the ERP puts the files")
        return self


class PriceRules(Closed):
    """Prices and product data that go to the shop, from price catalogues of the ERP."""

    kind: Text = Field(default="retail", description="which price of the catalogue counts")
    includes_tax: bool = Field(default=True, description="whether it includes tax")
    fields: tuple[Literal["price", "name", "description", "ean"], ...] = Field(
        default=("price",),
        description="what is set in the shop: the price, and what else is named",
        min_length=1,
    )

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if "price" not in self.fields:
            raise ValueError("fields: price has to be among them, as it is always set")
        return self


class SendRules(Closed):
    """What goes back to the shop; what is not written here does not."""

    stock: StockRules | None = Field(default=None, description="stock")
    shipments: ShipmentRules | None = Field(default=None, description="shipments")
    invoices: InvoiceRules | None = Field(default=None, description="invoices")
    prices: PriceRules | None = Field(default=None, description="prices")
    accept: Literal["none", "import", "response"] = Field(
        default="none",
        description="orders that have to be accepted: never by us, once they are in the ERP's "
        "folder, or as its order response says",
    )
