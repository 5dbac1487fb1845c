"""How a shop is called: one request, one answer, and the ways in which that fails.

A platform's client is written against :class:`Session`; the real one (:mod:`.web`) adds time-outs,
limits of size, throttling, retries that cannot double anything, and renewed tokens. Tests use one
that plays recorded answers back (:mod:`.recording`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from gateway.telemetry.secrets import clean

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Query = Sequence[tuple[str, str]]
_LARGEST = 60
"""Digits before or behind the decimal mark of a number in an answer."""


class ShopError(OSError):
    """A call that did not do what it was made for. All of them are outside trouble."""

    def __init__(self, reason: str) -> None:
        # what a shop says may hold anything: it is kept, logged and shown
        self.reason = clean(reason)
        super().__init__(self.reason)


class ShopUnreachableError(ShopError):
    """Nothing left: the server was not reached, or it is not the one that was meant."""


class ShopUncertainError(ShopError):
    """The request left and no whole answer came: nobody knows whether it was carried out."""


class ShopBusyError(ShopError):
    """429 or 503 to the end of our patience. ``after``: seconds that the shop asked for."""

    def __init__(self, reason: str, after: float = 60.0) -> None:
        super().__init__(reason)
        self.after = after


class ShopLoginError(ShopError):
    """401 or 403, with a fresh token, too: key, rights or app have to be looked at."""


class ShopAnswerError(ShopError):
    """An answer that is none: not JSON, a page of a proxy, too large, of another shape."""


class ShopRefusedError(ShopError):
    """4xx: the same call will be refused each time."""

    def __init__(self, reason: str, status: int, body: bytes = b"") -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a status below 400 (or one that was allowed)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((text for key, text in self.headers if key.lower() == name.lower()), "")

    def json(self) -> Any:
        """The body as values; numbers with a fraction as ``Decimal``. Raises ShopAnswerError."""
        try:
            return json.loads(self.body.decode("utf-8"), parse_float=_number, parse_constant=_no)
        except (ValueError, RecursionError) as failure:
            raise ShopAnswerError(f"the answer is not JSON: {failure}") from None


def _number(text: str) -> Decimal:
    """A number that whoever gets it may make whole: ``1E999999999`` would fill the memory."""
    try:
        found = Decimal(text)
    except ArithmeticError:
        raise ValueError("a number has no usable size") from None
    if abs(found.adjusted()) > _LARGEST:
        raise ValueError("a number has no usable size")
    return found


def _no(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


class Session(Protocol):
    """Calls of one shop."""

    def call(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        """One request. ``path`` is relative to the shop's address (or an absolute one of it).

        ``json``: values to be sent (``Decimal`` as a number of its digits). ``allowed``: statuses
        from 400 on that are an answer, not an error. ``repeatable``: whether the call may be made
        again when its outcome is unknown; ``None``: GET and PUT may. Raises :class:`ShopError`.
        """

    def close(self) -> None:
        """Give connections back."""
