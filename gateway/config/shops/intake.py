"""How orders come from a shop, which of them are taken over, and how the ERP gets them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from gateway.config.agreement import ErpFormat
from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import (
    Country,
    DecimalText,
    OrderNumber,
    Percent,
    ShopFile,
    Site,
)
from gateway.config.values import ClockTime, Duration, Gln, Size, Zone


class Poll(Closed):
    """How the shop is asked for orders: the truth, whatever webhooks say."""

    every: Duration = Field(
        default=timedelta(minutes=5),
        description="how often it is asked; without it 5m, of Mirakl 15m",
    )
    overlap: Duration | None = Field(
        default=None,
        description="how far each look goes back behind the last one; without it what the "
        "platform needs",
    )
    lag: Duration = Field(
        default=timedelta(seconds=0), description="how far a look stays behind the clock"
    )
    since: date | None = Field(
        default=None,
        description="orders created before this day are not taken over; without it those from "
        "before the first look are not",
    )
    page: int = Field(default=100, ge=1, le=250, description="orders of one call")


class Webhooks(Closed):
    """Calls of the shop at ``/shops/<name>/webhook``: hints that make things quicker."""

    secrets: tuple[SecretText, ...] = Field(
        default=(), description="references to what signs them, old and new ones beside each other"
    )
    max_size: Size = Field(default=2_000_000, ge=1_000, description="bytes of a call")
    rate: int = Field(default=6000, ge=1, description="calls a minute")
    silent: Duration | None = Field(
        default=None,
        description="an alarm when orders are found by asking, but no webhook came for so long",
    )
    manage: bool = Field(
        default=False, description="missing or switched off webhooks are made again in the shop"
    )
    address: Site | None = Field(
        default=None,
        description="the public address of this gateway, like https://edi.example.com; the shop's "
        "webhooks are known by it",
    )


class Api(Closed):
    """``/api/…`` for this shop: orders that are posted."""

    keys: tuple[SecretText, ...] = Field(
        description="references to bearer keys, old and new ones beside each other", min_length=1
    )
    max_size: Size = Field(default=2_000_000, ge=1_000, description="bytes of a request")
    rate: int = Field(default=600, ge=1, le=100_000, description="requests a minute")


class Reconcile(Closed):
    """The nightly comparison of what is in the shop, in the gateway and in the ERP."""

    at: ClockTime = Field(default="03:00", description="time of day")
    zone: Zone = Field(default="UTC", description="time zone of that time")
    days: int = Field(default=3, ge=1, le=60, description="how many days back are compared")


class Import(Closed):
    """Which orders are taken over, and as what."""

    states: tuple[Text, ...] = Field(
        default=(),
        description="states of orders, as the shop calls them, that are taken over; empty: those "
        "that are paid or being processed; all others wait, and what is not paid as `unpaid` says",
    )
    unpaid: Literal["wait", "import"] = Field(
        default="wait", description="what becomes of orders that are not paid yet"
    )
    test_orders: Literal["sandbox", "ignore"] = Field(
        default="sandbox", description="test orders go to the ERP's sandbox, or are only listed"
    )
    number: OrderNumber = Field(
        default="{number}",
        description="the ERP's number of an order, made of {number}, {id}, {shop}, {channel}",
    )
    channels: tuple[Text, ...] = Field(
        default=(), description="sales channels that are taken over; empty: all"
    )
    changes: Literal["send", "hold", "ignore"] = Field(
        default="send",
        description="an order that changed after it went to the ERP: an order change for it, a "
        "person, or only noted",
    )
    cancellations: Literal["send", "hold", "ignore"] = Field(
        default="send", description="the same for one that was cancelled"
    )
    refunds: Literal["send", "ignore"] = Field(
        default="send", description="whether refunds go to the ERP as documents of their own"
    )
    customers: Literal["none", "new", "changed"] = Field(
        default="none",
        description="whether customers go to the ERP as party information: never, once, or "
        "whenever something about them changed",
    )


class Items(Closed):
    """How articles are named."""

    by: Literal["sku", "ean", "both"] = Field(
        default="both", description="what the ERP knows articles by"
    )
    codes: ShopFile | None = Field(
        default=None,
        description="a CSV file in the shop's folder with the columns sku and article: what the "
        "ERP calls an article of the shop",
    )
    unit: Text = Field(
        default="piece", description="unit of quantities: a word of mappings/codes/unit.csv"
    )
    unknown: Literal["hold", "send"] = Field(
        default="hold", description="an article without SKU and EAN, or that `codes` does not know"
    )
    bundles: Literal["parts", "parent"] = Field(
        default="parts",
        description="of a bundle the ERP gets its parts, without amounts, beside it, or only it",
    )


class TaxRules(Closed):
    """How tax is understood where the shop says too little."""

    rates: dict[Country, tuple[Percent, ...]] = Field(
        default={},
        description="by country: legal rates, for shops that tell amounts but no rate",
    )
    country: Country | None = Field(
        default=None, description="country of taxation, where neither shop nor address says it"
    )
    rounding: DecimalText = Field(
        default=Decimal("0.01"),
        ge=0,
        description="how much each line and rate may add to the difference between lines and "
        "total; more holds the order",
    )
    default: Percent | None = Field(
        default=None,
        description="rate of prices that hold tax and say nothing of it; without it such orders "
        "are held",
    )
    vat_prefix: bool = Field(
        default=True, description="VAT numbers without a country get that of the address"
    )


class ErpRules(Closed):
    """How the ERP gets orders of this shop."""

    customer: Text | None = Field(
        default=None,
        description="the ERP's number of the customer that all orders of the shop are booked on",
    )
    gln: Gln | None = Field(default=None, description="GLN that stands for the shop")
    supplier: Text | None = Field(default=None, description="our number as the supplier")
    format: ErpFormat | None = Field(
        default=None, description="format of the files, where it is another than the house's"
    )
    shipping_item: Text | None = Field(
        default=None,
        description="article that shipping is booked as, as a line; without it, it is a charge",
    )
    shipping_codes: dict[Text, Text] = Field(
        default={}, description="shop's shipping method → what the ERP calls it; * for all others"
    )
    payment_codes: dict[Text, Text] = Field(
        default={}, description="shop's payment method → what the ERP calls it; * for all others"
    )
