"""What each platform can do, as far as settings depend on it: one row each.

Facts of the platforms, needed before anything is called. The connectors say the same of
themselves; a test compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

_NEVER = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """One platform."""

    name: str
    """As people write it."""
    asked: bool = True
    """Whether it is asked for orders."""
    page: int = 100
    """The most orders of one call."""
    least: timedelta = timedelta(seconds=10)
    """Nobody may ask more often."""
    agreed: timedelta = _NEVER
    """Operators expect that nobody asks more often."""
    overlap: timedelta = timedelta(seconds=5)
    """How far a look has to go back behind the last one, at least."""
    webhooks: bool = False
    ports: tuple[int, ...] = ()
    """Ports that it calls webhooks at; empty: any."""
    https_hooks: bool = False
    """It calls webhooks by HTTPS only."""
    channels: bool = True
    """Orders name the sales channel they came by."""
    tests: bool = False
    """Orders can be marked as tests."""
    refunds: bool = True
    """It tells what was paid back."""
    bundles: bool = False
    """Its orders say which articles are parts of another one."""
    rates: bool = False
    """It tells a rate with every tax."""
    untold: bool = False
    """Prices hold tax, and say nothing of it."""
    counts_up: bool = False
    """Order numbers are counted up from one, so that those of two shops are the same."""
    stock: bool = True
    locations: bool = False
    """Stock is kept by location."""
    shipments: bool = True
    carriers: bool = True
    """It is told who carries a parcel."""
    follows: bool = False
    """It is told where a parcel can be followed."""
    notifies: bool = False
    """It tells the buyer of a shipment, or not, as we say."""
    invoices: tuple[str, ...] = ()
    """Ways in which an invoice can be handed over."""
    prices: tuple[str, ...] = ()
    """Product data that can be set."""
    accepts: bool = False
    """Orders have to be accepted."""
    states: tuple[str, ...] = ()
    """States that orders have in it; a shop may have others of its own."""
    ghosts: tuple[str, ...] = ()
    """Those in which there is no order yet."""
    unpaid: tuple[str, ...] = ()
    """Those in which nobody has paid yet."""
    below: tuple[str, ...] = ()
    """What follows the address of the site in its API: it does not belong to the setting."""
    plain: str = ""
    """What can be read on the way without TLS."""


ALL = ("price", "name", "description", "ean")

ABILITIES: Mapping[str, Abilities] = {
    "woocommerce": Abilities(
        name="WooCommerce",
        bundles=True,
        follows=True,
        notifies=True,
        webhooks=True,
        ports=(80, 443, 8080),
        channels=False,
        counts_up=True,
        invoices=("link",),
        prices=ALL,
        states=(
            "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
            "checkout-draft", "trash",
        ),
        ghosts=("checkout-draft", "trash"),
        unpaid=("pending",),
        below=("/wp-json", "/wp-admin"),
        plain="the key and its secret",
    ),
    "shopify": Abilities(
        name="Shopify",
        rates=True,
        follows=True,
        notifies=True,
        page=250,
        overlap=timedelta(minutes=2),
        webhooks=True,
        https_hooks=True,
        tests=True,
        counts_up=True,
        locations=True,
        invoices=("link",),
        prices=ALL,
        states=(
            "AUTHORIZED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED",
            "VOIDED", "EXPIRED", "CANCELLED",
        ),
        unpaid=("PENDING", "PARTIALLY_PAID", "EXPIRED", "VOIDED"),
        below=("/admin",),
        plain="the access token",
    ),
    "prestashop": Abilities(
        name="PrestaShop",
        carriers=False,
        notifies=True,
        page=250,
        overlap=timedelta(minutes=1),
        channels=False,
        prices=ALL,
        below=("/api", "/webservice"),
        plain="the key",
    ),
    "magento": Abilities(
        name="Magento",
        bundles=True,
        notifies=True,
        page=250,
        overlap=timedelta(minutes=1),
        counts_up=True,
        locations=True,
        invoices=("link",),
        prices=ALL,
        states=(
            "new", "pending", "pending_payment", "payment_review", "processing", "holded",
            "complete", "closed", "canceled", "fraud",
        ),
        unpaid=("pending_payment",),
        below=("/rest", "/V1", "/admin"),
        plain="the token",
    ),
    "bigcommerce": Abilities(
        name="BigCommerce",
        bundles=True,
        follows=True,
        page=250,
        webhooks=True,
        ports=(443,),
        https_hooks=True,
        tests=True,
        counts_up=True,
        locations=True,
        invoices=("link",),
        prices=ALL,
        states=(
            "Incomplete", "Pending", "Shipped", "Partially Shipped", "Refunded", "Cancelled",
            "Declined", "Awaiting Payment", "Awaiting Pickup", "Awaiting Shipment", "Completed",
            "Awaiting Fulfillment", "Manual Verification Required", "Disputed",
            "Partially Refunded",
        ),
        ghosts=("Incomplete",),
        unpaid=("Pending", "Awaiting Payment"),
        below=("/stores",),
        plain="the access token",
    ),
    "amazon": Abilities(
        name="Amazon",
        refunds=False,
        least=timedelta(minutes=3),
        overlap=timedelta(minutes=10),
        invoices=("upload",),
        states=(
            "PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED",
            "CANCELLED", "UNFULFILLABLE",
        ),
        unpaid=("PENDING_AVAILABILITY", "PENDING"),
        below=("/orders",),
        plain="the access token",
    ),
    "octopia": Abilities(
        name="Octopia",
        refunds=False,
        follows=True,
        untold=True,
        least=timedelta(minutes=1),
        overlap=timedelta(minutes=5),
        stock=False,
        invoices=("upload",),
        accepts=True,
        states=(
            "Processing", "WaitingAcceptance", "Accepted", "Refused", "InPreparation", "Shipped",
            "Delivered", "Cancelled", "Rejected",
        ),
        plain="the access token",
    ),
    "mirakl": Abilities(
        name="Mirakl",
        follows=True,
        least=timedelta(minutes=1),
        agreed=timedelta(minutes=15),
        overlap=timedelta(minutes=10),
        invoices=("upload",),
        prices=("price",),
        accepts=True,
        states=(
            "STAGING", "WAITING_ACCEPTANCE", "WAITING_DEBIT", "WAITING_DEBIT_PAYMENT", "SHIPPING",
            "SHIPPED", "TO_COLLECT", "RECEIVED", "CLOSED", "REFUSED", "CANCELED",
        ),
        ghosts=("STAGING",),
        unpaid=("WAITING_DEBIT", "WAITING_DEBIT_PAYMENT"),
        below=("/api",),
        plain="the key",
    ),
    "api": Abilities(
        name="a shop that posts its orders",
        bundles=True,
        rates=True,
        carriers=False,
        asked=False,
        tests=True,
        counts_up=True,
        stock=False,
    ),
}  # fmt: skip
