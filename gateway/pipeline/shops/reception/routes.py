"""The routes of the API: one row each. The OpenAPI document and its page are made of this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field

from gateway.documents import (
    Catalogue,
    DespatchAdvice,
    Document,
    InventoryReport,
    Invoice,
    OrderResponse,
)
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.documents.shop.common import Zoned
from gateway.pipeline.shops.reception import answers

PREFIX = "/api/"
LONGEST_PATH = 1000
Who = Literal["shop", "erp", "anyone"]
_Answers = Mapping[int, tuple[str, type[BaseModel] | None]]


class Cancellation(BaseModel):
    """Why, and when, an order was cancelled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str | None = Field(default=None, max_length=500, description="told to the ERP")
    at: Zoned | None = Field(default=None, description="when; without it now")


@dataclass(frozen=True, slots=True)
class Route:
    """Something that can be asked for."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    """``/api/orders/{external_id}``."""
    who: Who
    summary: str
    detail: str
    answers: _Answers
    """By status: what it means, and the model of its body."""
    takes: type[BaseModel] | None = None
    many: bool = False
    """A list of them is taken as well."""
    optional: bool = False
    """It may come without a body."""
    document: str = ""
    """Of the ERP: which one."""
    needs: tuple[str, ...] = ()
    """Names of the parameters in its path."""

    @property
    def posts(self) -> bool:
        """Whether it changes something, so that an Idempotency-Key makes it safe to repeat."""
        return self.method == "POST"


_NONE: Mapping[int, str] = MappingProxyType({})
ALWAYS: Mapping[int, str] = {
    400: "two programs could read the request in two ways, or it did not come whole",
    401: "no key, or none that is right here",
    408: "the body came too slowly",
    413: "the body is too large",
    415: "the body is in another form than JSON in UTF-8 without encoding",
    422: "the content is not right; nothing was taken. Or other content under a key that was used",
    429: "too many requests; Retry-After says when the next one is taken",
    503: "nothing can be taken at the moment; the same request may come again (Retry-After)",
}
"""What can go wrong with each request."""
_ASKED = (400, 401, 429, 503)


def _failures(also: Mapping[int, str] = _NONE, *, asks: bool = False) -> _Answers:
    """What can go wrong with every request, and with this one."""
    usual = {status: ALWAYS[status] for status in _ASKED} if asks else ALWAYS
    return {status: (text, answers.Refusal) for status, text in {**usual, **also}.items()}


_NO_ORDER = "the shop has no such order here"
_POSTED = (
    "One object or a list of 100 at most; all of them are taken, or none. What is taken is durable "
    "when the answer comes. An order (its external_id) is known for ever: the same again changes "
    "nothing, a changed one is a new revision, an older one is ignored."
)
_FILE = (
    "One object or a list. It is taken as if the ERP had dropped it as a JSON file into its "
    "folder: durable when the answer comes, judged afterwards; ask at the address in Location."
)


def _document(name: str, model: type[Document], document: str, what: str) -> Route:
    return Route(
        name=f"post_{name}",
        method="POST",
        path=f"{PREFIX}{name}",
        who="erp",
        summary=f"{what} of the ERP",
        detail=_FILE,
        takes=model,
        many=True,
        document=document,
        answers={202: ("it is durable", answers.DocumentTaken), **_failures()},
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="post_orders",
        method="POST",
        path="/api/orders",
        who="shop",
        summary="Orders of a shop",
        detail=_POSTED,
        takes=ShopOrder,
        many=True,
        answers={
            200: ("nothing about them was new", answers.OrdersTaken),
            201: ("they are durable", answers.OrdersTaken),
            **_failures(),
        },
    ),
    Route(
        name="get_order",
        method="GET",
        path="/api/orders/{external_id}",
        who="shop",
        summary="What became of an order",
        detail="Its state, the ERP's number, problems, refunds and shipments.",
        needs=("external_id",),
        answers={
            200: ("the order as it stands", answers.OrderStanding),
            **_failures({404: _NO_ORDER}, asks=True),
        },
    ),
    Route(
        name="post_cancellation",
        method="POST",
        path="/api/orders/{external_id}/cancellation",
        who="shop",
        summary="The whole order is cancelled",
        detail="For some lines only, post the order again with the quantity cancelled of each.",
        takes=Cancellation,
        optional=True,
        needs=("external_id",),
        answers={
            200: ("it was cancelled before", answers.Taken),
            201: ("the cancellation is durable", answers.Taken),
            **_failures({404: _NO_ORDER, 409: "it cannot be cancelled any more"}),
        },
    ),
    Route(
        name="post_refunds",
        method="POST",
        path="/api/refunds",
        who="shop",
        summary="Refunds of a shop",
        detail=_POSTED,
        takes=ShopRefund,
        many=True,
        answers={
            200: ("nothing about them was new", answers.RefundsTaken),
            201: ("they are durable", answers.RefundsTaken),
            **_failures(),
        },
    ),
    _document("despatches", DespatchAdvice, "despatch", "Despatch advices"),
    _document("invoices", Invoice, "invoice", "Invoices and credit notes"),
    _document("inventory", InventoryReport, "inventory", "Inventory reports"),
    _document("catalogues", Catalogue, "catalogue", "Price catalogues"),
    _document("orderresponses", OrderResponse, "orderresponse", "Order responses"),
    Route(
        name="get_document",
        method="GET",
        path="/api/documents/{message}",
        who="erp",
        summary="What became of a document of the ERP",
        detail="Its state, and what was found in it.",
        needs=("message",),
        answers={
            200: ("the document as it stands", answers.DocumentStanding),
            **_failures({404: "nothing of that number was posted"}, asks=True),
        },
    ),
    Route(
        name="get_openapi",
        method="GET",
        path="/api/openapi.json",
        who="anyone",
        summary="This document",
        detail="OpenAPI 3.1 of these routes. It needs no key.",
        answers={200: ("the document", None), **_failures(asks=True)},
    ),
)
BY_NAME: Mapping[str, Route] = {route.name: route for route in ROUTES}


def find(path: str) -> list[tuple[Route, dict[str, str]]]:
    """Routes of a path as it came, percent-encoded, with the values of their parameters."""
    if len(path) > LONGEST_PATH:
        return []
    steps = path.split("/")
    found = ((route, _values(route.path.split("/"), steps)) for route in ROUTES)
    return [(route, values) for route, values in found if values is not None]


def _values(wanted: list[str], given: list[str]) -> dict[str, str] | None:
    if len(wanted) != len(given):
        return None
    values: dict[str, str] = {}
    for name, text in zip(wanted, given, strict=True):
        if name.startswith("{"):
            if not text:
                return None
            values[name[1:-1]] = unquote(text)
        elif name != text:
            return None
    return values
