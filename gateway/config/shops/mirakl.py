"""Connection to a marketplace on Mirakl (seller API)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from gateway.config.closed import Closed
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout


class Mirakl(Closed):
    """One operator's marketplace; another operator is another shop."""

    url: Site = Field(description="address of the operator's API")
    key: SecretText = Field(description="the shop's API key: a reference")
    shop_id: int | None = Field(default=None, ge=1, description="which one of several shops")
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
