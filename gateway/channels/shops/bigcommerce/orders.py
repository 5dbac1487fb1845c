"""Orders with all that belongs to them: a record is one object of what came, by name.

``order``, ``products``, ``taxes``, and where there is any ``addresses``, ``coupons``, ``refunds``.
The list is walked by the time of changes: the next page begins at the last one's. Orders of one
second that fill a page by themselves are walked by their numbers: page numbers move when one of
them changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from gateway.channels.shops.bigcommerce.calls import PAGE, Store
from gateway.channels.shops.connector import Listed, Page, Record, Window
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopError, ShopRefusedError
from gateway.problems import Problem, problem
from gateway.syntax.jsonparts import NoSuchPartError, bundle, elements

By = Literal["created", "updated"]
_FIELD: dict[By, str] = {"created": "date_created", "updated": "date_modified"}
_INCLUDE = ("include", "fees")
_REFUNDED = ("4", "14")
_GONE = 404
MOST_LISTED = 4000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk goes on: changes from an instant on, but for those that were seen."""

    since: datetime
    above: int | None = None
    """Only that second, and of it the orders whose numbers are above this one."""
    seen: tuple[str, ...] = ()
    """Numbers of the orders of that instant that were read already."""

    @classmethod
    def of(cls, text: str) -> Place:
        """Read what :meth:`__str__` wrote. Raises ``ValueError``."""
        since, above, seen = text.split("|")
        number = int(above) if above else None
        return cls(datetime.fromisoformat(since), number, tuple(filter(None, seen.split(","))))

    def __str__(self) -> str:
        """``2026-10-05T08:30:00+00:00||100,101``; within one second ``…|101|``."""
        above = "" if self.above is None else self.above
        return f"{self.since.isoformat()}|{above}|{','.join(self.seen)}"

    def query(self, field: str, until: datetime) -> list[tuple[str, str]]:
        """What is asked for here, in a window that ends at an instant."""
        if self.above is None:
            end, more = until, [("sort", f"{field}:asc")]
        else:
            end, more = self.since, [("sort", "id:asc"), ("min_id", str(self.above + 1))]
        return [
            (f"min_{field}", self.since.isoformat()),
            (f"max_{field}", end.astimezone(UTC).isoformat()),
            *more,
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """One order of a list."""

    raw: bytes
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """Its number."""
        return str(self.data.get("id") or "")


def page(store: Store, window: Window, position: str, size: int) -> Page:
    """The next orders of a window, each with all that belongs to it, oldest change first.

    An order takes several calls, and a page more than some stores may make in one window of time:
    where one fails, what was read before is a page of its own, and the next one begins there.
    """
    try:
        place = Place.of(position) if position else Place(window.since.astimezone(UTC))
    except ValueError:
        raise ShopAnswerError(f"this is no place in a list: {position}") from None
    rows, following = _rows(store, "updated", window, place, min(size, PAGE))
    records: list[Record] = []
    broken: list[Problem] = []
    for index, row in enumerate(rows):
        try:
            records.append(record(store, row))
        except ShopRefusedError as failure:
            what = f"the order {row.id or '?'} of the list"
            broken.append(problem("W230", what=what, reason=failure.reason))
        except ShopError:
            so_far = _so_far(rows[:index], place)
            if so_far is None:
                raise
            return Page(tuple(records), str(so_far), tuple(broken))
    return Page(tuple(records), "" if following is None else str(following), tuple(broken))


def _so_far(rows: list[Row], place: Place) -> Place | None:
    """Behind the last of some rows; ``None`` where there is none, or no way to name it."""
    if not rows:
        return None
    if place.above is not None:
        return _above(rows, place)
    stamps = [instant(row.data.get(_FIELD["updated"])) for row in rows]
    last = stamps[-1]
    if last is None:
        return None
    same = [row.id for row, stamp in zip(rows, stamps, strict=True) if stamp == last]
    before = place.seen if last == place.since else ()
    return Place(last, None, tuple(dict.fromkeys((*before, *same))))


def order(store: Store, external_id: str) -> Record | None:
    """One order by its number."""
    if not (external_id.isascii() and external_id.isdigit()):
        return None
    path = f"v2/orders/{external_id}"
    answer = store.session.call("GET", path, query=[_INCLUDE], allowed=(_GONE,))
    if answer.status == _GONE or not answer.body.strip():
        return None
    told = answer.json()
    if not isinstance(told, dict):
        raise ShopAnswerError(f"the order {external_id} is no object")
    return record(store, Row(answer.body.strip(), told))


def listed(store: Store, window: Window, by: By) -> Iterator[Listed]:
    """All orders of a window in short."""
    place: Place | None = Place(window.since.astimezone(UTC))
    for _ in range(MOST_LISTED):
        if place is None:
            return
        rows, place = _rows(store, by, window, place, PAGE)
        yield from map(_listed, rows)
    raise ShopAnswerError(f"the list of orders does not end after {MOST_LISTED} pages")


def _rows(
    store: Store, by: By, window: Window, place: Place, size: int
) -> tuple[list[Row], Place | None]:
    """A page of orders, without those seen before, and where the next one begins."""
    field = _FIELD[by]
    asked = [*place.query(field, window.until), ("page", "1"), ("limit", str(size)), _INCLUDE]
    answer = store.session.call("GET", "v2/orders", query=asked)
    try:
        entries = elements(answer.body) if answer.body.strip() else []
    except NoSuchPartError as failure:
        raise ShopAnswerError(f"the list of orders is not readable: {failure}") from None
    every = [Row(raw, Answer(200, (), raw).json()) for raw in entries]
    if not all(isinstance(row.data, dict) for row in every):
        raise ShopAnswerError("the list of orders holds something that is no order")
    fresh = [row for row in every if row.id not in place.seen]
    if len(every) >= size:
        return fresh, _following(every, field, place)
    ahead = place.since + SECOND
    more = place.above is not None and ahead <= window.until
    return fresh, Place(ahead) if more else None


def _following(rows: list[Row], field: str, place: Place) -> Place:
    if place.above is not None:
        return _above(rows, place)
    last = instant(rows[-1].data.get(field))
    if last is None:
        raise ShopAnswerError(f"an order of the list has no {field}")
    same = tuple(row.id for row in rows if instant(row.data.get(field)) == last)
    if last <= place.since:  # more orders in one second than fit on a page
        return Place(last, 0, tuple(dict.fromkeys((*place.seen, *same))))
    return Place(last, None, same)


def _above(rows: list[Row], place: Place) -> Place:
    """Behind the last number of some rows of one second."""
    last = rows[-1].id
    if not (last.isascii() and last.isdigit()):
        raise ShopAnswerError("an order of the list has no number")
    return Place(place.since, int(last), place.seen)


def record(store: Store, row: Row) -> Record:
    """An order's record. What is certainly not there is not asked for."""
    if not (row.id.isascii() and row.id.isdigit()):
        raise ShopRefusedError("its id is no number", 0)
    path = f"v2/orders/{row.id}"
    data = row.data
    parts = {
        "order": row.raw,
        "products": store.all_of(f"{path}/products"),
        "taxes": store.all_of(f"{path}/taxes", [("details", "true")]),
    }
    if data.get("shipping_address_count") != 0:
        parts["addresses"] = store.all_of(f"{path}/shipping_addresses")
    if _amount(data.get("coupon_discount")):
        parts["coupons"] = store.all_of(f"{path}/coupons")
    if str(data.get("status_id")) in _REFUNDED or "refunded" in str(data.get("payment_status")):
        parts["refunds"] = store.all_of(f"v3/orders/{row.id}/payment_actions/refunds")
    return Record("order", row.id, bundle(**parts), instant(data.get("date_modified")))


def _listed(row: Row) -> Listed:
    created = instant(row.data.get("date_created"))
    if created is None or not row.id:
        raise ShopAnswerError("an order of the list has no id or no date_created")
    return Listed(
        external_id=row.id,
        number=row.id,
        created=created,
        updated=instant(row.data.get("date_modified")),
        status=str(row.data.get("status") or ""),
        total=_amount(row.data.get("total_inc_tax")),
        currency=str(row.data.get("default_currency_code") or row.data.get("currency_code") or ""),
    )


def _amount(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def instant(value: object) -> datetime | None:
    """A date of BigCommerce (RFC 2822, in v3 ISO 8601) as UTC; ``None`` for what is none."""
    text = str(value or "").strip()
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text)
            return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            continue
    return None
