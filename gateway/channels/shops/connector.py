"""The contract of every platform: what is read from a shop, and what goes back to it.

A connector speaks with one shop. It keeps nothing and decides nothing: cursors, repeats, retries of
a whole task and what is durable are the pipeline's. Calls may raise what :mod:`.session` lists;
what a shop refuses for good is an :class:`Outcome`, not an exception.

Reading a record (:meth:`Connector.read_order`) is pure: the same bytes give the same order on any
day, so that an archived record can be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.problems import Problem
from gateway.telemetry.secrets import clean

LONGEST_REFERENCE = 1000
"""Characters of what a shop calls something."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; what it cannot is refused by ``gateway check``, never tried."""

    bound: Literal["inclusive", "exclusive"] = "inclusive"
    """Whether "modified since T" of its list includes T itself."""
    resolution: timedelta = timedelta(seconds=1)
    """Of its time stamps: two changes within it look like one."""
    overlap: timedelta = timedelta(seconds=5)
    """How far a look goes back behind the last one, at least (lists lag behind the truth)."""
    by_id: bool = True
    """Whether one order can be read by its id."""
    counts: bool = True
    """Whether it can count orders."""
    webhooks: bool = False
    manages_webhooks: bool = False
    """Whether webhooks can be listed and made by its API."""
    stock: Literal["compare_and_set", "absolute", "none"] = "none"
    stock_batch: int = 1
    """Items of one call."""
    shipments: bool = False
    several_parcels: bool = False
    invoices: Literal["upload", "link", "none"] = "none"
    prices: bool = False
    accepts: bool = False
    """Whether orders have to be accepted, by a deadline."""


@dataclass(frozen=True, slots=True)
class Record:
    """One order or refund as the shop gave it."""

    kind: Literal["order", "refund"]
    external_id: str
    raw: bytes
    """Bytes that can be read alone. Of what needs several calls: one JSON object (UTF-8) that
    holds the answers by name, each exactly as it came."""
    updated: datetime | None = None
    """When the shop says that it changed last (UTC); of a refund, when it was made."""
    parent: str = ""
    """Of a refund: the order's external id."""


@dataclass(frozen=True, slots=True)
class Window:
    """Orders that changed within ``[since, until]``; both UTC and inclusive for whoever asks."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Records of a window, oldest change first, as far as the platform sorts by it."""

    records: tuple[Record, ...]
    next: str = ""
    """Where the window goes on: given to :meth:`Connector.page` again; empty at its end. It names
    a place by the last record's change wherever the platform allows, never a page number that
    moves when orders change."""
    broken: tuple[Problem, ...] = ()
    """Entries of the list that could not even be told apart."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One order in a list that is only compared."""

    external_id: str
    number: str
    created: datetime
    updated: datetime | None
    status: str
    total: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Level:
    """Stock of one article as it is to be in the shop."""

    sku: str
    quantity: int
    """Whole, not negative."""
    key: str
    """Makes the call the same when it is made again."""
    product: str = ""
    """The article's id in the shop, where it is known already."""
    location: str = ""
    """The shop's id of the place."""
    expected: int | None = None
    """What we believe is there: of a platform that compares and sets."""


@dataclass(frozen=True, slots=True)
class Price:
    """Price of one article as it is to be in the shop."""

    sku: str
    amount: Decimal
    currency: str
    includes_tax: bool
    key: str
    product: str = ""
    name: str | None = None
    """Product data that goes with it, as far as the platform takes it."""
    description: str | None = None
    ean: str | None = None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """So much of a line of the order is in this parcel."""

    line: str
    """Key of the order's line in the shop."""
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel."""

    tracking: str = ""
    carrier: str = ""
    """The channel's code of the carrier, already translated."""
    carrier_name: str = ""
    url: str = ""
    lines: tuple[ShippedLine, ...] = ()
    """Empty: of all lines of the shipment."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """What left the house for one order."""

    key: str
    """Ours, stable: a repeat of the call has the same."""
    order: str
    """The order's external id."""
    order_number: str
    shipped: datetime
    lines: tuple[ShippedLine, ...]
    parcels: tuple[Parcel, ...] = ()
    complete: bool = False
    """Nothing is left to be shipped after it."""
    notify: bool = True
    """Whether the shop is to tell the buyer."""


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """An invoice or credit note for one order."""

    key: str
    order: str
    number: str
    issued: datetime
    kind: Literal["invoice", "credit_note"]
    total: Decimal
    currency: str
    name: str = ""
    media_type: str = ""
    body: bytes = b""
    """Where the shop takes a file."""
    link: str = ""
    """Where the shop takes an address, or where there is no file."""
    tax: Decimal | None = None
    """Tax in the total, where the invoice tells it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an order, or lines of it, are accepted (marketplaces with a deadline)."""

    key: str
    order: str
    accepted: bool
    lines: tuple[tuple[str, bool], ...] = ()
    """By key of the line, where they differ."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a shop said about one thing that was sent."""

    key: str
    state: Literal["done", "pending", "refused", "conflict", "retry"]
    """``done``: it is so there. ``pending``: ask again with :attr:`ticket`. ``refused``: for good.
    ``conflict``: something else is there than expected (:attr:`actual`). ``retry``: not now."""
    reference: str = ""
    """The shop's id of what was made."""
    ticket: str = ""
    actual: int | None = None
    reason: str = ""
    """What the shop says, shortened, without secrets."""

    def __post_init__(self) -> None:
        """What a shop says is kept, logged and shown: nothing in it commands anything."""
        object.__setattr__(self, "reason", clean(self.reason))
        object.__setattr__(self, "reference", clean(self.reference)[:LONGEST_REFERENCE])


@dataclass(frozen=True, slots=True)
class Article:
    """How the shop knows an article."""

    sku: str
    product: str
    """Id that :class:`Level` and :class:`Price` need."""
    ean: str = ""
    quantity: int | None = None
    """Stock in the shop now."""
    managed: bool = True
    """Whether the shop counts its stock at all."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as the shop has it."""

    id: str
    topic: str
    address: str
    active: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A record read: the order (or refund), and everything that was found on the way."""

    order: ShopOrder | None = None
    refund: ShopRefund | None = None
    refunds: tuple[ShopRefund, ...] = ()
    """Refunds that an order's record holds."""
    problems: tuple[Problem, ...] = ()
    """W2xx. An error: nothing is taken over, a person looks at it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A call of a shop, as its webhook came in."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime

    def header(self, name: str) -> str:
        """The only value of a header; nothing where there are none or several."""
        found = [text for key, text in self.headers if key.lower() == name.lower()]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook says: this may have changed. ``ping``: only that it works."""

    verdict: Literal["hint", "ping", "ignored", "unsigned", "forged", "stale"]
    topic: str = ""
    kind: Literal["order", "refund", ""] = ""
    external_id: str = ""
    """The order's id, of a refund, too (its order is read again)."""
    delivery: str = ""
    """The shop's id of the delivery; no identity."""
    reason: str = ""
    challenge: bytes = field(default=b"", repr=False)
    """What has to be answered, where the shop asks for it."""


class Hooks(Protocol):
    """A platform's webhooks. Pure: headers and bytes in, a verdict out."""

    def judge(self, visit: Visit, secrets: Sequence[str]) -> Hint:
        """Whether a call is the shop's, and what it says; any of the secrets may have signed."""


class Connector(Protocol):
    """One shop. Not thread safe: a lane has its own."""

    capabilities: Capabilities

    # ---- pure

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record's bytes, and the refunds in it."""

    def read_refund(self, raw: bytes) -> Reading:
        """The canonical refund of a record's bytes, where they come alone."""

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window."""

    def order(self, external_id: str) -> Record | None:
        """One order by its id; ``None`` where the shop has (or shows) none."""

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short, to be compared."""

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window; ``None`` where it cannot tell."""

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """How the shop knows these articles; those it does not know are left out."""

    # ---- writing

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock: an outcome for each level, in order."""

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Set prices and product data."""

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Tell of what was shipped. A repeat must not ship twice: look before it is made again."""

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Hand an invoice over."""

    def send_decision(self, decision: Decision) -> Outcome:
        """Accept or refuse an order."""

    def follow_up(self, ticket: str) -> Outcome:
        """What became of something ``pending``."""

    # ---- the connection itself

    def try_out(self) -> str:
        """Call the shop harmlessly; what it says of itself (name, version)."""

    def webhooks(self) -> list[Hook]:
        """The webhooks the shop has for us."""

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Have the shop call an address."""

    def topics(self) -> tuple[str, ...]:
        """Topics that webhooks are needed for."""

    def close(self) -> None:
        """Give connections back."""
