"""The page of the API for people, from the table of its routes and the models."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from docs.documents import summary, table
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.pipeline.shops.reception import answers
from gateway.pipeline.shops.reception.body import MOST
from gateway.pipeline.shops.reception.routes import ALWAYS, ROUTES, Cancellation, Route

_WHO = {"shop": "a shop's key", "erp": "the ERP's key", "anyone": "no key"}
_TAKEN = (ShopOrder, ShopRefund, Cancellation)
_TOLD = (
    *(answers.OrdersTaken, answers.RefundsTaken, answers.OrderStanding),
    *(answers.DocumentTaken, answers.DocumentStanding, answers.Refusal),
)
_TABLE_OF_ANSWERS = ("| Status | Meaning | Body |", "|---|---|---|")
_HEAD = f"""\
# API

Served at `/api/` of the web port (or of `http.partners`), where a shop has `api.keys` or the house
has `http.api.keys`. The same for programs: `GET /api/openapi.json` (OpenAPI 3.1). How to:
[Post orders](../howto/post-orders.md).

- **Key**: `Authorization: Bearer KEY`. It says who calls; there is no name in the address.
- **Body**: JSON in UTF-8, without `Content-Encoding`. Numbers are read from the text, digit by
  digit. A field twice in one object, NaN, half characters and unknown fields are refused, with
  place and suggestion. A list holds {MOST} entries at most and is taken wholly or not at all.
- **Durable**: what is answered with 2xx survives a power cut.
- **Again**: with `Idempotency-Key` the same bytes get the same answer (and `Idempotent-Replayed:
  true`) for 30 days, other bytes 422. An order or refund is known by its `external_id` for ever.
- **Problems** are `application/problem+json` (RFC 9457) with `code`, `place` and `remedy`; of
  several problems all stand under `problems`. 429 and 503 say in `Retry-After` when the same
  request may come again.
"""


def api_page() -> str:
    """``docs/reference/api.md``."""
    lines = [_HEAD, "| Method | Path | Key | |", "|---|---|---|---|"]
    for route in ROUTES:
        lines.append(f"| {route.method} | `{route.path}` | {_WHO[route.who]} | {route.summary} |")
    lines += ["", "What can go wrong with each request:", "", *_TABLE_OF_ANSWERS]
    lines += [
        f"| {status} | {text} | {_link(answers.Refusal)} |" for status, text in ALWAYS.items()
    ]
    lines.append("")
    for route in ROUTES:
        lines += _route(route)
    lines += ["## Objects", "", "**Fields in bold** must be there.", ""]
    lines += _objects()
    return "\n".join(lines).rstrip() + "\n"


def _route(route: Route) -> Iterator[str]:
    yield f"## {route.method} {route.path}"
    yield ""
    yield f"{route.summary}. {route.detail}"
    yield ""
    if route.takes is not None:
        yield f"Takes {_link(route.takes)}" + (", or a list of them." if route.many else ".")
        yield ""
    yield from _TABLE_OF_ANSWERS
    for status in sorted(route.answers.keys() - ALWAYS.keys()):
        text, model = route.answers[status]
        body = "JSON" if model is None else _link(model)
        yield f"| {status} | {text} | {body} |"
    yield ""


def _link(model: type[BaseModel]) -> str:
    name = model.__name__
    if model in (*_TAKEN, *_TOLD) or model is answers.Taken:
        return f"[{name}](#{name.lower()})"
    return f"[{name}](documents.md)"


def _objects() -> Iterator[str]:
    pending: dict[str, type[BaseModel]] = {each.__name__: each for each in (*_TAKEN, *_TOLD)}
    done: set[str] = set()
    while left := [name for name in pending if name not in done]:
        for name in left:
            done.add(name)
            yield f"### {name}"
            yield ""
            yield summary(pending[name])
            yield ""
            yield from table(pending[name], pending, terms=False)
