"""Connection to Amazon (Selling Partner API)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout

Marketplace = Annotated[str, StringConstraints(pattern=r"^A[0-9A-Z]{9,14}$")]
"""Amazon's id of a marketplace: ``A13V1IB3VIYZZH`` is amazon.fr."""


class Amazon(Closed):
    """A seller's account on Amazon."""

    url: Site = Field(
        default="https://sellingpartnerapi-eu.amazon.com", description="address of the region's API"
    )
    login: Site = Field(
        default="https://api.amazon.com/auth/o2/token", description="where tokens are got"
    )
    client_id: Text = Field(description="client id of the app (LWA)")
    client_secret: SecretText = Field(description="client secret of the app: a reference")
    refresh_token: SecretText = Field(description="refresh token of the seller: a reference")
    seller: Text = Field(description="id of the seller (merchant token)")
    marketplaces: tuple[Marketplace, ...] = Field(
        description="ids of marketplaces; the first is the one that stock is set in", min_length=1
    )
    fulfilled_by: tuple[Literal["MERCHANT", "AMAZON"], ...] = Field(
        default=("MERCHANT",),
        min_length=1,
        description="orders of whose fulfilment are taken: MERCHANT, AMAZON",
    )
    prices: Literal["auto", "with_tax", "without_tax"] = Field(
        default="auto",
        description="whether amounts of articles contain tax; auto: as the item's sum shows, else "
        "as is usual in the marketplace",
    )
    untaxed: Literal["hold", "accept"] = Field(
        default="hold",
        description="an order with prices that contain tax, of which Amazon tells no tax: held, or "
        "taken as one without tax",
    )
    product_type: Text = Field(
        default="PRODUCT", description="product type that is named when stock is set"
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
