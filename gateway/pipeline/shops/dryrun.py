"""Before a shop goes live: its orders read and converted, nothing stored, nothing sent.

What every order of some weeks would become with the settings as they are written, and what the
settings do not say yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.channels.shops.connector import Connector, Record, Window
from gateway.channels.shops.session import ShopAnswerError
from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.documents.shop.convert import number_of, to_order, to_refund
from gateway.documents.shop.rules import Rules as ShopRules
from gateway.pipeline.house import Rules
from gateway.pipeline.shops.filter import why_waiting
from gateway.pipeline.shops.record import read, reading_of
from gateway.pipeline.shops.rules import rules_of
from gateway.pipeline.shops.written import write
from gateway.problems import Problem, errors, has_errors, problem
from gateway.store.shops.orders import key

EXAMPLES = 5
"""Orders that are named for each thing."""
MOST = 1000
"""Different articles, methods and states that are told apart."""


@dataclass(slots=True)
class Seen:
    """How often something was met, and the first orders it was met in."""

    count: int = 0
    orders: list[str] = field(default_factory=list)
    sentence: str = ""

    def add(self, number: str, sentence: str = "") -> None:
        """Once more."""
        self.count += 1
        self.sentence = self.sentence or sentence
        if len(self.orders) < EXAMPLES and number not in self.orders:
            self.orders.append(number)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        told = {"count": self.count, "orders": self.orders}
        return told | ({"sentence": self.sentence} if self.sentence else {})


Table = dict[str, Seen]


@dataclass(slots=True)
class Tried:
    """What came out."""

    shop: str
    since: datetime
    until: datetime
    orders: int = 0
    taken: int = 0
    """Would go to the ERP."""
    over: int = 0
    """Cancelled before the ERP was given them: it would hear nothing."""
    refunds: int = 0
    broken: int = 0
    """Entries of the list that could not be told apart."""
    waiting: Table = field(default_factory=dict)
    """By code: would wait."""
    held: Table = field(default_factory=dict)
    """By code: a person would have to look."""
    warnings: Table = field(default_factory=dict)
    states: Table = field(default_factory=dict)
    """By the state in the shop, all orders."""
    shipping: Table = field(default_factory=dict)
    """Methods that erp.shipping_codes does not name."""
    payment: Table = field(default_factory=dict)
    """Methods that erp.payment_codes does not name."""
    articles: Table = field(default_factory=dict)
    """SKUs that the ERP does not know."""
    rates: Table = field(default_factory=dict)
    """By country: rates that were supposed, or not found."""
    channels: Table = field(default_factory=dict)
    currencies: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    """Of the ERP."""

    @property
    def waits(self) -> int:
        """How many orders would wait."""
        return sum(each.count for each in self.waiting.values())

    @property
    def holds(self) -> int:
        """How many orders and refunds a person would have to look at."""
        return sum(each.count for each in self.held.values())

    @property
    def twice(self) -> list[str]:
        """Numbers of the ERP that several orders would have."""
        return [number for number, count in self.numbers.items() if count > 1]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        tables = (
            *("waiting", "held", "warnings", "states", "shipping", "payment", "articles"),
            *("rates", "channels"),
        )
        shown = {
            name: {key: one.as_json() for key, one in getattr(self, name).items()}
            for name in tables
        }
        counts = {name: getattr(self, name) for name in ("orders", "taken", "over", "refunds")}
        return {
            "shop": self.shop,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            **counts,
            "waits": self.waits,
            "holds": self.holds,
            "broken": self.broken,
            **shown,
            "currencies": dict(self.currencies),
            "numbers_used_twice": self.twice[:MOST],
            "advice": [{"setting": name, "why": why} for name, why in advice(self)],
        }


class DryRun:
    """One of a shop. Only reads; calls the shop for its lists."""

    def __init__(self, house: Rules, shop: Shop, connector: Connector, window: Window) -> None:
        self.house = house
        self.shop = shop
        self.connector = connector
        self.window = window
        self.rules = rules_of(house.workspace, shop)
        self.tried = Tried(shop.shop, window.since, window.until)
        self._met: set[str] = set()

    def run(self, tell: Callable[[int], None] = lambda _orders: None) -> Tried:
        """Read all of the window. Raises ``OSError``. ``tell`` hears of the number of orders."""
        position = ""
        while True:
            page = self.connector.page(self.window, position)
            self.tried.broken += len(page.broken)
            for record in page.records:
                self._record(record)
            tell(self.tried.orders)
            if not page.next:
                return self.tried
            if page.next == position:
                raise ShopAnswerError("the list of orders does not go on where it says it does")
            position = page.next

    # ---- one record

    def _record(self, record: Record) -> None:
        if record.kind == "refund":
            self._alone(record)
            return
        if record.external_id in self._met:
            return
        self._met.add(record.external_id)
        self.tried.orders += 1
        found = reading_of(self.shop, record.raw, key(record.external_id))
        order = found.order
        if order is None or has_errors(found.problems):
            self._held(record.external_id, found.problems)
            return
        self._seen(order)
        if order.ours:
            self._waits(order, problem("W306"))
            return
        waits = why_waiting(self.shop, order, None)
        if waits is not None:
            self._waits(order, waits)
        elif order.status == "cancelled":
            self.tried.over += 1
        else:
            self._taken(order, found.problems)
        if waits is None and self.shop.orders.refunds == "send":
            for each in found.refunds:
                self._refund(order, each)

    def _taken(self, order: ShopOrder, read_problems: Sequence[Problem]) -> None:
        number = number_of(order, self.rules)
        rules = replace(self.rules, number=number)
        told = [*read_problems, *identities(order, rules.tolerance)]
        document, met = to_order(order, rules)
        told += met
        if document is not None and not has_errors(told):
            written = write(self.house, self.shop, document, told)
            told = written if isinstance(written, list) else list(written.problems)
        self.tried.numbers[number] += 1
        self._methods(order)
        self._articles(order, told)
        self._rates(order, told)
        if document is None or has_errors(told):
            self._held(order.number, told)
            return
        self.tried.taken += 1
        self._warned(order.number, told)

    def _refund(self, order: ShopOrder, refund: Any) -> None:
        self.tried.refunds += 1
        rules: ShopRules = replace(self.rules, number=number_of(order, self.rules))
        told = list(refund_identities(refund, rules.tolerance))
        document, met = to_refund(refund, order, rules)
        told += met
        if document is not None and not has_errors(told):
            written = write(self.house, self.shop, document, told)
            told = written if isinstance(written, list) else list(written.problems)
        if document is None or has_errors(told):
            self._held(f"refund {refund.external_id}", told)

    def _alone(self, record: Record) -> None:
        """A refund that came by itself: whether it is understood."""
        self.tried.refunds += 1
        if not read(self.shop, record).refunds:
            self._held(f"refund {record.external_id}", [])

    # ---- what is counted

    def _seen(self, order: ShopOrder) -> None:
        _add(self.tried.states, order.shop_status, order.number)
        if order.channel:
            _add(self.tried.channels, order.channel, order.number)
        self.tried.currencies[order.currency] += 1

    def _waits(self, order: ShopOrder, why: Problem) -> None:
        _add(self.tried.waiting, why.code, order.number, why.sentence)

    def _held(self, number: str, told: Sequence[Problem]) -> None:
        first = (errors(told) or [problem("W230", what="the record", reason="not understood")])[0]
        _add(self.tried.held, first.code, number, first.sentence)

    def _warned(self, number: str, told: Sequence[Problem]) -> None:
        for code in dict.fromkeys(each.code for each in told):
            sentence = next(each.sentence for each in told if each.code == code)
            _add(self.tried.warnings, code, number, sentence)

    def _methods(self, order: ShopOrder) -> None:
        erp = self.shop.erp
        for charge in order.charges:
            if (
                charge.kind == "shipping"
                and charge.method
                and not _names(erp.shipping_codes, charge.method)
            ):
                _add(self.tried.shipping, charge.method, order.number)
        for payment in order.payments:
            if payment.method and not _names(erp.payment_codes, payment.method):
                _add(self.tried.payment, payment.method, order.number)

    def _articles(self, order: ShopOrder, told: Sequence[Problem]) -> None:
        """W212: the articles that it names."""
        paths = {each.facts.get("field", "") for each in told if each.code == "W212"}
        for number, line in enumerate(order.lines, 1):
            if any(path.startswith(f"lines[{number}]") for path in paths):
                _add(self.tried.articles, line.sku or line.name or line.key, order.number)

    def _rates(self, order: ShopOrder, told: Sequence[Problem]) -> None:
        for each in told:
            if each.code in ("W233", "W234", "W210"):
                country = each.facts.get("country", order.tax_country or "?")
                _add(self.tried.rates, country, order.number, each.sentence)


def advice(tried: Tried) -> Iterator[tuple[str, str]]:
    """What to look at in shop.yaml: the setting, and why."""
    if tried.articles:
        yield "items.codes", f"articles that the ERP does not know: {_some(tried.articles)}"
    if "W301" in tried.waiting:
        states, count = ", ".join(sorted(tried.states)), tried.waiting["W301"].count
        yield "orders.states", f"orders that wait for another state: {count}; there are {states}"
    if "W300" in tried.waiting:
        yield "orders.unpaid", f"orders that wait to be paid: {tried.waiting['W300'].count}"
    if tried.shipping:
        yield "erp.shipping_codes", f"without a code: {_some(tried.shipping)}"
    if tried.payment:
        yield "erp.payment_codes", f"without a code: {_some(tried.payment)}"
    if tried.rates:
        yield "tax.rates", f"rates were supposed, or not found, of {_some(tried.rates)}"
    if tried.twice:
        yield (
            "orders.number",
            f"numbers that would be used twice: {', '.join(tried.twice[:EXAMPLES])}",
        )
    if "W200" in tried.held:
        count = tried.held["W200"].count
        yield "tax.rounding", f"orders whose lines do not make their total: {count}; see why first"
    if len(tried.channels) > 1:
        yield "orders.channels", f"orders come by {_some(tried.channels)}"


def _names(codes: Any, method: str) -> bool:
    return method in codes or "*" in codes


def _some(table: Table) -> str:
    first = ", ".join(list(table)[:EXAMPLES])
    rest = len(table) - EXAMPLES
    return first if rest <= 0 else f"{first} and {rest} more"


def _add(table: Table, name: str, number: str, sentence: str = "") -> None:
    if name in table or len(table) < MOST:
        table.setdefault(name, Seen()).add(number, sentence)
