"""One GraphQL call: what it costs, and what its failures mean.

Shopify answers 200 to nearly everything; what went wrong stands in ``errors`` of the answer, what
it did not like of a change in ``userErrors``. An answer with ``errors`` is never half used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.channels.http import Reply
from gateway.channels.shops.pace import Bucket
from gateway.channels.shops.session import (
    Answer,
    Session,
    ShopAnswerError,
    ShopBusyError,
    ShopError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
)

WAIT = 2.0
"""Seconds to wait where Shopify does not say how much is left."""
SHOWN = 300
_CLOSED = ("ACCESS_DENIED", "UNAUTHORIZED", "FORBIDDEN", "SHOP_INACTIVE", "SHOP_FROZEN")
_NUMBER = r"(\d{1,12}(?:\.\d{1,12})?)"
"""Not longer: what follows could be digits, too, and would be searched from each of them."""
_COST = re.compile(
    rb'"cost"\s*:\s*\{\s*"requestedQueryCost"\s*:\s*' + _NUMBER.encode() + rb"[^{}]*"
    rb'"throttleStatus"\s*:\s*\{([^{}]*)\}'
)
_LEFT = re.compile(rb'"currentlyAvailable"\s*:\s*' + _NUMBER.encode())
_RATE = re.compile(rb'"restoreRate"\s*:\s*' + _NUMBER.encode())


class TooCostlyError(ShopError):
    """The call costs more than any call may: ask for less at once."""

    def __init__(self, reason: str, cost: int, most: int) -> None:
        super().__init__(reason)
        self.cost = cost
        self.most = most


class BrokenEntryError(ShopRefusedError):
    """One entry of a list makes the answer fail, the same each time; the others may be well."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What Shopify did not like of a change."""

    message: str
    code: str = ""
    field: tuple[str, ...] = ()
    """Path of what is wrong, as it stands in the input: ``input, quantities, 3``."""

    def number_after(self, name: str) -> int | None:
        """The index that follows a name in its path."""
        if name in self.field:
            rest = self.field[self.field.index(name) + 1 :]
            if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 10:
                return int(rest[0])
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """A whole answer: its bytes, and the values of its ``data``."""

    body: bytes
    data: dict[str, Any]
    version: str = ""
    """The version of the API that answered: an older one than asked for has ended."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The Admin API of one store in one version."""

    session: Session
    version: str

    def ask(
        self, document: str, variables: Mapping[str, Any] | None = None, *, repeatable: bool = True
    ) -> Told:
        """What came back, its ``data`` whole. Raises :class:`ShopError`.

        ``repeatable``: the call may be made again when its outcome is unknown.
        """
        answer = self.session.call(
            "POST",
            f"/admin/api/{self.version}/graphql.json",
            json={"query": document, "variables": dict(variables or {})},
            repeatable=repeatable,
        )
        told = answer.json()
        if not isinstance(told, dict):
            raise ShopAnswerError("the answer is no JSON object")
        if told.get("errors"):
            raise failure(told, repeatable=repeatable)
        if not isinstance(told.get("data"), dict):
            raise ShopAnswerError("the answer holds no data")
        return Told(answer.body, told["data"], answer.header("X-Shopify-API-Version"))

    def data(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of a question."""
        return self.ask(document, variables).data

    def change(
        self, document: str, variables: Mapping[str, Any], name: str, *, repeatable: bool
    ) -> tuple[dict[str, Any], list[Complaint]]:
        """What a mutation says, and what it did not like. ``name``: of its field."""
        told = self.ask(document, variables, repeatable=repeatable).data.get(name)
        if not isinstance(told, dict):
            raise ShopUncertainError(f"the answer does not say what became of {name}")
        return told, [_complaint(one) for one in told.get("userErrors") or []]


def _complaint(told: Any) -> Complaint:
    told = told if isinstance(told, dict) else {"message": told}
    path = told.get("field") or ()
    return Complaint(
        short(told.get("message")),
        str(told.get("code") or ""),
        tuple(map(str, path)) if isinstance(path, list | tuple) else (str(path),),
    )


def short(text: object) -> str:
    """What Shopify says, in one line, not too long."""
    line = " ".join(str(text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def failure(told: Mapping[str, Any], *, repeatable: bool) -> ShopError:
    """What the ``errors`` of an answer mean."""
    errors = told["errors"]
    entries = errors if isinstance(errors, list) else [errors]
    first = next((one for one in entries if isinstance(one, dict)), {"message": entries[0]})
    extensions = first.get("extensions")
    details: Mapping[str, Any] = extensions if isinstance(extensions, dict) else {}
    code = str(details.get("code") or "")
    reason = _reason(first, code)
    if code == "THROTTLED":
        return ShopBusyError(reason, _wait(told))
    if code == "MAX_COST_EXCEEDED":
        cost, most = _whole(details.get("cost")), _whole(details.get("maxCost"))
        return TooCostlyError(reason, cost, most)
    if code in _CLOSED:
        return ShopLoginError(reason)
    if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
        return ShopBusyError(reason) if repeatable else ShopUncertainError(reason)
    kind = BrokenEntryError if _names_entry(first.get("path")) else ShopRefusedError
    return kind(reason, 200)


def _names_entry(path: object) -> bool:
    """``orders.nodes.3.…``: trouble with what is there, not with what was asked."""
    return isinstance(path, list) and path[1:2] == ["nodes"] and len(path) > 2


def _reason(error: Mapping[str, Any], code: str) -> str:
    path = error.get("path")
    where = ".".join(map(str, path)) if isinstance(path, Sequence) else ""
    parts = (code, where, str(error.get("message") or "no reason given"))
    return short(": ".join(part for part in parts if part))


def _wait(told: Mapping[str, Any]) -> float:
    """Seconds until there is enough for the call that was turned away."""
    try:
        cost = told["extensions"]["cost"]
        status = cost["throttleStatus"]
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return max(0.5, missing / float(status["restoreRate"]))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return WAIT


def _whole(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def slow_down(answer: Answer | Reply, bucket: Bucket, now: float) -> None:
    """Wait before the next call until there is enough for one that costs the same again.

    Read by a pattern: an answer can have megabytes, and what a buyer wrote cannot look like this,
    for within texts quotation marks are escaped.
    """
    found = _COST.search(answer.body)
    if found is None:
        return
    left, rate = _LEFT.search(found[2]), _RATE.search(found[2])
    if left is None or rate is None or float(rate[1]) <= 0:
        return
    missing = float(found[1]) - float(left[1])
    if missing > 0:
        bucket.block(now, missing / float(rate[1]))
