"""What readings of a shop mean beside what is known of its orders: decided one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.pipeline import lanes
from gateway.pipeline.shops.filter import AWAITED, rules_hash, why_waiting
from gateway.pipeline.shops.pieces import Accepted, Known, Outcome, Piece, Pieces
from gateway.pipeline.shops.record import Read, refund_values, understood
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import NewMessage, Stored, contents
from gateway.store.shops.orders import OrderRow, key
from gateway.store.shops.refunds import RefundRow
from gateway.store.shops.revisions import NewRevision

REFUND = "refund-"
"""Begins the name of a refund's row; its external id follows, as it is stored."""
_OVER = ("cancelled", "refunded")


class LackingError(Exception):
    """Bytes are needed that seemed not to be: what was known has changed meanwhile."""


@dataclass(slots=True)
class Batch:
    """Readings of one shop."""

    shop: Shop
    known: Known
    at: datetime
    origin: str
    begun: datetime | None
    """Orders that were made before it wait."""
    config: str
    stored: Mapping[bytes, Stored] = field(default_factory=dict)
    """What lies in the archive for this batch."""
    named: set[str] = field(default_factory=set)
    """Hashes of payloads that rows name."""
    pieces: Pieces = field(default_factory=Pieces)
    """What was decided."""

    def needs_payload(self, one: Read) -> bool:
        """Whether a row would be made of it, as far as is known before the lock."""
        if one.record.kind == "refund":
            return key(one.record.external_id) not in self.known.refunds
        row = self.known.orders.get(one.id)
        if row is not None and _is_older(row, one):
            return False
        same = row is not None and _is_same(row, one)
        if one.order is None:
            return not same
        if not (row is not None and row.taken) and self._waits(one.order) is not None:
            return False
        return not same or any(True for _ in self._new_refunds(one))

    def take(self, one: Read) -> None:
        """Decide about a reading."""
        if one.record.kind == "refund":
            self._alone(one)
            return
        outcome = self._order(self.known.orders[one.id], one)
        now = self.known.orders[one.id]
        if outcome != "older" and now.taken:
            for each in self._new_refunds(one):
                self._refund(one, each, now.number, test=now.test)

    # ---- orders

    def _order(self, row: OrderRow, one: Read) -> Outcome:
        if _is_older(row, one):
            return self._noted(row, one, "older")
        if one.order is not None and not row.taken:
            waits = self._waits(one.order)
            if waits is not None:
                return self._let_wait(row, one, one.order, waits)
        if _is_same(row, one):
            return self._noted(row, one, "same")
        return self._revise(row, one)

    def _waits(self, order: ShopOrder) -> Problem | None:
        if order.ours:
            return problem("W306")
        return why_waiting(self.shop, order, self.begun)

    def _noted(self, row: OrderRow, one: Read, outcome: Outcome) -> Outcome:
        """Nothing is different; a younger stamp is kept, by which older readings are known."""
        if outcome == "same" and _later(one.updated, row.updated):
            row = replace(row, updated=one.updated, version=one.version)
            self._change(row)
        if outcome == "same" and row.state == "gone":  # it was only hidden
            self._change(replace(row, state="taken", reason=""))
        self._say(row, outcome)
        return outcome

    def _let_wait(self, row: OrderRow, one: Read, order: ShopOrder, why: Problem) -> Outcome:
        state: Outcome = "ours" if order.ours else "waiting"
        rules = rules_hash(self.shop, self.begun)
        if row.hash == one.hash and row.state == state and row.rules == rules:
            return self._noted(row, one, "same")
        raw, reason = one.record.raw, f"{why.code}: {why.sentence}"
        self.pieces.contents += [one.content, raw]
        now = replace(self._read_into(row, one), state=state, reason=reason, rules=rules)
        now = replace(now, raw=contents.sha_of(raw))
        self._change(now)
        if why.code in AWAITED or row.hash:
            self.pieces.stock.append((why.code in AWAITED, order))
        self._say(now, state, reason)
        return state

    def _revise(self, row: OrderRow, one: Read) -> Outcome:
        """A new revision: a row of its own runs through the house."""
        order, number = one.order, row.revision + 1
        now = replace(self._read_into(row, one), state="taken", reason="", revision=number)
        if order is not None:
            now = replace(now, raw=None, rules="")
            self.pieces.contents.append(one.content)
            self.pieces.stock.append((order.status not in _OVER, order))
        self._change(now)
        outcome: Outcome = "taken" if order is not None else "held"
        new = self._row(one, f"order-{now.shop_number or now.external_id}", now.number)
        new = replace(new, test=now.test, intake=self._intake(f"{now.external_id}:{number}"))
        content = contents.sha_of(one.content) if one.content else None
        piece = Piece(
            Accepted(one.record.external_id, outcome, None, number, new=True),
            new,
            f"{new.payload_size} bytes of order {now.external_id} came by {self.origin}",
            NewRevision(now.id, number, now.hash, content, 0),
        )
        self.pieces.all.append(piece)
        return outcome

    def _read_into(self, row: OrderRow, one: Read) -> OrderRow:
        """A row with what was read; what is not understood leaves it as it is known."""
        new = replace(row, hash=one.hash, seen=self.at, updated=one.updated or row.updated)
        if one.order is None:
            return replace(new, test=row.test or self.shop.mode == "test")
        return understood(new, self.shop, one.order, contents.sha_of(one.content))

    # ---- refunds

    def _new_refunds(self, one: Read) -> list[ShopRefund]:
        known = self.known.refunds
        return [each for each in one.refunds if key(each.external_id) not in known]

    def _alone(self, one: Read) -> None:
        id_ = one.record.external_id
        known = self.known.refunds.get(key(id_))
        if known is not None:
            told = Accepted(id_, "same", known.message, kind="refund", reason=known.reason)
            self.pieces.all.append(Piece(told))
            return
        order = self.known.orders.get(one.id)
        number, test = ("", False) if order is None else (order.number, order.test)
        self._refund(one, next(iter(one.refunds), None), number, test=test)

    def _refund(self, one: Read, found: ShopRefund | None, number: str, *, test: bool) -> None:
        """A refund that is new. ``None``: it is not understood, and its row will be held."""
        values = refund_values(self.shop, one, found, number, self.at)
        id_ = str(values["external_id"])
        if found is not None:
            self.pieces.contents.append(found.to_json().encode())
        told = Accepted(id_, "taken" if found is not None else "held", kind="refund", new=True)
        piece = Piece(told, refund=values)
        if found is not None and self.shop.orders.refunds == "ignore":
            why = problem("W307")
            values |= {"state": "waiting", "reason": f"{why.code}: {why.sentence}"}
            reason = str(values["reason"])
            piece.told = replace(told, outcome="waiting", reason=reason, new=False)
        else:
            source = "refunds" if one.record.kind == "refund" else "orders"
            row = self._row(one, f"{REFUND}{id_}", number)
            piece.row = replace(
                row,
                source=f"{self.shop.shop}/{source}",
                intake=self._intake(f"{REFUND}{id_}"),
                test=test or self.shop.mode == "test" or (found is not None and found.test),
            )
            piece.text = f"refund {id_} of order {one.id} came by {self.origin}"
        self.pieces.all.append(piece)
        self.known.refunds[id_] = RefundRow(id=0, message=None, **values)

    # ---- rows

    def _change(self, row: OrderRow) -> None:
        self.known.orders[row.external_id] = row
        self.pieces.changed[row.id] = row

    def _say(self, row: OrderRow, outcome: Outcome, reason: str = "") -> None:
        told = Accepted(row.external_id, outcome, row.message, row.revision, reason=reason)
        self.pieces.all.append(Piece(told))

    def _intake(self, what: str) -> str:
        return f"shop:{self.shop.shop}:{what}"

    def _row(self, one: Read, name: str, number: str) -> NewMessage:
        """The row of a record, whose bytes lie in the archive."""
        stored = self.stored.get(one.record.raw)
        if stored is None:
            raise LackingError(one.id)
        self.named.add(stored.sha)
        source = f"{self.shop.shop}/orders"
        return NewMessage(
            kind="file",
            direction="in",
            state=State.RECEIVED,
            source=source,
            lane=lanes.files(source),
            name=name,
            partner=self.shop.shop,
            reference=one.id,
            number=number,
            payload=stored.sha,
            payload_size=stored.size,
            config=self.config,
            due=self.at,
        )


def _is_older(row: OrderRow, one: Read) -> bool:
    """Whether a reading is of a time before what is known."""
    if row.updated is None or one.updated is None or one.updated > row.updated:
        return False
    if one.updated < row.updated:
        return True
    before, now = row.version, one.version
    return before.isdecimal() and now.isdecimal() and int(now) < int(before)


def _is_same(row: OrderRow, one: Read) -> bool:
    """Whether it was taken over in this very form."""
    return row.revision > 0 and row.hash == one.hash


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)
