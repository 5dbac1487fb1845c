"""Stock and prices to WooCommerce: in batches, read before and verified after.

The shop has no compare-and-set, keeps ``"abc"`` as 0 and answers 200 to a batch with errors in it:
so only whole numbers leave, what is there already is not written again, and every entry of an
answer is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

from gateway.channels.shops.connector import Article, Level, Outcome, Price
from gateway.channels.shops.session import Session, ShopAnswerError
from gateway.channels.shops.woocommerce.articles import BATCH, address, chunks, entries, whole

Lookup = Callable[[Sequence[str]], dict[str, Article]]
_STOCK = "id,manage_stock,stock_quantity"
_SHOWN = 200


class _Sent(Protocol):
    """What level and price share."""

    @property
    def key(self) -> str: ...

    @property
    def sku(self) -> str: ...

    @property
    def product(self) -> str: ...


One = TypeVar("One", bound=_Sent)


def send_stock(
    session: Session, levels: Sequence[Level], lookup: Lookup, count_stock: bool
) -> list[Outcome]:
    """Set stock. ``count_stock``: counting is switched on where the shop does not count."""
    outcomes: dict[int, Outcome] = {}
    sound = []
    for index, level in enumerate(levels):
        if type(level.quantity) is int and level.quantity >= 0:
            sound.append((index, level))
        else:
            reason = f"{level.quantity!r} is no whole quantity from 0 on"
            outcomes[index] = Outcome(level.key, "refused", reason=reason)
    for path, ones in _places(sound, lookup, outcomes):
        present = _present(session, path, [number for _, number, _ in ones])
        changes = []
        for index, number, level in ones:
            done = _before(level, present.get(number), count_stock)
            if done is None:
                changes.append((index, number, level))
            else:
                outcomes[index] = done
        update = [
            {"id": number, "manage_stock": True, "stock_quantity": level.quantity}
            for _, number, level in changes
        ]
        answered = _batch(session, path, update)
        for index, number, level in changes:
            outcomes[index] = _after(level, answered.get(number))
    return [outcomes[index] for index in range(len(levels))]


def _before(level: Level, entry: Mapping[str, Any] | None, count_stock: bool) -> Outcome | None:
    """What is known before anything is written; ``None``: it has to be written."""
    if entry is None:
        return Outcome(level.key, "refused", reason="the shop has no such article any more")
    actual = whole(entry.get("stock_quantity"))
    managed = entry.get("manage_stock") is True
    if not managed:
        if count_stock:
            return None
        return Outcome(
            level.key, "refused", reason="the shop does not count the stock of this article"
        )
    if actual == level.quantity:
        return Outcome(level.key, "done", actual=actual)
    if level.expected is not None and actual != level.expected:
        reason = f"{level.expected} were expected, {actual} are there"
        return Outcome(level.key, "conflict", actual=actual, reason=reason)
    return None


def _after(level: Level, entry: Mapping[str, Any] | None) -> Outcome:
    """What the shop says it has now."""
    refused = _refusal(level.key, entry)
    if refused is not None:
        return refused
    actual = whole((entry or {}).get("stock_quantity"))
    if actual != level.quantity:
        reason = f"{level.quantity} were sent, {actual} are there"
        return Outcome(level.key, "conflict", actual=actual, reason=reason)
    return Outcome(level.key, "done", actual=actual)


def send_prices(
    session: Session, prices: Sequence[Price], lookup: Lookup, ean_key: str | None
) -> list[Outcome]:
    """Set regular prices, and names, descriptions and EANs that go with them."""
    outcomes: dict[int, Outcome] = {}
    currency = _setting(session, "general", "woocommerce_currency")
    with_tax = _setting(session, "tax", "woocommerce_prices_include_tax") == "yes"
    sound = []
    for index, price in enumerate(prices):
        reason = _unfit(price, currency, with_tax)
        if reason:
            outcomes[index] = Outcome(price.key, "refused", reason=reason)
        else:
            sound.append((index, price))
    for path, ones in _places(sound, lookup, outcomes):
        update = [_price(path, number, price, ean_key) for _, number, price in ones]
        answered = _batch(session, path, update)
        for index, number, price in ones:
            outcomes[index] = _priced(price, answered.get(number))
    return [outcomes[index] for index in range(len(prices))]


def _unfit(price: Price, currency: str, with_tax: bool) -> str:
    """Why a price cannot be the shop's: it would be taken for another amount."""
    if not price.amount.is_finite() or price.amount < 0:
        return f"{price.amount} is no price"
    if price.currency != currency:
        return f"the price is in {price.currency}, the shop sells in {currency}"
    if price.includes_tax != with_tax:
        shop, ours = ("with", "without") if with_tax else ("without", "with")
        return f"the shop keeps prices {shop} tax, this one is {ours} tax"
    return ""


def _price(path: str, number: int, price: Price, ean_key: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"id": number, "regular_price": format(price.amount, "f")}
    if price.name and path == "products":
        # the name of a variation is made of its product's and its attributes
        body["name"] = price.name
    if price.description:
        body["description"] = price.description
    if price.ean and ean_key:
        body["meta_data"] = [{"key": ean_key, "value": price.ean}]
    elif price.ean:
        body["global_unique_id"] = price.ean
    return body


def _priced(price: Price, entry: Mapping[str, Any] | None) -> Outcome:
    refused = _refusal(price.key, entry)
    if refused is not None:
        return refused
    kept = str((entry or {}).get("regular_price"))
    try:
        same = Decimal(kept) == price.amount
    except InvalidOperation:
        same = False
    if not same:
        return Outcome(price.key, "conflict", reason=f"{price.amount} was sent, {kept} is there")
    return Outcome(price.key, "done")


def _setting(session: Session, group: str, name: str) -> str:
    answer = session.call("GET", f"settings/{group}/{name}").json()
    value = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise ShopAnswerError(f"the shop does not tell its setting {name}")
    return value


def _places(
    sent: Sequence[tuple[int, One]], lookup: Lookup, outcomes: dict[int, Outcome]
) -> Iterator[tuple[str, list[tuple[int, int, One]]]]:
    """What is sent, by where it is in the API, a batch at a time; unknown articles are refused."""
    unknown = [one.sku for _, one in sent if not one.product]
    articles = lookup(unknown) if unknown else {}
    groups: defaultdict[str, list[tuple[int, int, One]]] = defaultdict(list)
    for index, one in sent:
        article = articles.get(one.sku)
        place = address(one.product or (article.product if article else ""))
        if place is None:
            reason = f"the shop has no article, or several, with the SKU {one.sku}"
            outcomes[index] = Outcome(one.key, "refused", reason=reason)
        else:
            groups[place[0]].append((index, place[1], one))
    for path, ones in groups.items():
        for some in chunks(ones, BATCH):
            yield path, some


def _present(session: Session, path: str, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = [
        ("include", ",".join(map(str, numbers))), ("per_page", str(BATCH)), ("_fields", _STOCK),
    ]  # fmt: skip
    found = entries(session.call("GET", path, query=query).json())
    return {one["id"]: one for one in found if isinstance(one.get("id"), int)}


def _batch(
    session: Session, path: str, update: Sequence[Mapping[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Change several; what the shop says of each, by id. The same call twice does the same."""
    if not update:
        return {}
    answer = session.call(
        "POST", f"{path}/batch", json={"update": list(update)}, repeatable=True
    ).json()
    told = entries(answer.get("update") if isinstance(answer, dict) else None)
    return {one["id"]: one for one in told if isinstance(one.get("id"), int)}


def _refusal(key: str, entry: Mapping[str, Any] | None) -> Outcome | None:
    """What is wrong with an entry of a batch's answer."""
    if entry is None:
        return Outcome(key, "retry", reason="the shop says nothing about it in its answer")
    error = entry.get("error")
    if not error:
        return None
    told = error if isinstance(error, dict) else {}
    reason = f"{told.get('code', '')} {told.get('message', error)}".strip()
    return Outcome(key, "refused", reason=reason[:_SHOWN])
