"""An order response of the ERP as the decision that a marketplace waits for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gateway.channels.shops.connector import Decision
from gateway.config.shops import Shop
from gateway.documents import OrderResponse
from gateway.documents.base import plain
from gateway.documents.orderresponse import OrderResponseLine
from gateway.pipeline.shops.back.names import Names
from gateway.pipeline.shops.back.order import Ordered, is_article, lines_of, named
from gateway.pipeline.shops.back.told import Planned, key_of
from gateway.problems import Problem, problem

REFUSED = ("rejected",)
_REASON = 500


def decisions(
    shop: Shop, names: Names, response: OrderResponse, found: Sequence[Ordered]
) -> tuple[list[Planned], list[Problem]]:
    """What a marketplace is told of each order (W410, W430, W431)."""
    planned: list[Planned] = []
    problems: list[Problem] = []
    for one in found:
        decision, said = _decision(shop, names, response, one)
        problems += said
        if decision is not None:
            row = one.row
            name = f"decision about order {row.number}"
            planned.append(Planned(shop.shop, decision, name, row.external_id, row.number))
    return planned, problems


def _decision(
    shop: Shop, names: Names, response: OrderResponse, one: Ordered
) -> tuple[Decision | None, list[Problem]]:
    row = one.row
    facts: dict[str, Any] = {"order": row.number}
    lines, problems = _lines(shop, names, response, one)
    if any(each.code == "W410" for each in problems):
        return None, problems
    said = set(lines.values())
    status = response.status
    if status in (None, "received") and not lines:
        told = status or "no status"
        return None, [problem("W430", status=told, shop=shop.shop, **facts)]
    accepted = status != "rejected" and (True in said or not said)
    external = one.order.external_id if one.order is not None else row.external_id
    differ = tuple(lines.items()) if len(said) > 1 else ()
    return (
        Decision(
            key=key_of("decision", shop.shop, row.external_id),
            order=external,
            accepted=accepted,
            lines=differ,
            reason="" if accepted and not differ else _reason(response),
        ),
        problems,
    )


def _lines(
    shop: Shop, names: Names, response: OrderResponse, one: Ordered
) -> tuple[dict[str, bool], list[Problem]]:
    """By key of a line: whether it is accepted. Of lines that are not told, as the others."""
    told: dict[str, bool] = {}
    problems: list[Problem] = []
    states = lines_of(one, shop)
    for line in response.lines:
        fits = [each for each in states if line.order_line and each.number == line.order_line]
        fits = fits or [each for each in states if is_article(each.line, line, names)]
        facts: dict[str, Any] = {"order": one.row.number}
        if not fits:
            if line.status == "added":
                continue
            known = ", ".join(each.number for each in states)
            problems.append(
                problem("W410", document="orderresponse", number=response.number or "-",
                        item=named(line), lines=known, **facts)
            )  # fmt: skip
            continue
        key, ordered = fits[0].line.key, fits[0].line.quantity
        told[key] = _is_accepted(line)
        if told[key] and line.quantity is not None and line.quantity < ordered:
            shown: dict[str, Any] = {"quantity": plain(line.quantity), "ordered": plain(ordered)}
            problems.append(problem("W431", item=named(line), **shown, **facts))
    if told:
        whole = response.status != "rejected"
        told = {each.line.key: told.get(each.line.key, whole) for each in states} | told
    return told, problems


def _is_accepted(line: OrderResponseLine) -> bool:
    return line.status not in REFUSED and line.quantity != Decimal(0)


def _reason(response: OrderResponse) -> str:
    every = [response.note, *(line.reason or line.note for line in response.lines)]
    return "; ".join(dict.fromkeys(filter(None, every)))[:_REASON]
