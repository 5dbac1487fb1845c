"""A WooCommerce shop behind the contract of :mod:`gateway.channels.shops.connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from gateway.channels.shops.connector import (
    Article,
    Capabilities,
    Decision,
    Hook,
    InvoiceFile,
    Level,
    Listed,
    Outcome,
    Page,
    Price,
    Reading,
    Record,
    Shipment,
    Window,
)
from gateway.channels.shops.fields import Fields
from gateway.channels.shops.fields import opened as fields_of
from gateway.channels.shops.session import Answer, Session, ShopAnswerError, ShopRefusedError
from gateway.channels.shops.woocommerce import articles, calls, fulfil, read, registration, write
from gateway.channels.shops.woocommerce.walk import MOST, By, Place
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.config.shops.woocommerce import WooCommerce
from gateway.problems import Problem
from gateway.syntax import jsonparts

_STAMP: dict[By, str] = {"updated": "date_modified_gmt", "created": "date_created_gmt"}
_SHORT = "id,number,status,currency,total,date_created_gmt,date_modified_gmt"

CAPABILITIES = Capabilities(
    bound="exclusive",
    webhooks=True,
    manages_webhooks=True,
    stock="absolute",
    stock_batch=articles.BATCH,
    shipments=True,
    several_parcels=True,
    invoices="link",
    prices=True,
)


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> WooCommerceShop:
    """A connector. Raises ``ShopUnreachableError`` for settings that cannot work."""
    if shop.woocommerce is None:
        raise ValueError(f"{shop.shop} is no shop of WooCommerce")
    return WooCommerceShop(shop, session or calls.opened(shop.woocommerce, secrets, clock))


class WooCommerceShop:
    """One shop. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, session: Session) -> None:
        self.shop = shop
        self.session = session

    @property
    def settings(self) -> WooCommerce:
        """Its group of ``shop.yaml``."""
        if self.shop.woocommerce is None:
            raise ValueError(f"{self.shop.shop} is no shop of WooCommerce")
        return self.shop.woocommerce

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record, and the refunds in it."""
        return read.read_order(raw, self.shop)

    def read_refund(self, raw: bytes) -> Reading:
        """The canonical refund of a record with its order."""
        return read.read_refund(raw, self.shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, with their refunds, oldest change first."""
        place = Place.read(position) if position else Place.first(window)
        size = min(self.shop.poll.page, MOST)
        answer = self.session.call("GET", "orders", query=place.query(window, "updated", size))
        records, broken, stamps = [], [], []
        slices = _slices(answer)
        for raw in slices:
            fields = fields_of(raw, "an order of the list")
            stamp = _stamp(fields, "updated")
            if stamp is not None:
                stamps.append(stamp)
            key = fields.text("id")
            if key is None or not _is_number(key):
                broken += fields.found or [_nameless(fields)]
            else:
                records.append(self._record(key, raw, fields, stamp))
        following = place.following(stamps, len(slices) >= size, _pages(answer), window)
        return Page(tuple(records), "" if following is None else following.written(), tuple(broken))

    def order(self, external_id: str) -> Record | None:
        """One order by its id, in the bin, too; ``None`` once it is deleted for good."""
        answer = calls.order_answer(self.session, external_id)
        if answer is None:
            return None
        fields = fields_of(answer.body, "the order")
        key = fields.text("id")
        if key is None or not _is_number(key):
            raise ShopAnswerError("the answer is no order")
        return self._record(key, answer.body, fields, _stamp(fields, "updated"))

    def _record(self, key: str, raw: bytes, fields: Fields, stamp: datetime | None) -> Record:
        """The order as it came, bundled with its refunds where it has any.

        Refunds that the shop does not give stop nobody else: the order without them is held (W239).
        """
        if any(True for _ in fields.each("refunds")):
            with suppress(ShopRefusedError, ShopAnswerError):
                raw = jsonparts.bundle(order=raw, refunds=jsonparts.array(self._refunds(key)))
        return Record("order", key, raw, updated=stamp)

    def _refunds(self, key: str) -> list[bytes]:
        found: list[bytes] = []
        for page in range(1, MOST + 1):
            query = [
                ("per_page", str(MOST)), ("page", str(page)), ("orderby", "id"), ("order", "asc"),
            ]  # fmt: skip
            some = _slices(self.session.call("GET", f"orders/{key}/refunds", query=query))
            found += some
            if len(some) < MOST:
                break
        return found

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short, each once."""
        place: Place | None = Place.first(window)
        seen: set[str] = set()
        while place is not None:
            query = [*place.query(window, by, MOST), ("_fields", _SHORT)]
            answer = self.session.call("GET", "orders", query=query)
            orders = [fields_of(raw, "an order of the list") for raw in _slices(answer)]
            for fields in orders:
                one = _listed(fields)
                if one is not None and one.external_id not in seen:
                    seen.add(one.external_id)
                    yield one
            stamps = [stamp for one in orders if (stamp := _stamp(one, by)) is not None]
            place = place.following(stamps, len(orders) >= MOST, _pages(answer), window)

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window, drafts included."""
        query = [*Place.first(window).query(window, "created", 1), ("_fields", "id")]
        total = self.session.call("GET", "orders", query=query).header("X-WP-Total")
        return int(total) if _is_number(total) else None

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Products and variations by SKU."""
        return articles.by_sku(self.session, skus, self.settings.ean_key)

    # ---- writing

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock, in batches."""
        return write.send_stock(self.session, levels, self.articles, self.settings.count_stock)

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Set regular prices, in batches."""
        if not prices:
            return []
        return write.send_prices(self.session, prices, self.articles, self.settings.ean_key)

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """A note or meta data; the last shipment completes the order."""
        rules = self.shop.send.shipments
        codes = rules is not None and bool(rules.carriers)
        return fulfil.send_shipment(self.session, shipment, self.settings, codes=codes)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """An invoice's address in meta data."""
        return fulfil.send_invoice(self.session, invoice, self.settings)

    def send_decision(self, decision: Decision) -> Outcome:
        """Nothing is accepted here: an order of the shop is one."""
        return Outcome(decision.key, "refused", reason="WooCommerce has no orders to be accepted")

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is pending here: each call tells what came of it."""
        return Outcome(ticket, "refused", reason="WooCommerce keeps nothing pending")

    # ---- the connection itself

    def try_out(self) -> str:
        """Read one order in short: address, key and rights are right if that works."""
        query = [("per_page", "1"), ("status", "any"), ("_fields", "id,version")]
        found = articles.entries(self.session.call("GET", "orders", query=query).json())
        version = next((f" {one['version']}" for one in found if one.get("version")), "")
        return f"WooCommerce{version}"

    def webhooks(self) -> list[Hook]:
        """All webhooks of the shop."""
        return registration.webhooks(self.session)

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Make a webhook, or switch it on again."""
        return registration.make_webhook(self.session, topic, address, secret)

    def topics(self) -> tuple[str, ...]:
        """Orders only; refunds change their orders."""
        return registration.TOPICS

    def close(self) -> None:
        """Give connections back."""
        self.session.close()


def _slices(answer: Answer) -> list[bytes]:
    try:
        return jsonparts.elements(answer.body)
    except jsonparts.NoSuchPartError as failure:
        raise ShopAnswerError(f"the answer is no list: {failure}") from None


def _pages(answer: Answer) -> int | None:
    told = answer.header("X-WP-TotalPages").strip()
    return int(told) if _is_number(told) and len(told) < 10 else None


def _is_number(text: str) -> bool:
    """Whether it is a number as WooCommerce counts orders; one that is none may be a path."""
    return text.isascii() and text.isdigit() and len(text) < 20


def _stamp(fields: Fields, by: By) -> datetime | None:
    """When an order changed (or was made), to the second; what is no time there is none here."""
    for name in (_STAMP[by], "date_created_gmt"):
        text = fields.data.get(name)
        if isinstance(text, str):
            try:
                found = datetime.fromisoformat(text)
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def _nameless(fields: Fields) -> Problem:
    if fields.text("id") is None:
        fields.need("id", "the id of the order")
    else:
        fields.refuse("id", "the id of the order")
    return fields.found[-1]


def _listed(fields: Fields) -> Listed | None:
    key, created = fields.text("id"), _stamp(fields, "created")
    if key is None or created is None:
        return None
    return Listed(
        key,
        fields.text("number") or key,
        created,
        _stamp(fields, "updated"),
        fields.text("status") or "",
        fields.number("total"),
        fields.text("currency") or "",
    )
