"""Connection to PrestaShop (webservice)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from gateway.config.closed import Closed
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout
from gateway.config.values import Zone

StateId = Annotated[int, Field(ge=1)]


class PrestaShop(Closed):
    """A PrestaShop site, by its webservice."""

    url: Site = Field(description="address of the site, like https://shop.example.com")
    key: SecretText = Field(description="key of the webservice: a reference")
    zone: Zone = Field(description="time zone of the shop: its dates are told without one")
    id_shop: int | None = Field(default=None, ge=1, description="which one of several shops")
    language: int = Field(default=1, ge=1, description="id of the language of names")
    shipped_state: int = Field(
        default=4, ge=1, description="id of the state that a shipped order gets"
    )
    cancelled_states: tuple[StateId, ...] = Field(
        default=(6,), description="ids of states of cancelled orders"
    )
    refunded_states: tuple[StateId, ...] = Field(
        default=(7,), description="ids of states of orders that were paid back"
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
